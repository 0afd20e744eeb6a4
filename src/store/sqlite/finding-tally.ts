import type { VerdictStatus } from '../../model/advisory.ts';
import { compareRows, type OwnRow, type Tally } from '../findings.ts';
import type { Scope } from '../scope.ts';
import type { Database } from './database.ts';
import { list } from './dictionary.ts';
import { holdsPart, identitiesOf, ROW_COLUMNS, type RowTuple, rowOf } from './finding-rows.ts';
import { blobColumn } from './records.ts';
import { appNumbers, scopeCondition } from './scope.ts';

type HolderRow = readonly [
  identity: number,
  bom: number,
  release: number,
  app: number,
  own: number,
  parts: Uint8Array,
];

const SEGMENTS = "CROSS JOIN segment s ON s.state IN ('open', 'full', 'merging')";

/** Counts what is kept of one vulnerability, and of packages by kind: by what holds them, without opening a document. */
export class FindingTally {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  of(vulnerability: string, scope: Scope): Tally {
    const best = new Map<string, { readonly row: OwnRow; readonly app: number }>();
    const documents = new Set<number>();
    for (const { row, bom, release, app } of this.#held(vulnerability, scope)) {
      documents.add(bom);
      const key = `${release} ${row.component}`;
      const other = best.get(key);
      if (other === undefined || compareRows(row, other.row) < 0) best.set(key, { row, app });
    }
    const statuses: Record<VerdictStatus, number> = {
      affected: 0,
      not_affected: 0,
      fixed: 0,
      under_investigation: 0,
      unknown: 0,
    };
    const apps = new Set<number>();
    const affected = new Set<number>();
    for (const { row, app } of best.values()) {
      statuses[row.status]++;
      apps.add(app);
      if (row.status === 'affected') affected.add(app);
    }
    return { statuses, apps: apps.size, affected: affected.size, documents: documents.size };
  }

  kinds(): string[] {
    // A step down the index for each, instead of a walk over all parts.
    return this.#db
      .rows<readonly [string]>(
        `WITH RECURSIVE k(kind) AS (SELECT min(kind) FROM part UNION ALL SELECT (SELECT min(kind) FROM part WHERE kind > k.kind) FROM k WHERE k.kind IS NOT NULL)
         SELECT kind FROM k WHERE kind IS NOT NULL`,
      )
      .map(([kind]) => kind);
  }

  packagesOf(
    kinds: readonly string[],
    scope: Scope,
  ): { readonly kind: string; readonly component: string }[] {
    const condition = scopeCondition(this.#db, { ...scope, apps: null });
    const apps = appNumbers(this.#db, scope);
    const found = new Map<string, { readonly kind: string; readonly component: string }>();
    const parts = this.#db.rows<readonly [number, string, string, string]>(
      'SELECT t.id, t.kind, t.component, t.identities FROM json_each(?) j CROSS JOIN part t ON t.kind = j.value ORDER BY t.id',
      JSON.stringify(kinds),
    );
    const holders = this.#db.prepared(
      `SELECT p.app, b.parts FROM segment s CROSS JOIN member m ON m.segment = s.id AND m.package = ? CROSS JOIN placing p ON p.bom = m.bom CROSS JOIN bom_part b ON b.bom = p.bom
       WHERE s.state IN ('open', 'full', 'merging') AND ${condition.sql}`,
    );
    for (const [part, kind, component, text] of parts) {
      if (found.has(component)) continue;
      const [first = 0] = identitiesOf(text).packages;
      for (const row of holders.iterate(first, ...condition.values)) {
        if (apps?.has(row['app'] as number) === false) continue;
        if (!holdsPart(blobColumn(row['parts'] as Uint8Array), part)) continue;
        found.set(component, { kind, component });
        break;
      }
    }
    return [...found.values()];
  }

  /** All rows on a vulnerability, with what holds them. */
  *#held(
    vulnerability: string,
    scope: Scope,
  ): Generator<{
    readonly row: OwnRow;
    readonly bom: number;
    readonly release: number;
    readonly app: number;
  }> {
    const rows = new Map<number, OwnRow>();
    for (const [part, ...tuple] of this.#db.rows<readonly [number, ...RowTuple]>(
      `SELECT part, ${ROW_COLUMNS} FROM matched WHERE vulnerability = ?`,
      vulnerability,
    ))
      rows.set(part, rowOf(tuple));
    for (const { table, column, parts } of this.#byIdentity([...rows.keys()])) {
      for (const [identity, bom, release, app, own, blob] of this.#holders(table, column, parts, scope)) {
        if (own === 1) continue;
        const held = blobColumn(blob);
        for (const part of parts.get(identity) ?? []) {
          const row = rows.get(part);
          if (row !== undefined && holdsPart(held, part)) yield { row, bom, release, app };
        }
      }
    }
    const condition = scopeCondition(this.#db, scope);
    for (const [bom, release, app, ...tuple] of this.#db.rows<readonly [number, number, number, ...RowTuple]>(
      `SELECT p.bom, p.release, p.app, ${ROW_COLUMNS} FROM own_finding o CROSS JOIN placing p ON p.bom = o.bom WHERE o.vulnerability = ? AND ${condition.sql}`,
      vulnerability,
      ...condition.values,
    ))
      yield { row: rowOf(tuple), bom, release, app };
  }

  #holders(
    table: string,
    column: string,
    parts: ReadonlyMap<number, unknown>,
    scope: Scope,
  ): readonly HolderRow[] {
    const condition = scopeCondition(this.#db, scope);
    return this.#db.rows<HolderRow>(
      `SELECT j.value, p.bom, p.release, p.app, b.own, b.parts FROM json_each(?) j ${SEGMENTS} CROSS JOIN ${table} m ON m.segment = s.id AND m.${column} = j.value
         CROSS JOIN placing p ON p.bom = m.bom CROSS JOIN bom_part b ON b.bom = p.bom WHERE ${condition.sql}`,
      list([...parts.keys()]),
      ...condition.values,
    );
  }

  /** Parts by the identity under which what holds them is found: their first package, or where they have none their first CPE. */
  #byIdentity(ids: readonly number[]): readonly {
    readonly table: string;
    readonly column: string;
    readonly parts: ReadonlyMap<number, readonly number[]>;
  }[] {
    const packages = new Map<number, number[]>();
    const identifiers = new Map<number, number[]>();
    for (const [part, text] of this.#db.rows<readonly [number, string]>(
      'SELECT t.id, t.identities FROM json_each(?) j CROSS JOIN part t ON t.id = j.value',
      list(ids),
    )) {
      const identities = identitiesOf(text);
      const [first] = identities.packages;
      const [map, key] =
        first === undefined ? [identifiers, identities.identifiers[0] ?? 0] : [packages, first];
      map.set(key, [...(map.get(key) ?? []), part]);
    }
    return [
      { table: 'member', column: 'package', parts: packages },
      { table: 'identifier_member', column: 'identifier', parts: identifiers },
    ];
  }
}
