import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('.terraform.lock.hcl: providers with the digests of their archives', async () => {
  const lock = `# comment\nprovider "example.com/ns/name" {\n  version     = "1.2.3"\n  constraints = "~> 1.0"\n  hashes = [\n    "h1:x=",\n    "zh:${'a'.repeat(64)}",\n  ]\n}\n`;
  const { projects } = await scanFiles({ '.terraform.lock.hcl': lock });
  assert.deepEqual(listed(projects[0]), ['!example.com/ns/name 1.2.3 build']);
  assert.deepEqual(projects[0]?.components[0]?.digests, [`sha256:${'a'.repeat(64)}`]);
});

test('a file cut off is partial', async () => {
  const { projects } = await scanFiles({ '.terraform.lock.hcl': 'provider "x" {\n  version = "1"\n' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'malformed-file');
});
