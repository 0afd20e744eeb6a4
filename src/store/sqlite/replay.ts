import type { Statement, StatementType } from '../../model/assertion.ts';
import type { LineDecision } from '../intake.ts';
import type { Database, Value } from './database.ts';
import { list } from './dictionary.ts';
import type { Placer } from './placer.ts';
import { apply, concerns } from './statements.ts';

/** What happened to the places of BOMs, in the order of their documents: one came, or something was said. */
type Event = { readonly document: number; readonly at: number } & (
  | { readonly bom: number; readonly sha256: string; readonly line: string }
  | { readonly statement: Statement }
);

/** Statements that change where BOMs stand and whether they show. */
const MOVING: readonly StatementType[] = ['assign', 'alias-app', 'label', 'retire'];

/**
 * Places the BOMs of these apps anew, and of all apps that they have to do with: from the BOMs and statements that are left, each at its record time, as
 * `reindex` would. What was forgotten then has no effect any more, in the past as little as now.
 */
export function replay(db: Database, placer: Placer, apps: Iterable<number>): void {
  const near = reach(db, apps);
  const boms = bomsOf(
    db,
    'b.id IN (SELECT p.bom FROM json_each(?) j CROSS JOIN placing p ON p.app = j.value)',
    list(near),
  );
  const keys = new Set(keysOf(db, near));
  const documents = new Set(boms.map(bom => bom.sha256));
  const said = saidIn(db).filter(({ statement }) => {
    const about = concerns(statement);
    return about.apps.some(key => keys.has(key)) || about.documents.some(one => documents.has(one));
  });
  clear(
    db,
    near,
    boms.map(one => one.bom),
  );
  happen(db, placer, [...boms, ...said]);
}

/** The same for all that there is, in tables that hold no places yet. */
export function replayAll(db: Database, placer: Placer): void {
  happen(db, placer, [...bomsOf(db, '1'), ...saidIn(db)]);
}

function happen(db: Database, placer: Placer, events: Event[]): void {
  for (const event of events.sort((a, b) => a.document - b.document)) {
    if ('statement' in event) apply(db, placer, event.statement, event.at);
    else placer.place(event.bom, event.sha256, JSON.parse(event.line) as LineDecision, event.at);
  }
}

/** Apps that a statement moves or marks, and those of the BOMs that it does. */
export function appsOf(db: Database, statement: Statement): number[] {
  const { apps, documents } = concerns(statement);
  return db
    .rows<readonly [number]>(
      `SELECT a.id FROM json_each(?) j CROSS JOIN app a ON a.key = j.value
       UNION SELECT p.app FROM json_each(?) j CROSS JOIN evidence e ON e.sha256 = unhex(j.value) JOIN document d ON d.id = e.id JOIN placing p ON p.bom = d.bom`,
      JSON.stringify(apps),
      JSON.stringify(documents),
    )
    .map(([app]) => app);
}

/** Apps, what their BOMs were before, what they would be by themselves, and what any of these is an alias of. */
function reach(db: Database, apps: Iterable<number>): number[] {
  return db
    .rows<readonly [number]>(
      `WITH RECURSIVE near(app) AS (
         SELECT value FROM json_each(?)
         UNION SELECT q.app FROM near n CROSS JOIN placing p ON p.app = n.app CROSS JOIN placing q ON q.bom = p.bom
         UNION SELECT a.id FROM near n CROSS JOIN placing p ON p.app = n.app CROSS JOIN bom b ON b.id = p.bom CROSS JOIN app a ON a.key = json_extract(b.own_line, '$.app')
         UNION SELECT a.id FROM near n CROSS JOIN app a ON a.alias_of = n.app
         UNION SELECT a.alias_of FROM near n CROSS JOIN app a ON a.id = n.app WHERE a.alias_of IS NOT NULL
       ) SELECT app FROM near`,
      list([...apps]),
    )
    .map(([app]) => app);
}

function bomsOf(db: Database, condition: string, ...values: Value[]): Extract<Event, { bom: number }>[] {
  return db.all(
    `SELECT b.document, b.recorded_from AS at, b.id AS bom, lower(hex(e.sha256)) AS sha256, b.own_line AS line FROM bom b JOIN evidence e ON e.id = b.document WHERE ${condition}`,
    ...values,
  );
}

function keysOf(db: Database, apps: readonly number[]): string[] {
  return db
    .rows<readonly [string]>(
      'SELECT a.key FROM json_each(?) j CROSS JOIN app a ON a.id = j.value',
      list(apps),
    )
    .map(([key]) => key);
}

/** What was said, in its order. A statement about two things has two rows, one after the other. */
function saidIn(db: Database): Extract<Event, { statement: Statement }>[] {
  const rows = db.all<{ document: number; at: number; body: string }>(
    'SELECT document, recorded_from AS at, body FROM statement WHERE type IN (SELECT value FROM json_each(?)) ORDER BY id',
    JSON.stringify(MOVING),
  );
  return rows.flatMap(({ document, at, body }, index) => {
    const before = rows[index - 1];
    if (before?.document === document && before.body === body) return [];
    return [{ document, at, statement: JSON.parse(body) as Statement }];
  });
}

/** Takes away the apps with all that hangs on their numbers, which are given again. */
function clear(db: Database, apps: readonly number[], boms: readonly number[]): void {
  const releases = db
    .rows<readonly [number]>(
      'SELECT r.id FROM json_each(?) j CROSS JOIN release r ON r.app = j.value',
      list(apps),
    )
    .map(([id]) => id);
  const among = 'IN (SELECT value FROM json_each(?))';
  for (const table of ['label', 'retirement'])
    for (const [scope, targets] of [
      ['app', apps],
      ['release', releases],
      ['bom', boms],
    ] as const)
      db.run(`DELETE FROM ${table} WHERE scope = ? AND target ${among}`, scope, list(targets));
  db.run(`DELETE FROM placing WHERE bom ${among}`, list(boms));
  db.run(`DELETE FROM line WHERE release ${among}`, list(releases));
  db.run(`DELETE FROM release WHERE id ${among}`, list(releases));
  db.run(`DELETE FROM alias WHERE app ${among}`, list(apps));
  db.run(`DELETE FROM app WHERE id ${among}`, list(apps));
}
