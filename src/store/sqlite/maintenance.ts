import { messageOf } from '../../model/errors.ts';
import { decodeGraph } from '../graph-codec.ts';
import { decodeLicenceUses } from '../licence-codec.ts';
import type { Evidence, Fault, IndexedDocument, MaintenancePort, StoreStats } from '../ports.ts';
import { EVERYTHING } from '../scope.ts';
import type { Database } from './database.ts';
import { list } from './dictionary.ts';
import { readBoms, readDocuments } from './documents.ts';
import { blobColumn, hex, unhex } from './records.ts';
import { SCHEMA_VERSION } from './schema.ts';
import type { SqliteWriter } from './writer.ts';

const ALL = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };

/** How many documents one read of a walk over all takes. */
const CHUNK = 500;

/** Rows that must have a partner: what is looked for, and the sentence for a count of those that have none. */
const REFERENCES: readonly (readonly [string, string, string])[] = [
  [
    'missing-body',
    'evidence e WHERE NOT EXISTS (SELECT 1 FROM bytes b WHERE b.document = e.id)',
    'documents have no bytes',
  ],
  [
    'missing-index',
    'evidence e WHERE NOT EXISTS (SELECT 1 FROM document d WHERE d.id = e.id)',
    'documents are not indexed',
  ],
  [
    'stray-document',
    'document d WHERE NOT EXISTS (SELECT 1 FROM evidence e WHERE e.id = d.id)',
    'index rows have no document',
  ],
  [
    'missing-bom',
    'document d WHERE d.bom IS NOT NULL AND NOT EXISTS (SELECT 1 FROM bom b WHERE b.id = d.bom AND b.document = d.id)',
    'documents have no BOM row',
  ],
  [
    'missing-graph',
    'bom b WHERE NOT EXISTS (SELECT 1 FROM bom_graph g WHERE g.bom = b.id)',
    'BOMs have no graph',
  ],
  [
    'missing-place',
    'bom b WHERE NOT EXISTS (SELECT 1 FROM placing p WHERE p.bom = b.id)',
    'BOMs stand in no line',
  ],
  [
    'stray-match',
    'package k WHERE NOT EXISTS (SELECT 1 FROM match_key m WHERE m.id = k.match)',
    'packages have no match key',
  ],
  [
    'stray-name',
    'match_key m WHERE NOT EXISTS (SELECT 1 FROM name n WHERE n.id = m.name)',
    'match keys have no name',
  ],
];

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

  async *check(signal?: AbortSignal): AsyncGenerator<Fault> {
    for (const { integrity_check: text } of this.#db.all<{ integrity_check: string }>(
      'PRAGMA integrity_check(100)',
    )) {
      if (text !== 'ok')
        yield {
          code: 'damaged-file',
          message: `${this.#db.path}: ${text}; restore it from a backup, or run larder reindex if only indexes are named.`,
          document: null,
        };
    }
    for (const [code, rows, what] of REFERENCES) {
      if (signal?.aborted === true) return;
      if (code === 'missing-body' && !this.#bodiesInTable) continue;
      const found = this.#db.get<{ n: number }>(`SELECT count(*) AS n FROM ${rows}`)?.n ?? 0;
      if (found > 0) yield { code, message: `${found} ${what}; run larder reindex.`, document: null };
    }
    yield* this.#checkMemberships(signal);
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
      licences: [],
      licenceUses: null,
      digests: 0,
    };
    if (record.bom === null) return none;
    const bom = readBoms(this.#db, [record.bom], ALL)[0] ?? null;
    const row = this.#db.get<{
      graph: Uint8Array;
      packages: Uint8Array;
      package_flags: Uint8Array;
      licences: Uint8Array;
      licence_uses: Uint8Array;
    }>(
      'SELECT graph, packages, package_flags, licences, licence_uses FROM bom_graph WHERE bom = ?',
      record.bom,
    );
    if (row === undefined) return { ...none, bom };
    const purls = this.#texts('package', 'purl', blobColumn(row.packages));
    const licences = this.#texts('licence', 'text', blobColumn(row.licences));
    const flags = row.package_flags;
    return {
      record,
      bom,
      purls,
      purlFlags: new Uint16Array(flags.buffer.slice(flags.byteOffset, flags.byteOffset + flags.byteLength)),
      graph: row.graph,
      licences,
      licenceUses: row.licence_uses,
      digests: this.#digests(record.bom),
    };
  }

  async merge(): Promise<boolean> {
    return this.#writer.mergeOnce();
  }

  #texts(table: string, column: string, ids: Uint32Array): string[] {
    return this.#db
      .rows<readonly [string | null]>(
        `SELECT t.${column} FROM json_each(?) j LEFT JOIN ${table} t ON t.id = j.value ORDER BY j.key`,
        list(ids),
      )
      .map(([text]) => text ?? '');
  }

  #digests(bom: number): number {
    const sql =
      "SELECT count(*) AS n FROM segment s JOIN digest_member m ON m.segment = s.id WHERE s.state IN ('open', 'full', 'merging') AND s.first_bom <= ?1 AND s.last_bom >= ?1 AND m.bom = ?1";
    return this.#db.get<{ n: number }>(sql, bom)?.n ?? 0;
  }

  /** Every BOM's own list of packages against the rows that `where` reads, both ways, segment by segment. */
  async *#checkMemberships(signal: AbortSignal | undefined): AsyncGenerator<Fault> {
    const segments = this.#db.all<{ id: number; first_bom: number; last_bom: number }>(
      "SELECT id, first_bom, last_bom FROM segment WHERE state IN ('open', 'full', 'merging')",
    );
    for (const segment of segments) {
      if (signal?.aborted === true) return;
      const expected = new Map<number, number>();
      const boms = this.#db.rows<
        readonly [number, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]
      >(
        'SELECT bom, graph, packages, identifiers, plain, licences, licence_uses FROM bom_graph WHERE bom BETWEEN ? AND ?',
        segment.first_bom,
        segment.last_bom,
      );
      for (const [bom, graph, packages, identifiers, plain, licences, uses] of boms) {
        const numbers = {
          package: blobColumn(packages),
          identifier: blobColumn(identifiers),
          plain: blobColumn(plain),
        };
        expected.set(bom, new Set(numbers.package).size);
        const fault = faultOf(() => {
          decodeGraph(graph, numbers);
          decodeLicenceUses(uses, blobColumn(licences).length);
        });
        if (fault !== null)
          yield {
            code: 'damaged-graph',
            message: `The graph of BOM ${bom} cannot be decoded: ${fault}`,
            document: this.#documentOf(bom),
          };
      }
      const counted = new Map(
        this.#db.rows<readonly [number, number]>(
          'SELECT bom, count(*) FROM member WHERE segment = ? GROUP BY bom',
          segment.id,
        ),
      );
      for (const bom of new Set([...expected.keys(), ...counted.keys()])) {
        const has = counted.get(bom) ?? 0;
        const should = expected.get(bom) ?? 0;
        if (has !== should) {
          yield {
            code: 'wrong-membership',
            message: `The package index has ${has} packages of a BOM that lists ${should}; run larder reindex.`,
            document: this.#documentOf(bom),
          };
        }
      }
    }
  }

  #documentOf(bom: number): string | null {
    const row = this.#db.get<{ sha256: Uint8Array }>(
      'SELECT e.sha256 FROM bom b JOIN evidence e ON e.id = b.document WHERE b.id = ?',
      bom,
    );
    return row === undefined ? null : hex(row.sha256);
  }
}

function faultOf(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
