import { spawnSync } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { VERBS } from '../src/cli/commands.ts';
import type { BenchContext, Row } from './bench.ts';
import { alternate } from './measure.ts';

/** Whole processes of the command line, from the checkout and from the published bundle, beside an empty script. */
export async function bench(context: BenchContext): Promise<Row[]> {
  const folder = await context.folder();
  const empty = join(folder, 'empty.mjs');
  await writeFile(empty, '');
  const runs = context.quick ? 2 : 15;
  const entries = {
    'from the checkout': resolve('bin/larder.js'),
    'from the bundle': await publishedEntry(folder),
  };
  const rows: Row[] = [];
  for (const [from, entry] of Object.entries(entries)) {
    for (const words of await hotCommands(folder, entry)) {
      const times = await alternate(runs, [empty], [entry, ...words], folder);
      rows.push(
        startRow(`larder ${words.join(' ')}, ${from}`, times, from === 'from the bundle' ? 150 : 300),
      );
    }
  }
  return rows;
}

function startRow(work: string, times: { reference: number; measured: number }, bar: number): Row {
  return {
    work,
    measured: { value: times.measured, unit: 'ms' },
    reference: { what: 'an empty script', quantity: { value: times.reference, unit: 'ms' } },
    bar: { text: `${bar} ms`, holds: times.measured <= bar },
  };
}

/** The files of the package as they are published, in a folder of their own. */
export async function publishedEntry(folder: string): Promise<string> {
  const built = spawnSync(process.execPath, ['tools/build.ts'], { stdio: 'inherit' });
  if (built.status !== 0) throw new Error('the bundle could not be built');
  const root = join(folder, 'package');
  await mkdir(root);
  for (const part of ['bin', 'dist', 'package.json']) await cp(part, join(root, part), { recursive: true });
  return join(root, 'bin/larder.js');
}

/** The commands worth measuring; the questions need a larder to ask. */
async function hotCommands(folder: string, entry: string): Promise<string[][]> {
  const commands = [['--version'], ['help']];
  const verbs = new Set(VERBS.map(verb => verb.name));
  if (!verbs.has('add') || !verbs.has('where')) return commands;
  const added = spawnSync(process.execPath, [entry, 'add', resolve('samples')], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (added.status !== 0 && added.status !== 3) throw new Error(added.stderr);
  return [...commands, ['where', 'log4j-core'], ['why', 'payments-api', 'log4j-core'], ['status']].filter(
    ([name = '']) => name.startsWith('-') || verbs.has(name),
  );
}
