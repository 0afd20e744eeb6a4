import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DocumentKind, ReadStatus } from '../../model/facts.ts';
import { iriFolder } from '../../model/iri.ts';
import { cursorText, cursorValues } from '../cursor.ts';
import { StoreError } from '../errors.ts';
import type { LinkIntake, TrustIntake } from '../intake.ts';
import type {
  BomId,
  BomRecord,
  DocumentFilter,
  DocumentId,
  DocumentPort,
  DocumentRecord,
  LinkFrom,
  Page,
  PageRequest,
  ProducerRow,
  Tombstone,
} from '../ports.ts';
import { momentOf, type Scope, type TrustState } from '../scope.ts';
import type { Database, Value } from './database.ts';
import { list } from './dictionary.ts';
import { readProducers } from './producers.ts';
import {
  BOM_TABLES,
  type BomRow,
  bomColumns,
  bomRecord,
  type DocumentRow,
  documentColumns,
  documentRecord,
  unhex,
} from './records.ts';
import { type Condition, canonical, documentCondition, heldAt, scopeCondition, withinTime } from './scope.ts';

export class SqliteDocuments implements DocumentPort {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(text: string, scope: Scope): Promise<DocumentRecord | null> {
    const prefix = text.toLowerCase();
    if (!/^[0-9a-f]{4,64}$/.test(prefix)) return null;
    const low = unhex(prefix.padEnd(64, '0'));
    const high = unhex(prefix.padEnd(64, 'f'));
    const columns = documentColumns(scope);
    const condition = documentCondition(this.#db, scope);
    const rows = this.#db.rows<DocumentRow>(
      `SELECT ${columns.sql} FROM evidence e JOIN document d ON d.id = e.id WHERE e.sha256 BETWEEN ? AND ? AND ${condition.sql} LIMIT 2`,
      ...columns.values,
      low,
      high,
      ...condition.values,
    );
    const [first, second] = rows;
    if (second !== undefined)
      throw new StoreError('ambiguous', `Several documents begin with ${text}; give more digits.`);
    return first === undefined ? null : documentRecord(first);
  }

  async trust(id: DocumentId, scope: Scope): Promise<TrustIntake | null> {
    const moment = withinTime(momentOf(scope));
    const [row] = this.#db.rows<[TrustState, string | null, string | null, number]>(
      'SELECT state, identity, reason, recorded_from FROM trust WHERE document = ? AND recorded_from <= ? AND recorded_to > ?',
      id,
      moment,
      moment,
    );
    if (row === undefined) return null;
    return { state: row[0], identity: row[1], reason: row[2], ...readAttested(this.#db, id, row[3]) };
  }

  async signedBy(identity: string, scope: Scope): Promise<readonly DocumentRecord[]> {
    const moment = withinTime(momentOf(scope));
    const rows = this.#db.rows<[number]>(
      `SELECT document FROM trust WHERE recorded_from <= ? AND recorded_to > ? AND identity IS NOT NULL
       AND (identity = ? OR substr(identity, 1, length(?) + 2) = ? || ' (') ORDER BY recorded_from DESC, document DESC`,
      moment,
      moment,
      identity,
      identity,
      identity,
    );
    return readDocuments(
      this.#db,
      rows.map(([id]) => id as DocumentId),
      scope,
    );
  }

  async attesting(
    digests: readonly string[],
    scope: Scope,
  ): Promise<readonly { readonly digest: string; readonly document: DocumentRecord }[]> {
    const moment = withinTime(momentOf(scope));
    const rows = this.#db.rows<[string, number]>(
      `SELECT a.digest, a.document FROM json_each(?) k CROSS JOIN attested a ON a.digest = k.value
        CROSS JOIN trust t ON t.document = a.document AND t.recorded_from = a.recorded_from
        WHERE t.state = 'verified' AND t.recorded_from <= ? AND t.recorded_to > ? ORDER BY a.recorded_from DESC, a.document DESC, a.digest`,
      JSON.stringify(digests),
      moment,
      moment,
    );
    const records = readDocuments(this.#db, [...new Set(rows.map(([, id]) => id))], scope);
    const byId = new Map(records.map(record => [record.id as number, record]));
    return rows.flatMap(([digest, id]) => {
      const document = byId.get(id);
      return document === undefined ? [] : [{ digest, document }];
    });
  }

