import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('a version catalog: shorthands, references, rich versions', async () => {
  const text =
    '[versions]\nv = "1.0"\nr = { strictly = "[2,3)" }\n[libraries]\na = "g:a:0.9"\nb = { module = "g:b", version.ref = "v" }\nc = { group = "g", name = "c", version.ref = "r" }\nd = { module = "g:d" }\n';
  const { projects } = await scanFiles({ 'gradle/libs.versions.toml': text });
  assert.deepEqual(listed(projects[0]), ['g:a 0.9', 'g:b 1.0', 'g:c [2,3)', 'g:d -']);
  assert.equal(projects[0]?.reasons[0]?.reason, 'manifest-without-lock');
});
