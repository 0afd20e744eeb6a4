import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('package.json: wishes keep their ranges and the project is partial', async () => {
  const { projects } = await scanFiles({
    'package.json': `{"name":"own","dependencies":{"a":"^1.0.0","x":"npm:b@2"},"devDependencies":{"c":"file:../c"}}`,
  });
  assert.deepEqual(listed(projects[0]), ['!c file:../c dev', '!a ^1.0.0 prod', '!b 2 prod']);
  assert.deepEqual(
    projects[0]?.reasons.map(gap => gap.reason),
    ['manifest-without-lock'],
  );
});

test('a lockfile that covers the folder, its own or that of the workspace, is the answer instead', async () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { workspaces: ['m'] },
      m: { dependencies: { a: '1' } },
      'node_modules/m': { link: true, resolved: 'm' },
      'node_modules/a': { version: '1.0.0' },
    },
  };
  const { projects, diagnostics } = await scanFiles({
    'package-lock.json': JSON.stringify(lock),
    'package.json': '{}',
    'm/package.json': '{"dependencies":{"a":"1"}}',
    'x/package.json': '{"dependencies":{"a":"1"}}',
  });
  assert.deepEqual(projects.map(project => project.file).sort(), [
    'package-lock.json',
    'package-lock.json',
    'x/package.json',
  ]);
  assert.deepEqual(
    diagnostics.map(note => note.at),
    ['x/package.json:1'],
  );
});
