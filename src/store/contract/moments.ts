import assert from 'node:assert/strict';

import { EVERYTHING } from '../scope.ts';
import { smallAssertion, smallBom } from '../testing.ts';
import { payments, type WithStore } from './common.ts';

/** What is shown of a document is of the moment asked about. */
export function moments(withStore: WithStore): void {
  withStore('shows the verdict, retirement and place in its line of the moment', async store => {
    const old = smallBom({ ...payments, created: 1000, trust: 'verified' });
    const [written] = await store.writer.write([old]);
    await store.writer.write([smallBom({ ...payments, created: 2000 })]);
    await store.writer.setTrust(old.sha256, { state: 'failed', identity: null, reason: 'key revoked' });
    await store.writer.write([
      smallAssertion([{ type: 'retire', target: { kind: 'app', app: 'payments' }, retired: true }]),
    ]);
    const asOf = written?.document?.recordedFrom ?? 0;
    const now = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };
    for (const scope of [now, { ...now, asOf }]) {
      const then = scope.asOf !== null;
      const trust = then ? 'verified' : 'failed';
      const [byNumber] = await store.documents.boms([written?.bom?.id ?? 0], scope);
      const listed = (await store.documents.listBoms({}, { limit: 5 }, scope)).items.at(-1);
      const ofRelease = (await store.apps.boms('name:payments', '4.2.0', scope)).at(-1);
      for (const bom of [byNumber, listed, ofRelease]) {
        assert.equal(bom?.document.trust, trust);
        assert.equal(bom?.supersededAt === null, then);
        assert.equal(bom?.retiredAt === null, then);
      }
      assert.equal((await store.documents.find(old.sha256, scope))?.trust, trust);
      const [document] = await store.documents.get([written?.document?.id ?? 0], scope);
      assert.equal(document?.trust, trust);
      const all = await store.documents.list({ kinds: ['sbom'] }, { limit: 5 }, scope);
      assert.equal(all.items.find(one => one.sha256 === old.sha256)?.trust, trust);
    }
  });

  withStore('knows an alias from when it was said to be one', async store => {
    const names = ['a', 'b', 'c'];
    const [first] = await store.writer.write(names.map(app => smallBom({ ...payments, app })));
    const say = async (app: string, of: string) =>
      (await store.writer.write([smallAssertion([{ type: 'alias-app', app, of }])]))[0]?.document
        ?.recordedFrom ?? 0;
    const times = [first?.document?.recordedFrom ?? 0, await say('a', 'b'), await say('b', 'c')];
    const seen = async (asOf: number | null) => {
      const scope = { ...EVERYTHING, asOf, includeSuperseded: true };
      const of = async (name: string) => {
        const key = `name:${name}`;
        const [app] = await store.apps.resolve(name, scope);
        const [bom] = await store.apps.boms(key, undefined, scope);
        const [release] = await store.apps.releases(key, scope);
        const listed = await store.documents.listBoms({ app: key }, { limit: 1 }, scope);
        const own = await store.apps.list({ limit: 1 }, { ...scope, apps: [key] });
        const said = [app?.key, bom?.app, release?.app, listed.items[0]?.app, own.items[0]?.key];
        assert.equal(new Set(said).size, 1, said.join());
        return `${app?.name} ${app?.aliases.length}`;
      };
      return Promise.all(names.map(of));
    };
    assert.deepEqual(await seen(times[0] ?? 0), ['a 0', 'b 0', 'c 0']);
    assert.deepEqual(await seen(times[1] ?? 0), ['b 1', 'b 1', 'c 0']);
    for (const now of [times[2] ?? 0, null]) assert.deepEqual(await seen(now), ['c 2', 'c 2', 'c 2']);
  });

  withStore('lists the documents of an app and release where they stood at the moment', async store => {
    const moved = smallBom(payments);
    const [written] = await store.writer.write([moved]);
    const target = { kind: 'document', sha256: moved.sha256 } as const;
    await store.writer.write([smallAssertion([{ type: 'assign', target, app: 'b', release: '9' }])]);
    const then = { ...EVERYTHING, asOf: written?.document?.recordedFrom ?? 0 };
    for (const [filter, now, before] of [
      [{ app: 'name:payments' }, 0, 1],
      [{ release: '4.2.0' }, 0, 1],
      [{ app: 'name:b' }, 1, 0],
      [{ release: '9' }, 1, 0],
    ] as const) {
      for (const [scope, total] of [
        [EVERYTHING, now],
        [then, before],
      ] as const) {
        assert.equal((await store.documents.list(filter, { limit: 5 }, scope)).total, total);
        assert.equal((await store.documents.listBoms(filter, { limit: 5 }, scope)).total, total);
      }
    }
  });
}
