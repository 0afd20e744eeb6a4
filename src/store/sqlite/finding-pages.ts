import {
  aboutOf,
  compareHolders,
  compareKeys,
  cursorOf,
  type FindingPosition,
  holderOf,
  type Key,
  positionOfCursor,
} from '../finding-order.ts';
import { compareRows, type FindingFilter, type KeptFinding, type OwnRow } from '../findings.ts';
import type { Page, PageRequest } from '../ports.ts';
import type { Scope } from '../scope.ts';
import type { Database, Value } from './database.ts';
import { list } from './dictionary.ts';
import { holdsPart, ROW_COLUMNS, type RowTuple, rowOf, STATUSES } from './finding-rows.ts';
import { blobColumn } from './records.ts';
import { appNumbers, type Condition, scopeCondition } from './scope.ts';

/** Where a finding stands among those of equal risk: what it is in. */
interface Holder {
  readonly appName: string;
  readonly appKey: string;
  readonly releaseName: string;
  readonly branch: string;
  readonly bom: number;
  readonly release: number;
}

type HolderRow = readonly [
  appName: string,
  appKey: string,
  release: string,
  branch: string,
  bom: number,
  id: number,
  app: number,
];

/** All rows that agree in all that orders them before their holders. */
interface Group {
  readonly row: OwnRow;
  readonly parts: number[];
  readonly boms: number[];
}

const HOLDER_COLUMNS = 'a.name, a.key, r.release, r.branch, p.bom, p.release, p.app';
const HOLDER_JOINS = 'CROSS JOIN app a ON a.id = p.app CROSS JOIN release r ON r.id = p.release';

/** Up to so many holders are fetched and sorted, or up to so many for each line of the page; where there are more, apps are walked in their order until the page is full. */
const SORTED = 2000;
const SORTED_PER_LINE = 10;
const APPS = 50;
const GROUPS = 100;

/** Lists kept findings in the order of risk. Costs by the page, not by how many there are. */
export class FindingPages {
  readonly #db: Database;
  readonly #filter: FindingFilter;
  readonly #scope: Condition;
  /** Numbers of the apps that may be seen, found once: as part of each condition a long list would be read each time. */
  readonly #apps: ReadonlySet<number> | null;

  constructor(db: Database, filter: FindingFilter, scope: Scope) {
    this.#db = db;
    this.#filter = filter;
    this.#scope = scopeCondition(db, { ...scope, apps: null });
    this.#apps = appNumbers(db, scope);
  }

  page(request: PageRequest): Page<KeptFinding> {
    const cursor = positionOfCursor(request.after);
    const found: { readonly row: OwnRow; readonly holder: Holder }[] = [];
    const want = request.limit + 1;
    for (const group of this.#groups(cursor)) {
      const after = cursor !== null && isAt(group, cursor) ? holderOf(cursor) : null;
      for (const holder of this.#holders(group, after, Math.max(SORTED, SORTED_PER_LINE * want))) {
        const row = this.#counted(group, holder);
        if (row !== null) found.push({ row, holder });
        if (found.length === want) break;
      }
      if (found.length === want) break;
    }
    const shown = found.slice(0, request.limit);
    const last = shown.at(-1);
    const items = shown.map(({ row, holder }) => ({ ...row, bom: holder.bom }));
    const next = found.length > request.limit && last !== undefined ? cursorOf(positionOf(last)) : null;
    return { items, total: -1, next };
  }

