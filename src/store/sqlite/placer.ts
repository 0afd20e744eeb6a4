import { credibleDate } from '../../model/date.ts';
import type { AppRule, LineDecision } from '../intake.ts';
import type { Database } from './database.ts';
import { orNull, unhex } from './records.ts';
import { FOREVER } from './schema.ts';

/** What decides which of two documents of a line is the later one. */
interface Order {
  readonly bom: number;
  readonly created: number | null;
  readonly serial: string | null;
  readonly revision: number | null;
  readonly recorded: number;
}

/** What a placing says, without its times. */
export interface Place {
  readonly app: number;
  readonly release: number;
  readonly line: number;
  readonly rule: AppRule;
}

const CURRENT = `recorded_to = ${FOREVER}`;
const HEAD = `${CURRENT} AND superseded_at = ${FOREVER}`;
const ORDER = 'SELECT b.id AS bom, b.created, b.serial, b.revision, b.recorded_from AS recorded';

/**
 * Puts BOMs into their lines and keeps the newest of each line at its head (DESIGN.md §5). Every change is a row with its record time, so that an
 * as-of question sees the places of that moment.
 */
export class Placer {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Places a BOM for the first time, or moves it. Nothing happens when it stands there already. */
  place(bom: number, sha256: string, decision: LineDecision, at: number): void {
    this.put(bom, this.#find(decision, sha256, at), at);
  }

  put(bom: number, place: Place, at: number): void {
    const current = this.#db.get<{ line: number; recorded_from: number; superseded_at: number }>(
      `SELECT line, recorded_from, superseded_at FROM placing WHERE bom = ? AND ${CURRENT}`,
      bom,
    );
    if (current?.line === place.line) return;
    if (current !== undefined) this.#leave(bom, current, at);
    const supersededAt = this.#enter(bom, place.line, at);
    this.#insert(bom, place, at, supersededAt);
  }

