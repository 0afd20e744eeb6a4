import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { JoinedBase } from '../src/advisories/base.ts';
import { openEvidence } from '../src/advisories/evidence.ts';
import { importFile } from '../src/advisories/mirror/documents.ts';
import { inEpoch } from '../src/advisories/mirror/import.ts';
import { Mirror } from '../src/advisories/mirror/mirror.ts';
import { affectedBy } from '../src/graph/findings/affected.ts';
import { OPEN } from '../src/graph/findings/answer.ts';
import { audit } from '../src/graph/findings/audit.ts';
import type { Finding } from '../src/graph/findings/findings.ts';
import { keptAudit, keptWhere } from '../src/graph/findings/kept.ts';
import { changesSince } from '../src/graph/findings/news.ts';
import { auditPage, tallyOf } from '../src/graph/findings/page.ts';
import { refreshFindings } from '../src/graph/findings/refresh.ts';
import { componentOf } from '../src/graph/findings/rows.ts';
import { makeIntake } from '../src/ingest/make-intake.ts';
import { readDocument } from '../src/ingest/read-document.ts';
import { sha256 } from '../src/io/hash.ts';
import { Diagnostics } from '../src/model/diagnostic.ts';
import type { Store } from '../src/store/ports.ts';
import { EVERYTHING, type Scope } from '../src/store/scope.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';

/** One thing that comes into a larder or its mirror. */
interface Arrival {
  readonly into: 'larder' | 'mirror';
  readonly name: string;
  readonly text: string;
}

/** A larder with a mirror, into which things come one after another. */
class World {
  readonly folder: string;
  readonly store: Store;
  readonly feeds: Mirror;
  #evidence: Mirror | null = null;

  constructor(folder: string) {
    this.folder = folder;
    this.store = openSqliteStore(join(folder, 'larder'), { mode: 'create' });
    this.feeds = Mirror.open(join(folder, 'mirror.db'), { create: true });
  }

  async take(arrival: Arrival): Promise<void> {
    const bytes = Buffer.from(arrival.text);
    if (arrival.into === 'mirror') {
      await inEpoch(this.feeds, Date.now(), async writer => {
        await importFile(writer, bytes, arrival.name, new Diagnostics());
      });
      return;
    }
    const source = { bytes, sha256: sha256(bytes), name: arrival.name, container: null };
    const [written] = await this.store.writer.write([
      makeIntake(source, await readDocument(bytes, arrival.name)),
    ]);
    assert.notEqual(written?.status, 'rejected', arrival.text);
  }

  async base(): Promise<JoinedBase> {
    this.#evidence?.close();
    this.#evidence = await openEvidence(this.store, join(this.folder, 'larder'));
    return new JoinedBase(this.feeds, this.#evidence);
  }

  async close(): Promise<void> {
    this.#evidence?.close();
    this.feeds.close();
    await this.store.close();
  }
}

async function inWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-symmetry-'));
  const world = new World(folder);
  try {
    return await work(world);
  } finally {
    await world.close();
    await rm(folder, { recursive: true });
  }
}

const LATER = Date.UTC(2100, 0, 1);
const NAMES = ['left', 'right', 'up'] as const;
const VERSIONS = ['1.0.0', '2.0.0'] as const;
const IDS = ['CVE-2026-0001', 'GHSA-aaaa-bbbb-cccc', 'CVE-2026-0002'] as const;
const APPS = ['shop', 'desk'] as const;
const PURLS = [
  ...NAMES.flatMap(name => VERSIONS.map(version => `pkg:npm/${name}@${version}`)),
  'pkg:deb/debian/libleft@1.0-1?distro=debian-12&upstream=left@1.0-1',
];
const CPE = 'cpe:2.3:a:acme:left:1.0.0:*:*:*:*:*:*:*';

