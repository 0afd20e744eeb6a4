import type { Argument, Command, Option } from './command.ts';
import { VERB_GROUPS, VERBS, type VerbEntry } from './commands.ts';
import { COMMON_OPTIONS } from './options.ts';
import type { Screen } from './output/screen.ts';
import { renderTable } from './output/table.ts';
import { wrap } from './output/text.ts';
import { TOPICS } from './topics.ts';

/** `larder VERB --help`: what it answers, two real examples, options by purpose. Fits one screen. */
export function commandHelp(command: Command, screen: Screen): string[] {
  const examples = command.examples.map(example => [
    { text: `$ ${example.line}`, style: 'bold' as const },
    { text: example.about, style: 'dim' as const },
  ]);
  const lines = [
    ...folded(screen, `larder ${command.name}`, `: ${command.summary}`),
    '',
    ...renderTable(screen, { columns: [{ title: 'line' }, { title: 'about' }], rows: examples }, 2, false),
    '',
    `usage: ${usageLine(command)}`,
  ];
  const described = command.arguments.map(argument => [argument.name, argument.summary]);
  if (described.length > 0) lines.push(...pairs(screen, described));
  for (const group of command.options) {
    const shown = group.options.filter(option => !option.rare);
    if (shown.length > 0) lines.push('', `${group.title}:`, ...pairs(screen, shown.map(optionRow)));
  }
  const rare = command.options.flatMap(group => group.options.filter(option => option.rare));
  if (rare.length > 0) {
    const names = rare.map(option => `--${option.name}`).join(', ');
    lines.push('', ...folded(screen, '', `Also: ${names}; docs/cli.md tells of them.`));
  }
  lines.push('', ...commonLines(command, screen));
  return lines;
}

/** `larder where PACKAGE [RANGE] [options]`. */
export function usageLine(command: Command): string {
  const names = command.arguments.map(argumentText);
  return ['larder', command.name, ...names, '[options]'].join(' ');
}

/** `-o, --output FORMAT`, and what it does. */
export function optionRow(option: Option): [string, string] {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  const value = option.value === undefined ? '' : ` ${option.value}`;
  const choices = option.choices === undefined ? '' : ` (${option.choices.join(', ')})`;
  return [`${short}--${option.name}${value}`, option.summary + choices];
}

/** `larder --help`: every verb, grouped. */
export function overviewHelp(screen: Screen): string[] {
  const lines = ['larder keeps what goes into software: evidence in, answers out.', ''];
  for (const group of VERB_GROUPS) {
    const verbs = VERBS.filter(entry => entry.group === group);
    if (verbs.length > 0) lines.push(screen.paint('bold', group), ...verbRows(screen, verbs));
  }
  const topics = TOPICS.map(topic => topic.name).join(', ');
  lines.push(
    '',
    ...folded(
      screen,
      '',
      `larder VERB --help shows examples and options; larder help TOPIC explains: ${topics}.`,
    ),
  );
  return lines;
}

const NEWCOMER = ['add', 'where', 'why', 'scan', 'audit', 'verify'];
const FURTHER = ['apps', 'diff', 'versions', 'documents', 'validate', 'help', 'completion'];

/** `larder` where there is no larder yet: the six verbs to begin with. */
export function firstStepsHelp(screen: Screen): string[] {
  const verbs = [...NEWCOMER, ...FURTHER]
    .flatMap(name => VERBS.filter(entry => entry.name === name))
    .slice(0, 6);
  return [
    ...folded(
      screen,
      '',
      'There is no larder here yet: larder add PATH makes one in .larder and keeps the evidence you give it.',
    ),
    '',
    ...verbRows(screen, verbs),
    '',
    'larder --help lists every verb.',
  ];
}

/** A sentence that begins with what stands out, in lines that fit; long lines are hard to read on a wide screen too. */
function folded(screen: Screen, bold: string, rest: string): string[] {
  const [first = '', ...more] = wrap(bold + rest, Math.min(screen.width, 100));
  return [screen.paint('bold', first.slice(0, bold.length)) + first.slice(bold.length), ...more];
}

function verbRows(screen: Screen, verbs: readonly VerbEntry[]): string[] {
  return pairs(
    screen,
    verbs.map(entry => [entry.name, entry.summary]),
    12,
  );
}

function pairs(screen: Screen, rows: readonly (readonly string[])[], least = 0): string[] {
  const padded = rows.map(([name = '', summary = '']) => [name.padEnd(least), summary]);
  return renderTable(screen, { columns: [{ title: 'name' }, { title: 'summary' }], rows: padded }, 2, false);
}

function argumentText(argument: Argument): string {
  const name = argument.many ? `${argument.name}...` : argument.name;
  return argument.optional ? `[${name}]` : name;
}

function commonLines(command: Command, screen: Screen): string[] {
  const common = COMMON_OPTIONS.filter(option => option.name !== 'help' && option.name !== 'json');
  const formats = command.formats.join(', ');
  const lines = command.jsonl === undefined ? '' : `; a line of jsonl is ${command.jsonl}`;
  return [
    'Common:',
    ...pairs(
      screen,
      common
        .filter(option => option.name !== 'output' || command.formats.length > 0)
        .map(option => {
          const [name, summary] = optionRow(option);
          return [name, option.name === 'output' ? `${formats}; --json is -o json${lines}` : summary];
        }),
    ),
  ];
}
