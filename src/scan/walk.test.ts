import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseIgnore } from './gitignore.ts';
import { scan } from './run.ts';
import { scanFiles } from './testing.ts';
import { cleanPath, FolderTree, MemoryTree } from './tree.ts';

const lock = (name: string) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: { '': {}, [`node_modules/${name}`]: { version: '1.0.0' } },
  });

async function folder(context: { after: (done: () => Promise<void>) => void }): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'larder-scan-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('.gitignore is honoured where it lies, and what it hides is said', async () => {
  const files = {
    '.gitignore': 'out/\n/only-here/\n*.tmp\n!keep/\n',
    'out/package-lock.json': lock('a'),
    'only-here/package-lock.json': lock('b'),
    'x/only-here/package-lock.json': lock('c'),
    'x/.gitignore': 'package-lock.json\n',
    'x/package-lock.json': lock('d'),
    'package-lock.json': lock('e'),
  };
  const result = await scanFiles(files);
  assert.deepEqual(
    result.projects.map(project => project.path),
    ['.'],
  );
  assert.deepEqual(result.ignored.files, ['x/package-lock.json', 'x/only-here/package-lock.json']);
  const all = await scan(new MemoryTree(files), { honourIgnore: false });
  assert.equal(all.projects.length, 5);
});

test('exclusions of the user are patterns of the same kind', async () => {
  const tree = new MemoryTree({ 'a/package-lock.json': lock('a'), 'b/package-lock.json': lock('b') });
  const result = await scan(tree, { excludes: parseIgnore('/a/') });
  assert.deepEqual(
    result.projects.map(project => project.path),
    ['b'],
  );
});

test('installed things are passed over with a reason, by name or by what stands beside them', async () => {
  const result = await scanFiles({
    'node_modules/x/package-lock.json': lock('a'),
    'go/go.mod': 'module m\ngo 1.21\n',
    'go/vendor/x/go.mod': 'module x\n',
    'vendor/go.mod': 'module own\ngo 1.21\n',
    'env/pyvenv.cfg': '',
    'env/lib/requirements.txt': 'a==1',
  });
  assert.deepEqual(
    result.skipped,
    [
      { path: 'env', reason: 'installed dependencies' },
      { path: 'go/vendor', reason: 'installed dependencies' },
      { path: 'node_modules', reason: 'installed dependencies' },
    ].sort(
      (a, b) =>
        result.skipped.findIndex(one => one.path === a.path) -
        result.skipped.findIndex(one => one.path === b.path),
    ),
  );
  assert.deepEqual(result.projects.map(project => project.path).sort(), ['go', 'vendor']);
});

test('links are not followed, loops end, nothing outside is opened', async context => {
  const root = await folder(context);
  const outside = await folder(context);
  await writeFile(join(outside, 'package-lock.json'), lock('secret'));
  await mkdir(join(root, 'a'));
  await symlink('..', join(root, 'a', 'loop'));
  await symlink(outside, join(root, 'out'));
  await symlink(join(outside, 'package-lock.json'), join(root, 'package-lock.json'));
  await symlink('inside.json', join(root, 'npm-shrinkwrap.json'));
  await writeFile(join(root, 'inside.json'), lock('x'));
  const tree = await FolderTree.open(root);
  const result = await scan(tree);
  assert.deepEqual(result.projects, []);
  assert.deepEqual(
    result.diagnostics.map(note => note.code),
    ['link-not-followed', 'link-not-followed'],
  );
  assert.equal(await tree.file('package-lock.json'), null);
  assert.equal(await tree.file('out/package-lock.json'), null);
  assert.equal((await tree.file('npm-shrinkwrap.json'))?.path, 'npm-shrinkwrap.json');
  assert.equal(await tree.file('../../etc/passwd'), null);
});

test('a folder that may not be read is an error with its place, the rest is scanned', {
  skip: process.getuid?.() === 0 ? 'impossible here: root may read everything' : false,
}, async context => {
  const root = await folder(context);
  await mkdir(join(root, 'shut'));
  await chmod(join(root, 'shut'), 0);
  await writeFile(join(root, 'package-lock.json'), lock('a'));
  const result = await scan(await FolderTree.open(root));
  await chmod(join(root, 'shut'), 0o700);
  assert.deepEqual(
    [result.projects.length, result.diagnostics[0]?.code, result.diagnostics[0]?.at],
    [1, 'unreadable-file', 'shut'],
  );
});

test('a path of ten thousand folders is bounded and said', async () => {
  const depth = 10_000;
  const tree = {
    file: async () => null,
    head: () => null,
    list: async (path: string) =>
      path.split('/').length < depth ? [{ name: 'd', kind: 'folder' as const }] : [],
  };
  const result = await scan(tree);
  assert.deepEqual(
    result.diagnostics.map(note => [note.severity, note.code]),
    [['error', 'too-large']],
  );
  assert.ok(result.walked.folders < 300);
});

test('a huge file is not read, a binary one neither', async context => {
  const root = await folder(context);
  const { open } = await import('node:fs/promises');
  const huge = await open(join(root, 'yarn.lock'), 'w');
  await huge.truncate(65 * 1024 * 1024);
  await huge.close();
  await writeFile(join(root, 'Cargo.lock'), new Uint8Array([0, 1, 2, 0, 255, 0, 0]));
  const result = await scan(await FolderTree.open(root));
  assert.deepEqual(
    result.projects.map(project => [project.file, project.completeness, project.reasons[0]?.reason]),
    [
      ['Cargo.lock', 'failed', 'malformed-file'],
      ['yarn.lock', 'failed', 'too-large'],
    ],
  );
});

test('a fault of an extractor is a failed project of that file alone', async () => {
  // The deepest nesting that JSON may have: recursive readers must stand it or say so.
  const deep = `${'{"dependencies":{"a":'.repeat(250)}{}${'}}'.repeat(250)}`;
  const { projects } = await scanFiles({
    'a/package-lock.json': `{"lockfileVersion":1,${deep.slice(1)}`,
    'b/package-lock.json': lock('b'),
  });
  assert.equal(projects.length, 2);
  assert.equal(projects[1]?.completeness, 'complete');
});

test('paths are clean or refused', () => {
  assert.deepEqual(
    ['a/./b//c', 'a/../b', '.', '', '../a', '/a', 'C:\\a', 'a\0b', 'a\\..\\..\\b'].map(cleanPath),
    ['a/b/c', 'b', '.', '.', null, null, null, null, null],
  );
});
