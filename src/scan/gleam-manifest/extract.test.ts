import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('manifest.toml of Gleam: edges by name, gleam.toml says what is direct', async () => {
  const manifest = `packages = [
  { name = "a", version = "1.0.0", build_tools = ["gleam"], requirements = ["b"], otp_app = "a", source = "hex", outer_checksum = "${'A'.repeat(64)}" },
  { name = "b", version = "2.0.0", requirements = [], source = "hex" },
]

[requirements]
a = { version = "1.0.0" }
`;
  const { projects } = await scanFiles({
    'manifest.toml': manifest,
    'gleam.toml': 'name = "own"\n[dev-dependencies]\na = "1"\n',
  });
  assert.deepEqual(listed(projects[0]), ['!a 1.0.0 dev', 'b 2.0.0 dev']);
  assert.deepEqual(edges(projects[0]), ['. > a@1.0.0', 'a@1.0.0 > b@2.0.0']);
  assert.equal(projects[0]?.components[0]?.locations[0]?.line, 2);
});
