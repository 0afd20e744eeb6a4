import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

const classic = `# yarn lockfile v1


"@s/a@^1.0.0", "@s/a@~1.0.1":
  version "1.0.1"
  resolved "https://example.com/@s/a/-/a-1.0.1.tgz#5bd8493005f449c5938e72d0673a987653f5cf76"
  dependencies:
    b "^2.0.0"
  optionalDependencies:
    c "1"

b-old@npm:b@^1.0.0:
  version "1.5.0"

b@^2.0.0:
  version "2.0.0"

c@1:
  version "1.0.0"
`;

test('Yarn 1: package.json says what is direct, edges follow the exact patterns, aliases keep the real name', async () => {
  const { projects } = await scanFiles({
    'yarn.lock': classic,
    'package.json': '{"dependencies":{"@s/a":"^1.0.0"},"devDependencies":{"b-old":"npm:b@^1.0.0"}}',
  });
  assert.deepEqual(listed(projects[0]), [
    '!@s/a 1.0.1 prod',
    '!b 1.5.0 dev',
    'b 2.0.0 prod',
    'c 1.0.0 optional',
  ]);
  assert.deepEqual(edges(projects[0]), [
    '. > @s/a@1.0.1',
    '. > b@1.5.0',
    '@s/a@1.0.1 > b@2.0.0',
    '@s/a@1.0.1 > c@1.0.0',
  ]);
  assert.deepEqual(projects[0]?.components[0]?.digests, ['sha1:5bd8493005f449c5938e72d0673a987653f5cf76']);
  assert.equal(projects[0]?.components[1]?.locations[0]?.line, 12);
});

test('Yarn 1 without package.json: all packages, nothing said of direct or scope', async () => {
  const { projects } = await scanFiles({ 'yarn.lock': classic });
  assert.deepEqual(listed(projects[0]), ['@s/a 1.0.1', 'b 1.5.0', 'b 2.0.0', 'c 1.0.0']);
});

const berry = `__metadata:
  version: 8

"left@npm:^1.0.0":
  version: 1.3.0
  resolution: "left@npm:1.3.0"
  dependencies:
    right: "npm:^1.0.0"

"member@workspace:^, member@workspace:packages/member":
  version: 0.0.0-use.local
  resolution: "member@workspace:packages/member"
  dependencies:
    left: "npm:^1.0.0"

"right@https://example.com/right.git":
  version: 1.0.0
  resolution: "right@https://example.com/right.git#commit=0123456789012345678901234567890123456789"

"right@npm:^1.0.0":
  version: 1.0.0
  resolution: "right@npm:1.0.0"

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."
  dependencies:
    member: "workspace:^"
    right: "https://example.com/right.git"
`;

test('Yarn 2 and later: workspaces are projects, never packages of a registry', async () => {
  const { projects } = await scanFiles({
    'yarn.lock': berry,
    'package.json': '{"devDependencies":{"right":"https://example.com/right.git"}}',
  });
  const root = projects.find(project => project.path === '.');
  const member = projects.find(project => project.path === 'packages/member');
  assert.deepEqual(listed(root), ['!right 1.0.0 dev']);
  assert.deepEqual(root?.links, ['packages/member']);
  assert.match(root?.components[0]?.purl ?? '', /vcs_url=/);
  assert.deepEqual(listed(member), ['!left 1.3.0', 'right 1.0.0']);
});

test('Yarn 2 and later: what resolutions replaced is found by its name where only one version has it', async () => {
  const entry = (key: string, name: string, version: string, needs: string) =>
    `"${key}":\n  version: ${version}\n  resolution: "${name}"\n${needs}`;
  const needs = '  dependencies:\n    b: "npm:^1.0.0"\n    c: "npm:^1.0.0"\n';
  const { projects } = await scanFiles({
    'yarn.lock': [
      '__metadata:\n  version: 8\n',
      entry('a@npm:^1.0.0', 'a@npm:1.0.0', '1.0.0', needs),
      entry('b@npm:2.0.1', 'b@npm:2.0.1', '2.0.1', ''),
      entry('c@npm:2.0.0', 'c@npm:2.0.0', '2.0.0', ''),
      entry('c@npm:3.0.0', 'c@npm:3.0.0', '3.0.0', ''),
      entry('r@workspace:.', 'r@workspace:.', '0.0.0-use.local', '  dependencies:\n    a: "npm:^1.0.0"\n'),
    ].join('\n'),
    'package.json': '{"devDependencies":{"a":"^1.0.0"},"resolutions":{"b":"2.0.1"}}',
  });
  assert.deepEqual(edges(projects[0]), ['. > a@1.0.0', 'a@1.0.0 > b@2.0.1']);
  assert.deepEqual(listed(projects[0]).slice(0, 2), ['!a 1.0.0 dev', 'b 2.0.1 dev']);
});

test('an unknown version is loud', async () => {
  for (const text of ['# yarn lockfile v2\n', '__metadata:\n  version: 99\n']) {
    const { projects } = await scanFiles({ 'yarn.lock': text });
    assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
  }
});

test('what is no yarn.lock is malformed, with its line', async () => {
  const { projects } = await scanFiles({ 'yarn.lock': 'hello\n' });
  assert.deepEqual(
    [projects[0]?.reasons[0]?.reason, projects[0]?.reasons[0]?.at],
    ['malformed-file', 'line 1'],
  );
});
