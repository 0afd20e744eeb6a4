import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MEMBER } from './intake.ts';
import type { Store } from './ports.ts';
import { EVERYTHING, type Scope } from './scope.ts';
import { plainIntake, type SmallBom, smallAssertion, smallBom } from './testing.ts';

/** How a suite gets a store of one implementation: a fresh one, and the same one opened again, as another process would. */
export interface Implementation {
  readonly name: string;
  /** `segmentBoms`: how many BOMs one segment of a membership index takes, where the implementation has such; small, so that merging can be seen. */
  fresh(options: {
    readonly segmentBoms?: number;
  }): Promise<{ readonly store: Store; reopen(): Promise<Store>; dispose(): Promise<void> }>;
}

const HISTORY: Scope = { ...EVERYTHING, includeSuperseded: true };
const log4j = 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1';
const payments = {
  app: 'payments',
  release: '4.2.0',
  purls: ['pkg:generic/payments@4.2.0', 'pkg:npm/a@1.0.0', log4j],
  edges: [
    [0, 1],
    [1, 2],
  ],
  licences: ['MIT', 'Apache-2.0'],
} satisfies SmallBom;

/** What every implementation of the store must do. Nothing in it is skipped for any of them. */
export function storeContract(implementation: Implementation): void {
  const withStore = (
    name: string,
    work: (store: Store, reopen: () => Promise<Store>) => Promise<void>,
    options: { readonly segmentBoms?: number } = {},
  ): void => {
    test(name, async () => {
      const { store, reopen, dispose } = await implementation.fresh(options);
      try {
        await work(store, reopen);
      } finally {
        await store.close();
        await dispose();
      }
    });
  };

  describe(`the store contract: ${implementation.name}`, () => {
    withStore('keeps bytes exactly, also for a second process', async (store, reopen) => {
      const intake = smallBom(payments);
      await store.writer.write([intake]);
      const other = await reopen();
      const bytes = await other.bytes.read(intake.sha256);
      assert.equal(Buffer.from(bytes ?? []).toString(), JSON.stringify(payments));
      assert.equal(await other.bytes.has('0'.repeat(64)), false);
      assert.equal(await other.bytes.read('0'.repeat(64)), null);
      await other.close();
    });

    withStore(
      'reports what a document became, and the same bytes again as a duplicate that changes nothing',
      async store => {
        const intake = smallBom(payments);
        const [first] = await store.writer.write([intake]);
        assert.equal(first?.status, 'accepted');
        assert.equal(first?.bom?.release, '4.2.0');
        assert.equal(first?.bom?.counts.dependencies, 2);
        const before = await store.maintenance.stats();
        const [again, twice] = await store.writer.write([intake, intake]);
        assert.deepEqual([again?.status, twice?.status], ['duplicate', 'duplicate']);
        assert.deepEqual(again?.bom, first?.bom);
        assert.deepEqual(await store.maintenance.stats(), before);
        assert.deepEqual([...(await store.writer.known([intake.sha256, 'f'.repeat(64)]))], [intake.sha256]);
      },
    );

    withStore('keeps a batch whole or not at all', async store => {
      const broken = {
        ...smallBom({ ...payments, app: 'other' }),
        name: { not: 'text' } as unknown as string,
      };
      await assert.rejects(store.writer.write([smallBom(payments), broken]));
      assert.equal((await store.maintenance.stats()).documents, 0);
      assert.deepEqual(await store.dictionary.names({ name: 'log4j-core', how: 'exact' }), []);
      const [kept] = await store.writer.write([smallBom(payments)]);
      assert.equal(kept?.status, 'accepted');
      await noFaults(store);
    });

    withStore('finds packages by name without case, version and full purl', async store => {
      const qualified = 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar';
      await store.writer.write([
        smallBom({
          ...payments,
          purls: [...payments.purls, qualified, 'pkg:npm/JSONStream@1.0.0', 'pkg:npm/jsonstream@1.0.0'],
        }),
      ]);
      const [name, ...more] = await store.dictionary.names({ name: 'LOG4J-Core', how: 'exact' });
      assert.equal(more.length, 0);
      assert.equal(name?.namespace, 'org.apache.logging.log4j');
      const matches = await store.dictionary.matches([name?.id ?? 0]);
      assert.deepEqual(
        matches.map(match => match.version),
        ['2.14.1'],
      );
      const packages = await store.dictionary.packagesOfMatches(matches.map(match => match.id));
      assert.deepEqual(
        packages.map(one => one.purl),
        [log4j, qualified],
      );
      assert.equal((await store.dictionary.packageByPurl(qualified))?.match, matches[0]?.id);
      assert.equal((await store.dictionary.names({ name: 'jsonstream', how: 'exact' })).length, 2);
      assert.deepEqual(
        (await store.dictionary.names({ name: 'log4', how: 'prefix' })).map(one => one.name),
        ['log4j-core'],
      );
      assert.deepEqual(
        (await store.dictionary.names({ name: 'J-CO', how: 'contains', type: 'maven' })).map(one => one.name),
        ['log4j-core'],
      );
    });

    withStore('says which BOMs hold a package and how', async store => {
      await store.writer.write([
        smallBom(payments),
        smallBom({ app: 'batch', purls: ['pkg:generic/batch@1', log4j], edges: [[0, 1]] }),
        smallBom({ app: 'legacy', purls: ['pkg:generic/legacy@1', log4j] }),
      ]);
      assert.deepEqual(await holders(store, log4j, EVERYTHING), [
        ['batch', MEMBER.DIRECT],
        ['legacy', MEMBER.NO_PATH],
        ['payments', MEMBER.TRANSITIVE],
      ]);
      assert.deepEqual(await holders(store, 'pkg:npm/nowhere@1', EVERYTHING), []);
    });

    withStore('finds CPEs, plain identities and digests', async store => {
      const cpe = 'cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*';
      const sha1 = 'a'.repeat(40);
      await store.writer.write([
        smallBom({
          ...payments,
          cpes: [cpe],
          plain: [{ name: 'Zlib', version: '1.2', supplier: null }],
          digests: ['b'.repeat(64), sha1],
        }),
      ]);
      const [identifier] = await store.dictionary.identifiersStarting('cpe', 'cpe:2.3:a:apache:log4j:', 10);
      assert.equal(identifier?.value, cpe);
      assert.equal((await store.membership.ofIdentifiers([identifier?.id ?? 0], EVERYTHING)).length, 1);
      const [plain] = await store.dictionary.plainByName({ name: 'zlib', how: 'exact' });
      assert.deepEqual(
        { name: plain?.name, version: plain?.version, supplier: plain?.supplier },
        { name: 'Zlib', version: '1.2', supplier: null },
      );
      assert.equal((await store.membership.ofPlain([plain?.id ?? 0], EVERYTHING)).length, 1);
      assert.deepEqual(
        (await store.digests.find(sha1, EVERYTHING)).map(hit => [hit.kind, hit.ordinal]),
        [['component', 1]],
      );
      assert.deepEqual(await store.digests.find('c'.repeat(40), EVERYTHING), []);
    });

    withStore('gives graphs with dictionary numbers', async store => {
      const [written] = await store.writer.write([
        smallBom({ ...payments, plain: [{ name: 'zlib', version: '1.2', supplier: null }] }),
      ]);
      const graph = await store.graphs.graph(written?.bom?.id ?? 0, EVERYTHING);
      assert.ok(graph !== null);
      assert.deepEqual(await purlsOf(store, graph.packages.subarray(0, 3)), payments.purls);
      assert.deepEqual([...graph.down().target], [1, 2]);
      assert.deepEqual(graph.ordinalsOf('package', graph.packages[2] ?? 0), [2]);
      assert.deepEqual(graph.node(3).label, { name: 'zlib', version: '1.2' });
      assert.equal(
        await store.graphs.graph(written?.bom?.id ?? 0, { ...EVERYTHING, apps: ['name:other'] }),
        null,
      );
      assert.equal(await store.graphs.graph(999, EVERYTHING), null);
    });

    withStore('shows only the apps of the scope, on every read', async store => {
      await store.writer.write([
        smallBom(payments),
        smallBom({ ...payments, app: 'secret', serial: 'urn:uuid:s', digests: ['d'.repeat(64)] }),
      ]);
      const team: Scope = { ...EVERYTHING, apps: ['name:payments'] };
      assert.deepEqual(
        (await holders(store, log4j, team)).map(([app]) => app),
        ['payments'],
      );
      assert.deepEqual(
        (await store.apps.list({ limit: 10 }, team)).items.map(app => app.key),
        ['name:payments'],
      );
      assert.equal((await store.apps.list({ limit: 10 }, team)).total, 1);
      assert.deepEqual(await store.apps.resolve('secret', team), []);
      assert.equal((await store.documents.list({}, { limit: 10 }, team)).total, 1);
      assert.equal((await store.documents.listBoms({}, { limit: 10 }, team)).total, 1);
      assert.deepEqual(await store.documents.linked({ serialNumber: 'urn:uuid:s' }, team), []);
      assert.deepEqual(await store.digests.find('d'.repeat(64), team), []);
      assert.equal((await store.licences.list({ limit: 10 }, team)).items[0]?.boms, 1);
      assert.equal((await store.membership.totals(team)).boms, 1);
      assert.equal((await store.documents.producers('tool', team))[0]?.documents, 1);
      assert.equal(
        await store.documents.find(
          smallBom({ ...payments, app: 'secret', serial: 'urn:uuid:s', digests: ['d'.repeat(64)] }).sha256,
          team,
        ),
        null,
      );
      const nobody: Scope = { ...EVERYTHING, apps: [] };
      assert.equal((await store.membership.totals(nobody)).boms, 0);
    });

    withStore('replaces within a line only, in any order of arrival', async store => {
      const day = (n: number): number => Date.UTC(2026, 0, n);
      const versions = [3, 1, 2].map(n => smallBom({ ...payments, created: day(n), salt: `${n}` }));
      for (const intake of versions) await store.writer.write([intake]);
      await store.writer.write([
        smallBom({ ...payments, release: '4.3.0', created: day(9) }),
        smallBom({ ...payments, tool: 'another', created: day(9) }),
      ]);
      const current = await store.apps.boms('name:payments', '4.2.0', EVERYTHING);
      assert.deepEqual(
        current.map(bom => [bom.tool, bom.created]),
        [
          ['another', day(9)],
          ['test-tool', day(3)],
        ],
      );
      assert.equal((await store.apps.boms('name:payments', '4.2.0', HISTORY)).length, 4);
      assert.equal((await store.apps.boms('name:payments', undefined, EVERYTHING)).length, 3);
    });

    withStore(
      'takes a higher version of one serial number as later, and leaves alone what stands alone',
      async store => {
        const serial = 'urn:uuid:1';
        await store.writer.write([
          smallBom({ ...payments, serial, revision: 2, created: 1000 }),
          smallBom({ ...payments, serial, revision: 1, created: 2000 }),
        ]);
        assert.deepEqual(
          (await store.apps.boms('name:payments', undefined, EVERYTHING)).map(bom => bom.revision),
          [2],
        );
        await store.writer.write(
          [1, 2].map(n => smallBom({ app: 'loose', purls: [], standsAlone: true, salt: `${n}` })),
        );
        assert.equal((await store.apps.boms('name:loose', undefined, EVERYTHING)).length, 2);
      },
    );

    withStore('answers as of a record time', async store => {
      assert.equal(await store.maintenance.firstRecorded(), null);
      const [old] = await store.writer.write([smallBom({ ...payments, created: 1000 })]);
      const then = old?.document?.recordedFrom ?? 0;
      const [young] = await store.writer.write([
        smallBom({
          ...payments,
          purls: ['pkg:generic/payments@4.2.0'],
          edges: [],
          licences: [],
          created: 2000,
        }),
      ]);
      const now = young?.document?.recordedFrom ?? 0;
      assert.ok(now > then);
      assert.equal(await store.maintenance.firstRecorded(), then);
      assert.deepEqual(await holders(store, log4j, EVERYTHING), []);
      assert.equal((await holders(store, log4j, HISTORY)).length, 1);
      assert.equal((await holders(store, log4j, { ...EVERYTHING, asOf: then })).length, 1);
      assert.equal((await holders(store, log4j, { ...EVERYTHING, asOf: then - 1 })).length, 0);
      assert.equal((await holders(store, log4j, { ...HISTORY, asOf: now })).length, 1);
      assert.equal((await store.documents.list({}, { limit: 5 }, { ...EVERYTHING, asOf: then })).total, 1);
    });

    withStore('moves a document where an assertion says, and remembers where it was', async store => {
      const intake = smallBom(payments);
      const [written] = await store.writer.write([intake]);
      const target = { kind: 'document', sha256: intake.sha256 } as const;
      await store.writer.write([smallAssertion([{ type: 'assign', target, app: 'checkout', release: '9' }])]);
      assert.deepEqual(
        (await store.apps.list({ limit: 5 }, EVERYTHING)).items.map(app => [app.key, app.rule]),
        [['name:checkout', 'asserted']],
      );
      const before = { ...EVERYTHING, asOf: written?.document?.recordedFrom ?? 0 };
      assert.deepEqual(
        (await holders(store, log4j, before)).map(([app]) => app),
        ['payments'],
      );
      assert.deepEqual(
        (await holders(store, log4j, EVERYTHING)).map(([app]) => app),
        ['checkout'],
      );
      const [statement] = await store.assertions.list({ target }, EVERYTHING);
      assert.deepEqual(
        [statement?.who, statement?.because, statement?.statement.type],
        ['tester', 'test', 'assign'],
      );
      assert.deepEqual(await store.assertions.list({ types: ['mark'] }, EVERYTHING), []);
    });

    withStore('joins an alias to its app, with one line where there were two', async store => {
      await store.writer.write([
        smallBom({ ...payments, created: 1000 }),
        smallBom({ ...payments, app: 'pay', created: 2000 }),
      ]);
      await store.writer.write([smallAssertion([{ type: 'alias-app', app: 'pay', of: 'payments' }])]);
      const { items } = await store.apps.list({ limit: 5 }, EVERYTHING);
      assert.deepEqual(
        items.map(app => [app.key, app.aliases]),
        [['name:payments', ['name:pay']]],
      );
      assert.deepEqual(
        (await store.apps.boms('name:pay', undefined, EVERYTHING)).map(bom => bom.created),
        [2000],
      );
      assert.equal((await store.apps.resolve('pay', EVERYTHING))[0]?.key, 'name:payments');
      const [later] = await store.writer.write([
        smallBom({ ...payments, app: 'pay', release: '5', created: 3000 }),
      ]);
      assert.equal(later?.bom?.app, 'name:payments');
      assert.deepEqual(
        (await holders(store, log4j, { ...EVERYTHING, apps: ['name:pay'] })).map(([app]) => app),
        ['payments', 'payments'],
      );
    });

    withStore('filters by label of document, release or app', async store => {
      const intake = smallBom(payments);
      const [written] = await store.writer.write([intake, smallBom({ ...payments, app: 'other' })]);
      const bom = written?.bom?.id ?? 0;
      await store.writer.write([
        smallAssertion([
          { type: 'label', target: { kind: 'document', sha256: intake.sha256 }, key: 'tier', value: 'gold' },
          { type: 'label', target: { kind: 'app', app: 'payments' }, key: 'team', value: 'red' },
          {
            type: 'label',
            target: { kind: 'app', app: 'payments', release: '4.2.0' },
            key: 'stage',
            value: 'prod',
          },
        ]),
      ]);
      for (const [key, value] of [
        ['tier', 'gold'],
        ['team', 'red'],
        ['stage', 'prod'],
        ['stage', null],
      ] as const) {
        assert.deepEqual(
          (await holders(store, log4j, { ...EVERYTHING, labels: [{ key, value }] })).map(([app]) => app),
          ['payments'],
          key,
        );
      }
      assert.deepEqual(
        await holders(store, log4j, { ...EVERYTHING, labels: [{ key: 'team', value: 'blue' }] }),
        [],
      );
      assert.deepEqual(
        (await store.apps.labels([bom], EVERYTHING)).get(bom)?.map(label => label.key),
        ['stage', 'team', 'tier'],
      );
      await store.writer.write([
        smallAssertion([
          { type: 'label', target: { kind: 'app', app: 'payments' }, key: 'team', value: null },
        ]),
      ]);
      assert.deepEqual(
        await holders(store, log4j, { ...EVERYTHING, labels: [{ key: 'team', value: 'red' }] }),
        [],
      );
    });

    withStore('hides what is retired until it is asked for or brought back', async store => {
      await store.writer.write([smallBom(payments), smallBom({ ...payments, release: '5.0.0' })]);
      const retire = (release: string | null, retired: boolean) =>
        smallAssertion(
          [{ type: 'retire', target: { kind: 'app', app: 'payments', release }, retired }],
          new Date().toISOString(),
        );
      await store.writer.write([retire('4.2.0', true)]);
      assert.equal((await holders(store, log4j, EVERYTHING)).length, 1);
      assert.equal((await holders(store, log4j, { ...EVERYTHING, includeRetired: true })).length, 2);
      await store.writer.write([retire(null, true)]);
      assert.equal((await store.apps.list({ limit: 5 }, EVERYTHING)).total, 0);
      assert.equal((await store.documents.list({ kinds: ['sbom'] }, { limit: 5 }, EVERYTHING)).total, 0);
      await store.writer.write([retire(null, false)]);
      assert.equal((await holders(store, log4j, EVERYTHING)).length, 1);
    });

    withStore('demands trust', async store => {
      const signed = smallBom({ ...payments, app: 'signed', trust: 'verified' });
      const [written] = await store.writer.write([signed, smallBom(payments)]);
      assert.equal(written?.document?.trust, 'verified');
      assert.deepEqual(
        (await holders(store, log4j, { ...EVERYTHING, trust: ['verified'] })).map(([app]) => app),
        ['signed'],
      );
      assert.deepEqual(
        (await holders(store, log4j, { ...EVERYTHING, trust: ['unsigned'] })).map(([app]) => app),
        ['payments'],
      );
      await store.writer.setTrust(signed.sha256, { state: 'failed', identity: null, reason: 'key revoked' });
      assert.deepEqual(await holders(store, log4j, { ...EVERYTHING, trust: ['verified'] }), []);
      const then = {
        ...EVERYTHING,
        asOf: written?.document?.recordedFrom ?? 0,
        trust: ['verified'] as const,
      };
      assert.equal((await holders(store, log4j, then)).length, 1);
    });

    withStore('erases a document for good and does not take it again', async (store, reopen) => {
      const intake = smallBom({
        ...payments,
        purls: [...payments.purls, 'pkg:npm/only-here@1'],
        licences: ['Secret-1.0'],
        tool: 'secret-tool',
        digests: ['e'.repeat(64)],
      });
      await store.writer.write([intake, smallBom({ ...payments, app: 'stays' })]);
      const tombstone = await store.writer.forget(intake.sha256, 'tester', 'asked to');
      assert.equal(tombstone.reason, 'asked to');
      const other = await reopen();
      assert.equal(await other.bytes.has(intake.sha256), false);
      assert.deepEqual(await other.dictionary.names({ name: 'only-here', how: 'exact' }), []);
      assert.deepEqual(await other.licences.find('Secret-1.0', 'exact'), []);
      assert.deepEqual(await other.digests.find('e'.repeat(64), EVERYTHING), []);
      assert.deepEqual(await other.apps.resolve('payments', HISTORY), []);
      assert.deepEqual(
        (await holders(other, log4j, HISTORY)).map(([app]) => app),
        ['stays'],
      );
      assert.equal((await other.documents.tombstone(intake.sha256))?.who, 'tester');
      await noFaults(other);
      await other.close();
      const [again] = await store.writer.write([intake]);
      assert.equal(again?.status, 'forgotten');
      await assert.rejects(store.writer.forget(intake.sha256, 'tester', 'again'), { code: 'not-found' });
    });

    withStore('brings back what an erased document had replaced', async store => {
      const young = smallBom({ ...payments, created: 2000, salt: 'young' });
      await store.writer.write([smallBom({ ...payments, created: 1000 })]);
      await store.writer.write([young]);
      await store.writer.forget(young.sha256, 'tester', 'wrong file');
      assert.deepEqual(
        (await store.apps.boms('name:payments', undefined, EVERYTHING)).map(bom => bom.created),
        [1000],
      );
    });

    withStore('erases the members of a container with it', async store => {
      const container = plainIntake('archive', 'container');
      const member = smallBom({ ...payments, container: { sha256: container.sha256, path: 'a.json' } });
      const [first, second] = await store.writer.write([member, container]);
      assert.deepEqual(first?.document?.container, { sha256: container.sha256, path: 'a.json' });
      assert.equal((await store.documents.members(second?.document?.id ?? 0, EVERYTHING)).length, 1);
      await store.writer.forget(container.sha256, 'tester', 'test');
      assert.equal((await store.maintenance.stats()).documents, 0);
    });

    withStore('pages lists without losing or repeating', async store => {
      for (let n = 0; n < 7; n++)
        await store.writer.write([smallBom({ ...payments, app: `app-${n}`, licences: [`L-${n}`, 'MIT'] })]);
      assert.deepEqual(
        await pages(
          after => store.apps.list({ limit: 3, after }, EVERYTHING),
          app => app.name,
        ),
        [0, 1, 2, 3, 4, 5, 6].map(n => `app-${n}`),
      );
      const names = await pages(
        after => store.documents.list({}, { limit: 2, after }, EVERYTHING),
        one => one.name,
      );
      assert.deepEqual(
        names,
        [6, 5, 4, 3, 2, 1, 0].map(n => `app-${n}.json`),
      );
      const licences = await pages(
        after => store.licences.list({ limit: 2, after }, EVERYTHING),
        one => one.licence,
      );
      assert.deepEqual(licences, ['MIT', ...[0, 1, 2, 3, 4, 5, 6].map(n => `L-${n}`)]);
      assert.equal((await store.apps.list({ limit: 3, after: 'no cursor' }, EVERYTHING)).items.length, 3);
    });

    withStore('filters documents and counts what producers leave out', async store => {
      await store.writer.write([
        smallBom({ ...payments, tool: 'scan 1.0', status: 'partial' }),
        smallBom({ ...payments, app: 'b', tool: 'scan 2.0', supplier: 'ACME' }),
      ]);
      const partial = await store.documents.list({ statuses: ['partial'] }, { limit: 5 }, EVERYTHING);
      assert.equal(partial.total, 1);
      assert.deepEqual(
        (await store.documents.diagnostics(partial.items[0]?.id ?? 0)).map(one => one.at),
        ['/here'],
      );
      assert.equal((await store.documents.listBoms({ tool: 'SCAN' }, { limit: 5 }, EVERYTHING)).total, 2);
      assert.equal((await store.documents.listBoms({ supplier: 'acme' }, { limit: 5 }, EVERYTHING)).total, 1);
      assert.equal((await store.documents.listBoms({ app: 'name:b' }, { limit: 5 }, EVERYTHING)).total, 1);
      assert.deepEqual(
        (await store.documents.producers('tool', EVERYTHING)).map(row => row.producer),
        ['scan 1.0', 'scan 2.0'],
      );
      const [row] = await store.documents.producers('tool-name', EVERYTHING);
      assert.deepEqual(
        [row?.producer, row?.documents, row?.gaps.withoutSupplier, row?.partial],
        ['scan', 2, 2, 1],
      );
      assert.equal(
        (await store.documents.counts(EVERYTHING)).reduce((sum, one) => sum + one.documents, 0),
        2,
      );
    });

    withStore('finds linked BOMs by serial number, version and namespace', async store => {
      const serial = 'urn:uuid:2';
      await store.writer.write([
        smallBom({ ...payments, serial, revision: 1, links: ['urn:cdx:x/1'] }),
        smallBom({ ...payments, serial, revision: 2 }),
        smallBom({ ...payments, namespace: 'https://example.com/ns' }),
      ]);
      assert.equal((await store.documents.linked({ serialNumber: serial }, EVERYTHING)).length, 2);
      const [first] = await store.documents.linked({ serialNumber: serial, revision: 1 }, EVERYTHING);
      assert.deepEqual(
        (await store.documents.links(first?.id ?? 0)).map(link => link.target),
        ['urn:cdx:x/1'],
      );
      assert.equal(
        (await store.documents.linked({ namespace: 'https://example.com/ns' }, EVERYTHING)).length,
        1,
      );
    });

    withStore('tells licences and how versions spread', async store => {
      const [written] = await store.writer.write([
        smallBom(payments),
        smallBom({ app: 'b', purls: ['pkg:npm/a@2.0.0'], licences: ['MIT'] }),
      ]);
      const { items } = await store.licences.list({ limit: 5 }, EVERYTHING);
      assert.deepEqual(
        items.map(one => [one.licence, one.boms, one.apps, one.components]),
        [
          ['MIT', 2, 2, 2],
          ['Apache-2.0', 1, 1, 1],
        ],
      );
      const uses = await store.licences.ofBom(written?.bom?.id ?? 0, EVERYTHING);
      const names = await store.licences.names(uses.map(use => use.licence));
      assert.deepEqual(
        names.map(one => one.licence),
        ['MIT', 'Apache-2.0'],
      );
      assert.equal((await store.licences.boms([items[0]?.id ?? 0], EVERYTHING)).length, 2);
      const [spread, ...more] = await store.membership.spread(10, EVERYTHING);
      assert.equal(more.length, 0);
      assert.deepEqual([spread?.versions, spread?.apps], [2, 2]);
      assert.deepEqual(await store.membership.totals(EVERYTHING), {
        boms: 2,
        apps: 2,
        packages: 4,
        components: 4,
        dependencies: 2,
      });
    });

    withStore(
      'keeps answers the same while segments merge',
      async store => {
        const shared = 'pkg:npm/shared@1.0.0';
        const many = Array.from({ length: 17 * 8 + 3 }, (_, n) =>
          smallBom({
            app: `app-${n}`,
            purls: [shared, `pkg:npm/own-${n % 50}@1`],
            digests: [n.toString(16).padEnd(40, 'f')],
          }),
        );
        for (let at = 0; at < many.length; at += 20) await store.writer.write(many.slice(at, at + 20));
        let steps = 0;
        do {
          const found = await store.dictionary.packageByPurl('pkg:npm/own-7@1');
          assert.equal(
            (await store.membership.ofPackages([found?.id ?? 0], EVERYTHING)).length,
            Math.ceil((many.length - 7) / 50),
          );
          steps++;
        } while (await store.maintenance.merge());
        assert.ok(steps > 0);
        assert.equal((await holders(store, shared, EVERYTHING, 0)).length, many.length);
        assert.equal((await store.digests.find((100).toString(16).padEnd(40, 'f'), EVERYTHING)).length, 1);
        assert.ok((await store.maintenance.stats()).segments <= 3);
        await noFaults(store);
      },
      { segmentBoms: 8 },
    );

    withStore('rebuilds everything derived, with record times and tombstones as they were', async store => {
      const intakes = [
        smallBom({ ...payments, created: 1000 }),
        smallBom({ ...payments, created: 2000 }),
        smallAssertion([
          { type: 'label', target: { kind: 'app', app: 'payments' }, key: 'team', value: 'red' },
        ]),
      ];
      for (const intake of intakes) await store.writer.write([intake]);
      const gone = smallBom({ ...payments, app: 'gone' });
      await store.writer.write([gone]);
      await store.writer.forget(gone.sha256, 'tester', 'test');
      const before = await everything(store);
      await store.writer.beginRebuild();
      for await (const evidence of store.maintenance.everyDocument()) {
        const intake = intakes.find(one => one.sha256 === evidence.sha256);
        assert.ok(intake !== undefined);
        await store.writer.write([intake], { recordedAt: evidence.recordedFrom });
      }
      await store.writer.endRebuild('keep');
      assert.deepEqual(await everything(store), before);
      const [again] = await store.writer.write([gone]);
      assert.equal(again?.status, 'forgotten');
      await noFaults(store);
    });

    withStore('leaves the old answers when a rebuild is given up', async (store, reopen) => {
      await store.writer.write([smallBom(payments)]);
      const before = await everything(store);
      await store.writer.beginRebuild();
      const other = await reopen();
      assert.deepEqual(await everything(other), before);
      await other.close();
      await store.writer.endRebuild('give-up');
      assert.deepEqual(await everything(store), before);
      await store.writer.write([smallBom({ ...payments, app: 'next' })]);
      await noFaults(store);
    });

    withStore('lets a second process write in turn, each seeing the other', async (store, reopen) => {
      const other = await reopen();
      await store.writer.write([smallBom(payments)]);
      const [second] = await other.writer.write([smallBom(payments)]);
      assert.equal(second?.status, 'duplicate');
      await other.writer.forget(smallBom(payments).sha256, 'tester', 'test');
      await store.writer.write([smallBom({ ...payments, app: 'after' })]);
      assert.deepEqual(
        (await holders(other, log4j, EVERYTHING)).map(([app]) => app),
        ['after'],
      );
      await noFaults(other);
      await other.close();
    });

    withStore('gives what doctor compares with a fresh reading', async store => {
      const intake = smallBom(payments);
      await store.writer.write([intake]);
      const indexed = await store.maintenance.indexed(intake.sha256);
      assert.deepEqual(indexed?.purls, payments.purls);
      assert.deepEqual([...(indexed?.purlFlags ?? [])], [...(intake.bom?.purlFlags ?? [])]);
      assert.deepEqual(Buffer.from(indexed?.graph ?? []), Buffer.from(intake.bom?.graph ?? []));
      assert.deepEqual(indexed?.licences, payments.licences);
      assert.equal(await store.maintenance.indexed('0'.repeat(64)), null);
    });
  });
}

