import type { Sink } from '../src/cli/context.ts';
import { host } from '../src/cli/process.ts';
import { run } from '../src/cli/run.ts';

/**
 * The first run: adds the evidence it is given (else samples/) to the larder in this folder, asks it the first questions, and says what to
 * type next. It calls the commands that a user would type, and shows them.
 */
const paths = process.argv.slice(2);
const given = paths.length > 0 ? paths : ['samples'];
const here = host();
const added = await show('add', ...given);
// 3: something could not be read; the questions below say what, unless nothing could.
if ((added !== 0 && added !== 3) || !((await holds('accepted')) || (await holds('partial'))))
  process.exit(added);
await show('apps');
await show('where', 'log4j-core');
const app = await firstAppWith('log4j-core');
if (app !== null) await show('why', app, 'log4j-core');
await show('audit');
for (const status of ['partial', 'rejected']) {
  if (await holds(status)) await show('documents', '--status', status);
}
console.log('\nThe larder is in .larder. Next:');
console.log(`  npx larder                          its status`);
console.log(`  npx larder add PATH...              your own SBOMs: files, folders, archives`);
console.log(`  npx larder where PACKAGE '<2.17.1'  which apps contain it, in which version`);
console.log(`  npx larder --help                   every verb`);

/** Runs one command as if it had been typed here. */
async function show(...words: readonly string[]): Promise<number> {
  console.log(`\n$ npx larder ${words.map(quoted).join(' ')}`);
  return run(words, here);
}

async function ask(...words: readonly string[]): Promise<unknown> {
  const chunks: string[] = [];
  const memory: Sink = {
    isTTY: false,
    columns: undefined,
    closed: false,
    write: async chunk => void chunks.push(String(chunk)),
  };
  const code = await run([...words, '--json'], { ...here, stdout: memory });
  return code === 0 ? JSON.parse(chunks.join('')) : null;
}

async function firstAppWith(name: string): Promise<string | null> {
  const answer = (await ask('where', name)) as {
    matches?: { apps?: { app?: string; direct?: boolean | null }[] }[];
  } | null;
  const apps = (answer?.matches ?? []).flatMap(match => match.apps ?? []);
  // The one that does not know it has the package is the one worth explaining.
  return (apps.find(entry => entry.direct === false) ?? apps[0])?.app ?? null;
}

async function holds(status: string): Promise<boolean> {
  const answer = (await ask('documents', '--status', status)) as { total?: number } | null;
  return (answer?.total ?? 0) > 0;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
