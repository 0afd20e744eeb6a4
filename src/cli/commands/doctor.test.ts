import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { larder, temporaryFolder } from '../testing.ts';

test('a larder that cannot even be examined: doctor says what else to do, and sends nobody to itself', async t => {
  const cwd = await temporaryFolder(t);
  await mkdir(join(cwd, '.larder'));
  await writeFile(join(cwd, '.larder', 'larder.db'), 'no database at all'.repeat(100));

  const { code, stderr } = await larder(cwd, ['doctor']);

  assert.equal(code, 3);
  assert.match(
    stderr,
    /^larder: The larder in \S+ is damaged .*; restore it from a backup, or move it away and add the documents again\.$/m,
  );
  assert.match((await larder(cwd, ['apps'])).stderr, /run larder doctor/);
});
