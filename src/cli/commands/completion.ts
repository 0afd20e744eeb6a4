import { type Command, defineCommand, type Option } from '../command.ts';
import { VERBS } from '../commands.ts';
import { usage } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { COMMON_OPTIONS } from '../options.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const command = defineCommand({
  name: 'completion',
  summary: 'print the completion script of a shell',
  arguments: [{ name: 'SHELL', summary: 'bash, zsh or fish' }],
  examples: [
    { line: 'larder completion bash > ~/.local/share/bash-completion/completions/larder', about: 'for bash' },
    { line: 'larder completion fish > ~/.config/fish/completions/larder.fish', about: 'for fish' },
  ],
  options: [],
  formats: ['table'],
  async run(context, [shell]) {
    const known = SHELLS.find(name => name === shell);
    if (known === undefined)
      throw usage(`there is no completion for '${shell}'; it is one of ${SHELLS.join(', ')}`);
    const commands = await Promise.all(VERBS.map(async verb => (await verb.load()).command));
    const lines = { bash, zsh, fish }[known](commands);
    await context.outputs.print({ table: () => lines });
    return EXIT.ok;
  },
});

function allOptions(command: Command): Option[] {
  return [...command.options.flatMap(group => group.options), ...COMMON_OPTIONS];
}

function optionWords(command: Command): string {
  return allOptions(command)
    .map(option => `--${option.name}`)
    .join(' ');
}

function bash(commands: readonly Command[]): string[] {
  return [
    '_larder() {',
    '  local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} words=',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words='${commands.map(command => command.name).join(' ')}'`,
    '  elif [[ $word == -* ]]; then',
    '    case $verb in',
    ...commands.map(command => `      ${command.name}) words='${optionWords(command)}' ;;`),
    '    esac',
    '  fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '}',
    'complete -o default -F _larder larder',
  ];
}

function zsh(commands: readonly Command[]): string[] {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`;
  return [
    '#compdef larder',
    '_larder() {',
    '  local -a verbs options',
    `  verbs=(${commands.map(c => `${quoted(c.name).slice(0, -1)}:${quoted(c.summary).slice(1)}`).join(' ')})`,
    '  if (( CURRENT == 2 )); then',
    "    _describe 'verb' verbs",
    '  elif [[ $words[CURRENT] == -* ]]; then',
    '    case $words[2] in',
    ...commands.map(command => `      ${command.name}) options=(${optionWords(command)}) ;;`),
    '    esac',
    '    compadd -- $options',
    '  else',
    '    _files',
    '  fi',
    '}',
    '_larder "$@"',
  ];
}

function fish(commands: readonly Command[]): string[] {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return commands.flatMap(command => [
    `complete -c larder -n __fish_use_subcommand -f -a ${command.name} -d ${quoted(command.summary)}`,
    ...allOptions(command).map(option => {
      const needs = option.value === undefined ? '' : ' -r';
      const from = `-n '__fish_seen_subcommand_from ${command.name}'`;
      return `complete -c larder ${from} -l ${option.name}${needs} -d ${quoted(option.summary)}`;
    }),
  ]);
}
