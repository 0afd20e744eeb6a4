import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { JoinedBase } from '../src/advisories/base.ts';
import { openEvidence } from '../src/advisories/evidence.ts';
import { importFile } from '../src/advisories/mirror/documents.ts';
import { inEpoch } from '../src/advisories/mirror/import.ts';
import { Mirror } from '../src/advisories/mirror/mirror.ts';
import { OPEN } from '../src/graph/findings/answer.ts';
import { keptCounts, keptPage } from '../src/graph/findings/kept.ts';
import { auditPage, wherePage } from '../src/graph/findings/page.ts';
import { refreshFindings } from '../src/graph/findings/refresh.ts';
import { makeIntake } from '../src/ingest/make-intake.ts';
import { readDocument } from '../src/ingest/read-document.ts';
import { sha256 } from '../src/io/hash.ts';
import { findFiles } from '../src/io/walk.ts';
import { Diagnostics } from '../src/model/diagnostic.ts';
import { totalOf } from '../src/store/findings.ts';
import type { Intake } from '../src/store/intake.ts';
import type { Store } from '../src/store/ports.ts';
import { EVERYTHING } from '../src/store/scope.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import { osvRecord } from './advisories.ts';
import type { BenchContext, Row } from './bench.ts';
import { generateBoms } from './generate.ts';
import { median, medianTime, runNode, timed } from './measure.ts';

const NOW = Date.now();
const RUNS = 15;
const FILTER = { statuses: OPEN, vulnerability: null };
const PLANTED = 'planted-package';

/** Advisories: compiling and opening them, and findings of few packages and of very many apps. */
export async function bench(context: BenchContext): Promise<Row[]> {
  return [...(await compiling(context)), ...(await manyApps(context))];
}

async function compiling(context: BenchContext): Promise<Row[]> {
  const corpus = context.corpus('osv');
  if (corpus === null) return [];
  const files: { readonly path: string; readonly bytes: Uint8Array }[] = [];
  for await (const found of findFiles([corpus]))
    if (/\.(?:json|zip)$/.test(found.path))
      files.push({ path: found.path, bytes: await readFile(found.path) });
  const path = join(await context.folder(), 'mirror.db');
  const mirror = Mirror.open(path, { create: true });
  const compile = await timed(() =>
    inEpoch(mirror, NOW, async writer => {
      for (const { path: name, bytes } of files) await importFile(writer, bytes, name, new Diagnostics());
    }),
  );
  const purls = packagesOf(mirror, 3000);
  const { advisories } = mirror.state();
  mirror.close();
  const open = await medianTime(RUNS, () => Mirror.open(path).close());
  return [
    {
      work: `compiling ${advisories} OSV records`,
      measured: { value: compile / 1000, unit: 's' },
      reference: null,
      bar: { text: '5 s', holds: compile <= 5000 },
    },
    bar('opening the mirror', open, 10),
    ...(await audits(context, path, purls)),
  ];
}

/** Purls that advisories speak of, which real trees have few of: the worst case. */
function packagesOf(mirror: Mirror, count: number): string[] {
  const keys = mirror.database
    .prepare(`SELECT DISTINCT key FROM rule WHERE key GLOB '[a-z]*/*' AND key NOT LIKE '%:%' ORDER BY key`)
    .all()
    .map(row => String(row['key']));
  const step = Math.max(1, Math.floor(keys.length / count));
  return keys
    .filter((_, index) => index % step === 0)
    .slice(0, count)
    .map(
      (key, index) =>
        `pkg:${key.split('/').map(encodeURIComponent).join('/')}@${index % 2 === 0 ? '1.0.0' : '99.0.0'}`,
    );
}

/** The audit of packages that all have advisories, and of as many of which one in thirty has, as in a real tree; each in processes of their own. */
async function audits(context: BenchContext, mirror: string, purls: readonly string[]): Promise<Row[]> {
  const sparse = purls.map((purl, index) =>
    index % 30 === 0 ? purl : purl.replace('@', `-other-${index}@`),
  );
  const rows: Row[] = [];
  for (const [what, packages] of [
    ['one in 30 with advisories', sparse],
    ['each with advisories', purls],
  ] as const) {
    const file = join(await context.folder(), 'purls.json');
    await writeFile(file, JSON.stringify(packages));
    const first: number[] = [];
    const warm: number[] = [];
    let found = 0;
    for (let run = 0; run < (context.quick ? 1 : 5); run++) {
      const { stdout } = await runNode([resolve('bench/audit-process.ts'), mirror, file]);
      const { times, findings } = JSON.parse(stdout) as { times: number[]; findings: number };
      first.push(times[0] ?? Number.NaN);
      warm.push(...times.slice(1));
      found = findings;
    }
    context.note(`findings: ${found} in ${packages.length} packages, ${what}`);
    const work = `audit of ${packages.length} distinct packages, ${what}`;
    rows.push(bar(`${work}, new process`, median(first), 100), bar(`${work}, warm`, median(warm), 100));
  }
  return rows;
}

