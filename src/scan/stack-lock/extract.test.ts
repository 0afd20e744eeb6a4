import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('stack.yaml.lock: packages beyond the snapshot; the snapshot is said', async () => {
  const lock =
    'packages:\n- completed:\n    hackage: a-b-1.2.3@sha256:00,1\n  original:\n    hackage: a-b-1.2.3\n- completed:\n    name: c\n    version: 0.1\n    git: https://example.com/c.git\n    commit: 0123\nsnapshots:\n- completed:\n    sha256: x\n';
  const { projects } = await scanFiles({ 'stack.yaml.lock': lock });
  assert.deepEqual(listed(projects[0]), ['a-b 1.2.3', 'c 0.1']);
  assert.equal(projects[0]?.reasons[0]?.reason, 'transitive-not-listed');
});
