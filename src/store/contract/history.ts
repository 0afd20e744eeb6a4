import assert from 'node:assert/strict';

import type { Statement } from '../../model/assertion.ts';
import { MEMBER } from '../intake.ts';
import { EVERYTHING, type Scope } from '../scope.ts';
import { plainIntake, smallAssertion, smallBom } from '../testing.ts';
import { HISTORY, holders, log4j, payments, type WithStore } from './common.ts';

/** Lines, time, and what users say. */
export function history(withStore: WithStore): void {
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

  withStore('does not believe a date from before there were formats, nor one to come', async store => {
    const add = (created: number, salt: string) =>
      store.writer.write([smallBom({ ...payments, created, salt })]);
    const heads = async (): Promise<(number | null)[]> =>
      (await store.apps.boms('name:payments', '4.2.0', EVERYTHING)).map(bom => bom.created);
    const [earlier, never] = [Date.UTC(2020, 0, 1), Date.UTC(2999, 0, 1)];

    await add(earlier, 'dated');
    // A reproducible build gives the first day of all: that it came later is what is known of it.
    await add(0, 'reproducible');
    assert.deepEqual(await heads(), [0]);
    await add(never, 'clock set wrongly');
    assert.deepEqual(await heads(), [never]);
    await add(Date.now() + 1000, 'clock a little fast');
    assert.notDeepEqual(await heads(), [never]);
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

  withStore('marks hits that a later document had replaced, at the moment asked about', async store => {
    const [old] = await store.writer.write([smallBom({ ...payments, created: 1000, salt: 'old' })]);
    const [young] = await store.writer.write([smallBom({ ...payments, created: 2000, salt: 'young' })]);
    const purl = payments.purls[0] ?? '';
    const found = await store.dictionary.packageByPurl(purl);
    const marked = async (scope: Scope): Promise<[number, boolean][]> => {
      const hits = await store.membership.ofPackages([found?.id ?? 0], scope);
      return Array.from(hits.bom, (bom, at): [number, boolean] => [
        bom,
        ((hits.flags[at] ?? 0) & MEMBER.SUPERSEDED) !== 0,
      ]).sort();
    };
    const [first, second] = [old?.bom?.id ?? 0, young?.bom?.id ?? 0];
    assert.deepEqual(await marked(EVERYTHING), [[second, false]]);
    assert.deepEqual(await marked(HISTORY), [
      [first, true],
      [second, false],
    ]);
  });

  withStore('gives pages of apps in order of their names, few or many', async store => {
    const names = Array.from(
      { length: 40 },
      (_, n) => `${n % 2 === 0 ? 'App' : 'app'}-${String(n).padStart(2, '0')}`,
    );
    await store.writer.write(
      names.toReversed().map(app => smallBom({ app, purls: [`pkg:generic/${app}@1`] })),
    );
    const all = (await store.apps.list({ limit: 100 }, EVERYTHING)).items;
    assert.equal(await store.apps.count(EVERYTHING), 40);
    for (const wanted of [all, all.slice(0, 7)]) {
      const expected = wanted
        .map(app => app.name)
        .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
      const found: string[] = [];
      for (let after: string | null = null; ; ) {
        const page: Awaited<ReturnType<typeof store.apps.inOrder>> = await store.apps.inOrder(
          new Set(wanted.map(app => app.number)),
          { limit: 3, after },
        );
        found.push(...page.items.map(app => app.name));
        after = page.next;
        if (after === null) break;
      }
      assert.deepEqual(found, expected);
    }
  });

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

  withStore('carries to an app what was said of its alias, from then on only', async store => {
    const app = (name: string, release: string | null = null) =>
      ({ kind: 'app', app: name, release }) as const;
    const say = async (...statements: Statement[]) =>
      (await store.writer.write([smallAssertion(statements)]))[0]?.document?.recordedFrom ?? 0;
    const found = async (scope: Partial<Scope> = {}) =>
      (await store.apps.list({ limit: 9 }, { ...EVERYTHING, ...scope })).items.map(one => [
        one.name,
        one.releases,
      ]);
    const living = smallBom({ ...payments, app: 'new', release: '1' });
    await store.writer.write([
      living,
      ...['1', '2', '3', null].map(release => smallBom({ ...payments, app: 'old', release })),
    ]);
    const retired = await say(
      { type: 'retire', target: app('old'), retired: true },
      { type: 'retire', target: app('old', '3'), retired: true },
      { type: 'label', target: app('old'), key: 'team', value: 'red' },
      { type: 'label', target: app('old', '2'), key: 'stage', value: 'prod' },
    );
    const red = { labels: [{ key: 'team', value: 'red' }] };
    const prod = { labels: [{ key: 'stage', value: 'prod' }] };
    await say({ type: 'alias-app', app: 'old', of: 'new' });
    assert.deepEqual(await found(), [['new', 1]]);
    assert.deepEqual(await found({ includeRetired: true }), [['new', 4]]);
    assert.deepEqual(await found(red), [['new', 1]]);
    assert.deepEqual(await found({ ...prod, includeRetired: true }), [['new', 1]]);
    // What was known before stays what it was.
    const then = { asOf: retired };
    assert.deepEqual(await found(then), [['new', 1]]);
    assert.deepEqual(await found({ ...then, ...red }), []);
    assert.deepEqual(await found({ ...then, ...red, includeRetired: true }), [['old', 4]]);
    assert.deepEqual(await found({ ...then, ...prod, includeRetired: true }), [['old', 1]]);
    await say({ type: 'retire', target: app('new', '2'), retired: false });
    await say({ type: 'retire', target: app('new'), retired: false });
    assert.deepEqual(await found(), [['new', 3]]);
  });

  withStore('keeps a release retired that moves to another app', async store => {
    await store.writer.write([
      smallBom({ ...payments, app: 'old', release: '1' }),
      smallBom({ ...payments, app: 'new', release: '2' }),
    ]);
    await store.writer.write([
      smallAssertion([{ type: 'retire', target: { kind: 'app', app: 'old', release: '1' }, retired: true }]),
    ]);
    await store.writer.write([smallAssertion([{ type: 'alias-app', app: 'old', of: 'new' }])]);
    assert.deepEqual(
      (await store.apps.releases('name:new', EVERYTHING)).map(one => one.release),
      ['2'],
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
      smallAssertion([{ type: 'label', target: { kind: 'app', app: 'payments' }, key: 'team', value: null }]),
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

  withStore('retires and labels a release with its branches, those that come later too', async store => {
    const branch = (name: string) => smallBom({ ...payments, branch: name });
    const target = { kind: 'app', app: 'payments', release: '4.2.0' } as const;
    const said = (retired: boolean) =>
      smallAssertion(
        [
          { type: 'retire', target, retired },
          { type: 'label', target, key: 'stage', value: 'prod' },
        ],
        new Date(retired ? 0 : 1).toISOString(),
      );
    const prod = { ...EVERYTHING, labels: [{ key: 'stage', value: 'prod' }] };
    await store.writer.write([branch('main')]);
    await store.writer.write([said(true)]);
    await store.writer.write([branch('hotfix'), smallBom({ ...payments, release: '5.0.0', branch: 'main' })]);
    assert.equal((await holders(store, log4j, EVERYTHING)).length, 1);
    assert.equal((await holders(store, log4j, { ...prod, includeRetired: true })).length, 2);
    await store.writer.write([said(false)]);
    assert.equal((await holders(store, log4j, EVERYTHING)).length, 3);
    assert.equal((await holders(store, log4j, prod)).length, 2);
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

  withStore('demands a build level of what a document is about', async store => {
    const [built, bare] = ['ab'.repeat(32), 'cd'.repeat(32)];
    const about = (app: string, digest: string, trust: 'verified' | 'unsigned') =>
      smallBom({
        ...payments,
        app,
        trust,
        ...(trust === 'verified' ? { attests: [{ digest, level: null }] } : {}),
      });
    const provenance = {
      ...plainIntake('provenance', 'attestation'),
      trust: {
        state: 'verified' as const,
        identity: null,
        reason: 'by test',
        attests: [{ digest: built, level: 2 }],
      },
    };
    await store.writer.write([
      about('built', built, 'verified'),
      about('bare', bare, 'verified'),
      about('unsigned', built, 'unsigned'),
      provenance,
    ]);
    const at = async (buildLevel: number, asOf: number | null = null) =>
      (await holders(store, log4j, { ...EVERYTHING, buildLevel, asOf })).map(([app]) => app);
    assert.deepEqual(await at(2), ['built']);
    assert.deepEqual(await at(3), []);
    const attesting = async (asOf: number | null = null) =>
      (await store.documents.attesting([built, 'ef'.repeat(32)], { ...EVERYTHING, asOf })).map(
        one => `${one.document.kind} ${one.digest === built}`,
      );
    assert.deepEqual((await attesting()).toSorted(), ['attestation true', 'sbom true']);
    const [document] = (await store.documents.list({ kinds: ['attestation'] }, { limit: 1 }, EVERYTHING))
      .items;
    const then = document?.recordedFrom ?? 0;
    assert.deepEqual(await store.documents.trust(document?.id as never, EVERYTHING), provenance.trust);
    await store.writer.setTrust(provenance.sha256, {
      ...provenance.trust,
      attests: [{ digest: built, level: 3 }],
    });
    assert.deepEqual(await at(3), ['built']);
    assert.deepEqual(await at(3, then), [], 'the level had not been earned then');
    await store.writer.setTrust(provenance.sha256, { state: 'failed', identity: null, reason: 'revoked' });
    assert.deepEqual(await at(1), []);
    assert.deepEqual(await attesting(), ['sbom true']);
    assert.equal((await attesting(then)).length, 2);
  });
}
