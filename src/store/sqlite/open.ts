import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import type { BytesPort, Store } from '../ports.ts';
import { SqliteApps } from './apps.ts';
import { SqliteAssertions } from './assertions.ts';
import { type Bodies, FolderBodies, TableBodies } from './bytes.ts';
import { Database } from './database.ts';
import { SqliteDictionary } from './dictionary.ts';
import { SqliteDigests } from './digests.ts';
import { SqliteDocuments } from './documents.ts';
import { SqliteFindings } from './findings.ts';
import { SqliteGraphs } from './graphs.ts';
import { SqliteLicences } from './licences.ts';
import { SqliteMaintenance } from './maintenance.ts';
import { SqliteMembership } from './membership.ts';
import { APPLICATION_ID, createDerived, EVIDENCE_TABLES, SCHEMA_VERSION, SEGMENT_BOMS } from './schema.ts';
import { SqliteWriter, wrongSchema } from './writer.ts';

/** The database file within the larder's folder. */
export const DATABASE_FILE = 'larder.db';

/** Where bodies lie when they do not lie in the database. */
const BODIES_FOLDER = 'bytes';

export interface OpenOptions {
  /** `create`: makes the larder where there is none. `write`: there must be one. `read`: nothing is ever changed. `rebuild`: as `write`, also when its index is of another version. */
  readonly mode: 'create' | 'write' | 'read' | 'rebuild';
  /** Where a new larder keeps bodies; one that is there keeps its own choice. Default `table`. */
  readonly bodies?: 'table' | 'folder';
  /** BOMs in one segment of the membership tables; smaller only to see them merge. */
  readonly segmentBoms?: number;
}

/**
 * Opens the larder in a folder (`.larder`).
 * @throws StoreError `no-larder`, `damaged`, `older-schema`, `newer-schema`, `read-only`, `busy`
 */
export function openSqliteStore(folder: string, options: OpenOptions): Store {
  const path = join(folder, DATABASE_FILE);
  if (!existsSync(path)) {
    if (options.mode !== 'create')
      throw new StoreError('no-larder', `There is no larder in ${folder}; larder add makes one.`);
    makeFolder(folder);
  }
  const db = new Database(path, { readOnly: options.mode === 'read' });
  try {
    prepare(db, options);
    return assemble(db, folder, options.segmentBoms ?? SEGMENT_BOMS);
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

/** Git never sees a larder's content, but for the files in it that people share: how apps are called, and decisions beside the code. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    const ignore = join(folder, '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n!apps.toml\n!vex.json\n');
  } catch (thrown) {
    if (statSync(folder, { throwIfNoEntry: false })?.isFile())
      throw new StoreError(
        'read-only',
        `${folder} is a file, a larder is a folder; move it away, or choose another place with --store.`,
        thrown,
      );
    throw new StoreError(
      'read-only',
      `${folder} cannot be made; give this user write permission to its parent, or choose another place with --store.`,
      thrown,
    );
  }
}

function prepare(db: Database, options: OpenOptions): void {
  const empty = db.get('SELECT 1 AS one FROM sqlite_schema LIMIT 1') === undefined;
  if (empty && options.mode === 'create') {
    db.transaction(() => {
      // Another process may have made it while this one waited.
      if (db.get('SELECT 1 AS one FROM sqlite_schema LIMIT 1') !== undefined) return;
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      db.exec(EVIDENCE_TABLES);
      db.exec(createDerived());
      db.run(
        "INSERT INTO meta(key, value) VALUES('schema', ?), ('bodies', ?)",
        SCHEMA_VERSION,
        options.bodies ?? 'table',
      );
    });
    return;
  }
  // After the tables: another process may make both just now, at once.
  const application = db.get<{ application_id: number }>('PRAGMA application_id')?.application_id ?? 0;
  if (application !== APPLICATION_ID)
    throw new StoreError('damaged', `${db.path} is no larder; choose another place with --store.`);
  const schema = db.get<{ value: number }>("SELECT value FROM meta WHERE key = 'schema'")?.value ?? 0;
  if (schema > SCHEMA_VERSION || (schema < SCHEMA_VERSION && options.mode !== 'rebuild'))
    throw wrongSchema(db.path, schema);
}

function assemble(db: Database, folder: string, segmentBoms: number): Store {
  const inTable =
    db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'bodies'")?.value !== 'folder';
  const bodies: Bodies = inTable ? new TableBodies(db) : new FolderBodies(db, join(folder, BODIES_FOLDER));
  const writer = new SqliteWriter(db, bodies, segmentBoms);
  return {
    documents: new SqliteDocuments(db),
    dictionary: new SqliteDictionary(db),
    membership: new SqliteMembership(db),
    graphs: new SqliteGraphs(db),
    digests: new SqliteDigests(db),
    licences: new SqliteLicences(db),
    apps: new SqliteApps(db),
    assertions: new SqliteAssertions(db),
    findings: new SqliteFindings(db),
    bytes: bytesPort(bodies),
    maintenance: new SqliteMaintenance(db, writer, inTable),
    writer,
    location: folder,
    close: async () => db.close(),
  };
}

function bytesPort(bodies: Bodies): BytesPort {
  return { read: async sha256 => bodies.read(sha256), has: async sha256 => bodies.has(sha256) };
}
