import { momentOf, type Scope } from '../scope.ts';
import type { Database, Value } from './database.ts';
import { FOREVER } from './schema.ts';

/** A condition on rows of `placing p`, with its values in order. */
export interface Condition {
  readonly sql: string;
  readonly values: Value[];
}

/** What a scope demands of a BOM's placing, as SQL on `placing p`. Parts that the scope leaves open cost nothing. */
export function scopeCondition(db: Database, scope: Scope): Condition {
  const moment = momentOf(scope);
  const sql: string[] = [];
  const values: Value[] = [];
  const add = (text: string, ...given: Value[]): void => {
    sql.push(text);
    values.push(...given);
  };
  const held = heldAt('p', scope);
  add(held.sql, ...held.values);
  if (!scope.includeSuperseded) {
    if (scope.asOf === null) add(`p.superseded_at = ${FOREVER}`);
    else add('p.superseded_at > ?', moment);
  }
  if (scope.apps !== null) {
    const app = canonical('a', scope);
    add(
      `p.app IN (SELECT ${app.sql} FROM app a WHERE a.key IN (SELECT value FROM json_each(?)))`,
      ...app.values,
      JSON.stringify(scope.apps),
    );
  }
  if (!scope.includeRetired && anyRetired(db)) {
    const during = 'r.recorded_from <= ? AND r.recorded_to > ?';
    const target =
      "((r.scope = 'app' AND r.target = p.app) OR (r.scope = 'release' AND r.target = p.release) OR (r.scope = 'bom' AND r.target = p.bom))";
    add(
      `NOT EXISTS (SELECT 1 FROM retirement r WHERE ${target} AND ${during})`,
      withinTime(moment),
      withinTime(moment),
    );
  }
  for (const label of scope.labels) {
    // The plus has SQLite look up what a placing's label is on, a few rows, and not walk over all labels for each placing.
    const value = label.value === null ? '' : 'AND +l.value = ?';
    const target =
      "((l.scope = 'app' AND l.target = p.app) OR (l.scope = 'release' AND l.target = p.release) OR (l.scope = 'bom' AND l.target = p.bom))";
    const given: Value[] = label.value === null ? [label.key] : [label.key, label.value];
    add(
      `EXISTS (SELECT 1 FROM label l WHERE +l.key = ? ${value} AND ${target} AND l.recorded_from <= ? AND l.recorded_to > ?)`,
      ...given,
      withinTime(moment),
      withinTime(moment),
    );
  }
  if (scope.trust !== null) {
    const { sql: text, values: given } = trustCondition(scope, '(SELECT document FROM bom WHERE id = p.bom)');
    add(text, ...given);
  }
  if (scope.buildLevel !== null) {
    const { sql: text, values: given } = levelCondition(scope, '(SELECT document FROM bom WHERE id = p.bom)');
    add(text, ...given);
  }
  return { sql: sql.join(' AND '), values };
}

/** Numbers of the apps that a scope shows, aliases as what they stand for; null where it shows all. For statements that run often: a long list would be read each time. */
export function appNumbers(db: Database, scope: Scope): ReadonlySet<number> | null {
  if (scope.apps === null) return null;
  const app = canonical('a', scope);
  const rows = db.rows<readonly [number]>(
    `SELECT ${app.sql} FROM json_each(?) j CROSS JOIN app a ON a.key = j.value`,
    ...app.values,
    JSON.stringify(scope.apps),
  );
  return new Set(rows.map(([app]) => app));
}

