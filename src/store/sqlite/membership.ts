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
      `SELECT p.app, g.packages FROM placing p JOIN bom_graph g ON g.bom = p.bom WHERE ${condition.sql} ORDER BY p.app`,
      ...condition.values,
    );
    const { names, versions, top } = this.#versions();
    const seen = new Uint8Array(versions.length);
    const versionCounts = new Uint32Array(top + 1);
    const appCounts = new Uint32Array(top + 1);
    // BOMs of one app come one after another: a name is new to an app when the last app that had it is another.
    const lastApp = new Uint32Array(top + 1);
    for (const [app, blob] of boms) {
      for (const id of blobColumn(blob)) {
        const name = names[id] ?? 0;
        const version = versions[id] ?? 0;
        if (seen[version] === 0) {
          seen[version] = 1;
          versionCounts[name] = (versionCounts[name] ?? 0) + 1;
        }
        if (lastApp[name] !== app) {
          lastApp[name] = app;
          appCounts[name] = (appCounts[name] ?? 0) + 1;
        }
      }
    }
    const rows: SpreadRow[] = [];
    for (let name = 0; name <= top; name++) {
      const found = versionCounts[name] ?? 0;
      if (found > 1) rows.push({ name, versions: found, apps: appCounts[name] ?? 0 });
    }
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

  /** By package number: the number of its name, and a number that is equal for equal versions of that name; the greatest number of a name. */
  #versions(): { readonly names: Uint32Array; readonly versions: Uint32Array; readonly top: number } {
    const keys = this.#columns('SELECT json_group_array(id), json_group_array(name) FROM match_key');
    const nameOf = byNumber(keys);
    const first = Uint32Array.from(nameOf.keys());
    // Keys of one version that differ in their qualifiers count as one; they are few.
    for (const [id, least] of this.#db.rows<readonly [number, number]>(
      `SELECT k.id, d.least FROM (SELECT name, version, min(id) AS least FROM match_key GROUP BY name, version HAVING count(*) > 1) d
         JOIN match_key k ON k.name = d.name AND k.version = d.version`,
    ))
      first[id] = least;
    const matchOf = byNumber(
      this.#columns('SELECT json_group_array(id), json_group_array(match) FROM package'),
    );
    return {
      names: matchOf.map(match => nameOf[match] ?? 0),
      versions: matchOf.map(match => first[match] ?? 0),
      top: nameOf.reduce((top, name) => Math.max(top, name), 0),
    };
  }

  #columns(sql: string): readonly [number[], number[]] {
    const [row] = this.#db.rows<readonly [string, string]>(sql);
    return [JSON.parse(row?.[0] ?? '[]') as number[], JSON.parse(row?.[1] ?? '[]') as number[]];
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

/** Values by their numbers; 0 where a number has none. */
function byNumber([numbers, values]: readonly [number[], number[]]): Uint32Array {
  const found = new Uint32Array(numbers.reduce((top, id) => Math.max(top, id), 0) + 1);
  for (const [at, number] of numbers.entries()) found[number] = values[at] ?? 0;
  return found;
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
