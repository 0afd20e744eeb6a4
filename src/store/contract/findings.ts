import assert from 'node:assert/strict';
import { COUNTERS, type FindingRow, MARK, type PartIdentities } from '../findings.ts';
import type { Store } from '../ports.ts';
import { EVERYTHING, type Scope } from '../scope.ts';
import { smallAssertion, smallBom } from '../testing.ts';
import type { WithStore } from './common.ts';

const LEFT = 'pkg:npm/left@1.0.0';
const RIGHT = 'pkg:npm/right@1.0.0';
const ALL = { statuses: null, vulnerability: null } as const;

/** What every implementation must keep of findings, and how it counts and lists them. */
export function findings(withStore: WithStore): void {
  withStore('keeps findings: nothing before the first refresh', async store => {
    assert.equal(await store.findings.state(), null);
    await store.writer.write([smallBom({ app: 'shop', release: '1', purls: [LEFT] })]);
    await store.findings.work.begin('basis', 'all');
    assert.deepEqual(await store.findings.state(), { basis: 'basis', pending: true });
  });

  withStore('counts findings once per release, for all apps, some of them, and by label', async store => {
    await fill(store);
    await keep(store);
    assert.deepEqual(await store.findings.state(), { basis: 'basis', pending: false });
    // Two documents of shop 1 hold the same package: one finding.
    assert.deepEqual(await counted(store, EVERYTHING), { critical: 2, low: 1, act: 2 });
    assert.deepEqual(await counted(store, { ...EVERYTHING, apps: ['name:shop'] }), {
      critical: 1,
      low: 1,
      act: 1,
    });
    assert.deepEqual(await counted(store, { ...EVERYTHING, apps: [] }), {});
    for (const apps of [null, ['name:shop'], []]) {
      const scope = { ...EVERYTHING, apps };
      assert.equal(await store.findings.apps(scope), await store.apps.count(scope));
    }
    await store.writer.write([
      smallAssertion([
        { type: 'label', target: { kind: 'app', app: 'desk', release: null }, key: 'team', value: 'a' },
      ]),
    ]);
    assert.deepEqual(await counted(store, { ...EVERYTHING, labels: [{ key: 'team', value: 'a' }] }), {
      critical: 1,
      act: 1,
    });
    assert.equal(await store.findings.counts({ ...EVERYTHING, asOf: 1 }), null);
    assert.deepEqual(await store.findings.work.miscounted(), []);
  });

  withStore('leaves retired apps out of counts unless they are asked for', async store => {
    await fill(store);
    await store.writer.write([
      smallAssertion([
        { type: 'retire', target: { kind: 'app', app: 'desk', release: null }, retired: true },
      ]),
    ]);
    await keep(store);
    assert.deepEqual(await counted(store, EVERYTHING), { critical: 1, low: 1, act: 1 });
    assert.equal(await store.findings.apps(EVERYTHING), null, 'some are not shown');
    const all = { ...EVERYTHING, includeRetired: true };
    assert.equal(await store.findings.apps(all), await store.apps.count(all));
    assert.deepEqual(await counted(store, { ...EVERYTHING, includeRetired: true }), {
      critical: 2,
      low: 1,
      act: 2,
    });
  });

  withStore('lists findings by risk in pages, each once', async store => {
    await fill(store);
    await keep(store);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await store.findings.page(ALL, { limit: 1, after }, EVERYTHING);
      assert(page !== null);
      for (const item of page.items) {
        const [bom] = await store.documents.boms([item.bom], EVERYTHING);
        seen.push(`${item.vulnerability} ${bom?.appName}`);
      }
      after = page.next;
      if (after === null) break;
    }
    assert.deepEqual(seen, ['CVE-1 desk', 'CVE-1 shop', 'CVE-2 shop']);
    const one = await store.findings.page({ ...ALL, vulnerability: 'CVE-2' }, { limit: 9 }, EVERYTHING);
    assert.deepEqual(
      one?.items.map(item => item.component),
      [RIGHT],
    );
    const settled = await store.findings.page({ ...ALL, statuses: ['fixed'] }, { limit: 9 }, EVERYTHING);
    assert.deepEqual(settled?.items, []);
  });

  withStore('gives a BOM rows of its own where its verdicts are others', async store => {
    await fill(store);
    await keep(store);
    const boms = (await store.apps.boms('name:desk', undefined, EVERYTHING)).map(bom => bom.id);
    await store.findings.work.begin('next', { parts: [], boms, ownBoms: false });
    for (const bom of await store.findings.work.take('context', 10)) {
      const own = {
        ...row('CVE-1', 0),
        status: 'not_affected' as const,
        marks: 0,
        component: LEFT,
        name: 'left',
      };
      await store.findings.work.putContext([{ bom, own: { rows: [own], unidentified: 2 } }]);
    }
    while (await store.findings.work.count(10));
    assert.deepEqual(await counted(store, EVERYTHING), {
      critical: 1,
      low: 1,
      not_affected: 1,
      act: 1,
      unidentified: 2,
    });
    assert.deepEqual(await store.findings.tally('CVE-1', EVERYTHING), {
      statuses: { affected: 1, not_affected: 1, fixed: 0, under_investigation: 0, unknown: 0 },
      apps: 2,
      affected: 1,
      documents: 3,
    });
  });

  withStore('counts what a vulnerability is in and which packages are of a kind, in a scope', async store => {
    await fill(store);
    await keep(store);
    const shop = { ...EVERYTHING, apps: ['name:shop'] };

    const tally = await store.findings.tally('CVE-1', shop);
    assert.deepEqual([tally?.apps, tally?.statuses.affected, tally?.documents], [1, 1, 2]);
    assert.equal(await store.findings.tally('CVE-1', { ...EVERYTHING, asOf: 1 }), null);
    assert.deepEqual(await store.findings.kinds(), ['npm']);
    const packages = async (scope: Scope) =>
      (await store.findings.packagesOf(['npm'], scope)).map(one => one.component).sort();
    assert.deepEqual(await packages(EVERYTHING), [LEFT, RIGHT].sort());
    assert.deepEqual(await packages({ ...EVERYTHING, apps: ['name:desk'] }), [LEFT]);
  });

  withStore(
    'has nothing left to count after a document is forgotten, and counts what takes its place',
    async store => {
      await fill(store);
      await keep(store);
      const desk = smallBom({ app: 'desk', release: '1', purls: [LEFT] });
      await store.writer.forget(desk.sha256, 'tester', 'a test');
      assert.equal((await store.findings.state())?.pending, true);
      await workOff(store);
      assert.deepEqual(await counted(store, EVERYTHING), { critical: 1, low: 1, act: 1 });
      await store.writer.write([smallBom({ app: 'desk', release: '2', purls: [LEFT] })]);
      await workOff(store);
      assert.deepEqual(await counted(store, EVERYTHING), { critical: 2, low: 1, act: 2 });
    },
  );

  withStore('keeps the work that another took meanwhile', async store => {
    await fill(store);
    await store.findings.work.begin('basis', 'all');
    const taken = await store.findings.work.take('bom', 10);
    await store.findings.work.begin('again', 'all');
    await store.findings.work.putBoms(
      taken.map(bom => ({ bom, held: { parts: [], subjects: [], unidentified: 0 } })),
    );
    assert.deepEqual(await store.findings.work.bomParts(taken), []);
  });
}

