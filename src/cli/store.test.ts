import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { exitCode } from './exit.ts';
import { locateStore } from './store.ts';
import { nearest } from './suggest.ts';
import { larder, temporaryFolder } from './testing.ts';

test('the larder is the one named, then LARDER_STORE, then the nearest upwards that is one, else a new one here', async context => {
  const folder = await temporaryFolder(context);
  const deep = join(folder, 'a', 'b');
  await mkdir(deep, { recursive: true });
  await mkdir(join(folder, '.larder'));
  await writeFile(join(folder, '.larder', 'larder.db'), '');
  await mkdir(join(folder, 'a', '.larder'));

  const found = (option: string | undefined, env: Record<string, string>) => {
    const { path, exists, foundBy } = locateStore(deep, option, env);
    return [path, exists, foundBy];
  };
  assert.deepEqual(found('x', { LARDER_STORE: 'y' }), [join(deep, 'x'), false, 'option']);
  assert.deepEqual(found(undefined, { LARDER_STORE: 'y' }), [join(deep, 'y'), false, 'environment']);
  assert.deepEqual(found(undefined, {}), [join(folder, '.larder'), true, 'search']);
  assert.deepEqual(locateStore('/', undefined, {}), { path: '/.larder', exists: false, foundBy: 'default' });
});

test('a larder is a folder: neither a URL nor a file is taken for one', async context => {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, '.larder'));
  await writeFile(join(folder, '.larder', 'larder.db'), '');

  assert.throws(
    () => locateStore(folder, 'postgres://db.example.com/larder', {}),
    /^CliError: --store takes the folder of a larder, not a URL/,
  );
  assert.throws(
    () => locateStore(folder, undefined, { LARDER_STORE: '.larder/larder.db' }),
    /^CliError: LARDER_STORE takes .* and \.larder\/larder\.db is a file; give the folder that it is in$/,
  );
});

test('where .larder is a file, add says so', async context => {
  const folder = await temporaryFolder(context);
  await writeFile(join(folder, '.larder'), '');
  await writeFile(join(folder, 'a.json'), '{}');

  const { code, stderr } = await larder(folder, ['add', 'a.json']);

  assert.equal(code, 3);
  assert.match(stderr, /^larder: \S+\/\.larder is a file, a larder is a folder; move it away/);
});

test('the exit code is the first that applies', () => {
  assert.equal(exitCode(), 0);
  assert.equal(exitCode(0, 1, 0), 1);
  assert.equal(exitCode(1, 3), 3);
  assert.equal(exitCode(3, 4, 1), 4);
  assert.equal(exitCode(4, 2), 2);
  assert.equal(exitCode(2, 70), 70);
});

test('a typing mistake finds its word, a different word finds none', () => {
  const verbs = ['add', 'apps', 'where', 'why', 'documents', 'diff'];
  const cases: readonly (readonly [string, string | null])[] = [
    ['wehre', 'where'],
    ['doc', 'documents'],
    ['dif', 'diff'],
    ['dd', 'add'],
    ['upload', null],
    ['', null],
    ['x'.repeat(100_000), null],
  ];
  for (const [typed, found] of cases) assert.equal(nearest(typed, verbs), found, typed.slice(0, 20));
});