  /** The decision that a BOM's current place stands for; assertions change parts of it. */
  decisionOf(bom: number): LineDecision | null {
    const row = this.#db.get<{
      key: string;
      name: string;
      rule: string;
      release: string;
      branch: string;
      phase: string;
      tool: string;
      alone: number;
    }>(
      `SELECT a.key, a.name, p.rule, r.release, r.branch, l.phase, l.tool, length(l.stands_alone) AS alone
         FROM placing p JOIN app a ON a.id = p.app JOIN release r ON r.id = p.release JOIN line l ON l.id = p.line WHERE p.bom = ? AND p.${CURRENT}`,
      bom,
    );
    if (row === undefined) return null;
    return {
      app: row.key,
      appName: row.name,
      rule: row.rule as AppRule,
      release: orNull(row.release),
      branch: orNull(row.branch),
      phase: orNull(row.phase),
      tool: orNull(row.tool),
      standsAlone: row.alone > 0,
    };
  }

  /** Number of an app by key, made when new; an alias gives the app it stands for. */
  app(key: string, name: string, rule: AppRule): number {
    const row = this.#db.get<{ id: number; alias_of: number | null }>(
      'SELECT id, alias_of FROM app WHERE key = ?',
      key,
    );
    if (row !== undefined) return row.alias_of ?? row.id;
    return this.#db.run('INSERT INTO app(key, name, rule) VALUES(?, ?, ?)', key, name, rule);
  }

  release(app: number, release: string | null, branch: string | null, at: number): number {
    const values = [app, release ?? '', branch ?? ''] as const;
    const row = this.#db.get<{ id: number }>(
      'SELECT id FROM release WHERE app = ? AND release = ? AND branch = ?',
      ...values,
    );
    if (row !== undefined) return row.id;
    const id = this.#db.run('INSERT INTO release(app, release, branch) VALUES(?, ?, ?)', ...values);
    if (release !== null && branch !== null) this.#inherit(id, app, release, at);
    return id;
  }

  /** A release with all its branches. One without a branch is always among them: it keeps what is said of the release for branches that come later. */
  branches(app: number, release: string, at: number): number[] {
    this.release(app, release, null, at);
    return this.#db
      .rows<readonly [number]>('SELECT id FROM release WHERE app = ? AND release = ?', app, release)
      .map(([id]) => id);
  }

  #inherit(id: number, app: number, release: string, at: number): void {
    const whole = "x.app = ? AND x.release = ? AND x.branch = ''";
    const said = `s.scope = 'release' AND s.target = x.id AND s.recorded_to = ${FOREVER}`;
    this.#db.run(
      `INSERT INTO label(scope, target, key, recorded_from, recorded_to, value) SELECT s.scope, ?, s.key, ?, s.recorded_to, s.value FROM release x JOIN label s ON ${said} WHERE ${whole}`,
      id,
      at,
      app,
      release,
    );
    this.#db.run(
      `INSERT INTO retirement(scope, target, recorded_from, recorded_to) SELECT s.scope, ?, ?, s.recorded_to FROM release x JOIN retirement s ON ${said} WHERE ${whole}`,
      id,
      at,
      app,
      release,
    );
  }

  /** `app` becomes an alias of `of`: its BOMs move, with their releases and lines, and what is said of it from now on. Nothing happens when both are one already. */
  alias(app: number, of: number, at: number): void {
    if (app === of) return;
    this.#join(app, of, at);
    this.#carry(app, of, at);
    const boms = this.#db.all<{ bom: number; sha256: string }>(
      `SELECT p.bom, lower(hex(e.sha256)) AS sha256 FROM placing p JOIN bom b ON b.id = p.bom JOIN evidence e ON e.id = b.document WHERE p.app = ? AND p.${CURRENT} ORDER BY p.bom`,
      app,
    );
    for (const { bom, sha256 } of boms) {
      const decision = this.decisionOf(bom);
      if (decision !== null) this.place(bom, sha256, decision, at);
    }
  }

  /** Those that were one with the alias before come along. */
  #join(app: number, of: number, at: number): void {
    this.#db.run(`UPDATE alias SET recorded_to = ? WHERE target = ? AND ${CURRENT}`, at, app);
    this.#db.run(
      `INSERT OR REPLACE INTO alias(app, recorded_from, recorded_to, target) SELECT id, ?, ${FOREVER}, ? FROM app WHERE id = ? OR alias_of = ?`,
      at,
      of,
      app,
      app,
    );
    this.#db.run('UPDATE app SET alias_of = ?1 WHERE id = ?2 OR alias_of = ?2', of, app);
  }

  /**
   * What is said of an alias holds for what it stands for. Only its releases stay retired, and only where the other app has none of the same: that the old name was retired
   * says nothing of what lives under the new one.
   */
  #carry(app: number, of: number, at: number): void {
    const whole = this.#endRetirement('app', app, at);
    const releases = this.#db.all<{ id: number; release: string; branch: string }>(
      'SELECT id, release, branch FROM release WHERE app = ?',
      app,
    );
    for (const { id, release, branch } of releases) {
      const to = this.release(of, orNull(release), orNull(branch), at);
      const retired = this.#endRetirement('release', id, at);
      if ((retired || (whole && this.#lives(id))) && !this.#lives(to)) this.#retire(to, at);
      this.#carryLabels('release', id, to, at);
    }
    this.#carryLabels('app', app, of, at);
  }

  #lives(release: number): boolean {
    return this.#db.get(`SELECT 1 FROM placing WHERE release = ? AND ${HEAD} LIMIT 1`, release) !== undefined;
  }

  #endRetirement(scope: 'app' | 'release', target: number, at: number): boolean {
    return (
      this.#db.change(
        `UPDATE retirement SET recorded_to = ? WHERE scope = ? AND target = ? AND ${CURRENT}`,
        at,
        scope,
        target,
      ) > 0
    );
  }

  /** Retires a release, unless it is. */
  #retire(release: number, at: number): void {
    this.#db.run(
      `INSERT OR REPLACE INTO retirement(scope, target, recorded_from, recorded_to) SELECT 'release', ?1, ?2, ${FOREVER}
        WHERE NOT EXISTS (SELECT 1 FROM retirement WHERE scope = 'release' AND target = ?1 AND ${CURRENT})`,
      release,
      at,
    );
  }

  /** Where both have a label of one key, that of the app which stays holds. */
  #carryLabels(scope: 'app' | 'release', from: number, to: number, at: number): void {
    this.#db.run(
      `INSERT OR REPLACE INTO label(scope, target, key, recorded_from, recorded_to, value) SELECT scope, ?1, key, ?2, recorded_to, value FROM label l
        WHERE scope = ?3 AND target = ?4 AND ${CURRENT} AND NOT EXISTS (SELECT 1 FROM label o WHERE o.scope = ?3 AND o.target = ?1 AND o.key = l.key AND o.${CURRENT})`,
      to,
      at,
      scope,
      from,
    );
    this.#db.run(
      `UPDATE label SET recorded_to = ? WHERE scope = ? AND target = ? AND ${CURRENT}`,
      at,
      scope,
      from,
    );
  }

  #find(decision: LineDecision, sha256: string, at: number): Place {
    const app = this.app(decision.app, decision.appName, decision.rule);
    const release = this.release(app, decision.release, decision.branch, at);
    const values = [
      release,
      decision.phase ?? '',
      decision.tool ?? '',
      decision.standsAlone ? unhex(sha256) : new Uint8Array(),
    ] as const;
    const row = this.#db.get<{ id: number }>(
      'SELECT id FROM line WHERE release = ? AND phase = ? AND tool = ? AND stands_alone = ?',
      ...values,
    );
    const line =
      row?.id ??
      this.#db.run('INSERT INTO line(release, phase, tool, stands_alone) VALUES(?, ?, ?, ?)', ...values);
    return { app, release, line, rule: decision.rule };
  }

  #insert(bom: number, place: Place, at: number, supersededAt: number): void {
    this.#db.run(
      `INSERT INTO placing(bom, recorded_from, recorded_to, app, release, line, rule, superseded_at) VALUES(?, ?, ${FOREVER}, ?, ?, ?, ?, ?)`,
      bom,
      at,
      place.app,
      place.release,
      place.line,
      place.rule,
      supersededAt,
    );
  }

  /** Decides between the head of the line and the one that comes: gives the time at which the newcomer is superseded. */
  #enter(bom: number, line: number, at: number): number {
    const head = this.#db.get<Order>(
      `${ORDER} FROM placing p JOIN bom b ON b.id = p.bom WHERE p.line = ? AND p.recorded_to = ${FOREVER} AND p.superseded_at = ${FOREVER}`,
      line,
    );
    if (head === undefined) return FOREVER;
    const newcomer = this.#db.get<Order>(`${ORDER} FROM bom b WHERE b.id = ?`, bom);
    if (newcomer === undefined || compare(newcomer, head) < 0) return at;
    this.#db.run(`UPDATE placing SET superseded_at = ? WHERE bom = ? AND ${HEAD}`, at, head.bom);
    return FOREVER;
  }

  #leave(
    bom: number,
    current: { readonly line: number; readonly recorded_from: number; readonly superseded_at: number },
    at: number,
  ): void {
    this.#close(bom, current.recorded_from, at);
    if (current.superseded_at === FOREVER) this.#elect(current.line, at);
  }

  /** Gives a line that lost its head the latest of those that are left. */
  #elect(line: number, at: number): void {
    const left = this.#db.all<Order>(
      `${ORDER} FROM placing p JOIN bom b ON b.id = p.bom JOIN evidence e ON e.id = b.document WHERE p.line = ? AND p.${CURRENT}`,
      line,
    );
    const best = left.sort(compare).at(-1);
    if (best === undefined) return;
    const row = this.#db.get<Place & { recorded_from: number; superseded_at: number }>(
      `SELECT app, release, line, rule, recorded_from, superseded_at FROM placing WHERE bom = ? AND ${CURRENT}`,
      best.bom,
    );
    if (row === undefined || row.superseded_at === FOREVER) return;
    // What came and went within the moment has superseded nothing.
    if (row.superseded_at >= at) {
      this.#db.run(`UPDATE placing SET superseded_at = ${FOREVER} WHERE bom = ? AND ${CURRENT}`, best.bom);
      return;
    }
    this.#close(best.bom, row.recorded_from, at);
    this.#insert(best.bom, row, at, FOREVER);
  }

  /** Ends a placing; one that began at the same moment was never seen by anyone. */
  #close(bom: number, from: number, at: number): void {
    if (from >= at) this.#db.run('DELETE FROM placing WHERE bom = ? AND recorded_from = ?', bom, from);
    else
      this.#db.run('UPDATE placing SET recorded_to = ? WHERE bom = ? AND recorded_from = ?', at, bom, from);
  }
}

/**
 * Same serial number: the higher version is later. Else valid time, where the document states it credibly, and at equal times the one that came later: files are written in the order of
 * their paths, so that one command gives one result wherever its batches end.
 */
function compare(a: Order, b: Order): number {
  if (
    a.serial !== null &&
    a.serial === b.serial &&
    a.revision !== null &&
    b.revision !== null &&
    a.revision !== b.revision
  ) {
    return a.revision - b.revision;
  }
  return credibleDate(a.created, a.recorded) - credibleDate(b.created, b.recorded) || a.bom - b.bom;
}
