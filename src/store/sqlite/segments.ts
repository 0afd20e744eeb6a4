import type { DigestIntake } from '../intake.ts';
import type { Database } from './database.ts';
import { addDigests, copyDigests, dropDigests } from './digest-pages.ts';
import { ManyRows } from './many-rows.ts';
import { MERGE_WIDTH } from './schema.ts';

/** The membership tables and what they are keyed by. */
const TABLES = [
  ['member', 'package'],
  ['identifier_member', 'identifier'],
  ['plain_member', 'plain'],
] as const;

type MemberTable = (typeof TABLES)[number][0];

/** Rows that one step of a merge copies or deletes: about 50 ms of work. */
const STEP_ROWS = 50_000;

/** Sorting packs (identity, BOM within its segment, flags) into one double: 32 + 11 + 9 bits. */
const FLAG_BITS = 512;
const BOM_BITS = 2048;

/**
 * Membership rows of the BOMs of one transaction, sorted before they are inserted: new rows then land side by side in the youngest segment, whose
 * part of the tree stays small, so that a larger larder is no slower to add to.
 */
export class SegmentWriter {
  readonly #db: Database;
  readonly #limit: number;
  readonly #keys: Record<MemberTable, number[]> = { member: [], identifier_member: [], plain_member: [] };
  readonly #digests: (readonly [bom: number, digests: DigestIntake])[] = [];
  #segment: { id: number; first: number; boms: number } | null = null;

  constructor(db: Database, limit: number) {
    this.#db = db;
    this.#limit = limit;
  }

  /** Takes one BOM's memberships; BOMs come with ascending numbers. */
  add(bom: number, table: MemberTable, identities: Uint32Array, flags: Uint16Array): void {
    const { first } = this.#current(bom);
    const keys = this.#keys[table];
    for (let at = 0; at < identities.length; at++) {
      keys.push(((identities[at] ?? 0) * BOM_BITS + (bom - first)) * FLAG_BITS + (flags[at] ?? 0));
    }
  }

  addDigests(bom: number, digests: DigestIntake): void {
    if (digests.ordinals.length > 0) this.#digests.push([bom, digests]);
  }

