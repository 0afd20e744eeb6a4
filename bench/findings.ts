import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JoinedBase } from '../src/advisories/base.ts';
import { openEvidence } from '../src/advisories/evidence.ts';
import { Matcher, NO_PRODUCT } from '../src/advisories/match.ts';
import { importFile } from '../src/advisories/mirror/documents.ts';
import { inEpoch } from '../src/advisories/mirror/import.ts';
import { Mirror } from '../src/advisories/mirror/mirror.ts';
import { targetOf } from '../src/advisories/select.ts';
import { affectedBy } from '../src/graph/findings/affected.ts';
import { keptCounts, keptPage } from '../src/graph/findings/kept.ts';
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
import type { BenchContext, Row } from './bench.ts';
import { generateBoms } from './generate.ts';
import { medianTime, timed } from './measure.ts';

const NOW = Date.now();
const RUNS = 15;
const FILTER = { statuses: ['affected', 'under_investigation', 'unknown'], vulnerability: null } as const;
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
  const judge = await medianTime(5, () => auditOf(path, purls));
  return [
    {
      work: `compiling ${advisories} OSV records`,
      measured: { value: compile / 1000, unit: 's' },
      reference: null,
      bar: { text: '5 s', holds: compile <= 5000 },
    },
    bar('opening the mirror', open, 10),
    bar(`audit of ${purls.length} distinct packages, each with advisories`, judge, 100),
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

function auditOf(path: string, purls: readonly string[]): void {
  const mirror = Mirror.open(path);
  const matcher = new Matcher(new JoinedBase(mirror), { now: NOW });
  for (const purl of purls) matcher.match(targetOf({ purls: [purl], version: null }), NO_PRODUCT);
  mirror.close();
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
        Buffer.from(record('CVE-2026-9999', 'npm', PLANTED, '2.0.0', 9)),
        'a.json',
        new Diagnostics(),
      );
    });
    await refreshFindings(store, base, { now: NOW });
  });
  const found = await keptPage(
    store,
    base,
    { statuses: null, vulnerability: 'CVE-2026-9999' },
    { limit: 25, now: NOW },
    EVERYTHING,
  );
  const listed = await medianTime(RUNS, () =>
    keptPage(
      store,
      base,
      { statuses: null, vulnerability: 'CVE-2026-9999' },
      { limit: 25, now: NOW },
      EVERYTHING,
    ),
  );
  if (found?.items.length !== 25) throw new Error('the new advisory was not found');
  let apps = 0;
  const whole = await timed(async () => {
    const affected = await affectedBy(store, base, 'CVE-2026-9999', EVERYTHING, NOW);
    apps = new Set(affected.findings.map(finding => finding.bom.app)).size;
  });
  context.note(`findings: ${boms} BOMs judged from nothing in ${(build / 1000).toFixed(1)} s`);
  base.close();
  await store.close();
  return [
    ...rows,
    bar(`a new advisory that hits ${apps} apps, ${hits} releases, until it is counted`, late, 1000),
    bar('its first page, by app', listed, 50),
    bar(`where, for it, each of ${hits} findings whole`, whole, 1000),
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
      yield record(`CVE-2026-${100_000 + rank}`, ecosystem, name, `${1 + (rank % 4)}.10.0`, rank % 10);
    }
  }
}

function record(id: string, ecosystem: string, name: string, fixed: string, harm: number): string {
  const impact = harm > 6 ? 'H' : harm > 3 ? 'L' : 'N';
  return JSON.stringify({
    id: `${ecosystem}-${id}`,
    aliases: [id],
    modified: '2026-01-01T00:00:00Z',
    severity: [{ type: 'CVSS_V3', score: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:${impact}/A:${impact}` }],
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });
}

function bar(work: string, ms: number, limit: number): Row {
  return {
    work,
    measured: { value: ms, unit: 'ms' },
    reference: null,
    bar: { text: `${limit} ms`, holds: ms <= limit },
  };
}
