import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../model/errors.ts';
import { ScanError } from '../errors.ts';
import type { Tree, TreeFile } from '../extractor.ts';
import { MAX_BLOB, MAX_DATABASE, MAX_PACKAGES } from './limits.ts';

/**
 * The headers in an rpmdb.sqlite. SQLite opens paths alone and may want to write beside them, so it gets a copy outside the tree, opened for reading, in which only a
 * plain table is asked: a view or virtual table of that name could compute without end.
 *
 * @throws ScanError `malformed-file`, `too-large`
 */
export async function* sqliteHeaders(file: TreeFile, tree: Tree): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-rpm-'));
  try {
    const path = join(folder, 'rpmdb.sqlite');
    await writeFile(path, await file.bytes(MAX_DATABASE));
    const log = await tree.file(`${file.path}-wal`);
    if (log !== null) await writeFile(`${path}-wal`, await log.bytes(MAX_DATABASE));
    yield* await rows(path, file.path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function rows(path: string, name: string): Promise<Uint8Array[]> {
  const { DatabaseSync } = await import('node:sqlite');
  try {
    const database = new DatabaseSync(path, { readOnly: true, allowExtension: false });
    try {
      database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
      const table = database
        .prepare("SELECT sql, rootpage FROM sqlite_schema WHERE name = 'Packages' AND type = 'table'")
        .get();
      if (
        !/^CREATE TABLE [^(]{0,40}\([^(]{0,400}\)$/i.test(String(table?.['sql'] ?? '')) ||
        Number(table?.['rootpage']) < 2
      )
        throw new Error('it has no plain table Packages');
      const found: Uint8Array[] = [];
      const statement = database.prepare(
        `SELECT blob FROM main.Packages WHERE typeof(blob) = 'blob' AND length(blob) <= ${MAX_BLOB} LIMIT ${MAX_PACKAGES}`,
      );
      for (const { blob } of statement.iterate()) if (blob instanceof Uint8Array) found.push(blob);
      return found;
    } finally {
      database.close();
    }
  } catch (error) {
    throw new ScanError('malformed-file', `${name} is no database of rpm: ${messageOf(error)}.`, null, error);
  }
}
