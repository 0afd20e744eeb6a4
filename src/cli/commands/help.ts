import { defineCommand } from '../command.ts';
import { VERBS } from '../commands.ts';
import { usage } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { commandHelp, overviewHelp } from '../help.ts';
import { nearest } from '../suggest.ts';
import { TOPICS } from '../topics.ts';

export const command = defineCommand({
  name: 'help',
  summary: 'show help for a verb or a topic',
  arguments: [{ name: 'TOPIC', summary: 'a verb or a topic: exit-codes, output, store', optional: true }],
  examples: [
    { line: 'larder help add', about: 'the same as larder add --help' },
    { line: 'larder help exit-codes', about: 'what a run tells a script' },
  ],
  options: [],
  formats: ['table'],
  async run(context, [name]) {
    const lines = name === undefined ? overviewHelp(context.screen) : await linesFor(name, context.screen);
    await context.outputs.print({ table: () => lines });
    return EXIT.ok;
  },
});

async function linesFor(
  name: string,
  screen: Parameters<typeof overviewHelp>[0],
): Promise<readonly string[]> {
  const verb = VERBS.find(entry => entry.name === name);
  if (verb !== undefined) return commandHelp((await verb.load()).command, screen);
  const topic = TOPICS.find(entry => entry.name === name);
  if (topic !== undefined) return topic.text;
  const near = nearest(
    name,
    [...VERBS, ...TOPICS].map(entry => entry.name),
  );
  const hint =
    near === null ? `topics are ${TOPICS.map(entry => entry.name).join(', ')}` : `did you mean ${near}?`;
  throw usage(`there is no help on '${name}'; ${hint}`);
}
