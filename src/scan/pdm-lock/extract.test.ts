import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('pdm.lock: groups, edges from requirements, repositories', async () => {
  const lock = `[metadata]
lock_version = "4.5.0"

[[package]]
name = "a"
version = "1.0"
groups = ["default"]
dependencies = ["B>=1; python_version < '3'"]

[[package]]
name = "b"
version = "1.1"
groups = ["default", "dev"]
git = "https://example.com/b.git"
revision = "0123"
`;
  const { projects } = await scanFiles({ 'pdm.lock': lock });
  assert.deepEqual(listed(projects[0]), ['a 1.0 prod', 'b 1.1 prod+dev']);
  assert.deepEqual(edges(projects[0]), ['a@1.0 > b@1.1']);
});

test('entries of one package with and without extras are one component with the needs of both', async () => {
  const lock = `[metadata]
lock_version = "4.5.0"

[[package]]
name = "server"
version = "1.0"
groups = ["default"]
dependencies = ["click"]

[[package]]
name = "server"
version = "1.0"
extras = ["fast"]
groups = ["dev"]
dependencies = ["click", "parser==2.0", "server==1.0"]

[[package]]
name = "click"
version = "1.0"
groups = ["default", "dev"]

[[package]]
name = "parser"
version = "1.0"
groups = ["dev"]

[[package]]
name = "parser"
version = "2.0"
groups = ["dev"]
`;
  const pyproject =
    '[project]\nname = "own"\ndependencies = ["server", "click"]\n[dependency-groups]\ndev = ["server[fast]", "click"]\n';
  const alone = await scanFiles({ 'pdm.lock': lock });
  const [server, ...rest] = alone.projects[0]?.components ?? [];
  assert.deepEqual(
    [server?.scopes, server?.locations.map(({ line }) => line), rest.length],
    [['prod', 'dev'], [4, 10], 3],
  );
  const { projects } = await scanFiles({ 'pdm.lock': lock, 'pyproject.toml': pyproject });
  assert.deepEqual(listed(projects[0]).slice(0, 2), ['!server 1.0 prod', '!click 1.0 prod']);
  assert.deepEqual(edges(projects[0]), [
    '. > click@1.0',
    '. > server@1.0',
    'server@1.0 > click@1.0',
    'server@1.0 > parser@2.0',
  ]);
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'pdm.lock': '[metadata]\nlock_version = "9.0"\n' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
});
