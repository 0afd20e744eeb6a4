import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('pdm.lock: groups, edges from requirements, repositories', async () => {
  const lock = `[metadata]
lock_version = "4.5.0"

[[package]]
name = "a"
version = "1.0"
groups = ["default"]
dependencies = ["B>=1; python_version < '3'"]

[[package]]
name = "b"
version = "1.1"
groups = ["default", "dev"]
git = "https://example.com/b.git"
revision = "0123"
`;
  const { projects } = await scanFiles({ 'pdm.lock': lock });
  assert.deepEqual(listed(projects[0]), ['a 1.0 prod', 'b 1.1 prod+dev']);
  assert.deepEqual(edges(projects[0]), ['a@1.0 > b@1.1']);
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'pdm.lock': '[metadata]\nlock_version = "9.0"\n' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
});
