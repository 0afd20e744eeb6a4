import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

const lock = `version = 1

[[package]]
name = "a"
version = "1.0"
source = { registry = "https://example.com/simple" }
dependencies = [
    { name = "b", version = "2.0", source = { registry = "x" } },
]
sdist = { url = "https://example.com/a.tar.gz", hash = "sha256:${'a'.repeat(64)}" }

[[package]]
name = "b"
version = "1.0"
source = { registry = "x" }

[[package]]
name = "b"
version = "2.0"
source = { git = "https://example.com/b.git?rev=v2#0123" }

[[package]]
name = "root"
version = "0.1.0"
source = { editable = "." }
dependencies = [
    { name = "a" },
    { name = "member" },
]

[package.dev-dependencies]
dev = [
    { name = "b", version = "1.0", source = { registry = "x" } },
]

[[package]]
name = "member"
version = "0.1.0"
source = { editable = "packages/member" }
`;

test('uv.lock: own packages are projects, versions of forks are told apart', async () => {
  const { projects } = await scanFiles({ 'uv.lock': lock });
  assert.deepEqual(listed(projects[0]), ['!a 1.0 prod', '!b 1.0 dev', 'b 2.0 prod']);
  assert.deepEqual(edges(projects[0]), ['. > a@1.0', '. > b@1.0', 'a@1.0 > b@2.0']);
  assert.deepEqual([projects[0]?.subject.name, projects[0]?.links], ['root', ['packages/member']]);
  assert.equal(
    projects[0]?.components[2]?.purl,
    'pkg:pypi/b@2.0?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fb.git%400123',
  );
});

test('uv.lock: what an extra needs is needed as whoever asks for it is; extras of the project are optional', async () => {
  const text = `version = 1

[[package]]
name = "own"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "server", extra = ["fast"] }]

[package.optional-dependencies]
more = [{ name = "other" }]

[[package]]
name = "server"
version = "1"
source = { registry = "x" }

[package.optional-dependencies]
fast = [{ name = "parser" }]

[[package]]
name = "parser"
version = "1"
source = { registry = "x" }

[[package]]
name = "other"
version = "1"
source = { registry = "x" }
`;
  const { projects } = await scanFiles({ 'uv.lock': text });
  assert.deepEqual(listed(projects[0]), ['!server 1 prod', 'parser 1 prod', '!other 1 optional']);
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'uv.lock': 'version = 2\n' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
});
