import type { IdentifierKind, PlainIdentity } from '../intake.ts';
import type {
  DictionaryPort,
  IdentifierId,
  MatchId,
  MatchRecord,
  NameId,
  NameQuery,
  NameRecord,
  PackageId,
  PackageRecord,
  PlainId,
} from '../ports.ts';
import type { Database, Value } from './database.ts';
import { orNull } from './records.ts';

type NameRow = readonly [id: number, type: string, namespace: string, name: string];
type MatchRow = readonly [id: number, name: number, version: string, qualifiers: string];
type PackageRow = readonly [id: number, match: number, name: number, version: string, purl: string];
type PlainRow = readonly [id: number, name: string, version: string, supplier: string];

const PACKAGE_COLUMNS = 'k.id, k.match, m.name, m.version, k.purl';
const DEFAULT_LIMIT = 10_000;

export class SqliteDictionary implements DictionaryPort {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async names(query: NameQuery): Promise<readonly NameRecord[]> {
    const { sql, values } = nameCondition(query);
    const parts = [sql];
    if (query.type !== undefined && query.type !== null) {
      parts.push('type = ?');
      values.push(query.type.toLowerCase());
    }
    if (query.namespace !== undefined && query.namespace !== null) {
      parts.push('namespace = ? COLLATE NOCASE');
      values.push(query.namespace);
    }
    const rows = this.#db.rows<NameRow>(
      `SELECT id, type, namespace, name FROM name WHERE ${parts.join(' AND ')} ORDER BY name COLLATE NOCASE, type, namespace, name LIMIT ?`,
      ...values,
      query.limit ?? DEFAULT_LIMIT,
    );
    return rows.map(nameRecord);
  }

  async nameRecords(ids: readonly NameId[]): Promise<readonly NameRecord[]> {
    return this.#db
      .rows<NameRow>(
        'SELECT n.id, n.type, n.namespace, n.name FROM json_each(?) j JOIN name n ON n.id = j.value ORDER BY j.key',
        list(ids),
      )
      .map(nameRecord);
  }

  async matches(names: readonly NameId[]): Promise<readonly MatchRecord[]> {
    const sql =
      'SELECT m.id, m.name, m.version, m.qualifiers FROM json_each(?) j JOIN match_key m ON m.name = j.value ORDER BY j.key, m.version, m.qualifiers';
    return this.#db.rows<MatchRow>(sql, list(names)).map(matchRecord);
  }

  async packagesOfMatches(matches: readonly MatchId[]): Promise<readonly PackageRecord[]> {
    const sql = `SELECT ${PACKAGE_COLUMNS} FROM json_each(?) j JOIN package k ON k.match = j.value JOIN match_key m ON m.id = k.match ORDER BY j.key, k.purl`;
    return this.#db.rows<PackageRow>(sql, list(matches)).map(packageRecord);
  }

  async packages(ids: readonly PackageId[] | Uint32Array): Promise<readonly PackageRecord[]> {
    const sql = `SELECT ${PACKAGE_COLUMNS} FROM json_each(?) j JOIN package k ON k.id = j.value JOIN match_key m ON m.id = k.match ORDER BY j.key`;
    return this.#db.rows<PackageRow>(sql, list(ids)).map(packageRecord);
  }

  async packageByPurl(purl: string): Promise<PackageRecord | null> {
    const [row] = this.#db.rows<PackageRow>(
      `SELECT ${PACKAGE_COLUMNS} FROM package k JOIN match_key m ON m.id = k.match WHERE k.purl = ?`,
      purl,
    );
    return row === undefined ? null : packageRecord(row);
  }

  async identifiers(
    ids: readonly IdentifierId[],
  ): Promise<
    readonly { readonly id: IdentifierId; readonly kind: IdentifierKind; readonly value: string }[]
  > {
    return this.#db.all(
      'SELECT i.id, i.kind, i.value FROM json_each(?) j JOIN identifier i ON i.id = j.value ORDER BY j.key',
      list(ids),
    );
  }

  async identifiersStarting(
    kind: IdentifierKind,
    prefix: string,
    limit: number,
  ): Promise<readonly { readonly id: IdentifierId; readonly value: string }[]> {
    return this.#db.all(
      'SELECT id, value FROM identifier WHERE kind = ? AND value >= ? AND value < ? ORDER BY value LIMIT ?',
      kind,
      prefix,
      `${prefix}\u{10ffff}`,
      limit,
    );
  }

  async plain(ids: readonly PlainId[]): Promise<readonly (PlainIdentity & { readonly id: PlainId })[]> {
    return this.#db
      .rows<PlainRow>(
        'SELECT p.id, p.name, p.version, p.supplier FROM json_each(?) j JOIN plain p ON p.id = j.value ORDER BY j.key',
        list(ids),
      )
      .map(plainRecord);
  }

  async plainByName(
    query: Omit<NameQuery, 'type' | 'namespace'>,
  ): Promise<readonly (PlainIdentity & { readonly id: PlainId })[]> {
    const { sql, values } = nameCondition(query);
    const rows = this.#db.rows<PlainRow>(
      `SELECT id, name, version, supplier FROM plain WHERE ${sql} ORDER BY name COLLATE NOCASE, version, supplier, name LIMIT ?`,
      ...values,
      query.limit ?? DEFAULT_LIMIT,
    );
    return rows.map(plainRecord);
  }

  async *allMatches(chunk: number): AsyncGenerator<readonly MatchRecord[]> {
    for (let after = 0; ; ) {
      const rows = this.#db.rows<MatchRow>(
        'SELECT id, name, version, qualifiers FROM match_key WHERE id > ? ORDER BY id LIMIT ?',
        after,
        chunk,
      );
      if (rows.length === 0) return;
      yield rows.map(matchRecord);
      after = rows.at(-1)?.[0] ?? after;
    }
  }
}

/** Comparison without case is that of ASCII, which the index is sorted by; package names beyond it are folded by their types. */
function nameCondition(query: Pick<NameQuery, 'name' | 'how'>): { sql: string; values: Value[] } {
  switch (query.how) {
    case 'exact':
      return { sql: 'name = ? COLLATE NOCASE', values: [query.name] };
    case 'prefix':
      return {
        sql: 'name >= ? COLLATE NOCASE AND name < ? COLLATE NOCASE',
        values: [query.name, `${query.name}\u{10ffff}`],
      };
    case 'contains':
      return { sql: 'instr(lower(name), lower(?)) > 0', values: [query.name] };
  }
}

/** Numbers as a JSON array, which SQLite reads in one statement however many there are. */
export function list(ids: readonly number[] | Uint32Array): string {
  return `[${ids.join(',')}]`;
}

function nameRecord([id, type, namespace, name]: NameRow): NameRecord {
  return { id, type, namespace: orNull(namespace), name };
}

function matchRecord([id, name, version, qualifiers]: MatchRow): MatchRecord {
  return { id, name, version: orNull(version), qualifiers };
}

function packageRecord([id, match, name, version, purl]: PackageRow): PackageRecord {
  return { id, match, name, version: orNull(version), purl };
}

function plainRecord([id, name, version, supplier]: PlainRow): PlainIdentity & { readonly id: PlainId } {
  return { id, name, version: orNull(version), supplier: orNull(supplier) };
}
