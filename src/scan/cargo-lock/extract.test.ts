import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

const lock = `version = 3

[[package]]
name = "a"
version = "1.0.0"
source = "registry+https://example.com/index"
checksum = "${'a'.repeat(64)}"
dependencies = [
 "b 2.0.0",
]

[[package]]
name = "b"
version = "1.0.0"
source = "git+https://example.com/b?rev=x#0123"

[[package]]
name = "b"
version = "2.0.0"
source = "registry+https://example.com/index"

[[package]]
name = "member"
version = "0.1.0"
dependencies = [
 "b 1.0.0",
]

[[package]]
name = "own"
version = "0.1.0"
dependencies = [
 "a",
 "b 1.0.0",
 "member",
]
`;

const manifests = {
  'Cargo.toml':
    '[package]\nname = "own"\nversion = "0.1.0"\nlicense = "MIT"\n[workspace]\nmembers = ["crates/*"]\n[dependencies]\na = "1"\nmember = { path = "crates/member" }\n[dev-dependencies]\nb1 = { package = "b", git = "x" }\n',
  'crates/member/Cargo.toml':
    '[package]\nname = "member"\nversion = "0.1.0"\npublish = false\n[build-dependencies]\nb = "1"\n',
};

test('workspace members are projects; sections of Cargo.toml are scopes', async () => {
  const { projects } = await scanFiles({ 'Cargo.lock': lock, ...manifests });
  const own = projects.find(project => project.path === '.');
  assert.deepEqual(listed(own), ['!a 1.0.0 prod', '!b 1.0.0 dev', 'b 2.0.0 prod']);
  assert.deepEqual(edges(own), ['. > a@1.0.0', '. > b@1.0.0', 'a@1.0.0 > b@2.0.0']);
  assert.deepEqual([own?.links, own?.subject.purl], [['crates/member'], 'pkg:cargo/own@0.1.0']);
  const member = projects.find(project => project.path === 'crates/member');
  assert.deepEqual([listed(member), member?.subject.purl], [['!b 1.0.0 build'], null]);
  assert.deepEqual(own?.components[0]?.digests, [`sha256:${'a'.repeat(64)}`]);
});

test('without Cargo.toml every package is listed, own ones without a purl', async () => {
  const { projects } = await scanFiles({ 'Cargo.lock': lock });
  assert.deepEqual(listed(projects[0]), ['a 1.0.0', 'b 1.0.0', 'b 2.0.0', 'member 0.1.0', 'own 0.1.0']);
  assert.equal(projects[0]?.components[4]?.purl, null);
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'Cargo.lock': 'version = 5\n' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
});

test('path dependencies of members are members, and what the workspace renames keeps its scope', async () => {
  const crate = (name: string, needs: string, source = '') =>
    `[[package]]\nname = "${name}"\nversion = "1.0.0"\n${source}dependencies = [${needs}]\n`;
  const source = 'source = "registry+https://github.com/rust-lang/crates.io-index"\n';
  const { projects } = await scanFiles({
    'Cargo.toml':
      '[workspace]\nmembers = ["app"]\n[workspace.dependencies]\ncheck = { package = "real", version = "1" }\n',
    'app/Cargo.toml':
      '[package]\nname = "app"\nversion = "1.0.0"\n[dependencies]\nlib = { path = "../lib" }\n[dev-dependencies]\ncheck = { workspace = true }\n',
    'lib/Cargo.toml': '[package]\nname = "lib"\nversion = "1.0.0"\n[dev-dependencies]\ntool = "1"\n',
    'Cargo.lock': [
      'version = 4\n',
      crate('app', '"lib", "real"'),
      crate('lib', '"tool"'),
      crate('real', '', source),
      crate('tool', '', source),
    ].join('\n'),
  });
  const of = (path: string) => projects.find(project => project.path === path);
  assert.deepEqual([listed(of('app')), of('app')?.links], [['!real 1.0.0 dev'], ['lib']]);
  assert.deepEqual(listed(of('lib')), ['!tool 1.0.0 dev']);
});
