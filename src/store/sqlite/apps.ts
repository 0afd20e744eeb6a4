import { credibleDate } from '../../model/date.ts';
import { cursorText, cursorValues } from '../cursor.ts';
import type { AppRule } from '../intake.ts';
import type {
  AppName,
  AppPort,
  AppRecord,
  BomId,
  BomRecord,
  Label,
  Page,
  PageRequest,
  ReleaseRecord,
} from '../ports.ts';
import { EVERYTHING, momentOf, type Scope } from '../scope.ts';
import { appKey } from '../targets.ts';
import type { Database, Value } from './database.ts';
import { list } from './dictionary.ts';
import { BOM_TABLES, type BomRow, bomColumns, bomRecord, orNull } from './records.ts';
import { FOREVER } from './schema.ts';
import { canonical, heldAt, scopeCondition } from './scope.ts';

type AppRow = readonly [
  id: number,
  key: string,
  name: string,
  rule: string,
  releases: number,
  documents: number,
  first: number,
  last: number,
];
type ReleaseRow = readonly [
  key: string,
  id: number,
  release: string,
  branch: string,
  documents: number,
  first: number,
  last: number,
];

type NameRow = readonly [id: number, key: string, name: string];

const WALK_CHUNK = 256;

/** Whatever stands somewhere, hidden by default or not. */
const UNHIDDEN: Scope = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };

/** After (name, key), spelled so that SQLite seeks in the index; a row value with a collation makes it scan. */
function beyond(after: readonly string[] | null): string {
  return after === null
    ? ''
    : 'WHERE a.name >= ? COLLATE NOCASE AND NOT (a.name = ? COLLATE NOCASE AND a.key <= ?)';
}

function beyondValues(after: readonly string[] | null): string[] {
  const [name = '', key = ''] = after ?? [];
  return after === null ? [] : [name, name, key];
}

export class SqliteApps implements AppPort {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(page: PageRequest, scope: Scope): Promise<Page<AppRecord>> {
    const total = await this.count(scope);
    const after = cursorValues(page.after, 2);
    const beyond = after === null ? '' : 'AND (a.name, a.key) > (?, ?)';
    const rows = this.#rows(beyond, after ?? [], scope, page.limit + 1);
    const items = this.#records(rows.slice(0, page.limit), scope);
    const last = items.at(-1);
    return {
      items,
      total,
      next: rows.length > page.limit && last !== undefined ? cursorText([last.name, last.key]) : null,
    };
  }

  async resolve(text: string, scope: Scope): Promise<readonly AppRecord[]> {
    const steps: readonly (readonly [string, Value[]])[] = [
      ['x.key IN (?, ?)', [text, appKey(text)]],
      ['x.name = ?', [text]],
      ['x.name = ? COLLATE NOCASE', [text]],
      ["substr(x.key, -length(?) - 1) IN ('/' || ?, ':' || ?)", [text, text, text]],
    ];
    for (const [named, values] of steps) {
      const ids = this.#named(named, values, scope);
      // Also when none of them shows: words do not come to mean another app because this one is retired.
      if (ids.length > 0) return this.byNumber(ids, scope);
    }
    return [];
  }

  /** Numbers of the apps so named that have a document at the moment, of all that may be seen. */
  #named(named: string, values: readonly Value[], scope: Scope): number[] {
    const app = canonical('x', scope);
    const there = scopeCondition(this.#db, { ...UNHIDDEN, apps: scope.apps, asOf: scope.asOf });
    return this.#db
      .rows<readonly [number]>(
        `SELECT n.id FROM (SELECT DISTINCT ${app.sql} AS id FROM app x WHERE ${named}) n
          WHERE EXISTS (SELECT 1 FROM placing p WHERE p.app = n.id AND ${there.sql})`,
        ...app.values,
        ...values,
        ...there.values,
      )
      .map(([id]) => id);
  }