  /** Counts a BOM into its segment; a full segment is written and closed. */
  endBom(bom: number): void {
    const segment = this.#current(bom);
    segment.boms++;
    this.#db.run('UPDATE segment SET boms = ?, last_bom = ? WHERE id = ?', segment.boms, bom, segment.id);
    if (segment.boms < this.#limit) return;
    this.flush();
    this.#db.run("UPDATE segment SET state = 'full' WHERE id = ?", segment.id);
    this.#segment = null;
  }

  /** Inserts what was taken so far. */
  flush(): void {
    const segment = this.#segment;
    if (segment === null) return;
    for (const [table, column] of TABLES) {
      const head = `INSERT OR IGNORE INTO ${table}(segment, ${column}, bom, flags)`;
      const keys = Float64Array.from(this.#keys[table]).sort();
      this.#keys[table] = [];
      insertKeys(new ManyRows(this.#db, head, 4), keys, segment.id, segment.first);
    }
    addDigests(this.#db, segment.id, this.#digests.splice(0));
  }

  #current(bom: number): { id: number; first: number; boms: number } {
    if (this.#segment !== null) return this.#segment;
    const open = this.#db.get<{ id: number; first: number; boms: number }>(
      "SELECT id, first_bom AS first, boms FROM segment WHERE state = 'open'",
    );
    if (open !== undefined && bom - open.first < BOM_BITS) {
      this.#segment = open;
      return open;
    }
    // Numbers that were erased leave gaps: a segment also ends when its numbers would no longer pack.
    if (open !== undefined) this.#db.run("UPDATE segment SET state = 'full' WHERE id = ?", open.id);
    const id = this.#db.run(
      "INSERT INTO segment(level, first_bom, last_bom, boms, state) VALUES(0, ?, ?, 0, 'open')",
      bom,
      bom,
    );
    this.#segment = { id, first: bom, boms: 0 };
    return this.#segment;
  }
}

function insertKeys(rows: ManyRows, keys: Float64Array, segment: number, first: number): void {
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? 0;
    const pair = Math.floor(key / FLAG_BITS);
    rows.add(segment, Math.floor(pair / BOM_BITS), first + (pair % BOM_BITS), key % FLAG_BITS);
  }
  rows.finish();
}

/** Columns of each membership table behind the segment, in key order. */
const MERGED: readonly (readonly [string, string])[] = [
  ['member', 'package, bom, flags'],
  ['identifier_member', 'identifier, bom, flags'],
  ['plain_member', 'plain, bom, flags'],
];

/**
 * One bounded step of merging 16 full segments of a level into one of the next, inside a transaction: choose, copy in pieces (the target is not read
 * yet), switch, delete in pieces. The state is in the segment table, so a crash goes on where it was. Gives true while there is more to do.
 *
 * States: `open` takes BOMs, `full` is read, `copying` is a target not yet read, `merging` a source still read, `dead` no longer read.
 */
export function mergeStep(db: Database): boolean {
  if (db.get("SELECT 1 AS one FROM segment WHERE state = 'dead' LIMIT 1") !== undefined) {
    deleteSome(db);
    return true;
  }
  const target = db.get<{ id: number }>("SELECT id FROM segment WHERE state = 'copying'");
  if (target !== undefined) {
    copySome(db, target.id);
    return true;
  }
  return choose(db);
}

function choose(db: Database): boolean {
  const level = db.get<{ level: number }>(
    `SELECT level FROM segment WHERE state = 'full' GROUP BY level HAVING count(*) >= ${MERGE_WIDTH} ORDER BY level LIMIT 1`,
  );
  if (level === undefined) return false;
  const sources = db.all<{ id: number; first_bom: number; last_bom: number; boms: number }>(
    `SELECT id, first_bom, last_bom, boms FROM segment WHERE state = 'full' AND level = ? ORDER BY first_bom LIMIT ${MERGE_WIDTH}`,
    level.level,
  );
  const first = Math.min(...sources.map(source => source.first_bom));
  const last = Math.max(...sources.map(source => source.last_bom));
  const boms = sources.reduce((sum, source) => sum + source.boms, 0);
  db.run(
    "INSERT INTO segment(level, first_bom, last_bom, boms, state) VALUES(?, ?, ?, ?, 'copying')",
    level.level + 1,
    first,
    last,
    boms,
  );
  for (const source of sources) db.run("UPDATE segment SET state = 'merging' WHERE id = ?", source.id);
  return true;
}

/** Copies the next range of keys of the first table that is not whole yet. Progress is the greatest key that the target has. */
function copySome(db: Database, target: number): void {
  const sources = db
    .all<{ id: number }>("SELECT id FROM segment WHERE state = 'merging'")
    .map(source => source.id);
  for (const [table, columns] of MERGED) {
    const key = columns.slice(0, columns.indexOf(','));
    const reached =
      db.get<{ top: number | null }>(`SELECT max(${key}) AS top FROM ${table} WHERE segment = ?`, target)
        ?.top ?? null;
    const beyond = reached === null ? '' : `AND ${key} > ?`;
    const from = reached === null ? [] : [reached];
    const ranges = sources.map(
      source => `SELECT ${columns} FROM ${table} WHERE segment = ${source} ${beyond}`,
    );
    if (
      !sources.some(
        source =>
          db.get(`SELECT 1 AS one FROM ${table} WHERE segment = ? ${beyond} LIMIT 1`, source, ...from) !==
          undefined,
      )
    )
      continue;
    const ends = sources.map(
      source =>
        db.get<{ end: number }>(
          `SELECT ${key} AS end FROM ${table} WHERE segment = ? ${beyond} ORDER BY ${key} LIMIT 1 OFFSET ${STEP_ROWS / MERGE_WIDTH}`,
          source,
          ...from,
        )?.end,
    );
    const bound = least(ends);
    const until = bound === null ? '' : `WHERE ${key} <= ?`;
    db.run(
      `INSERT INTO ${table}(segment, ${columns}) SELECT ?, ${columns} FROM (${ranges.join(' UNION ALL ')}) ${until} ORDER BY ${columns}`,
      target,
      ...sources.flatMap(() => from),
      ...(bound === null ? [] : [bound]),
    );
    return;
  }
  if (copyDigests(db, sources, target, STEP_ROWS)) return;
  db.run("UPDATE segment SET state = 'dead' WHERE state = 'merging'");
  db.run("UPDATE segment SET state = 'full' WHERE id = ?", target);
}

/** The least of keys; null when there is none. */
function least(keys: readonly (number | undefined)[]): number | null {
  const there = keys.filter(key => key !== undefined);
  return there.length === 0 ? null : Math.min(...there);
}

function deleteSome(db: Database): void {
  for (const [table, columns] of MERGED) {
    const key = columns.slice(0, columns.indexOf(','));
    const dead = "SELECT id FROM segment WHERE state = 'dead' LIMIT 1";
    const bound = db.get<{ bound: number | null }>(
      `SELECT max(${key}) AS bound FROM (SELECT ${key} FROM ${table} WHERE segment = (${dead}) ORDER BY ${key} LIMIT ${STEP_ROWS})`,
    )?.bound;
    if (bound === null || bound === undefined) continue;
    db.run(`DELETE FROM ${table} WHERE segment = (${dead}) AND ${key} <= ?`, bound);
    return;
  }
  const dead = db.get<{ id: number }>("SELECT id FROM segment WHERE state = 'dead' LIMIT 1")?.id ?? 0;
  if (!dropDigests(db, dead, STEP_ROWS)) db.run('DELETE FROM segment WHERE id = ?', dead);
}
