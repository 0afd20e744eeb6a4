import type { Command } from '../src/cli/command.ts';
import { VERB_GROUPS, VERBS } from '../src/cli/commands.ts';
import { optionRow, usageLine } from '../src/cli/help.ts';
import { COMMON_OPTIONS } from '../src/cli/options.ts';
import { TOPICS } from '../src/cli/topics.ts';
import { writeGeneratedFile } from './generated.ts';

/** Writes docs/cli.md from the definitions of the commands; `--check` fails when it is not up to date. */
const sections = [
  '# The command line\n\nWritten by `npm run generate` from the definitions of the commands. `larder VERB --help` shows the same.\n',
  '## Options of every verb\n\n' + table(COMMON_OPTIONS.map(option => optionRow(option))),
];
for (const group of VERB_GROUPS) {
  for (const verb of VERBS.filter(entry => entry.group === group))
    sections.push(section((await verb.load()).command));
}
for (const topic of TOPICS) {
  sections.push(`## Topic: ${topic.name}\n\n\`\`\`text\n${topic.text.join('\n')}\n\`\`\`\n`);
}
await writeGeneratedFile('docs/cli.md', sections.join('\n'), process.argv.includes('--check'));

function section(command: Command): string {
  const examples = command.examples
    .map(example => `    $ ${example.line}\n      # ${example.about}\n`)
    .join('');
  const parts = [
    `## larder ${command.name}\n\n${capital(command.summary)}.\n`,
    `    ${usageLine(command)}\n`,
  ];
  if (command.arguments.length > 0)
    parts.push(table(command.arguments.map(argument => [argument.name, argument.summary])));
  for (const group of command.options)
    parts.push(`${group.title}:\n\n${table(group.options.map(option => optionRow(option)))}`);
  if (command.formats.length > 1) parts.push(`Answers as ${command.formats.join(', ')}.\n`);
  return [...parts, `Examples:\n\n${examples}`].join('\n');
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function table(rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(
    ([name, about]) =>
      `| \`${name.replaceAll('|', '\\|')}\` | ${about.replaceAll('|', '\\|').replaceAll('<', '&lt;')} |\n`,
  );
  return `| | |\n| --- | --- |\n${lines.join('')}`;
}