const bom = fc
  .record({
    app: fc.constantFrom(...APPS),
    release: fc.constantFrom('1', '2'),
    tool: fc.constantFrom('one', 'two'),
    parts: fc.uniqueArray(
      fc.record({
        purl: fc.option(fc.constantFrom(...PURLS)),
        cpe: fc.boolean(),
        ref: fc.integer({ min: 0, max: 6 }),
      }),
      { selector: part => part.ref, minLength: 1, maxLength: 5 },
    ),
    edges: fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 5 }),
    serial: fc.nat(3),
  })
  .map(({ app, release, tool, parts, edges, serial }): Arrival => {
    const refs = ['root', ...parts.map(part => `part-${part.ref}`)];
    const below = Map.groupBy(edges, ([from]) => refs[from % refs.length] ?? 'root');
    const text = JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      serialNumber: `urn:uuid:0000000${serial}-0000-4000-8000-000000000000`,
      metadata: {
        // What is newer is said by the document, so that the order of arrival does not decide.
        timestamp: new Date(
          Date.UTC(2025, 0, 1) +
            Number.parseInt(
              sha256(Buffer.from(JSON.stringify([app, release, parts, edges]))).slice(0, 8),
              16,
            ),
        ).toISOString(),
        tools: { components: [{ type: 'application', name: tool }] },
        component: {
          type: 'application',
          'bom-ref': 'root',
          name: app,
          version: release,
          purl: `pkg:generic/${app}@${release}`,
        },
      },
      components: parts.map(part => ({
        type: 'library',
        'bom-ref': `part-${part.ref}`,
        name: `part-${part.ref}`,
        version: '1.0.0',
        ...(part.purl === null ? {} : { purl: part.purl }),
        ...(part.cpe ? { cpe: CPE } : {}),
      })),
      dependencies: [...below].map(([ref, to]) => ({
        ref,
        dependsOn: [...new Set(to.map(([, end]) => refs[end % refs.length] ?? 'root'))],
      })),
    });
    return { into: 'larder', name: `${app}.cdx.json`, text };
  });

const advisory = fc
  .record({
    into: fc.constantFrom('larder', 'mirror'),
    id: fc.constantFrom(...IDS),
    alias: fc.option(fc.constantFrom(...IDS)),
    name: fc.constantFrom(...NAMES),
    ecosystem: fc.constantFrom('npm', 'npm', 'Debian:12'),
    fixed: fc.constantFrom('1.5.0', '3.0.0'),
    score: fc.constantFrom(
      'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
      'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N',
    ),
    withdrawn: fc.constantFrom(false, false, false, true),
  })
  .map(({ into, id, alias, name, ecosystem, fixed, score, withdrawn }): Arrival => {
    const text = JSON.stringify({
      id,
      modified: '2026-01-01T00:00:00Z',
      ...(alias === null || alias === id ? {} : { aliases: [alias] }),
      ...(withdrawn ? { withdrawn: '2026-01-02T00:00:00Z' } : {}),
      severity: [{ type: 'CVSS_V3', score }],
      affected: [
        {
          package: { ecosystem, name },
          ranges: [
            { type: ecosystem === 'npm' ? 'SEMVER' : 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] },
          ],
        },
      ],
    });
    return { into, name: `${id}.json`, text };
  });

const product = fc.constantFrom(
  ...APPS.flatMap(app => [
    `pkg:generic/${app}@1`,
    `pkg:generic/${app}@2`,
    `larder:name:${app}`,
    `larder:pkg:generic/${app}@1`,
  ]),
  ...PURLS,
);

const vex = fc
  .record({
    id: fc.constantFrom(...IDS),
    product,
    inside: fc.option(fc.constantFrom(...PURLS, CPE)),
    status: fc.constantFrom('not_affected', 'affected', 'fixed', 'under_investigation'),
    author: fc.constantFrom('acme', 'us'),
    day: fc.integer({ min: 1, max: 9 }),
    as: fc.constantFrom('vex', 'decision'),
  })
  .map(({ id, product: of, inside, status, author, day, as }): Arrival => {
    const named = (text: string) => ({
      '@id': text,
      ...(text.startsWith('pkg:')
        ? { identifiers: { purl: text } }
        : text.startsWith('cpe:')
          ? { identifiers: { cpe23: text } }
          : {}),
    });
    const document = {
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': `https://example.com/${id}/${of}/${day}`,
      author,
      timestamp: `2026-02-0${day}T00:00:00Z`,
      version: 1,
      statements: [
        {
          vulnerability: { name: id },
          products: [{ ...named(of), ...(inside === null ? {} : { subcomponents: [named(inside)] }) }],
          status,
        },
      ],
    };
    if (as === 'vex') return { into: 'larder', name: 'vex.json', text: JSON.stringify(document) };
    const assertion = {
      schema: 'larder.assertion/1',
      who: author,
      when: `2026-02-0${day}T00:00:00Z`,
      because: 'a test',
      statements: [{ type: 'decision', target: { kind: 'app', app: 'shop', release: null }, body: document }],
    };
    return { into: 'larder', name: 'decision.json', text: JSON.stringify(assertion) };
  });

