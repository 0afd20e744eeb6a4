import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('pylock.toml: packages with hashes, edges by name', async () => {
  const lock = `lock-version = "1.0"

[[packages]]
name = "a"
version = "1.0"
dependencies = [{name = "b"}]
wheels = [{name = "a.whl", hashes = {sha256 = "${'a'.repeat(64)}"}}]

[[packages]]
name = "b"
vcs = {type = "git", url = "https://example.com/b.git", commit-id = "0123"}
`;
  const { projects } = await scanFiles({ 'pylock.dev.toml': lock });
  assert.deepEqual(listed(projects[0]), ['a 1.0', 'b -']);
  assert.deepEqual(edges(projects[0]), ['a@1.0 > b@']);
  assert.deepEqual(projects[0]?.components[0]?.digests, [`sha256:${'a'.repeat(64)}`]);
});

test('a lock without packages is malformed', async () => {
  const { projects } = await scanFiles({ 'pylock.toml': 'lock-version = "1.0"\n' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'malformed-file');
});
