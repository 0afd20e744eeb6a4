import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { EVERYTHING } from '../scope.ts';
import { smallBom } from '../testing.ts';
import { TableBodies } from './bytes.ts';
import { Database, explain } from './database.ts';
import { DATABASE_FILE, openSqliteStore } from './open.ts';
import { SEGMENT_BOMS } from './schema.ts';
import type { OpeningData } from './testing-opening.ts';
import { SqliteWriter } from './writer.ts';

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-failures-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const bom = (n: number): ReturnType<typeof smallBom> =>
  smallBom({ app: `app-${n}`, purls: Array.from({ length: 50 }, (_, at) => `pkg:npm/p-${n}-${at}@1`) });

test('a full disk is told with the remedy, keeps what was accepted, and takes the rest when there is room', () =>
  inFolder(async folder => {
    await openSqliteStore(folder, { mode: 'create' }).close();
    const db = new Database(join(folder, DATABASE_FILE), { readOnly: false });
    const writer = new SqliteWriter(db, new TableBodies(db), SEGMENT_BOMS);
    await writer.write([bom(0)]);
    const pages = db.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
    db.exec(`PRAGMA max_page_count = ${pages + 5}`);
    const rest = Array.from({ length: 40 }, (_, at) => bom(at + 1));
    await assert.rejects(writer.write(rest), {
      code: 'disk-full',
      message: /make room and run the same command again/,
    });
    db.exec('PRAGMA max_page_count = 1000000');
    assert.deepEqual(
      (await writer.write([bom(0), ...rest])).map(one => one.status),
      ['duplicate', ...rest.map(() => 'accepted')],
    );
    db.close();
    const store = openSqliteStore(folder, { mode: 'read' });
    assert.equal((await store.membership.totals(EVERYTHING)).boms, 41);
    for await (const fault of store.maintenance.check()) assert.fail(fault.message);
    await store.close();
  }));

test('a larder opened for reading refuses to write, in a sentence', () =>
  inFolder(async folder => {
    await openSqliteStore(folder, { mode: 'create' }).close();
    const store = openSqliteStore(folder, { mode: 'read' });
    await assert.rejects(store.writer.write([bom(0)]), { code: 'read-only', message: /write permission/ });
    await store.close();
  }));

test(
  'a larder in a folder that cannot be written is read, unless a log beside it holds more',
  {
    skip:
      process.getuid?.() === 0
        ? 'impossible here: the superuser may write everywhere'
        : process.platform === 'win32',
  },
  () =>
    inFolder(async folder => {
      const larder = join(folder, 'larder');
      const writing = openSqliteStore(larder, { mode: 'create' });
      await writing.writer.write([bom(0)]);
      await writing.close();
      await chmod(larder, 0o555);
      const store = openSqliteStore(larder, { mode: 'read' });
      assert.equal((await store.membership.totals(EVERYTHING)).boms, 1);
      await store.close();
      await chmod(larder, 0o755);
      await writeFile(join(larder, `${DATABASE_FILE}-wal`), 'what another larder wrote and did not take in');
      await chmod(larder, 0o555);
      assert.throws(() => openSqliteStore(larder, { mode: 'read' }), {
        code: 'read-only',
        message: /log of changes/,
      });
      await chmod(larder, 0o755);
    }),
);

test('a second writer that waits too long is told', () =>
  inFolder(async folder => {
    await openSqliteStore(folder, { mode: 'create' }).close();
    const path = join(folder, DATABASE_FILE);
    const first = new DatabaseSync(path);
    const second = new DatabaseSync(path, { timeout: 0 });
    first.exec('BEGIN IMMEDIATE');
    assert.throws(
      () => {
        try {
          second.exec('BEGIN IMMEDIATE');
        } catch (thrown) {
          throw explain(thrown, path);
        }
      },
      { code: 'busy', message: /try again when it is done/ },
    );
    first.close();
    second.close();
  }));

test('many that make one larder at the same moment all get it', () =>
  inFolder(async folder => {
    const [rounds, threads] = [40, 3];
    const gates = new Int32Array(new SharedArrayBuffer(rounds * 4));
    const workerData: OpeningData = { folder, rounds, threads, gates };
    const faults = await Promise.all(
      Array.from({ length: threads }, async () => {
        const worker = new Worker(new URL('./testing-opening.ts', import.meta.url), { workerData });
        const [found] = (await once(worker, 'message')) as [string[]];
        return found;
      }),
    );
    assert.deepEqual(faults.flat(), []);
  }));

test('what is no larder is refused and left as it is', () =>
  inFolder(async folder => {
    assert.throws(() => openSqliteStore(folder, { mode: 'read' }), {
      code: 'no-larder',
      message: /larder add makes one/,
    });
    await writeFile(
      join(folder, DATABASE_FILE),
      'this is a text and no database, long enough to be told from one',
    );
    for (const mode of ['create', 'read', 'rebuild'] as const)
      assert.throws(() => openSqliteStore(folder, { mode }), { code: 'damaged' });
    const other = join(folder, 'other');
    await openSqliteStore(other, { mode: 'create' }).close();
    const db = new DatabaseSync(join(other, DATABASE_FILE));
    db.exec("UPDATE meta SET value = 99 WHERE key = 'schema'");
    db.close();
    assert.throws(() => openSqliteStore(other, { mode: 'write' }), {
      code: 'newer-schema',
      message: /update larder/,
    });
  }));