/** A disclosure report that names entries of a document by BOM-Link. */
const report = fc
  .record({
    id: fc.constantFrom(...IDS),
    serial: fc.nat(3),
    ref: fc.nat(6),
    state: fc.constantFrom('exploitable', 'not_affected', 'resolved'),
  })
  .map(({ id, serial, ref, state }): Arrival => {
    const text = JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      vulnerabilities: [
        {
          id,
          analysis: { state },
          affects: [{ ref: `urn:cdx:0000000${serial}-0000-4000-8000-000000000000/1#part-${ref}` }],
        },
      ],
    });
    return { into: 'larder', name: 'report.cdx.json', text };
  });

const said = fc
  .record({
    target: fc.constantFrom(
      { kind: 'package', purl: PURLS[0] },
      { kind: 'identifier', identifier: 'name:part-3' },
      { kind: 'identifier', identifier: 'name:part-4@1.0.0' },
    ),
    purl: fc.constantFrom(...PURLS),
  })
  .map(({ target, purl }): Arrival => {
    const assertion = {
      schema: 'larder.assertion/1',
      who: 'us',
      when: '2026-02-01T00:00:00Z',
      because: 'a test',
      statements: [{ type: 'identify', target, as: { purl } }],
    };
    return { into: 'larder', name: 'identify.json', text: JSON.stringify(assertion) };
  });

const kev = fc.constantFrom(...IDS).map(
  (id): Arrival => ({
    into: 'mirror',
    name: 'kev.json',
    text: JSON.stringify({
      catalogVersion: '1',
      dateReleased: '2026-01-01T00:00:00Z',
      vulnerabilities: [{ cveID: id, dateAdded: '2026-01-01' }],
    }),
  }),
);

const arrivals = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: bom },
    { weight: 5, arbitrary: advisory },
    { weight: 4, arbitrary: vex },
    { weight: 2, arbitrary: report },
    { weight: 1, arbitrary: said },
    { weight: 1, arbitrary: kev },
  ),
  { minLength: 4, maxLength: 14 },
);

/** What an answer says of a finding, without what depends on when things came. */
function told(finding: Finding): string {
  const { match } = finding;
  return JSON.stringify([
    finding.id,
    finding.vulnerability,
    finding.bom.document.sha256,
    match.verdict.status,
    match.verdict.justification,
    match.verdict.conflict,
    finding.risk,
  ]);
}

async function findings(
  world: World,
  base: JoinedBase,
  scope: Scope = EVERYTHING,
): Promise<readonly Finding[]> {
  return (await audit(world.store, base, { thing: null, scope, now: LATER })).findings;
}

/** S in affected(V) exactly when V in findings(S), with the same verdict. */
async function assertSymmetric(world: World, base: JoinedBase, scope: Scope): Promise<void> {
  const fromApps = await findings(world, base, scope);
  for (const id of IDS) {
    const fromVulnerability = await affectedBy(world.store, base, id, scope, LATER);
    assert.deepEqual(
      fromVulnerability.findings.map(told).sort(),
      fromApps
        .filter(finding => finding.match.ids.includes(id))
        .map(told)
        .sort(),
      id,
    );
  }
}

/**
 * What is kept answers as judging everything anew does: the same counts, packages that nobody looked at and findings, in the same order and pages. A page that was begun
 * with one is gone on with by the other.
 */
