import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('gleam.toml alone: ranges stay ranges, a plain version is exact, a path has no purl', async () => {
  const { projects } = await scanFiles({
    'gleam.toml':
      'name = "shop"\nversion = "1.0.0"\nlicences = ["MIT"]\n[dependencies]\ngleam_stdlib = ">= 0.34.0 and < 2.0.0"\nexact = "1.2.3"\nown = { path = "../own" }\n[dev-dependencies]\ngleeunit = "~> 1.0"\n',
  });
  assert.deepEqual(listed(projects[0]), [
    '!gleam_stdlib >= 0.34.0 and < 2.0.0 prod',
    '!exact 1.2.3 prod',
    '!own - prod',
    '!gleeunit ~> 1.0 dev',
  ]);
  assert.deepEqual(projects[0]?.subject.licences, ['MIT']);
  assert.equal(projects[0]?.components[2]?.purl, null);
  assert.equal(projects[0]?.reasons[0]?.reason, 'manifest-without-lock');
});
