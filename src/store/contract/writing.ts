import assert from 'node:assert/strict';

import { EVERYTHING } from '../scope.ts';
import { plainIntake, smallBom } from '../testing.ts';
import { HISTORY, holders, log4j, noFaults, payments, type WithStore } from './common.ts';

/** What a store keeps, and what it forgets. */
export function writing(withStore: WithStore): void {
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
}
