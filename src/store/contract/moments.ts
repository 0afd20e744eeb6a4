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