  async byNumber(numbers: readonly number[] | Uint32Array, scope: Scope): Promise<readonly AppRecord[]> {
    return this.#records(
      this.#rows('AND p.app IN (SELECT value FROM json_each(?))', [list(numbers)], scope, numbers.length),
      scope,
    );
  }

  async count(scope: Scope): Promise<number> {
    const condition = scopeCondition(this.#db, scope);
    return (
      this.#db.get<{ total: number }>(
        `SELECT count(DISTINCT p.app) AS total FROM placing p WHERE ${condition.sql}`,
        ...condition.values,
      )?.total ?? 0
    );
  }

  /** Either sorts what was given, or walks all apps in order until the page is full: whichever is likely to touch fewer rows. */
  async inOrder(
    numbers: ReadonlySet<number>,
    page: PageRequest,
  ): Promise<{ readonly items: readonly AppName[]; readonly next: string | null }> {
    const apps = this.#db.get<{ apps: number | null }>('SELECT max(id) AS apps FROM app')?.apps ?? 0;
    const after = cursorValues(page.after, 2)?.map(String) ?? null;
    const walk = numbers.size ** 2 > (page.limit + 1) * apps;
    const found = walk
      ? this.#walk(numbers, after, page.limit + 1)
      : this.#sorted(numbers, after, page.limit + 1);
    const items = found.slice(0, page.limit).map(([number, key, name]) => ({ number, key, name }));
    const last = items.at(-1);
    const more = found.length > page.limit && last !== undefined;
    return { items, next: more ? cursorText([last.name, last.key]) : null };
  }

  #sorted(numbers: ReadonlySet<number>, after: readonly string[] | null, limit: number): NameRow[] {
    return this.#db.rows<NameRow>(
      `SELECT a.id, a.key, a.name FROM json_each(?) j JOIN app a ON a.id = j.value ${beyond(after)} ORDER BY a.name COLLATE NOCASE, a.key LIMIT ?`,
      list([...numbers]),
      ...beyondValues(after),
      limit,
    );
  }

  #walk(numbers: ReadonlySet<number>, after: readonly string[] | null, limit: number): NameRow[] {
    const found: NameRow[] = [];
    for (let from = after; ; ) {
      const rows = this.#db.rows<NameRow>(
        `SELECT a.id, a.key, a.name FROM app a ${beyond(from)} ORDER BY a.name COLLATE NOCASE, a.key LIMIT ${WALK_CHUNK}`,
        ...beyondValues(from),
      );
      for (const row of rows) {
        if (numbers.has(row[0])) found.push(row);
        if (found.length === limit) return found;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < WALK_CHUNK) return found;
      from = [last[2], last[1]];
    }
  }

  async releases(app: string, scope: Scope): Promise<readonly ReleaseRecord[]> {
    const canonicalApp = canonical('x', scope);
    const condition = scopeCondition(this.#db, scope);
    const rows = this.#db.rows<ReleaseRow>(
      `SELECT a.key, r.id, r.release, r.branch, count(*), min(b.recorded_from), max(b.recorded_from)
         FROM placing p JOIN app a ON a.id = p.app JOIN release r ON r.id = p.release JOIN bom b ON b.id = p.bom
        WHERE p.app = (SELECT ${canonicalApp.sql} FROM app x WHERE x.key = ?) AND ${condition.sql} GROUP BY r.id ORDER BY 7 DESC, r.release DESC, r.branch`,
      ...canonicalApp.values,
      app,
      ...condition.values,
    );
    const newest = scopeCondition(this.#db, { ...scope, includeSuperseded: false });
    return rows.map(([key, id, release, branch, documents, first, last]) => ({
      app: key,
      release: orNull(release),
      branch: orNull(branch),
      boms: this.#db
        .rows<readonly [number]>(
          `SELECT p.bom FROM placing p JOIN bom b ON b.id = p.bom JOIN evidence e ON e.id = b.document WHERE p.app = (SELECT app FROM release WHERE id = ?1) AND p.release = ?1 AND ${newest.sql} ORDER BY b.recorded_from DESC, e.sha256`,
          id,
          ...newest.values,
        )
        .map(([bom]) => bom),
      documents,
      firstRecorded: first,
      lastRecorded: last,
      retiredAt: this.#retired('release', id, scope),
    }));
  }

  async boms(app: string, release: string | null | undefined, scope: Scope): Promise<readonly BomRecord[]> {
    const condition = scopeCondition(this.#db, scope);
    const narrowed = release === undefined ? '' : 'AND r.release = ?';
    const columns = bomColumns(scope);
    const canonicalApp = canonical('x', scope);
    const rows = this.#db.rows<BomRow>(
      `SELECT ${columns.sql} FROM ${BOM_TABLES} WHERE p.app = (SELECT ${canonicalApp.sql} FROM app x WHERE x.key = ?) ${narrowed} AND ${condition.sql}
        ORDER BY b.recorded_from DESC, e.sha256`,
      ...columns.values,
      ...canonicalApp.values,
      app,
      ...(release === undefined ? [] : [release ?? '']),
      ...condition.values,
    );
    const date = ({ created, document }: BomRecord): number => credibleDate(created, document.recordedFrom);
    return rows.map(bomRecord).sort((a, b) => date(b) - date(a));
  }

  async labels(
    boms: readonly BomId[] | Uint32Array,
    scope: Scope,
  ): Promise<ReadonlyMap<BomId, readonly Label[]>> {
    const found = new Map<BomId, Label[]>();
    if (this.#db.get('SELECT 1 AS one FROM label LIMIT 1') === undefined) return found;
    const condition = scopeCondition(this.#db, { ...scope, includeSuperseded: true });
    const rows = this.#db.rows<readonly [number, string, string]>(
      `SELECT DISTINCT p.bom, l.key, l.value FROM json_each(?) j CROSS JOIN placing p ON p.bom = j.value
         CROSS JOIN label l ON (l.scope = 'app' AND l.target = p.app) OR (l.scope = 'release' AND l.target = p.release) OR (l.scope = 'bom' AND l.target = p.bom)
        WHERE l.recorded_from <= ? AND l.recorded_to > ? AND ${condition.sql} ORDER BY l.key, l.value`,
      list(boms),
      instant(scope),
      instant(scope),
      ...condition.values,
    );
    for (const [bom, key, value] of rows) {
      const labels = found.get(bom);
      if (labels === undefined) found.set(bom, [{ key, value }]);
      else labels.push({ key, value });
    }
    return found;
  }

  #rows(narrowed: string, values: readonly Value[], scope: Scope, limit: number): AppRow[] {
    const condition = scopeCondition(this.#db, scope);
    return this.#db.rows<AppRow>(
      `SELECT a.id, a.key, a.name, a.rule, count(DISTINCT p.release), count(DISTINCT p.bom), min(b.recorded_from), max(b.recorded_from)
         FROM placing p JOIN app a ON a.id = p.app JOIN bom b ON b.id = p.bom WHERE ${condition.sql} ${narrowed} GROUP BY a.id ORDER BY a.name, a.key LIMIT ?`,
      ...condition.values,
      ...values,
      limit,
    );
  }

  #records(rows: readonly AppRow[], scope: Scope): AppRecord[] {
    return rows.map(([id, key, name, rule, releases, documents, first, last]) => ({
      number: id,
      key,
      name,
      rule: rule as AppRule,
      aliases: this.#aliases(id, scope),
      releases,
      documents,
      firstRecorded: first,
      lastRecorded: last,
      retiredAt: this.#retired('app', id, scope),
      labels: this.#db.all<Label>(
        "SELECT key, value FROM label WHERE scope = 'app' AND target = ? AND recorded_from <= ? AND recorded_to > ? ORDER BY key",
        id,
        instant(scope),
        instant(scope),
      ),
    }));
  }

  #aliases(app: number, scope: Scope): string[] {
    const held = heldAt('h', scope);
    return this.#db
      .rows<readonly [string]>(
        `SELECT a.key FROM alias h CROSS JOIN app a ON a.id = h.app WHERE h.target = ? AND ${held.sql} ORDER BY a.key`,
        app,
        ...held.values,
      )
      .map(([alias]) => alias);
  }

  #retired(scope: 'app' | 'release', target: number, view: Scope): number | null {
    const row = this.#db.get<{ recorded_from: number }>(
      'SELECT recorded_from FROM retirement WHERE scope = ? AND target = ? AND recorded_from <= ? AND recorded_to > ?',
      scope,
      target,
      instant(view),
      instant(view),
    );
    return row?.recorded_from ?? null;
  }
}

/** The moment of a scope; now is the last one before FOREVER. */
function instant(scope: Scope): number {
  return Math.min(momentOf(scope), FOREVER - 1);
}
