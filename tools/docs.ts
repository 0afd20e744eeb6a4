import type { Command } from '../src/cli/command.ts';
import { VERB_GROUPS, VERBS } from '../src/cli/commands.ts';
import { optionRow, usageLine } from '../src/cli/help.ts';
import { COMMON_OPTIONS } from '../src/cli/options.ts';
import { TOPICS } from '../src/cli/topics.ts';
import { formats } from '../src/formats/list.ts';
import { EXTRACTORS } from '../src/scan/list.ts';
import { SCHEMES } from '../src/versions/list.ts';
import { writeGeneratedFile } from './generated.ts';

/** Writes the pages of docs/ that the sources know best; `--check` writes none and fails when one is not up to date. */
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
const WRITTEN = 'Written by `npm run generate` from the list in the sources.\n';
const check = process.argv.includes('--check');
await writeGeneratedFile('docs/cli.md', sections.join('\n'), check);
await writeGeneratedFile('docs/formats.md', await formatsPage(), check);
await writeGeneratedFile('docs/extractors.md', extractorsPage(), check);
await writeGeneratedFile('docs/version-orders.md', versionsPage(), check);

async function formatsPage(): Promise<string> {
  const rows = (await formats()).map(format => [
    format.id,
    format.title,
    format.validate ? 'yes' : 'not yet',
  ]);
  return [
    '# Document formats\n',
    'Detection is by content: the name of a file decides nothing. What is odd in a document is kept with a diagnostic that names its place.\n',
    columns(['format', 'what', '`larder validate`'], rows),
    WRITTEN,
  ].join('\n');
}

function extractorsPage(): string {
  const rows = EXTRACTORS.map(({ id, ecosystem, files, kind }) => [
    id,
    ecosystem,
    files.map(file => `\`${file}\``).join(', '),
    kind,
  ]);
  return [
    '# Lockfiles and installed packages\n',
    'What `larder scan` reads in a tree. A *lockfile* states the exact set, a *manifest* wishes, *installed* is what is really there.\n',
    columns(['extractor', 'ecosystem', 'files', 'kind'], rows),
    WRITTEN,
  ].join('\n');
}

function versionsPage(): string {
  const rows = SCHEMES.map(({ id, ecosystems, purlTypes }) => [
    id,
    ecosystems.join(', '),
    purlTypes.join(', '),
  ]);
  return [
    '# Version orders\n',
    'Versions are compared by the rules of their own ecosystem. What is no version there is not compared; the answer says unknown.\n',
    columns(['order', 'OSV ecosystems', 'purl types'], rows),
    WRITTEN,
  ].join('\n');
}

function columns(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(titles) + line(titles.map(() => '---')) + rows.map(line).join('');
}

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
  const lines = command.jsonl === undefined ? '' : ` A line of jsonl is ${command.jsonl}.`;
  if (command.formats.length > 1) parts.push(`Answers as ${command.formats.join(', ')}.${lines}\n`);
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
