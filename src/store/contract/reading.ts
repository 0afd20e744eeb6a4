import assert from 'node:assert/strict';
import { MEMBER } from '../intake.ts';

import { EVERYTHING, type Scope } from '../scope.ts';
import { smallAssertion, smallBom } from '../testing.ts';
import { holders, log4j, pages, payments, purlsOf, type WithStore } from './common.ts';

/** What a store answers. */
export function reading(withStore: WithStore): void {
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
    const bom = written?.bom?.id ?? 0;
    assert.deepEqual([...(await store.graphs.many([bom, 999], EVERYTHING)).keys()], [bom]);
    assert.equal((await store.graphs.many([bom], { ...EVERYTHING, apps: ['name:other'] })).size, 0);
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

  withStore('takes words for the app that they name best, though it be hidden', async store => {
    await store.writer.write(['A/pay', 'B/Pay'].map(app => smallBom({ ...payments, app })));
    const named = async (words: string, scope: Partial<Scope> = {}) =>
      (await store.apps.resolve(words, { ...EVERYTHING, ...scope })).map(app => app.name);
    assert.deepEqual(await named('pay'), ['A/pay']);
    await store.writer.write([
      smallAssertion([{ type: 'retire', target: { kind: 'app', app: 'A/pay' }, retired: true }]),
      smallBom({ ...payments, app: 'pay' }),
      smallBom({ ...payments, app: 'Pay' }),
      smallAssertion([{ type: 'retire', target: { kind: 'app', app: 'pay' }, retired: true }]),
    ]);
    assert.deepEqual(await named('pay'), []);
    assert.deepEqual(await named('pay', { includeRetired: true }), ['pay']);
    assert.deepEqual(await named('A/pay'), []);
    assert.deepEqual(await named('pay', { labels: [{ key: 'team', value: null }] }), []);
    // What may not be seen is not there.
    assert.deepEqual(await named('pay', { apps: ['name:Pay'] }), ['Pay']);
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
    await assert.rejects(store.apps.list({ limit: 3, after: 'no cursor' }, EVERYTHING), {
      code: 'no-cursor',
    });
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
    await store.writer.write([
      smallBom({
        ...payments,
        app: 'x',
        links: ['urn:cdx:2/1#a', 'https://example.com/ns#b'],
      }),
      smallBom({ ...payments, app: 'y', links: ['https://example.com/nsx#b', 'https://example.com/ns'] }),
    ]);
    const [named] = await store.documents.linked({ namespace: 'https://example.com/ns' }, EVERYTHING);
    const under = async (prefix: string, limit: number): Promise<number> =>
      (await store.documents.namedUnder(prefix, limit, EVERYTHING)).length;
    assert.deepEqual(
      [
        await under('https://example.com/', 9),
        await under('https://example.com/', 0),
        await under('https://example.com/nt', 9),
      ],
      [1, 0, 0],
    );
    const targets = async (bom: typeof first) =>
      bom === undefined ? [] : (await store.documents.linksTo(bom, 10)).map(link => link.target);
    assert.deepEqual(await targets(named), ['https://example.com/ns#b', 'https://example.com/ns']);
    assert.deepEqual(await targets(first), ['urn:cdx:2/1#a']);
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
}
