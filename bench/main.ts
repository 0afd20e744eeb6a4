import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { formatCount } from '../src/cli/output/numbers.ts';
import { screenOf } from '../src/cli/output/screen.ts';
import { renderTable, type TableData } from '../src/cli/output/table.ts';
import type { BenchContext, Quantity, Row } from './bench.ts';
import { BENCHES } from './list.ts';

/**
 * `npm run bench [NAME...] [-- --quick]`: measures the benchmarks named, or all, prints a table and writes bench/results/TIME.json. Exits with 1
 * when a bar is missed. Absolute times belong to the machine they were measured on, which the results name.
 */
const names = process.argv.slice(2).filter(word => !word.startsWith('--'));
const quick = process.argv.includes('--quick');
const unknown = names.find(name => !BENCHES.some(bench => bench.name === name));
if (unknown !== undefined) {
  console.error(`there is no benchmark ${unknown}; there are ${BENCHES.map(bench => bench.name).join(', ')}`);
  process.exit(2);
}
const chosen = BENCHES.filter(bench => names.length === 0 || names.includes(bench.name));

const folders: string[] = [];
const notes: string[] = [];
const context: BenchContext = {
  quick,
  corpus: area => (existsSync(join('data', area)) ? join('data', area) : null),
  note: text => void notes.push(text),
  folder: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'larder-bench-'));
    folders.push(folder);
    return folder;
  },
};
const results: { name: string; rows: readonly Row[] }[] = [];
for (const { name, title, load } of chosen) {
  console.error(`${name}: ${title}`);
  results.push({ name, rows: await (await load()).bench(context) });
}
for (const folder of folders) await rm(folder, { recursive: true, force: true });
await report();

async function report(): Promise<void> {
  const rows = results.flatMap(result => result.rows);
  console.log(renderTable(screenOf(process.stdout, process.env), tableOf(rows), 0).join('\n'));
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 1e9)} GB, Node ${process.versions.node}, ${process.platform}`;
  for (const note of [
    machine,
    ...notes,
    ...(quick ? ['--quick: too little work, these figures are no measurement'] : []),
  ])
    console.log(note);
  const time = new Date().toISOString();
  await mkdir('bench/results', { recursive: true });
  await writeFile(
    `bench/results/${time.replaceAll(':', '-')}.json`,
    `${JSON.stringify({ time, machine, quick, notes, results }, null, 2)}\n`,
  );
  process.exitCode = rows.every(row => row.bar?.holds !== false) || quick ? 0 : 1;
}

function tableOf(rows: readonly Row[]): TableData {
  return {
    columns: [
      { title: 'work' },
      { title: 'measured', align: 'right' },
      { title: 'reference', align: 'right', drop: 2 },
      { title: 'of', drop: 3 },
      { title: 'ratio', align: 'right', drop: 1 },
      { title: 'bar' },
      { title: '' },
    ],
    rows: rows.map(row => [
      row.work,
      quantity(row.measured),
      row.reference === null ? null : quantity(row.reference.quantity),
      row.reference === null ? null : row.reference.what,
      ratio(row),
      row.bar?.text ?? null,
      row.bar === null
        ? null
        : row.bar.holds
          ? { text: 'within', style: 'green' }
          : { text: 'missed', style: 'red' },
    ]),
  };
}

function ratio(row: Row): string | null {
  if (row.reference === null || row.reference.quantity.unit !== row.measured.unit) return null;
  return `${(row.measured.value / row.reference.quantity.value).toFixed(2)} x`;
}

function quantity({ value, unit }: Quantity): string {
  const digits = value >= 100 ? formatCount(Math.round(value)) : value.toPrecision(2 + Number(value >= 10));
  return unit === '/s' ? `${digits}/s` : `${digits} ${unit === 'us' ? 'µs' : unit}`;
}
