import type { Statement } from '../../model/assertion.ts';
import type { Evidence, Fault, IndexedDocument, MaintenancePort, StoreStats } from '../ports.ts';
import { EVERYTHING } from '../scope.ts';
import { checkDatabase } from './check.ts';
import type { Database } from './database.ts';
import { list, SqliteDictionary } from './dictionary.ts';
import { readBoms, readDocuments, SqliteDocuments } from './documents.ts';
import { blobColumn, hex, unhex } from './records.ts';
import { SCHEMA_VERSION } from './schema.ts';
import type { SqliteWriter } from './writer.ts';

const ALL = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };

/** How many documents one read of a walk over all takes. */
const CHUNK = 500;

export class SqliteMaintenance implements MaintenancePort {
  readonly #db: Database;
  readonly #writer: SqliteWriter;
  readonly #bodiesInTable: boolean;

  constructor(db: Database, writer: SqliteWriter, bodiesInTable: boolean) {
    this.#db = db;
    this.#writer = writer;
    this.#bodiesInTable = bodiesInTable;
  }

  async stats(): Promise<StoreStats> {
    const count = (sql: string): number => this.#db.get<{ n: number | null }>(sql)?.n ?? 0;
    return {
      schema: SCHEMA_VERSION,
      documents: count('SELECT count(*) AS n FROM evidence'),
      boms: count('SELECT count(*) AS n FROM bom'),
      packages: count('SELECT count(*) AS n FROM package'),
      names: count('SELECT count(*) AS n FROM name'),
      matches: count('SELECT count(*) AS n FROM match_key'),
      segments: count("SELECT count(*) AS n FROM segment WHERE state IN ('open', 'full', 'merging')"),
      bytes: count('SELECT sum(size) AS n FROM evidence'),
      storedBytes: count('SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()'),
    };
  }

  async firstRecorded(): Promise<number | null> {
    return (
      this.#db.get<{ first: number | null }>('SELECT min(recorded_from) AS first FROM evidence')?.first ??
      null
    );
  }

  check(): AsyncGenerator<Fault> {
    return checkDatabase(this.#db, this.#bodiesInTable);
  }

  async *everyDocument(): AsyncGenerator<Evidence> {
    for (let after = 0; ; ) {
      const rows = this.#db.rows<
        readonly [number, Uint8Array, number, string, Uint8Array | null, string | null, number]
      >(
        'SELECT id, sha256, size, name, container, container_path, recorded_from FROM evidence WHERE id > ? ORDER BY id LIMIT ?',
        after,
        CHUNK,
      );
      if (rows.length === 0) return;
      for (const [id, sha256, size, name, container, path, recordedFrom] of rows) {
        after = id;
        yield {
          sha256: hex(sha256),
          size,
          name,
          container: container === null ? null : { sha256: hex(container), path: path ?? '' },
          recordedFrom,
        };
      }
    }
  }

  async indexed(sha256: string): Promise<IndexedDocument | null> {
    const id = this.#db.get<{ id: number }>('SELECT id FROM evidence WHERE sha256 = ?', unhex(sha256))?.id;
    if (id === undefined) return null;
    const [record] = readDocuments(this.#db, [id], ALL);
    if (record === undefined) return null;
    const none = {
      record,
      bom: null,
      purls: [],
      purlFlags: new Uint16Array(),
      graph: null,
      identifiers: [],
      plain: [],
      licences: [],
      licenceUses: null,
      digests: 0,
      links: [],
      statements: this.#statements(id),
    };
    if (record.bom === null) return none;
    const bom = readBoms(this.#db, [record.bom], ALL)[0] ?? null;
    const row = this.#db.get<{
      graph: Uint8Array;
      packages: Uint8Array;
      package_flags: Uint8Array;
      identifiers: Uint8Array;
      plain: Uint8Array;
      licences: Uint8Array;
      licence_uses: Uint8Array;
      digests: number;
    }>(
      'SELECT graph, packages, package_flags, identifiers, plain, licences, licence_uses, digests FROM bom_graph WHERE bom = ?',
      record.bom,
    );
    if (row === undefined) return { ...none, bom };
    const dictionary = new SqliteDictionary(this.#db);
    const flags = row.package_flags;
    return {
      ...none,
      bom,
      purls: this.#texts('package', 'purl', blobColumn(row.packages)),
      purlFlags: new Uint16Array(flags.buffer.slice(flags.byteOffset, flags.byteOffset + flags.byteLength)),
      graph: row.graph,
      identifiers: await dictionary.identifiers([...blobColumn(row.identifiers)]),
      plain: await dictionary.plain([...blobColumn(row.plain)]),
      licences: this.#texts('licence', 'text', blobColumn(row.licences)),
      licenceUses: row.licence_uses,
      digests: row.digests,
      links: await new SqliteDocuments(this.#db).links(record.bom),
    };
  }

  async merge(): Promise<boolean> {
    return this.#writer.mergeOnce();
  }

  #statements(document: number): Statement[] {
    return this.#db
      .rows<readonly [string]>(
        'SELECT body FROM statement WHERE document = ? GROUP BY body ORDER BY min(id)',
        document,
      )
      .map(([body]) => JSON.parse(body) as Statement);
  }

  #texts(table: string, column: string, ids: Uint32Array): string[] {
    return this.#db
      .rows<readonly [string | null]>(
        `SELECT t.${column} FROM json_each(?) j LEFT JOIN ${table} t ON t.id = j.value ORDER BY j.key`,
        list(ids),
      )
      .map(([text]) => text ?? '');
  }
}
