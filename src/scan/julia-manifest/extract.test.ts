import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('Manifest.toml: packages by UUID, edges by name or UUID, Project.toml says what is direct', async () => {
  const manifest =
    'manifest_format = "2.0"\n\n[[deps.A]]\ndeps = ["B"]\nuuid = "u-a"\nversion = "1.0.0"\n\n[[deps.B]]\nuuid = "u-b"\nversion = "2.0.0"\n\n[[deps.C]]\nuuid = "u-c"\npath = "../C"\n[deps.C.deps]\nA = "u-a"\n';
  const { projects } = await scanFiles({
    'Manifest.toml': manifest,
    'Project.toml': 'name = "Own"\n[deps]\nA = "u-a"\n',
  });
  assert.deepEqual(listed(projects[0]), ['!A 1.0.0 prod', 'B 2.0.0 prod', 'C -']);
  assert.deepEqual(edges(projects[0]), ['. > A@1.0.0', 'A@1.0.0 > B@2.0.0', 'C@ > A@1.0.0']);
  assert.deepEqual(
    [projects[0]?.components[0]?.purl, projects[0]?.components[1]?.locations[0]?.line],
    ['pkg:julia/A@1.0.0?uuid=u-a', 8],
  );
});
