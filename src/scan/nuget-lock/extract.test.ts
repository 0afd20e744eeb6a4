import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('packages.lock.json: frameworks, edges, project references are left to their own', async () => {
  const net = {
    A: { type: 'Direct', resolved: '1.0.0', dependencies: { B: '2.0.0' } },
    B: { type: 'Transitive', resolved: '2.0.0' },
    own: { type: 'Project', dependencies: { A: '[1.0.0, )' } },
  };
  const { projects } = await scanFiles({
    'packages.lock.json': JSON.stringify({ version: 1, dependencies: { 'net8.0': net, 'net6.0': net } }),
  });
  assert.deepEqual(listed(projects[0]), ['!A 1.0.0 prod', 'B 2.0.0 prod']);
  assert.deepEqual(edges(projects[0]), ['. > A@1.0.0', 'A@1.0.0 > B@2.0.0']);
});

test('packages.lock.json: what a runtime adds joins the packages of its framework', async () => {
  const net = {
    A: { type: 'Direct', resolved: '1.0.0', dependencies: { B: '1.0.0' } },
    B: { type: 'Transitive', resolved: '1.0.0' },
  };
  const windows = {
    B: { type: 'Transitive', resolved: '1.0.0', dependencies: { native: '1.0.0' } },
    native: { type: 'Transitive', resolved: '1.0.0' },
  };
  const { projects } = await scanFiles({
    'packages.lock.json': JSON.stringify({
      version: 1,
      dependencies: { 'net8.0': net, 'net8.0/win-x64': windows },
    }),
  });
  assert.deepEqual(listed(projects[0]), ['!A 1.0.0 prod', 'B 1.0.0 prod', 'native 1.0.0 prod']);
  assert.deepEqual(edges(projects[0]), ['. > A@1.0.0', 'A@1.0.0 > B@1.0.0', 'B@1.0.0 > native@1.0.0']);
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'packages.lock.json': '{"version":3}' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
});
