import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

const lock = {
  version: '4',
  specifiers: { 'jsr:@std/a@^1.0.0': '1.0.1', 'npm:left@1': '1.3.0_p@2.0.0' },
  jsr: { '@std/a@1.0.1': { integrity: 'a'.repeat(64), dependencies: ['npm:left'] } },
  npm: { 'left@1.3.0_p@2.0.0': { integrity: 'x', dependencies: ['p'] }, 'p@2.0.0': { integrity: 'x' } },
  remote: { 'https://example.com/mod.ts': 'b'.repeat(64) },
  workspace: { dependencies: ['jsr:@std/a@^1.0.0'] },
};

test('deno.lock: npm, JSR and modules by address', async () => {
  const { projects } = await scanFiles({ 'deno.lock': JSON.stringify(lock, null, 2) });
  assert.deepEqual(listed(projects[0]), [
    'left 1.3.0 prod',
    'p 2.0.0 prod',
    '!@std/a 1.0.1 prod',
    'https://example.com/mod.ts -',
  ]);
  assert.deepEqual(edges(projects[0]), [
    '. > @std/a@1.0.1',
    '@std/a@1.0.1 > left@1.3.0',
    'left@1.3.0 > p@2.0.0',
  ]);
  assert.deepEqual(projects[0]?.components[2]?.digests, [`sha256:${'a'.repeat(64)}`]);
});

test('version 3 keeps packages one level down and names edges by key', async () => {
  const three = {
    version: '3',
    packages: {
      specifiers: { 'npm:left@1': 'npm:left@1.3.0' },
      npm: { 'left@1.3.0': { dependencies: { p: 'p@2.0.0' } }, 'p@2.0.0': {} },
    },
  };
  const { projects } = await scanFiles({ 'deno.lock': JSON.stringify(three) });
  assert.deepEqual(listed(projects[0]), ['!left 1.3.0 prod', 'p 2.0.0 prod']);
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'deno.lock': '{"version":"9"}' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
});