/** App name and flags of every BOM that holds a package, by app. `first` looks up that many only. */
async function holders(store: Store, purl: string, scope: Scope, first = 100): Promise<[string, number][]> {
  const found = await store.dictionary.packageByPurl(purl);
  if (found === null) return [];
  const hits = await store.membership.ofPackages([found.id], scope);
  if (first === 0) return Array.from(hits.bom, (bom): [string, number] => [String(bom), 0]);
  const boms = new Map((await store.documents.boms(hits.bom, scope)).map(bom => [bom.id, bom]));
  const rows = Array.from(hits.bom, (bom, at): [string, number] => [
    boms.get(bom)?.appName ?? '?',
    hits.flags[at] ?? 0,
  ]);
  return rows.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

async function purlsOf(store: Store, ids: Uint32Array): Promise<string[]> {
  return (await store.dictionary.packages(ids)).map(one => one.purl);
}

async function pages<T>(
  read: (after: string | null) => Promise<{ items: readonly T[]; next: string | null }>,
  text: (item: T) => string,
): Promise<string[]> {
  const found: string[] = [];
  let after: string | null = null;
  do {
    const page: { items: readonly T[]; next: string | null } = await read(after);
    found.push(...page.items.map(text));
    after = page.next;
  } while (after !== null);
  return found;
}

/** All that a store answers about its documents, without numbers of its own. */
async function everything(store: Store): Promise<unknown> {
  const scope: Scope = { ...HISTORY, includeRetired: true };
  const boms = (await store.documents.listBoms({}, { limit: 100 }, scope)).items.map(bom => ({
    ...bom,
    id: 0,
    line: 0,
    document: { ...bom.document, id: 0, bom: 0 },
  }));
  const apps = (await store.apps.list({ limit: 100 }, scope)).items.map(app => ({ ...app, number: 0 }));
  return {
    boms,
    apps,
    holders: await holders(store, log4j, scope),
    statements: await store.assertions.list({}, scope),
    totals: await store.membership.totals(scope),
  };
}

async function noFaults(store: Store): Promise<void> {
  const faults = [];
  for await (const fault of store.maintenance.check()) faults.push(fault);
  assert.deepEqual(faults, []);
}
