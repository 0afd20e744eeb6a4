import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../io/hash.ts';
import { ReadAhead } from './read-ahead.ts';

/** A file that says it is empty and is not: as one that grows while it is read. */
const GROWING = '/proc/self/status';

test('files are read ahead as long as there is room, which is given back file by file', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-ahead-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const size = 7 * 1024 * 1024;
  const path = join(folder, 'big');
  await writeFile(path, Buffer.alloc(size, 7));
  const ahead = new ReadAhead();
  const held = [];
  for (; ahead.hasRoom(size); ) held.push(await ahead.read(path));
  assert.equal(held.length, 9);
  for (const file of held) {
    assert.equal(file.sha256, sha256(Buffer.alloc(size, 7)));
    ahead.release(file);
    assert(ahead.hasRoom(size));
  }
});

test('a file that cannot be read whole keeps no room', {
  skip: existsSync(GROWING) ? false : 'there is no /proc here',
}, async t => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-ahead-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const ahead = new ReadAhead();
  const all = 64 * 1024 * 1024 - 1;
  assert(ahead.hasRoom(all));
  await assert.rejects(ahead.read(GROWING), /changed while it was read/);
  assert(ahead.hasRoom(all));
});
