import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sink } from '../src/cli/context.ts';
import { host } from '../src/cli/process.ts';
import { run } from '../src/cli/run.ts';

/** Records the first minute: runs these lines on the samples, and writes what they print between the markers of README.md. */
const LINES = ['add samples', 'where log4j-core', 'why payments-api@4.2.0 log4j-core', 'audit'];
const [BEGIN, END] = ['<!-- first minute: begin -->', '<!-- first minute: end -->'];

const folder = mkdtempSync(join(tmpdir(), 'larder-record-'));
cpSync('samples', join(folder, 'samples'), { recursive: true });
const shown: string[] = [];
// One round before the recording, so that what is measured is not the compiler.
await run(['add', 'samples', '--store', join(folder, 'warm')], hostOf([]));
for (const line of LINES) {
  const printed: string[] = [];
  await run(line.split(' '), hostOf(printed));
  shown.push(
    [`$ npx larder ${line}`, ...printed.join('').trimEnd().replaceAll(`${folder}/`, '').split('\n')].join(
      '\n',
    ),
  );
}
rmSync(folder, { recursive: true, force: true });
const readme = readFileSync('README.md', 'utf8');
const [start, end] = [readme.indexOf(BEGIN) + BEGIN.length, readme.indexOf(END)];
if (start < BEGIN.length || end < start) throw new Error(`README.md has no ${BEGIN} ... ${END}`);
const block = shown
  .join('\n\n')
  .split('\n')
  .map(line => (line === '' ? '' : `    ${line}`))
  .join('\n');
writeFileSync('README.md', `${readme.slice(0, start)}\n\n${block}\n\n${readme.slice(end)}`);

function hostOf(printed: string[]): ReturnType<typeof host> {
  const sink: Sink = {
    isTTY: true,
    columns: 168,
    closed: false,
    write: async chunk =>
      void printed.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')),
  };
  const quiet: Sink = { ...sink, isTTY: false, write: async () => undefined };
  return { ...host(), cwd: folder, stdout: sink, stderr: quiet, env: { HOME: folder, NO_COLOR: '1' } };
}
