import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookAgain } from './look-again.ts';
import { larderForTest } from './testing.ts';

test('a file that is gone when it is needed again is told of, and what there is of it is kept', async () => {
  const { folder, store, dispose } = await larderForTest();
  const message = 'the reader died of it';
  const failed = { type: 'failed', code: 'reader-failed', message } as const;
  const job = { id: 0, path: `${folder}/gone.json`, size: 2 };
  const known = {
    type: 'known',
    job,
    document: { known: true, sha256: '0'.repeat(64), name: 'x', container: null },
  } as const;

  for (const result of [{ ...failed, job }, known]) {
    const { waiting, told } = await lookAgain(result, store, null);
    assert.deepEqual(waiting, []);
    assert.deepEqual(
      told.map(one => one.diagnostics[0]?.code),
      ['not-found'],
    );
  }
  const { waiting } = await lookAgain({ ...failed, job: { ...job, bytes: Buffer.from('{}') } }, store, null);
  assert.deepEqual(
    waiting.map(one => [one.intake?.size, one.intake?.diagnostics[0]?.message]),
    [[2, message]],
  );
  await dispose();
});
