import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { messageOf } from '../../model/errors.ts';
import { StoreError } from '../errors.ts';
import { type Database, explain } from './database.ts';
import { unhex } from './records.ts';

/** Where compressed bodies lie. `put` comes before the commit of the document's row, `erase` after that of its removal: a crash leaves a body too many, never one too few. */
export interface Bodies {
  put(document: number, sha256: string, body: Uint8Array): void;
  /** The original bytes, or null. */
  read(sha256: string): Uint8Array | null;
  has(sha256: string): boolean;
  erase(sha256: string): void;
}

/** Bodies in a table of the database: one file to copy, one fsync for a batch. */
export class TableBodies implements Bodies {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  put(document: number, _sha256: string, body: Uint8Array): void {
    this.#db.prepared('INSERT OR REPLACE INTO bytes(document, body) VALUES(?, ?)').run(document, body);
  }

  read(sha256: string): Uint8Array | null {
    const row = this.#db.get<{ body: Uint8Array; size: number }>(
      'SELECT b.body, e.size FROM evidence e JOIN bytes b ON b.document = e.id WHERE e.sha256 = ?',
      unhex(sha256),
    );
    return row === undefined ? null : inflate(row.body, row.size, sha256);
  }

  has(sha256: string): boolean {
    return (
      this.#db.get(
        'SELECT 1 AS one FROM evidence e JOIN bytes b ON b.document = e.id WHERE e.sha256 = ?',
        unhex(sha256),
      ) !== undefined
    );
  }

  erase(): void {
    // The row goes with the document's, in the same transaction.
  }
}

/** Bodies as files `ab/cdef....zst` in a folder, for larders whose evidence is kept or backed up apart from the index. */
export class FolderBodies implements Bodies {
  readonly #db: Database;
  readonly #folder: string;

  constructor(db: Database, folder: string) {
    this.#db = db;
    this.#folder = folder;
  }

  put(_document: number, sha256: string, body: Uint8Array): void {
    const path = this.#path(sha256);
    if (existsSync(path)) return;
    try {
      mkdirSync(dirname(path), { recursive: true });
      const temporary = `${path}.${randomUUID()}.part`;
      const file = openSync(temporary, 'wx', 0o644);
      try {
        for (let at = 0; at < body.length; ) at += writeSync(file, body, at);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
      syncFolder(dirname(path));
    } catch (thrown) {
      throw fault(thrown, path);
    }
  }

  read(sha256: string): Uint8Array | null {
    const size = this.#db.get<{ size: number }>(
      'SELECT size FROM evidence WHERE sha256 = ?',
      unhex(sha256),
    )?.size;
    const path = this.#path(sha256);
    if (size === undefined || !existsSync(path)) return null;
    return inflate(readFileSync(path), size, sha256);
  }

  has(sha256: string): boolean {
    return existsSync(this.#path(sha256));
  }

  erase(sha256: string): void {
    rmSync(this.#path(sha256), { force: true });
  }

  #path(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), `${sha256.slice(2)}.zst`);
  }
}

/** The size is known, so a damaged body can neither expand without bound nor pass for another. */
function inflate(body: Uint8Array, size: number, sha256: string): Uint8Array {
  try {
    return zstdDecompressSync(body, { maxOutputLength: Math.max(size, 1) });
  } catch (thrown) {
    throw new StoreError(
      'damaged',
      `The stored bytes of document ${sha256} cannot be decompressed (${messageOf(thrown)}); run larder doctor.`,
      thrown,
    );
  }
}

/** A renamed file is there after a crash only when its folder is on disk too. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function fault(thrown: unknown, path: string): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StoreError(
      'disk-full',
      `The disk of ${path} is full; make room and run the same command again, it goes on where it stopped. Nothing that was accepted is lost.`,
      thrown,
    );
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new StoreError(
      'read-only',
      `${path} cannot be written; give this user write permission to its folder. Nothing was changed.`,
      thrown,
    );
  }
  return explain(thrown, path);
}
