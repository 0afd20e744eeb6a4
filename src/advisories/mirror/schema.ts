import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

/** Raised when the tables below change; a mirror of another number is compiled anew from the bodies it holds. */
export const MIRROR_SCHEMA = 4;

/**
 * The compiled mirror: every revision of every advisory with its record time, and for each key (lookup name of a package, CPE product, digest, reference)
 * the claims that speak of it. A lookup touches two B-trees; nothing is loaded whole. Times are milliseconds UTC; `recorded_to` is null for what holds now.
 * `names` are all ids of the vulnerability as of now, null when it has only its own (mirror/names).
 */
export function createMirror(db: DatabaseSync): void {
  db.exec(`
    PRAGMA page_size = 8192;
    PRAGMA journal_mode = WAL;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE revision (
      id INTEGER PRIMARY KEY,
      source TEXT NOT NULL,
      advisory TEXT NOT NULL,
      vulnerability TEXT NOT NULL,
      document TEXT,
      sha256 BLOB NOT NULL,
      recorded_from INTEGER NOT NULL,
      recorded_to INTEGER,
      series TEXT NOT NULL,
      turn REAL,
      head TEXT NOT NULL,
      names TEXT,
      body INTEGER,
      body_at INTEGER,
      body_size INTEGER
    );
    CREATE UNIQUE INDEX revision_now ON revision (source, advisory, coalesce(document, '')) WHERE recorded_to IS NULL;
    CREATE INDEX revision_series ON revision (source, series) WHERE document IS NOT NULL;
    CREATE INDEX revision_of ON revision (vulnerability);
    CREATE TABLE detail (revision INTEGER PRIMARY KEY, text TEXT NOT NULL);
    CREATE TABLE body (id INTEGER PRIMARY KEY, records BLOB NOT NULL);
    CREATE TABLE rule (
      key TEXT NOT NULL,
      revision INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      claim TEXT NOT NULL,
      PRIMARY KEY (key, revision, ordinal)
    ) WITHOUT ROWID;
    CREATE INDEX rule_of ON rule (revision);
    CREATE TABLE alias (id TEXT NOT NULL, other TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (id, other, revision)) WITHOUT ROWID;
    CREATE INDEX alias_of ON alias (revision);
    CREATE TABLE kev (cve TEXT NOT NULL, recorded_from INTEGER NOT NULL, recorded_to INTEGER, entry TEXT NOT NULL, PRIMARY KEY (cve, recorded_from)) WITHOUT ROWID;
    CREATE TABLE epss (cve TEXT NOT NULL, recorded_from INTEGER NOT NULL, score REAL NOT NULL, dated TEXT NOT NULL, PRIMARY KEY (cve, recorded_from)) WITHOUT ROWID;
    CREATE TABLE change (epoch INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (epoch, key)) WITHOUT ROWID;
    CREATE TABLE feed (name TEXT PRIMARY KEY, location TEXT NOT NULL, etag TEXT, modified TEXT, updated INTEGER NOT NULL, records INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE taken (document TEXT PRIMARY KEY) WITHOUT ROWID;
    INSERT INTO meta VALUES ('schema', '${MIRROR_SCHEMA}'), ('epoch', '0'), ('made', '${randomUUID()}');
  `);
}
