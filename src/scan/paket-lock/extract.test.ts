import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('paket.lock: packages, edges, repositories, groups apart', async () => {
  const lock =
    'NUGET\n  remote: https://example.com/\n    A (1.0)\n      B (>= 1.0)\n    B (1.5) - restriction: x\nGITHUB\n  remote: o/r\n    src/x.fs (0123)\n\nGROUP Build\nNUGET\n  remote: x\n    B (2.0)\n';
  const { projects } = await scanFiles({ 'paket.lock': lock });
  assert.deepEqual(listed(projects[0]), ['A 1.0', 'B 1.5', 'src/x.fs 0123', 'B 2.0']);
  assert.deepEqual(edges(projects[0]), ['A@1.0 > B@1.5']);
});

test('what is no paket.lock is malformed', async () => {
  const { projects } = await scanFiles({ 'paket.lock': 'nothing\n' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'malformed-file');
});