async function assertKept(world: World, base: JoinedBase, scope: Scope, limit: number): Promise<void> {
  const fresh = await findings(world, base, scope);
  const { store } = world;
  const asked = { thing: null, scope, now: LATER, limit };
  for (const statuses of [null, OPEN]) {
    const shown: string[] = [];
    for (let after: string | null = null; ; ) {
      const filter = { statuses, vulnerability: null };
      const kept = await keptAudit(store, base, filter, { limit, after, now: LATER }, scope);
      const whole = await auditPage(store, base, { ...asked, statuses, after, whole: true });
      assert(kept !== null && whole.whole !== null);
      assert.deepEqual(
        { ...kept, items: kept.items.map(told) },
        { ...whole, items: whole.items.map(told), whole: null },
      );
      shown.push(...kept.items.map(told));
      after = kept.next;
      if (after === null) break;
    }
    const wanted = fresh.filter(finding => statuses?.includes(finding.match.verdict.status) ?? true);
    assert.deepEqual(shown, wanted.map(told));
  }
  for (const id of IDS) {
    const kept = await keptWhere(store, base, id, OPEN, { limit, now: LATER }, scope);
    const { findings: all, documents, ...named } = await affectedBy(store, base, id, scope, LATER);
    const open = all.filter(finding => OPEN.includes(finding.match.verdict.status));
    assert(kept !== null);
    assert.deepEqual(kept.items.map(told), open.slice(0, limit).map(told));
    assert.deepEqual(
      [kept.ids, kept.summary, kept.known, kept.total, kept.tally, kept.appsAsked],
      [
        named.ids,
        named.summary,
        named.known,
        open.length,
        tallyOf(all, documents),
        await store.apps.count(scope),
      ],
    );
  }
}

const TEAM: Scope = { ...EVERYTHING, apps: ['pkg:generic/shop'] };

test('the relation is the same from both ends, and what is kept is what judging anew gives', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, fc.nat(13), fc.integer({ min: 1, max: 4 }), async (all, refreshAt, limit) => {
      await inWorld(async world => {
        for (const [index, arrival] of all.entries()) {
          await world.take(arrival);
          if (index !== refreshAt % all.length) continue;
          await refreshFindings(world.store, await world.base(), { now: LATER });
        }
        const base = await world.base();
        await refreshFindings(world.store, base, { now: LATER });
        for (const scope of [EVERYTHING, TEAM]) {
          await assertSymmetric(world, base, scope);
          await assertKept(world, base, scope, limit);
        }
        assert.deepEqual(await world.store.findings.work.miscounted(), []);
      });
    }),
    { numRuns: 25 },
  );
});