  /** Groups from the place of the cursor on, the one it is in first. */
  *#groups(cursor: Key | null): Generator<Group> {
    let from: readonly Value[] = cursor === null ? [] : aboutOf(cursor);
    let inclusive = true;
    for (;;) {
      const groups = new Map<string, Group>();
      const tuples = [
        ...this.#rows('matched', 'part', from, inclusive).map(row => ['part', row] as const),
        ...this.#rows('own_finding', 'bom', from, inclusive).map(row => ['bom', row] as const),
      ];
      const full = { part: false, bom: false };
      for (const kind of ['part', 'bom'] as const)
        full[kind] = tuples.filter(([of]) => of === kind).length === GROUPS;
      tuples.sort(([, [, ...a]], [, [, ...b]]) => compareKeys(keyOf(a), keyOf(b)));
      for (const [kind, [id, ...tuple]] of tuples) {
        const key = JSON.stringify(keyOf(tuple));
        const group = groups.get(key) ?? { row: rowOf(tuple), parts: [], boms: [] };
        groups.set(key, group);
        (kind === 'part' ? group.parts : group.boms).push(id);
      }
      if (!full.part && !full.bom) {
        yield* groups.values();
        return;
      }
      // Behind the last row of a list that was cut off there may be more of either kind: groups up to there are whole but for the last.
      const bound = this.#bound(tuples, full);
      let last: Key | null = null;
      for (const [text, group] of groups) {
        const key = JSON.parse(text) as (string | number)[];
        if (compareKeys(key, bound) >= 0) break;
        yield group;
        last = key;
      }
      if (last === null) {
        yield this.#whole(bound);
        last = bound;
      }
      from = last;
      inclusive = false;
    }
  }

  #bound(
    tuples: readonly (readonly ['part' | 'bom', readonly [number, ...RowTuple]])[],
    full: { readonly part: boolean; readonly bom: boolean },
  ): Key {
    const ends = (['part', 'bom'] as const).flatMap(kind => {
      const last = tuples.findLast(([of]) => of === kind)?.[1];
      return full[kind] && last !== undefined ? [keyOf(last.slice(1) as unknown as RowTuple)] : [];
    });
    return ends.sort(compareKeys)[0] ?? [];
  }

  /** A group that alone has more rows than are fetched at once. */
  #whole(key: Key): Group {
    const of = (table: string, column: string): (readonly [number, ...RowTuple])[] =>
      this.#db.rows(
        `SELECT ${column}, ${ROW_COLUMNS} FROM ${table} WHERE minus_risk = ? AND minus_score = ? AND vulnerability = ? AND name = ? AND component = ?`,
        ...key,
      );
    const parts = of('matched', 'part').filter(row => this.#wanted(row));
    const boms = of('own_finding', 'bom').filter(row => this.#wanted(row));
    const [, ...first] = (parts[0] ?? boms[0]) as readonly [number, ...RowTuple];
    return { row: rowOf(first), parts: parts.map(([part]) => part), boms: boms.map(([bom]) => bom) };
  }

  #wanted([, , , , status]: readonly [number, ...RowTuple]): boolean {
    const { statuses } = this.#filter;
    return statuses === null || statuses.includes(STATUSES[status] ?? 'unknown');
  }

  #rows(
    table: string,
    column: string,
    from: readonly Value[],
    inclusive: boolean,
  ): (readonly [number, ...RowTuple])[] {
    const conditions: string[] = [];
    const values: Value[] = [];
    if (from.length > 0) {
      conditions.push(
        `(minus_risk, minus_score, vulnerability, name, component) ${inclusive ? '>=' : '>'} (?, ?, ?, ?, ?)`,
      );
      values.push(...from);
    }
    if (this.#filter.vulnerability !== null) {
      conditions.push('vulnerability = ?');
      values.push(this.#filter.vulnerability);
    }
    if (this.#filter.statuses !== null) {
      conditions.push('status IN (SELECT value FROM json_each(?))');
      values.push(JSON.stringify(this.#filter.statuses.map(status => STATUSES.indexOf(status))));
    }
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    return this.#db.rows(
      `SELECT ${column}, ${ROW_COLUMNS} FROM ${table} ${where} ORDER BY minus_risk, minus_score, vulnerability, name, component LIMIT ${GROUPS}`,
      ...values,
    );
  }

  /** The BOMs of a group in the order of their apps, behind a holder. */
  *#holders(group: Group, after: Key | null, most: number): Generator<Holder> {
    const few = this.#fewHolders(group, most);
    const behind = (holder: Holder): boolean => after === null || compareHolders(orderOf(holder), after) > 0;
    if (few !== null) {
      yield* few.filter(behind).sort((a, b) => compareHolders(orderOf(a), orderOf(b)));
      return;
    }
    const own = new Set(group.boms);
    let from: readonly Value[] = after === null ? [] : [String(after[0]), String(after[1])];
    for (let first = true; ; first = false) {
      const apps = this.#appsFrom(from, first);
      if (apps.length === 0) return;
      const holders = this.#ofApps(apps.map(([id]) => id).filter(id => this.#apps?.has(id) !== false)).filter(
        behind,
      );
      for (const holder of holders.sort((a, b) => compareHolders(orderOf(a), orderOf(b))))
        if (own.has(holder.bom) || this.#holds(holder.bom, group.parts)) yield holder;
      const last = apps.at(-1);
      from = [last?.[1] ?? '', last?.[2] ?? ''];
    }
  }

  #appsFrom(
    from: readonly Value[],
    inclusive: boolean,
  ): (readonly [id: number, name: string, key: string])[] {
    const beyond = from.length === 0 ? '' : `AND (name COLLATE NOCASE, key) ${inclusive ? '>=' : '>'} (?, ?)`;
    return this.#db.rows(
      `SELECT id, name, key FROM app WHERE alias_of IS NULL ${beyond} ORDER BY name COLLATE NOCASE, key LIMIT ${APPS}`,
      ...from,
    );
  }

  #ofApps(apps: readonly number[]): Holder[] {
    return this.#db
      .rows<HolderRow>(
        `SELECT ${HOLDER_COLUMNS} FROM json_each(?) j CROSS JOIN placing p ON p.app = j.value ${HOLDER_JOINS} WHERE ${this.#scope.sql}`,
        list(apps),
        ...this.#scope.values,
      )
      .map(holderOfRow);
  }

  #holds(bom: number, parts: readonly number[]): boolean {
    const [row] = this.#db.rows<readonly [Uint8Array]>(
      'SELECT parts FROM bom_part WHERE bom = ? AND own = 0',
      bom,
    );
    if (row === undefined) return false;
    const held = blobColumn(row[0]);
    return parts.some(part => holdsPart(held, part));
  }

  /** All holders of a group, or null when they are more than are sorted at once. */
  #fewHolders(group: Group, most: number): Holder[] | null {
    const identities = this.#db
      .rows<readonly [string]>(
        'SELECT t.identities FROM json_each(?) j CROSS JOIN part t ON t.id = j.value',
        list(group.parts),
      )
      .map(([text]) => text.split('|', 2));
    const packages = identities.flatMap(([first = '']) =>
      first === '' ? [] : [Number(first.split(',')[0])],
    );
    const cpes = identities.flatMap(([first = '', second = '']) =>
      first === '' && second !== '' ? [Number(second.split(',')[0])] : [],
    );
    const found = new Map<number, Holder>();
    for (const [table, column, ids] of [
      ['member', 'package', packages],
      ['identifier_member', 'identifier', cpes],
    ] as const) {
      if (ids.length === 0) continue;
      const rows = this.#members(table, column, ids, most);
      if (rows.length > most) return null;
      for (const row of rows) if (this.#apps?.has(row[6]) !== false) found.set(row[4], holderOfRow(row));
    }
    for (const bom of found.keys()) if (!this.#holds(bom, group.parts)) found.delete(bom);
    for (const holder of this.#ofBoms(group.boms)) found.set(holder.bom, holder);
    return [...found.values()];
  }

  #members(table: string, column: string, ids: readonly number[], most: number): HolderRow[] {
    return this.#db.rows<HolderRow>(
      `SELECT ${HOLDER_COLUMNS} FROM json_each(?) j CROSS JOIN segment s ON s.state IN ('open', 'full', 'merging')
         CROSS JOIN ${table} m ON m.segment = s.id AND m.${column} = j.value CROSS JOIN placing p ON p.bom = m.bom ${HOLDER_JOINS}
       WHERE ${this.#scope.sql} LIMIT ?`,
      list([...new Set(ids)]),
      ...this.#scope.values,
      most + 1,
    );
  }

  #ofBoms(boms: readonly number[]): Holder[] {
    return this.#db
      .rows<HolderRow>(
        `SELECT ${HOLDER_COLUMNS} FROM json_each(?) j CROSS JOIN placing p ON p.bom = j.value ${HOLDER_JOINS} WHERE ${this.#scope.sql}`,
        list(boms),
        ...this.#scope.values,
      )
      .filter(row => this.#apps?.has(row[6]) !== false)
      .map(holderOfRow);
  }

  /** The row of a holder when it is the one that counts among all of its release, for which a finding is shown once; else null. */
  #counted({ row }: Group, holder: Holder): OwnRow | null {
    const best = this.#rivals(row, holder.release)[0];
    if (best?.bom !== holder.bom || best.row.risk !== row.risk || best.row.score !== row.score) return null;
    const { statuses } = this.#filter;
    return statuses === null || statuses.includes(best.row.status) ? best.row : null;
  }

  /** Rows on the same vulnerability in the same component in the documents of a release, the one that counts first. */
  #rivals(
    row: OwnRow,
    release: number,
  ): { readonly bom: number; readonly sha256: string; readonly row: OwnRow }[] {
    const boms = this.#db.rows<readonly [bom: number, sha256: string, parts: Uint8Array, own: number]>(
      `SELECT p.bom, hex(e.sha256), bp.parts, bp.own FROM placing p CROSS JOIN bom_part bp ON bp.bom = p.bom CROSS JOIN bom b ON b.id = p.bom
         CROSS JOIN evidence e ON e.id = b.document WHERE p.release = ? AND ${this.#scope.sql}`,
      release,
      ...this.#scope.values,
    );
    const judged = this.#db.rows<readonly [number, ...RowTuple]>(
      `SELECT part, ${ROW_COLUMNS} FROM matched WHERE vulnerability = ? AND component = ?`,
      row.vulnerability,
      row.component,
    );
    const found = boms.flatMap(([bom, sha256, blob, own]) => {
      const parts = blobColumn(blob);
      const rows =
        own === 1
          ? this.#ownRows(bom, row)
          : judged.filter(([part]) => holdsPart(parts, part)).map(([, ...tuple]) => tuple);
      return rows.map(tuple => ({ bom, sha256, row: rowOf(tuple) }));
    });
    return found.sort((a, b) => compareRows(a.row, b.row) || (a.sha256 < b.sha256 ? -1 : 1));
  }

  #ownRows(bom: number, row: OwnRow): RowTuple[] {
    return this.#db.rows<RowTuple>(
      `SELECT ${ROW_COLUMNS} FROM own_finding WHERE bom = ? AND vulnerability = ? AND component = ?`,
      bom,
      row.vulnerability,
      row.component,
    );
  }
}

function keyOf(row: RowTuple): Key {
  return [row[4], row[5], row[0], row[2], row[1]];
}

function isAt({ row }: Group, cursor: Key): boolean {
  return (
    compareKeys([-row.risk, -row.score, row.vulnerability, row.name, row.component], aboutOf(cursor)) === 0
  );
}

function positionOf({ row, holder }: { readonly row: OwnRow; readonly holder: Holder }): FindingPosition {
  return [-row.risk, -row.score, row.vulnerability, row.name, row.component, ...orderOf(holder)];
}

function orderOf(holder: Holder): readonly [string, string, string, string] {
  return [holder.appName, holder.appKey, holder.releaseName, holder.branch];
}

function holderOfRow(row: HolderRow): Holder {
  return {
    appName: row[0],
    appKey: row[1],
    releaseName: row[2],
    branch: row[3],
    bom: row[4],
    release: row[5],
  };
}
