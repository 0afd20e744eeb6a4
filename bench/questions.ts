import { join } from 'node:path';
import { findThing } from '../src/graph/things.ts';
import { where } from '../src/graph/where.ts';
import { why } from '../src/graph/why.ts';
import type { BomGraph } from '../src/store/graph.ts';
import type { Store } from '../src/store/ports.ts';
import type { Scope } from '../src/store/scope.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import { addFolder } from './add.ts';
import type { BenchContext, Row } from './bench.ts';
import { generateBoms } from './generate.ts';
import { arrayBytes, medianTime } from './measure.ts';
import { writeBoms } from './write-boms.ts';

const SCOPE: Scope = {
  apps: null,
  asOf: null,
  includeSuperseded: false,
  includeRetired: false,
  labels: [],
  trust: null,
  buildLevel: null,
};
const PLANTED = 'planted-package';
// In nearly every generated BOM.
const COMMON = 'package-0';
const RUNS = 31;

/** The questions in process, in a larder that doubles. */
export async function bench(context: BenchContext): Promise<Row[]> {
  const half = context.quick ? 200 : 2500;
  const folder = await context.folder();
  const path = join(folder, 'larder');
  const planted = Math.round(half / 5);
  await addGenerated(folder, path, 0, half, planted);
  const before = await asking(path, store => whereTime(store, PLANTED));
  await addGenerated(folder, path, half, half, planted);
  const after = await asking(path, store => whereTime(store, PLANTED));
  const common = await asking(path, store => whereTime(store, COMMON));
  context.note(
    `questions: ${2 * half} generated BOMs; ${PLANTED} in ${after.hits} apps, ${COMMON} in ${common.hits}`,
  );
  const perHit = ((common.ms - after.ms) * 1000) / (common.hits - after.hits);
  return [
    {
      work: `where, equal hits, in a larder of ${2 * half} BOMs`,
      measured: { value: after.ms, unit: 'ms' },
      reference: { what: `the same in one of ${half}`, quantity: { value: before.ms, unit: 'ms' } },
      bar: { text: '1.2 x', holds: after.ms <= 1.2 * before.ms },
    },
    {
      work: 'where, each further hit',
      measured: { value: Math.max(0, perHit), unit: 'us' },
      reference: null,
      bar: { text: '1 us', holds: perHit <= 1 },
    },
    {
      work: `where, ${common.hits} apps, at ${2 * half} BOMs`,
      measured: { value: common.ms, unit: 'ms' },
      reference: null,
      bar: { text: '5 ms', holds: common.ms <= 5 },
    },
    ...(await whyRows(context)),
  ];
}

async function addGenerated(
  folder: string,
  store: string,
  first: number,
  count: number,
  boms: number,
): Promise<void> {
  const part = join(folder, `from-${first}`);
  await writeBoms(part, { count, first, planted: { name: PLANTED, boms } });
  await addFolder(store, part);
}

async function asking<T>(path: string, question: (store: Store) => Promise<T>): Promise<T> {
  const store = openSqliteStore(path, { mode: 'read' });
  try {
    return await question(store);
  } finally {
    await store.close();
  }
}

async function whereTime(store: Store, words: string): Promise<{ ms: number; hits: number }> {
  const ask = () => where(store, { words, wants: null, limit: 25, after: null, groupBy: null, scope: SCOPE });
  const answer = await ask();
  return { ms: await medianTime(RUNS, ask), hits: answer.counts.rows };
}

/** `why` in one large BOM, and what its decoded graph takes. */
async function whyRows(context: BenchContext): Promise<Row[]> {
  const folder = await context.folder();
  const size = { count: 1, medianComponents: 80_000, largest: 8000 } as const;
  const [bom] = generateBoms(size);
  await writeBoms(join(folder, 'one'), size);
  await addFolder(join(folder, 'larder'), join(folder, 'one'));
  return asking(join(folder, 'larder'), async store => {
    const thing = await findThing(store, 'app-0', SCOPE);
    if (thing === null || bom === undefined) throw new Error('the large BOM was not added');
    const ask = () => why(store, { thing, words: COMMON, wants: null, joinByPurl: false, scope: SCOPE });
    const answer = await ask();
    context.note(
      `why: ${bom.components} components, ${bom.dependencies} dependencies, ${answer.total} paths`,
    );
    const ms = await medianTime(RUNS, ask);
    return [
      {
        work: `why in a BOM of ${bom.components} components`,
        measured: { value: ms, unit: 'ms' },
        reference: null,
        bar: { text: '20 ms', holds: ms <= 20 },
      },
      await memoryRow(join(folder, 'larder')),
    ];
  });
}

/** What one decoded graph takes with both adjacencies built, its labels among it, from what many of them take. */
async function memoryRow(path: string): Promise<Row> {
  const copies = 40;
  const held: BomGraph[] = [];
  const before = arrayBytes();
  // Each store has its own cache, so each decodes anew.
  for (let copy = 0; copy < copies; copy++)
    held.push(
      await asking(path, async store => {
        const [first] = (await store.documents.listBoms({}, { limit: 1, after: null }, SCOPE)).items;
        const graph = first === undefined ? null : await store.graphs.graph(first.id, SCOPE);
        if (graph === null) throw new Error('the large BOM has no graph');
        graph.down();
        graph.up();
        return graph;
      }),
    );
  const bytes = (arrayBytes() - before) / copies;
  const [{ size, edges } = { size: 0, edges: 0 }] = held;
  const bar = size * 16 + edges * 10;
  return {
    work: `a decoded graph of ${size} nodes and ${edges} edges`,
    measured: { value: bytes, unit: 'B' },
    reference: null,
    bar: { text: `${bar} B: 16 a node, 10 an edge`, holds: bytes <= bar },
  };
}
