import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

const lock = `[[package]]
name = "Click"
version = "8.1.0"
groups = ["main"]
files = [
    {file = "click.whl", hash = "sha256:${'a'.repeat(64)}"},
]

[package.dependencies]
colorama = {version = "*", markers = "x"}

[[package]]
name = "colorama"
version = "0.4.0"
groups = ["main", "dev"]

[[package]]
name = "tool"
version = "1.0"
groups = ["dev"]

[package.source]
type = "git"
url = "https://example.com/tool.git"
resolved_reference = "abc"

[metadata]
lock-version = "2.1"
`;

test('poetry.lock: groups, edges, digests, sources', async () => {
  const { projects } = await scanFiles({ 'poetry.lock': lock });
  assert.deepEqual(listed(projects[0]), ['Click 8.1.0 prod', 'colorama 0.4.0 prod+dev', 'tool 1.0 dev']);
  assert.deepEqual(edges(projects[0]), ['Click@8.1.0 > colorama@0.4.0']);
  assert.equal(projects[0]?.components[0]?.purl, 'pkg:pypi/click@8.1.0');
  assert.deepEqual(projects[0]?.components[0]?.digests, [`sha256:${'a'.repeat(64)}`]);
  assert.equal(projects[0]?.components[2]?.locations[0]?.line, 17);
});

test('pyproject.toml says what is direct and for what', async () => {
  const manifest =
    '[tool.poetry]\nname = "own"\nversion = "1"\n[tool.poetry.dependencies]\npython = "3"\nclick = "^8"\n[tool.poetry.group.dev.dependencies]\ntool = "*"\n';
  const { projects } = await scanFiles({ 'poetry.lock': lock, 'pyproject.toml': manifest }, 'poetry.lock');
  assert.deepEqual(listed(projects[0]), ['!Click 8.1.0 prod', 'colorama 0.4.0 prod', '!tool 1.0 dev']);
  assert.equal(projects[0]?.subject.name, 'own');
});

test('needs of an extra are followed where it was asked for; what both the project and a group need is prod', async () => {
  const entry = (name: string, groups: string, more = '') =>
    `[[package]]\nname = "${name}"\nversion = "1"\noptional = false\ngroups = [${groups}]\n${more}\n`;
  const needs =
    '[package.dependencies]\nparser = {version = "*", optional = true, markers = "extra == \\"fast\\""}\nwatch = {version = "*", optional = true, markers = "extra == \\"slow\\""}\n';
  const { projects } = await scanFiles({
    'poetry.lock': [
      entry('server', '"main"', needs),
      entry('parser', '"main"'),
      entry('watch', '"dev"'),
      entry('both', '"main", "dev"'),
      '[metadata]\nlock-version = "2.1"\n',
    ].join('\n'),
    'pyproject.toml':
      '[tool.poetry.dependencies]\nserver = {version = "*", extras = ["fast"]}\nboth = "*"\n[tool.poetry.group.dev.dependencies]\nboth = "*"\nwatch = "*"\n',
  });
  assert.deepEqual(listed(projects[0]), ['!server 1 prod', 'parser 1 prod', '!watch 1 dev', '!both 1 prod']);
  assert.deepEqual(edges(projects[0]), ['. > both@1', '. > server@1', '. > watch@1', 'server@1 > parser@1']);
});

test('an unknown version is loud, and so is what is no TOML', async () => {
  const unknown = await scanFiles({ 'poetry.lock': '[metadata]\nlock-version = "9.0"\n' });
  assert.equal(unknown.projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
  const odd = await scanFiles({ 'poetry.lock': 'a = 1\nb = = 2\n' });
  assert.deepEqual(
    [odd.projects[0]?.reasons[0]?.reason, odd.projects[0]?.reasons[0]?.at],
    ['malformed-file', 'line 2'],
  );
});