async function fill(store: Store): Promise<void> {
  await store.writer.write([
    smallBom({ app: 'shop', release: '1', tool: 'one', purls: [LEFT, RIGHT] }),
    smallBom({ app: 'shop', release: '1', tool: 'two', purls: [LEFT] }),
    smallBom({ app: 'desk', release: '1', purls: [LEFT] }),
  ]);
}

function row(vulnerability: string, level: number): FindingRow {
  const grave = level === 0;
  return {
    vulnerability,
    status: 'affected',
    risk: grave ? 900 : 100,
    score: grave ? 90 : 20,
    level,
    marks: grave ? MARK.act : 0,
  };
}

async function keep(store: Store): Promise<void> {
  await store.findings.work.begin('basis', 'all');
  await workOff(store);
}

/** As the room above does it, with two packages of which something is known. */
async function workOff(store: Store): Promise<void> {
  const { work } = store.findings;
  for (const bom of await work.take('bom', 100)) {
    const graph = (await work.heads([bom])).has(bom)
      ? await store.graphs.graph(bom, { ...EVERYTHING, includeRetired: true })
      : null;
    const records = graph === null ? [] : await store.dictionary.packages([...graph.packages]);
    const parts = records.map(
      (one): PartIdentities => ({
        packages: [one.id],
        identifiers: [],
        component: one.purl,
        name: one.purl === LEFT ? 'left' : 'right',
        kind: 'npm',
      }),
    );
    await work.putBoms([{ bom, held: graph === null ? null : { parts, subjects: [], unidentified: 0 } }]);
  }
  for (const part of await work.parts(await work.take('part', 100))) {
    const rows = part.component === LEFT ? [row('CVE-1', 0)] : [row('CVE-2', 3)];
    await work.putParts([{ part: part.id, rows, within: null }]);
  }
  for (const bom of await work.take('context', 100)) await work.putContext([{ bom, own: null }]);
  while (await work.count(100));
}

async function counted(store: Store, scope: Scope): Promise<Record<string, number>> {
  const counts = (await store.findings.counts(scope)) ?? [];
  const named = Object.fromEntries(
    COUNTERS.map((counter, at) => [counter, counts[at] ?? 0]).filter(([, n]) => n !== 0),
  );
  return named;
}
