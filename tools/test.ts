import { spawn } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Summary, summarise, summaryLines } from './test-summary.ts';

/**
 * Runs the tests and closes with the summary of node's test runner. Arguments narrow it to paths. Files share a few processes, since one
 * process per file costs 100 ms each; `*.isolated.test.ts` get one of their own. `--corpus` runs the `*.corpus.ts` suites instead, which
 * read all of data/. `--no-skips` fails when a test is skipped that could have run: its reason does not begin with `impossible here`.
 */
const flags = process.argv.slice(2).filter(word => word.startsWith('--'));
const paths = process.argv.slice(2).filter(word => !word.startsWith('--'));
const pattern = flags.includes('--corpus') ? '*.corpus.ts' : '*.test.ts';

const files = globSync(['src', 'test', 'tools', 'bench'].map(folder => `${folder}/**/${pattern}`))
  .map(file => file.replaceAll('\\', '/'))
  .filter(file => paths.length === 0 || paths.some(path => file.startsWith(path.replace(/^\.\//, ''))))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches ${paths.join(' ') || pattern}`);
  process.exit(1);
}
const outcomes = await runAll(groupsOf(files));
const total = summarise(outcomes.map(outcome => outcome.output));
if (outcomes.length > 1) console.log(summaryLines(total).join('\n'));
process.exit(outcomes.every(outcome => outcome.status === 0) && skipsAreFine(total) ? 0 : 1);

interface Outcome {
  readonly status: number;
  readonly output: string;
}

/** The isolated files one by one, the others dealt out by size to as many processes as there are cores. */
function groupsOf(all: readonly string[]): string[][] {
  const alone = all.filter(file => file.endsWith('.isolated.test.ts') || file.endsWith('.corpus.ts'));
  const shared = all.filter(file => !alone.includes(file));
  const count = shared.length < 6 ? 1 : Math.min(4, availableParallelism());
  const groups = Array.from({ length: count }, () => ({ files: [] as string[], size: 0 }));
  for (const file of shared.sort((a, b) => statSync(b).size - statSync(a).size)) {
    const smallest = groups.reduce((least, group) => (group.size < least.size ? group : least));
    smallest.files.push(file);
    smallest.size += statSync(file).size;
  }
  return [
    ...groups.map(group => group.files).filter(group => group.length > 0),
    ...alone.map(file => [file]),
  ];
}

async function runAll(groups: readonly string[][]): Promise<Outcome[]> {
  const queue = [...groups];
  const outcomes: Outcome[] = [];
  const worker = async () => {
    for (let group = queue.shift(); group !== undefined; group = queue.shift()) {
      outcomes.push(await runGroup(group, groups.length === 1));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return outcomes;
}

function runGroup(group: readonly string[], live: boolean): Promise<Outcome> {
  const seed = new URL('./seed.ts', import.meta.url).href;
  const args = ['--import', seed, '--test', '--test-isolation=none', '--test-reporter=spec', ...group];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (live) process.stdout.write(chunk);
  });
  return new Promise(done => {
    child.on('close', status => {
      const output = Buffer.concat(chunks).toString('utf8');
      // The summaries of the parts would hide the one of the whole.
      if (!live) process.stdout.write(output.replaceAll(/^ℹ .*\n/gm, ''));
      done({ status: status ?? 1, output });
    });
  });
}

function skipsAreFine(summary: Summary): boolean {
  const avoidable = summary.skips.filter(line => !line.includes('# impossible here'));
  if (!flags.includes('--no-skips') || avoidable.length === 0) return true;
  console.log(`skipped, and CI could have run them:\n${avoidable.join('\n')}`);
  return false;
}
