import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

const nine = `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      a:
        specifier: ^1.0.0
        version: 1.0.0(p@2.0.0)
    devDependencies:
      member:
        specifier: workspace:*
        version: link:packages/member

  packages/member:
    devDependencies:
      p:
        specifier: ^2.0.0
        version: 2.0.0

packages:

  a@1.0.0:
    resolution: {integrity: sha1-W9hJMAX0ScWTjnLQZzqYdlP1z3Y=}
    peerDependencies:
      p: '*'

  p@2.0.0:
    resolution: {integrity: sha1-W9hJMAX0ScWTjnLQZzqYdlP1z3Y=}

snapshots:

  a@1.0.0(p@2.0.0):
    dependencies:
      p: 2.0.0

  p@2.0.0: {}
`;

test('version 9: importers are projects, snapshots have the edges', async () => {
  const { projects } = await scanFiles({ 'pnpm-lock.yaml': nine });
  assert.deepEqual(listed(projects[0]), ['!a 1.0.0 prod', 'p 2.0.0 prod']);
  assert.deepEqual(edges(projects[0]), ['. > a@1.0.0', 'a@1.0.0 > p@2.0.0']);
  assert.deepEqual(projects[0]?.links, ['packages/member']);
  assert.equal(projects[0]?.components[0]?.locations[0]?.line, 23);
  assert.deepEqual([projects[1]?.path, listed(projects[1])], ['packages/member', ['!p 2.0.0 dev']]);
});

test('every document of a pnpm 11 lockfile is read', async () => {
  const tools =
    "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    packageManagerDependencies:\n      pnpm:\n        specifier: ^11.0.0\n        version: 11.0.0\n\npackages:\n\n  pnpm@11.0.0:\n    resolution: {integrity: x}\n\nsnapshots:\n\n  pnpm@11.0.0: {}\n";
  const { projects } = await scanFiles({ 'pnpm-lock.yaml': `---\n${tools}\n---\n${nine}` });
  assert.deepEqual(listed(projects[0]), ['!pnpm 11.0.0 dev', '!a 1.0.0 prod', 'p 2.0.0 prod']);
});

test('version 6: keys with a slash and peers', async () => {
  const text = `lockfileVersion: '6.0'

dependencies:
  a:
    specifier: 1.0.0
    version: 1.0.0(b@2.0.0)

packages:

  /a@1.0.0(b@2.0.0):
    resolution: {integrity: x}
    dependencies:
      b: 2.0.0
    dev: false

  /b@2.0.0:
    resolution: {integrity: x}
    dev: false
`;
  const { projects } = await scanFiles({ 'pnpm-lock.yaml': text });
  assert.deepEqual(listed(projects[0]), ['!a 1.0.0 prod', 'b 2.0.0 prod']);
  assert.deepEqual(edges(projects[0]), ['. > a@1.0.0', 'a@1.0.0 > b@2.0.0']);
});

test('version 5: keys with slashes; a key that names no version is a malformed entry', async () => {
  const text = `lockfileVersion: 5.4

specifiers:
  '@s/a': 1.0.0

dependencies:
  '@s/a': 1.0.0_b@2.0.0

packages:

  /@s/a/1.0.0_b@2.0.0:
    resolution: {integrity: x}
    dev: false

  /odd:
    resolution: {integrity: x}
`;
  const { projects, diagnostics } = await scanFiles({ 'pnpm-lock.yaml': text });
  assert.deepEqual([projects[0]?.completeness, listed(projects[0])], ['partial', ['!@s/a 1.0.0 prod']]);
  assert.deepEqual([diagnostics[0]?.code, diagnostics[0]?.at], ['malformed-entry', 'pnpm-lock.yaml:15']);
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'pnpm-lock.yaml': "lockfileVersion: '12.0'\n" });
  assert.deepEqual(
    [projects[0]?.completeness, projects[0]?.reasons[0]?.reason],
    ['failed', 'unsupported-lock-version'],
  );
});
