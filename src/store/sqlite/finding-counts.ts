import { COUNTERS, type Counts, compareRows, countRow, noCounts, type OwnRow } from '../findings.ts';
import type { Database } from './database.ts';
import { list } from './dictionary.ts';
import { ROW_COLUMNS, type RowTuple, rowOf } from './finding-rows.ts';
import { blobColumn } from './records.ts';
import { COUNT_COLUMNS, FOREVER } from './schema.ts';

/** The step of `finding_todo` whose items are releases. */
export const COUNT_STEP = 3;

/** Above this many releases it is quicker to have the rows of all parts at hand. */
const MANY = 10_000;

/** The newest BOMs of a line, which alone are counted. */
export const HEAD = `p.recorded_to = ${FOREVER} AND p.superseded_at = ${FOREVER}`;

/** Counts of releases, kept for each release and summed up for each app. */
export class FindingCounts {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Counts some of what is to be counted, inside a transaction; false when nothing was. */
  countSome(limit: number): boolean {
    const todo = this.#db.rows<readonly [number]>(
      `SELECT id FROM finding_todo WHERE step = ${COUNT_STEP} LIMIT ?`,
      limit,
    );
    if (todo.length === 0) return false;
    const rows = todo.length > MANY ? this.#allRows() : null;
    for (const [release] of todo) {
      this.#count(release, rows);
      this.#db.run(`DELETE FROM finding_todo WHERE step = ${COUNT_STEP} AND id = ?`, release);
    }
    return true;
  }

  /** Releases whose kept counts are not what counting them gives. */
  miscounted(): number[] {
    const rows = this.#allRows();
    const releases = this.#db.rows<readonly [number]>(
      `SELECT DISTINCT p.release FROM placing p WHERE ${HEAD} UNION SELECT release FROM release_count`,
    );
    const wrong = releases.filter(([release]) => {
      const boms = this.#headsOf(release);
      const kept = this.#kept(release);
      const counted = boms.length === 0 ? null : this.of(boms, rows);
      return counted?.join() !== kept?.join();
    });
    return wrong.map(([release]) => release);
  }

  /** Counts what a set of BOMs of one release has together. */
  of(boms: readonly number[], all: ReadonlyMap<number, readonly OwnRow[]> | null = null): number[] {
    const counts = noCounts();
    for (const row of this.merged(boms, all)) countRow(counts, row);
    counts[COUNTERS.indexOf('unidentified')] = this.#unidentified(boms);
    return counts;
  }

  #unidentified(boms: readonly number[]): number {
    const [row] = this.#db.rows<readonly [number]>(
      'SELECT coalesce(sum(coalesce(b.own_unidentified, b.unidentified)), 0) FROM json_each(?) j CROSS JOIN bom_part b ON b.bom = j.value',
      list(boms),
    );
    return row?.[0] ?? 0;
  }

  /** One row for each vulnerability in each component, over all BOMs of a release. */
  merged(
    boms: readonly number[],
    all: ReadonlyMap<number, readonly OwnRow[]> | null = null,
  ): Iterable<OwnRow> {
    const best = new Map<string, OwnRow>();
    for (const bom of boms) {
      for (const row of this.#rowsOf(bom, all)) {
        const key = `${row.vulnerability}\n${row.component}`;
        const other = best.get(key);
        if (other === undefined || compareRows(row, other) < 0) best.set(key, row);
      }
    }
    return best.values();
  }

  *#rowsOf(bom: number, all: ReadonlyMap<number, readonly OwnRow[]> | null): Generator<OwnRow> {
    const [held] = this.#db.rows<readonly [Uint8Array, number]>(
      'SELECT parts, own FROM bom_part WHERE bom = ?',
      bom,
    );
    if (held === undefined) return;
    const [blob, own] = held;
    if (own === 1) {
      const rows = this.#db.rows<RowTuple>(`SELECT ${ROW_COLUMNS} FROM own_finding WHERE bom = ?`, bom);
      for (const row of rows) yield rowOf(row);
    } else if (all !== null) {
      for (const part of blobColumn(blob)) yield* all.get(part) ?? [];
    } else {
      const rows = this.#db.rows<RowTuple>(
        `SELECT ${ROW_COLUMNS} FROM json_each(?) j CROSS JOIN matched m ON m.part = j.value`,
        list(blobColumn(blob)),
      );
      for (const row of rows) yield rowOf(row);
    }
  }

  #allRows(): Map<number, OwnRow[]> {
    const all = new Map<number, OwnRow[]>();
    for (const [part, ...row] of this.#db.rows<readonly [number, ...RowTuple]>(
      `SELECT part, ${ROW_COLUMNS} FROM matched`,
    )) {
      const rows = all.get(part);
      if (rows === undefined) all.set(part, [rowOf(row)]);
      else rows.push(rowOf(row));
    }
    return all;
  }

  #count(release: number, rows: ReadonlyMap<number, readonly OwnRow[]> | null): void {
    const before = this.#db.get<{ app: number }>('SELECT app FROM release_count WHERE release = ?', release);
    const kept = this.#kept(release);
    if (before !== undefined && kept !== null) {
      this.#add(before.app, kept, -1);
      this.#db.run('DELETE FROM release_count WHERE release = ?', release);
    }
    const boms = this.#headsOf(release);
    const app = this.#db.get<{ app: number }>('SELECT app FROM release WHERE id = ?', release)?.app;
    if (boms.length === 0 || app === undefined) return;
    const counts = this.of(boms, rows);
    this.#db.run(
      `INSERT INTO release_count(release, app, heads, ${COUNT_COLUMNS.join(', ')}) VALUES(?, ?, ?${', ?'.repeat(COUNT_COLUMNS.length)})`,
      release,
      app,
      boms.length,
      ...counts,
    );
    this.#add(app, counts, 1);
  }

  #add(app: number, counts: Counts, sign: 1 | -1): void {
    const signed = counts.map(count => sign * count);
    this.#db.run(
      `INSERT INTO app_count(app, ${COUNT_COLUMNS.join(', ')}) VALUES(?${', ?'.repeat(COUNT_COLUMNS.length)})
       ON CONFLICT(app) DO UPDATE SET ${COUNT_COLUMNS.map(column => `${column} = ${column} + excluded.${column}`).join(', ')}`,
      app,
      ...signed,
    );
  }

  #headsOf(release: number): number[] {
    return this.#db
      .rows<readonly [number]>(`SELECT p.bom FROM placing p WHERE p.release = ? AND ${HEAD}`, release)
      .map(([bom]) => bom);
  }

  #kept(release: number): readonly number[] | null {
    const [row] = this.#db.rows<readonly number[]>(
      `SELECT ${COUNT_COLUMNS.join(', ')} FROM release_count WHERE release = ?`,
      release,
    );
    return row ?? null;
  }
}