/** What a scope demands of a document that may be no BOM, as SQL on `evidence e JOIN document d`. */
export function documentCondition(db: Database, scope: Scope): Condition {
  const sql: string[] = [];
  const values: Value[] = [];
  if (scope.asOf !== null) {
    sql.push('e.recorded_from <= ?');
    values.push(scope.asOf);
  }
  // A document that is no BOM belongs to no app: who may see only some apps, or asks by label, sees BOMs only.
  const restricted = scope.apps !== null || scope.labels.length > 0;
  const all: Scope = { ...scope, includeSuperseded: true, trust: null, buildLevel: null };
  const placing = scopeCondition(db, all);
  const visible = `EXISTS (SELECT 1 FROM placing p WHERE p.bom = d.bom AND ${placing.sql})`;
  sql.push(restricted ? visible : `(d.bom IS NULL OR ${visible})`);
  values.push(...placing.values);
  if (scope.trust !== null) {
    const trust = trustCondition(scope, 'd.id');
    sql.push(trust.sql);
    values.push(...trust.values);
  }
  if (scope.buildLevel !== null) {
    const level = levelCondition(scope, 'd.id');
    sql.push(level.sql);
    values.push(...level.values);
  }
  return { sql: sql.join(' AND '), values };
}

/** Only verdicts other than `unsigned` have a row. */
function trustCondition(scope: Scope, document: string): Condition {
  const states = scope.trust ?? [];
  const moment = withinTime(momentOf(scope));
  const held = `SELECT 1 FROM trust t WHERE t.document = ${document} AND t.recorded_from <= ? AND t.recorded_to > ?`;
  const one = `EXISTS (${held} AND t.state IN (SELECT value FROM json_each(?)))`;
  const values: Value[] = [moment, moment, JSON.stringify(states)];
  if (!states.includes('unsigned')) return { sql: one, values };
  return { sql: `(${one} OR NOT EXISTS (${held}))`, values: [...values, moment, moment] };
}

/**
 * A verified document counts when verified provenance of at least this level is about the same thing: the document's own bytes, a subject of its statement, or
 * a subject of its BOM. An unsigned BOM could name anybody's digest, so it never counts.
 */
function levelCondition(scope: Scope, document: string): Condition {
  const moment = withinTime(momentOf(scope));
  const during = (table: string): string =>
    `${table}.state = 'verified' AND ${table}.recorded_from <= ? AND ${table}.recorded_to > ?`;
  const about = `SELECT a.digest FROM attested a WHERE a.document = ${document} AND a.recorded_from = t.recorded_from
    UNION ALL SELECT lower(hex(o.sha256)) FROM evidence o WHERE o.id = ${document}
    UNION ALL SELECT g.value FROM bom x, json_each(x.subjects) j, json_each(j.value, '$.digests') g WHERE x.document = ${document}`;
  const sql = `EXISTS (SELECT 1 FROM trust t WHERE t.document = ${document} AND ${during('t')} AND EXISTS (
    SELECT 1 FROM attested l JOIN trust v ON v.document = l.document AND v.recorded_from = l.recorded_from
    WHERE l.digest IN (${about}) AND l.level >= ? AND ${during('v')}))`;
  return { sql, values: [moment, moment, scope.buildLevel ?? 0, moment, moment] };
}

/** Number of the app that an app stands for at the moment of a scope. */
export function canonical(app: string, scope: Scope): Condition {
  if (scope.asOf === null) return { sql: `coalesce(${app}.alias_of, ${app}.id)`, values: [] };
  const held = heldAt('h', scope);
  return {
    sql: `coalesce((SELECT h.target FROM alias h WHERE h.app = ${app}.id AND ${held.sql}), ${app}.id)`,
    values: held.values,
  };
}

/** Rows of a table over record time that hold at the moment of a scope. */
export function heldAt(table: string, scope: Scope): Condition {
  if (scope.asOf === null) return { sql: `${table}.recorded_to = ${FOREVER}`, values: [] };
  return {
    sql: `${table}.recorded_from <= ? AND ${table}.recorded_to > ?`,
    values: [scope.asOf, scope.asOf],
  };
}

/** `recorded_to > FOREVER` would never hold, so now is the last moment before. */
export function withinTime(moment: number): number {
  return Math.min(moment, FOREVER - 1);
}

function anyRetired(db: Database): boolean {
  return db.get('SELECT 1 AS one FROM retirement LIMIT 1') !== undefined;
}