test('the order in which documents, advisories and statements come does not matter', async () => {
  // A second revision of one record, or a second catalogue, replaces the first: there order is what they say.
  const once = fc.uniqueArray(fc.oneof(bom, advisory, vex, report, said), {
    selector: arrival =>
      arrival.name.startsWith('CVE') || arrival.name.startsWith('GHSA')
        ? `${arrival.into} ${arrival.name}`
        : arrival.text,
    minLength: 4,
    maxLength: 12,
  });
  const orders = once.chain(all =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  await fc.assert(
    fc.asyncProperty(orders, async ([first, second]) => {
      const answers = [];
      for (const all of [first, second]) {
        answers.push(
          await inWorld(async world => {
            for (const arrival of all) await world.take(arrival);
            return (await findings(world, await world.base())).map(told);
          }),
        );
      }
      assert.deepEqual(answers[0], answers[1]);
    }),
    { numRuns: 12 },
  );
});

test('a component that is called by two packages is found by one name, whichever was said first', async () => {
  const bomText = JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: { component: { type: 'application', 'bom-ref': 'root', name: 'shop', version: '1' } },
    components: [{ type: 'library', 'bom-ref': 'part', name: 'part', version: '1.0.0' }],
  });
  const record = JSON.stringify({
    id: 'CVE-2026-0001',
    modified: '2026-01-01T00:00:00Z',
    affected: [{ package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0.0'] }],
  });
  const identify = (purl: string): Arrival => ({
    into: 'larder',
    name: 'identify.json',
    text: JSON.stringify({
      schema: 'larder.assertion/1',
      who: 'us',
      when: '2026-02-01T00:00:00Z',
      because: 'a test',
      statements: [
        {
          type: 'identify',
          target: { kind: 'identifier', identifier: 'name:part@1.0.0' },
          as: { purl },
        },
      ],
    }),
  });
  const names = ['pkg:npm/left@1.0.0', 'pkg:npm/right@1.0.0'];
  const answers = [];
  for (const order of [names, names.toReversed()])
    answers.push(
      await inWorld(async world => {
        await world.take({ into: 'larder', name: 'shop.cdx.json', text: bomText });
        await world.take({ into: 'larder', name: 'CVE-2026-0001.json', text: record });
        for (const purl of order) await world.take(identify(purl));
        return (await findings(world, await world.base())).map(told);
      }),
    );
  assert.equal(answers[0]?.length, 1);
  assert.deepEqual(answers[0], answers[1]);
});

test('as of any moment the answer is what was known then, from both ends', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, async all => {
      await inWorld(async world => {
        const known: { readonly moment: number; readonly answer: readonly string[] }[] = [];
        for (const arrival of all) {
          await world.take(arrival);
          const answer = (await findings(world, await world.base())).map(told);
          await moments(2);
          known.push({ moment: Date.now(), answer });
          await moments(2);
        }
        const base = await world.base();
        for (const { moment, answer } of known) {
          const scope = { ...EVERYTHING, asOf: moment };
          assert.deepEqual((await findings(world, base, scope)).map(told), answer);
          await assertSymmetric(world, base, scope);
        }
      });
    }),
    { numRuns: 8 },
  );
});

test('what an update changed is what differs between all findings before and after it', async () => {
  const updates = fc.array(advisory, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(advisory, arrivals, updates, async (first, all, update) => {
      await inWorld(async world => {
        await world.take({ ...first, into: 'mirror' });
        for (const arrival of all) await world.take(arrival);
        const base = await world.base();
        const before = await findings(world, base);
        const marks = base.marks();
        await moments(2);
        await inEpoch(world.feeds, Date.now(), async writer => {
          for (const { text, name } of update)
            await importFile(writer, Buffer.from(text), name, new Diagnostics());
        });
        const ids = base.changesSince(marks)?.ids ?? [];

        const changes = await changesSince(world.store, base, ids, (base.updated ?? 0) - 1, LATER);

        const after = await findings(world, base);
        assert.deepEqual(
          changes.affected.map(({ finding }) => told(finding)),
          affectedNotIn(after, before),
        );
        assert.deepEqual(
          changes.cleared.map(({ finding }) => told(finding)),
          affectedNotIn(before, after),
        );
      });
    }),
    { numRuns: 15 },
  );
});

/** Affected in some findings, and under no name in others. */
function affectedNotIn(some: readonly Finding[], others: readonly Finding[]): string[] {
  const affected = (all: readonly Finding[]) => all.filter(one => one.match.verdict.status === 'affected');
  const isSame = (a: Finding, b: Finding): boolean =>
    a.bom.app === b.bom.app &&
    a.bom.release === b.bom.release &&
    componentOf(a) === componentOf(b) &&
    a.match.ids.some(id => b.match.ids.includes(id));
  return affected(some)
    .filter(one => !affected(others).some(other => isSame(one, other)))
    .map(told);
}

