import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_CACHE } from './cache.ts';
import { digestFiles } from './verify.ts';

test('shards of a size that would flood memory are refused before anything is read', async () => {
  const files = [{ name: 'weights.bin', path: '/absent/weights.bin', size: 10 ** 10 }];
  const bySize = (shardSize: number) =>
    digestFiles(
      files,
      { method: 'shards', hash: 'sha256', allowSymlinks: false, ignorePaths: [], shardSize },
      NO_CACHE,
      0,
    );
  await assert.rejects(bySize(1), { code: 'evidence-unsupported' });
  await assert.rejects(bySize(10 ** 9), { code: 'model-changing' });
});
