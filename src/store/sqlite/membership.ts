import { MEMBER } from '../intake.ts';
import type { Hits, MembershipPort, SpreadRow } from '../ports.ts';
import { momentOf, type Scope } from '../scope.ts';
import type { Database, Value } from './database.ts';
import { list } from './dictionary.ts';
import { blobColumn } from './records.ts';
import { FOREVER } from './schema.ts';
import { scopeCondition } from './scope.ts';

/** Segments whose rows count; targets of a merge under way hold copies. */
const READ_SEGMENTS = "segment s ON s.state IN ('open', 'full', 'merging')";

export class SqliteMembership implements MembershipPort {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async ofPackages(ids: readonly number[] | Uint32Array, scope: Scope): Promise<Hits> {
    return this.#hits('member', 'package', ids, scope);
  }

  async ofIdentifiers(ids: readonly number[] | Uint32Array, scope: Scope): Promise<Hits> {
    return this.#hits('identifier_member', 'identifier', ids, scope);
  }

  async ofPlain(ids: readonly number[] | Uint32Array, scope: Scope): Promise<Hits> {
    return this.#hits('plain_member', 'plain', ids, scope);
  }

  async spread(limit: number, scope: Scope): Promise<readonly SpreadRow[]> {
    const condition = scopeCondition(this.#db, scope);
    const boms = this.#db.rows<readonly [number, Uint8Array]>(
      `SELECT p.app, g.packages FROM placing p JOIN bom_graph g ON g.bom = p.bom WHERE ${condition.sql}`,
      ...condition.values,
    );
    const { names, versions } = this.#versions();
    const seen = new Map<number, { readonly versions: Set<number>; readonly apps: Set<number> }>();
    for (const [app, blob] of boms) {
      for (const id of blobColumn(blob)) {
        const name = names[id] ?? 0;
        let entry = seen.get(name);
        if (entry === undefined) {
          entry = { versions: new Set(), apps: new Set() };
          seen.set(name, entry);
        }
        entry.versions.add(versions[id] ?? 0);
        entry.apps.add(app);
      }
    }
    const rows = [...seen]
      .map(([name, entry]) => ({ name, versions: entry.versions.size, apps: entry.apps.size }))
      .filter(row => row.versions > 1);
    return rows.sort((a, b) => b.versions - a.versions || b.apps - a.apps || a.name - b.name).slice(0, limit);
  }

  async totals(scope: Scope): ReturnType<MembershipPort['totals']> {
    const condition = scopeCondition(this.#db, scope);
    const sums = this.#db.get<{ boms: number; apps: number; components: number; dependencies: number }>(
      `SELECT count(*) AS boms, count(DISTINCT p.app) AS apps, coalesce(sum(b.components), 0) AS components, coalesce(sum(b.dependencies), 0) AS dependencies
         FROM placing p JOIN bom b ON b.id = p.bom WHERE ${condition.sql}`,
      ...condition.values,
    );
    return { boms: 0, apps: 0, components: 0, dependencies: 0, ...sums, packages: this.#packages(scope) };
  }

  /** By package number: the number of its name, and a number that is equal for equal versions of that name. */
  #versions(): { readonly names: Uint32Array; readonly versions: Uint32Array } {
    const top = this.#db.get<{ top: number | null }>('SELECT max(id) AS top FROM package')?.top ?? 0;
    const names = new Uint32Array(top + 1);
    const versions = new Uint32Array(top + 1);
    const rows = this.#db.rows<readonly [number, number, number]>(
      'SELECT g.id, k.name, min(k.id) OVER (PARTITION BY k.name, k.version) FROM package g JOIN match_key k ON k.id = g.match',
    );
    for (const [id, name, version] of rows) {
      names[id] = name;
      versions[id] = version;
    }
    return { names, versions };
  }

  /** Distinct packages of a scope. Over everything that is the dictionary's size, known at once. */
  #packages(scope: Scope): number {
    const whole =
      scope.apps === null &&
      scope.asOf === null &&
      scope.includeSuperseded &&
      scope.includeRetired &&
      scope.labels.length === 0 &&
      scope.trust === null &&
      scope.buildLevel === null;
    if (whole) return this.#db.get<{ count: number }>('SELECT count(*) AS count FROM package')?.count ?? 0;
    const condition = scopeCondition(this.#db, scope);
    const rows = this.#db.rows<readonly [Uint8Array]>(
      `SELECT g.packages FROM placing p JOIN bom_graph g ON g.bom = p.bom WHERE ${condition.sql}`,
      ...condition.values,
    );
    return countDistinct(rows.map(([blob]) => blob));
  }

  #hits(table: string, column: string, ids: readonly number[] | Uint32Array, scope: Scope): Hits {
    const condition = scopeCondition(this.#db, scope);
    const flags = scope.includeSuperseded
      ? `m.flags | CASE WHEN p.superseded_at <= ${Math.min(momentOf(scope), FOREVER - 1)} THEN ${MEMBER.SUPERSEDED} ELSE 0 END`
      : 'm.flags';
    const columns = [`m.${column}`, 'm.bom', 'p.app', flags] as const;
    const from = `json_each(?) j CROSS JOIN ${READ_SEGMENTS} CROSS JOIN ${table} m ON m.segment = s.id AND m.${column} = j.value
         CROSS JOIN placing p ON p.bom = m.bom WHERE ${condition.sql}`;
    return readHits(this.#db, columns, from, list(ids), ...condition.values);
  }
}

/**
 * Hits in columns, each gathered by SQLite into one text: thousands of rows then make no object each, whose clearing away would cost more than the question
 * where other work keeps the processor's cores.
 */
export function readHits(
  db: Database,
  columns: readonly [identity: string, bom: string, app: string, flags: string],
  from: string,
  ...values: Value[]
): Hits {
  const gathered = columns.map(column => `json_group_array(${column})`).join(', ');
  const [row] = db.rows<readonly [string, string, string, string]>(
    `SELECT ${gathered} FROM ${from}`,
    ...values,
  );
  const column = (at: number): number[] => JSON.parse(row?.[at] ?? '[]') as number[];
  const identity = Uint32Array.from(column(0));
  return {
    length: identity.length,
    identity,
    bom: Uint32Array.from(column(1)),
    app: Uint32Array.from(column(2)),
    flags: Uint16Array.from(column(3)),
  };
}

/** Distinct numbers in columns of 32-bit numbers, by one bit each. */
function countDistinct(columns: readonly Uint8Array[]): number {
  let seen = new Uint32Array(1 << 12);
  let count = 0;
  for (const blob of columns) {
    const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
    for (let at = 0; at + 4 <= blob.byteLength; at += 4) {
      const id = view.getUint32(at, true);
      const word = id >>> 5;
      if (word >= seen.length) {
        const larger = new Uint32Array(Math.max(seen.length * 2, word + 1));
        larger.set(seen);
        seen = larger;
      }
      const bit = 1 << (id & 31);
      const before = seen[word] ?? 0;
      if ((before & bit) === 0) {
        seen[word] = before | bit;
        count++;
      }
    }
  }
  return count;
}