  async get(ids: readonly DocumentId[], scope: Scope): Promise<readonly DocumentRecord[]> {
    return readDocuments(this.#db, ids, scope);
  }

  async boms(ids: readonly BomId[] | Uint32Array, scope: Scope): Promise<readonly BomRecord[]> {
    return readBoms(this.#db, ids, { ...scope, includeSuperseded: true });
  }

  async list(filter: DocumentFilter, page: PageRequest, scope: Scope): Promise<Page<DocumentRecord>> {
    const where = [documentCondition(this.#db, scope), ...filterConditions(filter, scope)];
    const tables = 'evidence e JOIN document d ON d.id = e.id LEFT JOIN bom b ON b.id = d.bom';
    return this.#page(documentColumns(scope), tables, where, page, documentRecord);
  }

  async listBoms(filter: DocumentFilter, page: PageRequest, scope: Scope): Promise<Page<BomRecord>> {
    const where = [scopeCondition(this.#db, scope), ...filterConditions(filter, scope)];
    return this.#page(bomColumns(scope), BOM_TABLES, where, page, bomRecord);
  }

  async diagnostics(id: DocumentId): Promise<readonly Diagnostic[]> {
    const text = this.#db.get<{ diagnostics: string | null }>(
      'SELECT diagnostics FROM document WHERE id = ?',
      id,
    )?.diagnostics;
    return text === null || text === undefined ? [] : (JSON.parse(text) as Diagnostic[]);
  }

  async members(container: DocumentId, scope: Scope): Promise<readonly DocumentRecord[]> {
    const columns = documentColumns(scope);
    const condition = documentCondition(this.#db, scope);
    const rows = this.#db.rows<DocumentRow>(
      `SELECT ${columns.sql} FROM evidence e JOIN document d ON d.id = e.id WHERE e.container = (SELECT sha256 FROM evidence WHERE id = ?) AND ${condition.sql} ORDER BY e.container_path`,
      ...columns.values,
      container,
      ...condition.values,
    );
    return rows.map(documentRecord);
  }

  async linked(
    target: {
      readonly serialNumber?: string;
      readonly revision?: number | null;
      readonly namespace?: string;
    },
    scope: Scope,
  ): Promise<readonly BomRecord[]> {
    const condition = scopeCondition(this.#db, { ...scope, includeSuperseded: true });
    const column = target.serialNumber === undefined ? 'namespace' : 'serial';
    const value = target.serialNumber ?? target.namespace;
    if (value === undefined) return [];
    const revision = target.revision ?? null;
    const columns = bomColumns(scope);
    const rows = this.#db.rows<BomRow>(
      `SELECT ${columns.sql} FROM ${BOM_TABLES} WHERE b.${column} = ? AND (? IS NULL OR b.revision = ?) AND ${condition.sql} ORDER BY e.sha256`,
      ...columns.values,
      value,
      revision,
      revision,
      ...condition.values,
    );
    return rows.map(bomRecord);
  }

  async namedUnder(prefix: string, limit: number, scope: Scope): Promise<readonly BomRecord[]> {
    const condition = scopeCondition(this.#db, { ...scope, includeSuperseded: true });
    const columns = bomColumns(scope);
    const rows = this.#db.rows<BomRow>(
      `SELECT ${columns.sql} FROM ${BOM_TABLES} WHERE b.namespace >= ? AND b.namespace < ? AND ${condition.sql} ORDER BY b.namespace, e.sha256 LIMIT ?`,
      ...columns.values,
      prefix,
      behind(prefix),
      ...condition.values,
      limit,
    );
    return rows.map(bomRecord);
  }

  async links(bom: BomId): Promise<readonly LinkIntake[]> {
    return this.#links('bom = ?', [bom], -1);
  }

  async linksTo(bom: BomRecord, limit: number): Promise<readonly LinkFrom[]> {
    const { namespace, serialNumber } = bom;
    // What follows the name of the document is `#ELEMENT`, and in a BOM-Link `/VERSION` before it: all between `#` and the character behind the last of these.
    const condition = 'bom <> ? AND (target = ? OR (target >= ? AND target < ?))';
    const link = `urn:cdx:${serialNumber?.replace(/^urn:uuid:/i, '').toLowerCase()}`;
    const folder = bom.document.format === 'spdx3' && namespace !== null ? iriFolder(namespace) : null;
    const found = [
      ...(folder === null ? [] : this.#links(condition, [bom.id, folder, folder, behind(folder)], limit)),
      ...(namespace === null || folder !== null
        ? []
        : this.#links(condition, [bom.id, namespace, `${namespace}#`, `${namespace}$`], limit)),
      ...(serialNumber === null ? [] : this.#links(condition, [bom.id, link, `${link}#`, `${link}0`], limit)),
    ];
    return found.slice(0, limit);
  }

  #links(condition: string, values: readonly Value[], limit: number): LinkFrom[] {
    return this.#db
      .rows<readonly [number, number | null, string, number | null, number, string | null]>(
        `SELECT bom, from_ordinal, target, relation, inward, digests FROM link WHERE ${condition} ORDER BY bom, position LIMIT ?`,
        ...values,
        limit,
      )
      .map(([bom, from, target, relation, inward, digests]) => ({
        bom,
        from,
        target,
        relation,
        inward: inward === 1,
        digests: digests === null ? [] : (JSON.parse(digests) as LinkIntake['digests']),
      }));
  }

  async producers(by: 'tool' | 'tool-name' | 'supplier', scope: Scope): Promise<readonly ProducerRow[]> {
    return readProducers(this.#db, by, scope);
  }

  async counts(scope: Scope): ReturnType<DocumentPort['counts']> {
    const condition = documentCondition(this.#db, scope);
    return this.#db.all<{
      kind: DocumentKind;
      format: string;
      specVersion: string | null;
      status: ReadStatus;
      documents: number;
      bytes: number;
    }>(
      `SELECT d.kind, d.format, d.spec_version AS specVersion, d.status, count(*) AS documents, sum(e.size) AS bytes
         FROM evidence e JOIN document d ON d.id = e.id WHERE ${condition.sql} GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3, 4`,
      ...condition.values,
    );
  }

  async tombstone(sha256: string): Promise<Tombstone | null> {
    const row = this.#db.get<{ who: string; at: number; reason: string }>(
      'SELECT who, at, reason FROM tombstone WHERE sha256 = ?',
      unhex(sha256),
    );
    return row === undefined ? null : { sha256, who: row.who, when: row.at, reason: row.reason };
  }

  #page<Row extends readonly unknown[], T extends { readonly document: DocumentRecord } | DocumentRecord>(
    columns: Condition,
    tables: string,
    conditions: readonly Condition[],
    page: PageRequest,
    record: (row: Row) => T,
  ): Page<T> {
    const where = conditions.map(condition => condition.sql).join(' AND ');
    const values = conditions.flatMap(condition => condition.values);
    const total =
      this.#db.get<{ total: number }>(`SELECT count(*) AS total FROM ${tables} WHERE ${where}`, ...values)
        ?.total ?? 0;
    const after = cursorValues(page.after, 2);
    const beyond =
      after === null ? '' : 'AND (e.recorded_from < ? OR (e.recorded_from = ? AND e.sha256 > ?))';
    const [moment, sha256] = after ?? [];
    const from: Value[] = after === null ? [] : [Number(moment), Number(moment), unhex(String(sha256))];
    const sql = `SELECT ${columns.sql} FROM ${tables} WHERE ${where} ${beyond} ORDER BY e.recorded_from DESC, e.sha256 LIMIT ?`;
    const rows = this.#db.rows<Row>(sql, ...columns.values, ...values, ...from, page.limit + 1);
    const items = rows.slice(0, page.limit).map(record);
    const last = items.at(-1);
    const document = last === undefined ? null : documentOf(last);
    const next =
      rows.length > page.limit && document !== null
        ? cursorText([document.recordedFrom, document.sha256])
        : null;
    return { items, total, next };
  }
}

function documentOf(item: { readonly document: DocumentRecord } | DocumentRecord): DocumentRecord {
  return 'document' in item ? item.document : item;
}

/** What a verdict of this beginning found attested; a level of -1 stands for statements that are no provenance. */
export function readAttested(
  db: Database,
  document: number,
  recordedFrom: number,
): Pick<TrustIntake, 'attests'> {
  const rows = db.rows<[string, number]>(
    'SELECT digest, level FROM attested WHERE document = ? AND recorded_from = ? ORDER BY digest',
    document,
    recordedFrom,
  );
  if (rows.length === 0) return {};
  return { attests: rows.map(([digest, level]) => ({ digest, level: level < 0 ? null : level })) };
}

/** Documents by number, in the order asked; those outside the scope are left out. */
export function readDocuments(db: Database, ids: readonly number[], scope: Scope): DocumentRecord[] {
  const columns = documentColumns(scope);
  const condition = documentCondition(db, scope);
  const rows = db.rows<DocumentRow>(
    `SELECT ${columns.sql} FROM json_each(?) k JOIN evidence e ON e.id = k.value JOIN document d ON d.id = e.id WHERE ${condition.sql} ORDER BY k.key`,
    ...columns.values,
    JSON.stringify(ids),
    ...condition.values,
  );
  return rows.map(documentRecord);
}

/** BOMs by number, in the order asked; those outside the scope are left out. */
export function readBoms(db: Database, ids: readonly number[] | Uint32Array, scope: Scope): BomRecord[] {
  const columns = bomColumns(scope);
  const condition = scopeCondition(db, scope);
  const tables = BOM_TABLES.replace('bom b', 'json_each(?) k CROSS JOIN bom b ON b.id = k.value');
  const rows = db.rows<BomRow>(
    `SELECT ${columns.sql} FROM ${tables} WHERE ${condition.sql}`,
    ...columns.values,
    list([...new Set(ids)]),
    ...condition.values,
  );
  // Put in order here: SQLite would carry all of these wide rows through its sorter.
  const byId = new Map(rows.map(row => bomRecord(row)).map(record => [record.id, record]));
  return Array.from(ids, id => byId.get(id)).filter(record => record !== undefined);
}

function filterConditions(filter: DocumentFilter, scope: Scope): Condition[] {
  const conditions: Condition[] = [];
  const held = heldAt('x', scope);
  const placed = (condition: string): string =>
    `EXISTS (SELECT 1 FROM placing x WHERE x.bom = b.id AND ${condition} AND ${held.sql})`;
  const add = (sql: string, ...values: Value[]): void => {
    conditions.push({ sql, values });
  };
  const oneOf = (column: string, list: readonly string[] | undefined): void => {
    if (list !== undefined) add(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(list));
  };
  oneOf('d.kind', filter.kinds);
  oneOf('d.status', filter.statuses);
  oneOf('d.format', filter.formats);
  if (filter.tool !== undefined) {
    add(
      'EXISTS (SELECT 1 FROM bom_tool bt JOIN tool t ON t.id = bt.tool WHERE bt.bom = b.id AND instr(lower(t.text), lower(?)) > 0)',
      filter.tool,
    );
  }
  if (filter.supplier !== undefined) add('instr(lower(b.supplier), lower(?)) > 0', filter.supplier);
  // Few do: without the subquery SQLite walks every placing.
  if (filter.statesVulnerabilities) add('b.id IN (SELECT x.id FROM bom x WHERE x.vulnerabilities > 0)');
  if (filter.since !== undefined) add('e.recorded_from >= ?', filter.since);
  const app = canonical('a', scope);
  if (filter.app !== undefined)
    add(
      placed(`x.app = (SELECT ${app.sql} FROM app a WHERE a.key = ?)`),
      ...app.values,
      filter.app,
      ...held.values,
    );
  if (filter.release !== undefined)
    add(
      placed('x.release IN (SELECT id FROM release WHERE release = ?)'),
      filter.release ?? '',
      ...held.values,
    );
  return conditions;
}

/** The least text that is greater than all that begin so. */
function behind(prefix: string): string {
  return `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`;
}
