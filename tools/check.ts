import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { affectedTests, importGraph } from './imports.ts';

/**
 * The contributor's one command: format, lint, types and the affected tests, side by side. Arguments narrow the tests to what those
 * paths affect; without any it is what differs from the main branch. `--ci` repairs nothing; `--no-tests` leaves the tests to a run of their own.
 */
interface Step {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
}

interface Outcome {
  readonly step: Step;
  readonly seconds: number;
  readonly passed: boolean;
  readonly output: string;
}

const ci = process.argv.includes('--ci');
const paths = process.argv.slice(2).filter(word => !word.startsWith('--'));

const changed = paths.length > 0 ? filesUnder(paths) : changedFiles();
const tests = process.argv.includes('--no-tests') ? [] : affectedTests(importGraph(), changed);
const outcomes: Outcome[] = [];
// The formatter goes first, since it writes; the others then read the same files.
outcomes.push(
  await runStep({
    name: 'format',
    file: bin('@biomejs/biome/bin/biome'),
    args: ['check', ...(ci ? [] : ['--write']), '--enforce-assist=true'],
  }),
);
outcomes.push(
  ...(await Promise.all(
    [
      {
        name: 'lint',
        file: bin('oxlint/bin/oxlint'),
        args: ['--quiet', ...['src', 'tools', 'test', 'bench'].filter(folder => existsSync(folder))],
      },
      { name: 'types', file: bin('typescript/bin/tsc'), args: [] },
      { name: 'generated', file: 'tools/generate.ts', args: ci ? ['--check'] : [] },
      ...(tests.length > 0
        ? [{ name: `tests (${tests.length} files)`, file: 'tools/test.ts', args: tests }]
        : []),
    ].map(runStep),
  )),
);
report(outcomes);

function bin(path: string): string {
  return resolve('node_modules', path);
}

function git(...args: readonly string[]): string[] {
  const result = spawnSync('git', args, { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.split('\n').filter(line => line !== '') : [];
}

function changedFiles(): string[] {
  const [base] = ['origin/main', 'main'].flatMap(branch => git('merge-base', 'HEAD', branch));
  return [
    ...git('diff', '--name-only', base ?? 'HEAD'),
    ...git('ls-files', '--others', '--exclude-standard'),
  ];
}

function filesUnder(given: readonly string[]): string[] {
  return git('ls-files', '--cached', '--others', '--exclude-standard', '--', ...given);
}

function runStep(step: Step): Promise<Outcome> {
  const started = performance.now();
  return new Promise(done => {
    const child = spawn(process.execPath, [step.file, ...step.args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', code => {
      const output = Buffer.concat(chunks).toString('utf8');
      done({ step, seconds: (performance.now() - started) / 1000, passed: code === 0, output });
    });
  });
}

function report(all: readonly Outcome[]): void {
  for (const { step, seconds, passed, output } of all) {
    if (!passed) console.log(output.trimEnd());
    console.log(`${passed ? 'ok    ' : 'FAILED'}  ${step.name.padEnd(20)}  ${seconds.toFixed(1)} s`);
  }
  if (tests.length === 0 && !process.argv.includes('--no-tests'))
    console.log('no test is affected by what changed; npm test runs all');
  process.exitCode = all.every(outcome => outcome.passed) ? 0 : 1;
}
