import { statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../../model/errors.ts';
import { StoreError } from '../errors.ts';

export type Value = SQLInputValue;

/** How long to wait for another writer. */
const BUSY_MS = 10_000;

/** Of a new larder; one that is there keeps its own. Twice SQLite's default writes index rows in a fifth less time. */
const PAGE_BYTES = 8192;

/** How long the write-ahead log grows before it is taken into the database. */
const LOG_BYTES = 64 * 1024 * 1024;

/** One connection: prepared statements by their text, transactions, and errors as StoreError. All calls block; a call is a point read or part of a batch. */
export class Database {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  readonly #preparedRows = new Map<string, StatementSync>();
  #open = true;

  constructor(path: string, options: { readonly readOnly: boolean }) {
    this.path = path;
    this.#db = this.#guard(() =>
      options.readOnly ? openForReading(path) : new DatabaseSync(path, { timeout: BUSY_MS }),
    );
    this.#guard(() => {
      if (!options.readOnly) {
        this.#db.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
        writeAhead(this.#db);
        this.#db.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${LOG_BYTES / PAGE_BYTES}`);
      }
      this.#db.exec(
        'PRAGMA foreign_keys = OFF; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 268435456; PRAGMA trusted_schema = OFF',
      );
    });
  }

  /** All rows as objects, in the shape that the statement selects. */
  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...values) as unknown as Row[]);
  }

  get<Row>(sql: string, ...values: Value[]): Row | undefined {
    return this.#guard(() => this.#statement(sql).get(...values) as unknown as Row | undefined);
  }

  /** All rows as arrays: a third of the cost of objects, for what is read by the thousand. */
  rows<Row extends readonly unknown[]>(sql: string, ...values: Value[]): Row[] {
    return this.#guard(() => {
      let statement = this.#preparedRows.get(sql);
      if (statement === undefined) {
        statement = this.#db.prepare(sql);
        statement.setReturnArrays(true);
        this.#preparedRows.set(sql, statement);
      }
      return statement.all(...values) as unknown as Row[];
    });
  }

  /** Runs a statement; gives the last inserted row's number. */
  run(sql: string, ...values: Value[]): number {
    return this.#guard(() => Number(this.#statement(sql).run(...values).lastInsertRowid));
  }

  /** As `run`; gives the number of rows changed. */
  change(sql: string, ...values: Value[]): number {
    return this.#guard(() => Number(this.#statement(sql).run(...values).changes));
  }

  /** A statement to run many times, without the cost of finding it. Use within `guarded`. */
  prepared(sql: string): StatementSync {
    return this.#statement(sql);
  }

  exec(sql: string): void {
    this.#guard(() => this.#db.exec(sql));
  }

  /** Forgets prepared statements, which a change of tables would break. */
  tablesChanged(): void {
    this.#prepared.clear();
    this.#preparedRows.clear();
  }

  /** Runs in one transaction that waits for other writers; all or nothing, on disk when it returns. */
  transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = this.#guard(work);
      this.exec('COMMIT');
      return result;
    } catch (thrown) {
      this.rollback();
      throw thrown;
    }
  }

  /** Ends a transaction that failed. SQLite may have ended it by itself (disk full), so its complaint says nothing. */
  rollback(): void {
    try {
      this.#db.exec('ROLLBACK');
    } catch {
      // There was no transaction any more.
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.tablesChanged();
    this.#db.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw explain(thrown, this.path);
    }
  }
}

/** Gives a new database its log. For that SQLite wants the file for itself, and does not wait where another process wants the same. */
function writeAhead(db: DatabaseSync): void {
  const until = Date.now() + BUSY_MS;
  for (;;) {
    try {
      db.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (thrown) {
      if (resultCode(thrown) !== BUSY || Date.now() > until) throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + Math.random() * 20);
    }
  }
}

/**
 * A connection that only reads. Even a reader of a write-ahead log makes files beside the database, which a read-only file system or folder refuses; the
 * database alone can then be read as one that nobody changes (SQLite's `immutable`). With a log beside it that would hide what the log holds, so it is refused.
 */
function openForReading(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
  try {
    db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get();
    return db;
  } catch (thrown) {
    db.close();
    const code = resultCode(thrown);
    if (code !== READONLY && code !== CANTOPEN) throw thrown;
    if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) throw unmergedLog(path, thrown);
    const immutable = pathToFileURL(path);
    immutable.searchParams.set('immutable', '1');
    return new DatabaseSync(immutable, { readOnly: true });
  }
}

function unmergedLog(path: string, cause: unknown): StoreError {
  return new StoreError(
    'read-only',
    `${path} has a log of changes beside it (${path}-wal) and cannot be read without writing to its folder; run larder once where the folder may be written, or copy both elsewhere. Nothing was changed.`,
    cause,
  );
}

/** SQLite's primary result codes that a user can do something about. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** Turns what SQLite throws into one sentence with the remedy. Anything else is passed on. */
export function explain(thrown: unknown, path: string): unknown {
  if (thrown instanceof StoreError) return thrown;
  switch (resultCode(thrown)) {
    case null:
      return thrown;
    case BUSY:
    case LOCKED:
      return new StoreError(
        'busy',
        `${path} is being written by another larder for more than ${BUSY_MS / 1000} s; try again when it is done. Nothing that was accepted is lost.`,
        thrown,
      );
    case READONLY:
      return new StoreError(
        'read-only',
        `${path} cannot be written; give this user write permission to it and its folder, or choose another with --store. Nothing was changed.`,
        thrown,
      );
    case FULL:
      return new StoreError(
        'disk-full',
        `The disk of ${path} is full; make room and run the same command again, it goes on where it stopped. Nothing that was accepted is lost.`,
        thrown,
      );
    case CORRUPT:
    case NOTADB:
      return new StoreError(
        'damaged',
        `${path} is damaged or no larder (${messageOf(thrown)}); run larder doctor, or restore it from a backup.`,
        thrown,
      );
    case CANTOPEN:
      return new StoreError(
        'no-larder',
        `${path} cannot be opened; check that its folder exists and may be read and written.`,
        thrown,
      );
    case IOERR:
      return new StoreError(
        'failed',
        `${path} could not be read or written (${messageOf(thrown)}); check the disk. Nothing that was accepted is lost.`,
        thrown,
      );
    default:
      return new StoreError('failed', `${path}: ${messageOf(thrown)}.`, thrown);
  }
}

/** SQLite's primary result code; null for what is not SQLite's. */
function resultCode(thrown: unknown): number | null {
  return thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number'
    ? thrown.errcode & 0xff
    : null;
}