async function manyApps(context: BenchContext): Promise<Row[]> {
  const boms = context.quick ? 1000 : 100_000;
  const folder = await context.folder();
  const store = openSqliteStore(join(folder, 'larder'), { mode: 'create' });
  const feeds = Mirror.open(join(folder, 'mirror.db'), { create: true });
  const hits = Math.min(5000, boms / 2);
  await fill(store, boms, hits);
  await inEpoch(feeds, NOW, async writer => {
    for (const record of advisories())
      await importFile(writer, Buffer.from(record), 'a.json', new Diagnostics());
  });
  const evidence = await openEvidence(store, join(folder, 'larder'));
  const base = new JoinedBase(feeds, evidence);
  const build = await timed(() => refreshFindings(store, base, { now: NOW }));
  const rows = await questions(context, store, base, boms);
  const late = await timed(async () => {
    await inEpoch(feeds, NOW, async writer => {
      await importFile(
        writer,
        Buffer.from(osvRecord('CVE-2026-9999', 'npm', PLANTED, '2.0.0', 9)),
        'a.json',
        new Diagnostics(),
      );
    });
    await refreshFindings(store, base, { now: NOW });
  });
  const asked = { scope: EVERYTHING, now: NOW, statuses: null, after: null };
  const where = (limit: number) => wherePage(store, base, 'CVE-2026-9999', { ...asked, limit });
  const found = await where(25);
  if (found.total !== hits || found.items.length !== 25) throw new Error('the new advisory was not found');
  const apps = found.tally.apps;
  const listed = await medianTime(RUNS, () => where(25));
  const whole = await medianTime(3, () => where(hits));
  const larder = await medianTime(RUNS, () =>
    auditPage(store, base, { ...asked, statuses: OPEN, thing: null, limit: 25, whole: false }),
  );
  context.note(`findings: ${boms} BOMs judged from nothing in ${(build / 1000).toFixed(1)} s`);
  base.close();
  await store.close();
  return [
    ...rows,
    bar(`a new advisory that hits ${apps} apps, ${hits} releases, until it is counted`, late, 1000),
    bar('where, for it: its first page with all counts', listed, 50),
    bar(`where, for it, each of ${hits} findings whole`, whole, 1000),
    bar(`audit of ${boms} BOMs: the first page, all counts and what nobody could judge`, larder, 50),
  ];
}

async function questions(
  context: BenchContext,
  store: Store,
  base: JoinedBase,
  boms: number,
): Promise<Row[]> {
  const keys = (await store.apps.list({ limit: 1_000_000 }, EVERYTHING)).items.map(app => app.key);
  const half = { ...EVERYTHING, apps: keys.filter((_, index) => index % 2 === 0) };
  const rows: Row[] = [];
  for (const [title, scope] of [
    ['all', EVERYTHING],
    [`${half.apps.length} of ${keys.length}`, half],
  ] as const) {
    const total = totalOf((await keptCounts(store, base, scope, NOW)) ?? []);
    context.note(`findings: ${total} in ${title} apps of ${boms} BOMs`);
    rows.push(
      bar(
        `exact counts, ${title} apps`,
        await medianTime(RUNS, () => keptCounts(store, base, scope, NOW)),
        50,
      ),
    );
    rows.push(
      bar(
        `first page by risk, ${title} apps`,
        await medianTime(RUNS, () => keptPage(store, base, FILTER, { limit: 25, now: NOW }, scope)),
        50,
      ),
    );
  }
  return rows;
}

/** Adds generated BOMs in the process: only their findings are measured. */
async function fill(store: Store, count: number, planted: number): Promise<void> {
  let batch: Intake[] = [];
  const flush = async (): Promise<void> => {
    await store.writer.write(batch);
    batch = [];
  };
  for (const bom of generateBoms({
    count,
    medianComponents: 30,
    largest: 500,
    planted: { name: PLANTED, boms: planted },
  })) {
    const bytes = Buffer.from(bom.text);
    const source = { bytes, sha256: sha256(bytes), name: bom.name, container: null };
    batch.push(makeIntake(source, await readDocument(bytes, bom.name)));
    if (batch.length === 1000) await flush();
  }
  await flush();
}

/** Advisories on one generated package in ten, the most popular among them. */
function* advisories(): Generator<string> {
  const ecosystems = ['npm', 'Maven', 'PyPI', 'Go', 'crates.io'];
  for (let rank = 0; rank < 60_000; rank += 10) {
    for (const ecosystem of ecosystems) {
      const name =
        ecosystem === 'Maven'
          ? `com.example.g${rank % 500}:package-${rank}`
          : ecosystem === 'Go'
            ? `example.com/go/package-${rank}`
            : `package-${rank}`;
      yield osvRecord(`CVE-2026-${100_000 + rank}`, ecosystem, name, `${1 + (rank % 4)}.10.0`, rank % 10);
    }
  }
}

function bar(work: string, ms: number, limit: number): Row {
  return {
    work,
    measured: { value: ms, unit: 'ms' },
    reference: null,
    bar: { text: `${limit} ms`, holds: ms <= limit },
  };
}
