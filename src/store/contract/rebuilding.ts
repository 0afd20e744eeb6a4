import assert from 'node:assert/strict';

import { EVERYTHING } from '../scope.ts';
import { smallAssertion, smallBom } from '../testing.ts';
import { everything, holders, noFaults, payments, rebuild, type WithStore } from './common.ts';

/** Merging, rebuilding, and what doctor compares. */
export function rebuilding(withStore: WithStore): void {
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
    await rebuild(store, intakes);
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
}
