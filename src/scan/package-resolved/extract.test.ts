import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('Package.resolved: named by the repository, of all its versions', async () => {
  const two = {
    version: 2,
    pins: [
      {
        identity: 'a',
        location: 'https://example.com/o/A.git',
        state: { revision: '0123', version: '1.0.0' },
      },
      { identity: 'b', location: 'git@example.com:o/b.git', state: { revision: '4567', branch: 'main' } },
    ],
  };
  const one = {
    version: 1,
    object: {
      pins: [
        {
          package: 'A',
          repositoryURL: 'https://example.com/o/A.git',
          state: { revision: '0123', version: '1.0.0' },
        },
      ],
    },
  };
  const { projects } = await scanFiles({
    'a/Package.resolved': JSON.stringify(two),
    'b/Package.resolved': JSON.stringify(one),
  });
  assert.deepEqual(listed(projects[0]), ['example.com/o/A 1.0.0', 'example.com/o/b 4567']);
  assert.equal(projects[0]?.components[0]?.purl, 'pkg:swift/example.com/o/A@1.0.0');
  assert.deepEqual(listed(projects[1]), ['example.com/o/A 1.0.0']);
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'Package.resolved': '{"version":4}' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
});

test('an address that ends with a slash names the same package', async () => {
  const pin = { identity: 'a', location: 'https://example.com/o/A.git/', state: { version: '1.0.0' } };
  const { projects } = await scanFiles({ 'Package.resolved': JSON.stringify({ version: 2, pins: [pin] }) });
  assert.equal(projects[0]?.components[0]?.purl, 'pkg:swift/example.com/o/A@1.0.0');
});