test('two mirror updates, a VEX and a retraction: each day shows what was known on it', async () => {
  await inWorld(async world => {
    const base = async () => world.base();
    const statuses = async (asOf: number | null): Promise<readonly string[]> =>
      (await findings(world, await base(), { ...EVERYTHING, asOf }))
        .filter(finding => finding.component === 'left')
        .map(finding => `${finding.vulnerability} ${finding.match.verdict.status}`);
    const days: number[] = [];
    const day = async (...arrivals: readonly Arrival[]): Promise<void> => {
      for (const arrival of arrivals) await world.take(arrival);
      await moments(2);
      days.push(Date.now());
      await moments(2);
    };
    const record = (id: string, more: object = {}): Arrival => ({
      into: 'mirror',
      name: `${id}.json`,
      text: JSON.stringify({
        id,
        modified: '2026-01-01T00:00:00Z',
        affected: [
          {
            package: { ecosystem: 'npm', name: 'left' },
            ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
          },
        ],
        ...more,
      }),
    });
    await day({ into: 'larder', name: 'shop.json', text: shopWithLeft });
    await day(record('CVE-2026-0001'));
    await day(record('CVE-2026-0002'));
    await day({ into: 'larder', name: 'vex.json', text: notAffected('CVE-2026-0001') });
    await day(
      record('CVE-2026-0002', { modified: '2026-03-01T00:00:00Z', withdrawn: '2026-03-01T00:00:00Z' }),
    );

    assert.deepEqual(await statuses(days[0] ?? 0), []);
    assert.deepEqual(await statuses(days[1] ?? 0), ['CVE-2026-0001 affected']);
    assert.deepEqual(await statuses(days[2] ?? 0), ['CVE-2026-0001 affected', 'CVE-2026-0002 affected']);
    assert.deepEqual(await statuses(days[3] ?? 0), ['CVE-2026-0001 not_affected', 'CVE-2026-0002 affected']);
    assert.deepEqual(await statuses(days[4] ?? 0), ['CVE-2026-0001 not_affected']);
    assert.deepEqual(await statuses(null), ['CVE-2026-0001 not_affected']);
  });
});

const CORPUS = existsSync('data/sbom') && existsSync('data/osv');

test('both ends agree over a sample of real BOMs and advisories, and with what is kept', {
  skip: CORPUS ? false : 'data/ is not there',
}, async () => {
  await inWorld(async world => {
    const boms = globSync('data/sbom/**/*.json')
      .filter(path => statSync(path).size < 300_000)
      .sort()
      .filter((_, index) => index % 40 === 0);
    for (const path of boms) {
      const bytes = readFileSync(path);
      const source = { bytes, sha256: sha256(bytes), name: path, container: null };
      await world.store.writer.write([makeIntake(source, await readDocument(bytes, path))]);
    }
    await inEpoch(world.feeds, Date.now(), async writer => {
      for (const ecosystem of ['npm', 'Maven', 'Packagist', 'RubyGems', 'Debian', 'Alpine', 'NuGet'])
        await importFile(
          writer,
          readFileSync(`data/osv/${ecosystem}/all.zip`),
          `${ecosystem}/all.zip`,
          new Diagnostics(),
        );
    });
    const base = await world.base();
    await refreshFindings(world.store, base, { now: LATER });
    const fresh = await findings(world, base);
    assert(fresh.length > 0);
    await assertKept(world, base, EVERYTHING, 500);
    const ids = [...new Set(fresh.map(finding => finding.vulnerability))].filter(
      (_, index) => index % 5 === 0,
    );
    for (const id of ids.slice(0, 40)) {
      const { findings: there } = await affectedBy(world.store, base, id, EVERYTHING, LATER);
      assert.deepEqual(
        there.map(told).sort(),
        fresh
          .filter(finding => finding.vulnerability === id)
          .map(told)
          .sort(),
        id,
      );
    }
  });
});

const shopWithLeft = JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  metadata: { component: { type: 'application', name: 'shop', version: '1', purl: 'pkg:generic/shop@1' } },
  components: [{ type: 'library', name: 'left', version: '1.0.0', purl: 'pkg:npm/left@1.0.0' }],
});

function notAffected(id: string): string {
  return JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.com/vex/1',
    author: 'acme',
    timestamp: '2026-02-01T00:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: id },
        products: [{ '@id': 'pkg:generic/shop@1', identifiers: { purl: 'pkg:generic/shop@1' } }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
      },
    ],
  });
}

/** Record time counts in milliseconds; two things must not share one. */
async function moments(milliseconds: number): Promise<void> {
  await new Promise(done => setTimeout(done, milliseconds));
}
