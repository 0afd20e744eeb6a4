import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { scan } from '../run.ts';
import { edges, listed } from '../testing.ts';
import { FolderTree, MemoryTree } from '../tree.ts';

const manifest = (name: string, version: string, more: object = {}) =>
  JSON.stringify({ name, version, ...more });

const installed = {
  'app/package.json': manifest('app', '1.0.0', {
    dependencies: { a: '^1' },
    devDependencies: { '@s/tool': '1' },
  }),
  'app/node_modules/a/package.json': manifest('a', '1.0.0', {
    license: 'MIT',
    dependencies: { b: '^2' },
    devDependencies: { '@s/tool': '1' },
  }),
  'app/node_modules/a/node_modules/b/package.json': manifest('b', '2.0.0', { dependencies: { c: '*' } }),
  'app/node_modules/b/package.json': manifest('b', '1.0.0'),
  'app/node_modules/c/package.json': manifest('real-c', '3.0.0'),
  'app/node_modules/c/dist/package.json': '{"type":"module"}',
  'app/node_modules/c/yarn.lock': '# yarn lockfile v1\n\nd@1:\n  version "1.0.0"\n',
  'app/node_modules/@s/tool/package.json': manifest('@s/tool', '1.0.0', { dependencies: { b: '1' } }),
  'app/node_modules/.bin/package.json': manifest('no', '1.0.0'),
  'app/node_modules/odd/package.json': '{',
  'app/node_modules/.package-lock.json': JSON.stringify({
    packages: {
      'node_modules/a': {
        integrity: `sha512-${Buffer.alloc(64).toString('base64')}`,
        resolved: 'git+ssh://git@example.com/a.git#abc',
      },
    },
  }),
};

test('nested and scoped packages are found, needs go up the folders as Node does', async () => {
  const { projects } = await scan(new MemoryTree(installed), { skipInstalled: false });
  const project = projects.find(({ file }) => file.includes('node_modules'));
  assert.deepEqual(listed(project).sort(), [
    '!@s/tool 1.0.0 dev',
    '!a 1.0.0 prod',
    'b 1.0.0 dev',
    'b 2.0.0 prod',
    'real-c 3.0.0 prod',
  ]);
  assert.deepEqual(edges(project), [
    '. > @s/tool@1.0.0',
    '. > a@1.0.0',
    '@s/tool@1.0.0 > b@1.0.0',
    'a@1.0.0 > b@2.0.0',
    'b@2.0.0 > real-c@3.0.0',
  ]);
  const a = project?.components.find(({ name }) => name === 'a');
  assert.deepEqual(
    [a?.purl, a?.digests, a?.licences],
    [
      'pkg:npm/a@1.0.0?vcs_url=git%2Bssh:%2F%2Fgit%40example.com%2Fa.git%40abc',
      [`sha512:${'00'.repeat(64)}`],
      ['MIT'],
    ],
  );
  assert.deepEqual(
    [project?.path, project?.subject.name, project?.reasons[0]?.reason],
    ['app', 'app', 'malformed-entry'],
  );
});

test('a scan of sources passes node_modules over and says so', async () => {
  const { projects, skipped } = await scan(new MemoryTree(installed));
  assert.deepEqual(
    [projects.map(({ file }) => file), skipped.map(({ path }) => path)],
    [['app/package.json'], ['app/node_modules']],
  );
});

test('links of pnpm are followed to the package behind, loops and links outside are not', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-scan-'));
  t.after(() => rm(folder, { recursive: true }));
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await put('package.json', manifest('app', '1.0.0', { dependencies: { a: '1', out: '1' } }));
  await put(
    'node_modules/.pnpm/a@1.0.0/node_modules/a/package.json',
    manifest('a', '1.0.0', { dependencies: { b: '1' } }),
  );
  await put(
    'node_modules/.pnpm/b@1.0.0/node_modules/b/package.json',
    manifest('b', '1.0.0', { dependencies: { a: '1' } }),
  );
  await symlink('.pnpm/a@1.0.0/node_modules/a', join(folder, 'node_modules/a'));
  await symlink('../../b@1.0.0/node_modules/b', join(folder, 'node_modules/.pnpm/a@1.0.0/node_modules/b'));
  await symlink('../..', join(folder, 'node_modules/.pnpm/b@1.0.0/node_modules/loop'));
  await symlink(tmpdir(), join(folder, 'node_modules/out'));
  const { projects } = await scan(await FolderTree.open(folder), { skipInstalled: false });
  const project = projects.find(({ file }) => file.includes('node_modules'));
  assert.deepEqual(
    [listed(project), edges(project)],
    [
      ['!a 1.0.0 prod', 'b 1.0.0 prod'],
      ['. > a@1.0.0', 'a@1.0.0 > b@1.0.0', 'b@1.0.0 > a@1.0.0'],
    ],
  );
});
