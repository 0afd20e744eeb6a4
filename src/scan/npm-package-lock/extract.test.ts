import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

const workspaces = JSON.stringify(
  {
    name: 'root',
    lockfileVersion: 3,
    packages: {
      '': { name: 'root', workspaces: ['a'], devDependencies: { tool: '1' } },
      a: { name: 'a', version: '1.0.0', dependencies: { left: '^1.0.0' }, license: 'MIT' },
      'node_modules/a': { resolved: 'a', link: true },
      'node_modules/left': {
        version: '1.3.0',
        license: 'WTFPL',
        integrity: 'sha1-W9hJMAX0ScWTjnLQZzqYdlP1z3Y=',
      },
      'node_modules/tool': { version: '1.0.0', dev: true, dependencies: { left: '^2.0.0' } },
      'node_modules/tool/node_modules/left': { version: '2.0.0', dev: true },
    },
  },
  null,
  2,
);

test('each workspace member is a project with what it reaches; the root links to it', async () => {
  const { projects } = await scanFiles({ 'package-lock.json': workspaces });
  const [root, member] = projects;
  assert.deepEqual(listed(root), ['!tool 1.0.0 dev', 'left 2.0.0 dev']);
  assert.deepEqual(edges(root), ['. > tool@1.0.0', 'tool@1.0.0 > left@2.0.0']);
  assert.deepEqual(root?.links, ['a']);
  assert.deepEqual([member?.path, member?.subject.name, listed(member)], ['a', 'a', ['!left 1.3.0 prod']]);
  assert.deepEqual(member?.components[0], {
    name: 'left',
    version: '1.3.0',
    range: null,
    purl: 'pkg:npm/left@1.3.0',
    scopes: ['prod'],
    direct: true,
    locations: [{ file: 'package-lock.json', line: 26 }],
    licences: ['WTFPL'],
    digests: ['sha1:5bd8493005f449c5938e72d0673a987653f5cf76'],
    source: null,
  });
});

test('version 1: nested dependencies are looked up as node does; package.json says what is direct', async () => {
  const lock = {
    lockfileVersion: 1,
    dependencies: {
      a: { version: '1.0.0', requires: { b: '^1.0.0' }, dependencies: { b: { version: '1.0.0' } } },
      b: { version: 'npm:other@2.0.0', dev: true },
      c: { version: 'git+https://example.com/c.git#0123456789012345678901234567890123456789' },
      d: { version: 'file:../d' },
    },
  };
  const { projects } = await scanFiles({
    'package-lock.json': JSON.stringify(lock),
    'package.json': '{"dependencies":{"a":"^1.0.0","c":"x"},"devDependencies":{"b":"npm:other@2"}}',
  });
  assert.deepEqual(listed(projects[0]), [
    '!a 1.0.0 prod',
    '!other 2.0.0 dev',
    '!c - prod',
    'd - prod',
    'b 1.0.0 prod',
  ]);
  assert.deepEqual(edges(projects[0]), ['. > a@1.0.0', '. > c@', '. > other@2.0.0', 'a@1.0.0 > b@1.0.0']);
  const purls = projects[0]?.components.map(component => component.purl);
  assert.deepEqual(purls?.slice(2, 4), [
    'pkg:npm/c?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fc.git%400123456789012345678901234567890123456789',
    null,
  ]);
});

test('copies are merged only when no path tells them apart', async () => {
  const packages = {
    '': { dependencies: { a: '1', b: '1' } },
    'node_modules/a': { version: '1.0.0', dependencies: { x: '1', y: '1' } },
    'node_modules/b': { version: '1.0.0', dependencies: { x: '1', y: '1' } },
    'node_modules/a/node_modules/x': { version: '1.0.0', dependencies: { y: '1' } },
    'node_modules/b/node_modules/x': { version: '1.0.0', dependencies: { y: '1' } },
    'node_modules/a/node_modules/y': { version: '1.0.0' },
    'node_modules/b/node_modules/y': { version: '2.0.0' },
  };
  const { projects } = await scanFiles({
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages }),
  });
  assert.deepEqual(
    listed(projects[0]).filter(line => line.startsWith('x')),
    ['x 1.0.0 prod', 'x 1.0.0 prod'],
  );
});

test('a lockfile that no longer holds what package.json asks for is partial', async () => {
  const lock = {
    lockfileVersion: 3,
    packages: { '': { dependencies: { a: '1' } }, 'node_modules/a': { version: '1.0.0' } },
  };
  const { projects } = await scanFiles({
    'package-lock.json': JSON.stringify(lock),
    'package.json': '{"dependencies":{"a":"1","b":"2"}}',
  });
  assert.deepEqual(
    [projects[0]?.completeness, projects[0]?.reasons[0]?.reason],
    ['partial', 'lock-out-of-date'],
  );
});

for (const [what, text, reason] of [
  ['an unknown version', '{"lockfileVersion":4,"packages":{}}', 'unsupported-lock-version'],
  ['no JSON', '{"lockfileVersion":', 'malformed-file'],
  ['a list', '[]', 'malformed-file'],
] as const) {
  test(`${what} gives a failed project and an error`, async () => {
    const { projects, diagnostics } = await scanFiles({ 'package-lock.json': text });
    assert.deepEqual([projects[0]?.completeness, projects[0]?.reasons[0]?.reason], ['failed', reason]);
    assert.deepEqual([diagnostics[0]?.severity, diagnostics[0]?.code], ['error', reason]);
  });
}

test('keys that JavaScript treats specially are plain names', async () => {
  const text =
    '{"lockfileVersion":3,"packages":{"":{},"node_modules/__proto__":{"version":"1.0.0"},"node_modules/constructor":{"version":"2.0.0"}}}';
  const { projects } = await scanFiles({ 'package-lock.json': text });
  assert.deepEqual(listed(projects[0]), ['__proto__ 1.0.0 prod', 'constructor 2.0.0 prod']);
});

test('an archive of a repository is no package of a registry, whatever its address has in it', async () => {
  const purlOf = async (name: string, resolved: string) => {
    const packages = { '': {}, [`node_modules/${name}`]: { version: '1.0.0', resolved } };
    const lock = JSON.stringify({ lockfileVersion: 3, packages });
    return (await scanFiles({ 'package-lock.json': lock })).projects[0]?.components[0]?.purl;
  };
  for (const url of [
    'https://github.com/o/a/archive/v1.tar.gz',
    'https://gitlab.com/o/a/-/archive/v1/a-v1.tar.gz',
    'https://codeload.github.com/o/a/tar.gz/v1',
    'https://github.com/o/a/releases/download/v1/a.tgz',
  ])
    assert.match((await purlOf('a', url)) ?? '', /\?download_url=/, url);
  for (const [name, url] of [
    ['archive', 'https://registry.example.com/archive/-/archive-1.0.0.tgz'],
    ['@o/a', 'https://npm.example.com/download/@o/a/1.0.0/0123'],
  ] as const)
    assert.doesNotMatch((await purlOf(name, url)) ?? '?', /\?/, url);
});

test('version 1: what npm flags as optional is so, though its requires do not tell', async () => {
  const dependencies = {
    a: { version: '1.0.0', requires: { b: '1', c: '1' } },
    b: { version: '1.0.0', optional: true },
    c: { version: '1.0.0' },
  };
  const { projects } = await scanFiles({
    'package-lock.json': JSON.stringify({ lockfileVersion: 1, dependencies }),
    'package.json': '{"dependencies":{"a":"1"}}',
  });
  assert.deepEqual(listed(projects[0]), ['!a 1.0.0 prod', 'b 1.0.0 optional', 'c 1.0.0 prod']);
});
