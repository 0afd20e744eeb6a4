import type { Fault } from '../ports.ts';
import { Database } from './database.ts';
import { Placer } from './placer.ts';
import { replayAll } from './replay.ts';
import { createDerived, EVIDENCE_TABLES } from './schema.ts';

/** What places are worked out from; the columns that are not named have no say in it. */
const SOURCES = {
  evidence: ['id', 'sha256', 'recorded_from'],
  bom: ['id', 'document', 'recorded_from', 'created', 'serial', 'revision', 'own_line'],
  document: ['id', 'bom'],
  statement: ['id', 'document', 'recorded_from', 'type', 'body'],
} as const;

const TARGET = `LEFT JOIN release r ON s.scope = 'release' AND r.id = s.target
  LEFT JOIN app a ON a.id = CASE s.scope WHEN 'app' THEN s.target WHEN 'release' THEN r.app END LEFT JOIN bom b ON s.scope = 'bom' AND b.id = s.target`;
/** A branch that no document is of may be there or not: one may have passed through. */
const SEEN =
  "(r.id IS NULL OR r.branch = '' OR EXISTS (SELECT 1 FROM placing p WHERE p.app = r.app AND p.release = r.id))";
const NAMED = 's.scope, a.key, r.release, r.branch, b.id AS named';

/** Answers that must be the same however often they are worked out, without numbers that may differ: a code, the question, and the sentence. */
const SAME: readonly (readonly [string, string, string])[] = [
  [
    'wrong-place',
    `SELECT p.bom, p.recorded_from, p.recorded_to, a.key, r.release, r.branch, l.phase, l.tool, hex(l.stands_alone) AS alone, p.rule, p.superseded_at
       FROM placing p LEFT JOIN app a ON a.id = p.app LEFT JOIN release r ON r.id = p.release AND r.app = p.app
       LEFT JOIN line l ON l.id = p.line AND l.release = p.release ORDER BY p.bom, p.recorded_from`,
    'BOMs stand elsewhere than the documents and statements have them',
  ],
  [
    'wrong-labels',
    `SELECT ${NAMED}, s.key AS label, s.value, s.recorded_from, s.recorded_to FROM label s ${TARGET} WHERE ${SEEN} ORDER BY s.scope, a.key, r.release, r.branch, b.id, s.key, s.recorded_from`,
    'labels are not those of the statements',
  ],
  [
    'wrong-retirements',
    `SELECT ${NAMED}, s.recorded_from, s.recorded_to FROM retirement s ${TARGET} WHERE ${SEEN} ORDER BY s.scope, a.key, r.release, r.branch, b.id, s.recorded_from`,
    'what is retired is not what the statements say',
  ],
  [
    'wrong-aliases',
    `SELECT a.key, b.key AS target, n.key AS now, s.recorded_from, s.recorded_to FROM alias s LEFT JOIN app a ON a.id = s.app LEFT JOIN app b ON b.id = s.target
       LEFT JOIN app n ON n.id = a.alias_of ORDER BY a.key, s.recorded_from`,
    'aliases of apps are not those of the statements',
  ],
];

/** Where BOMs stand and what is said of them, against working it out once more beside the larder, as `reindex` would. */
export function checkPlaces(db: Database): Fault[] {
  const again = new Database(':memory:', { readOnly: false });
  // One moment for all tables, though others write meanwhile.
  db.exec('BEGIN');
  try {
    again.exec(`${EVIDENCE_TABLES}${createDerived()}`);
    again.transaction(() => {
      for (const [table, columns] of Object.entries(SOURCES)) copy(db, again, table, columns);
      replayAll(again, new Placer(again));
    });
    return SAME.flatMap(([code, sql, what]) =>
      sameRows(db, again, sql)
        ? []
        : [{ code, message: `In the index ${what}; run larder reindex.`, document: null }],
    );
  } finally {
    db.rollback();
    again.close();
  }
}

function copy(from: Database, to: Database, table: string, columns: readonly string[]): void {
  const all = from
    .all<{ name: string }>('SELECT name FROM pragma_table_info(?)', table)
    .map(({ name }) => name);
  const insert = to.prepared(
    `INSERT INTO ${table}(${all.join(', ')}) VALUES(${all.map(() => '?').join(', ')})`,
  );
  const selected = all.map(name => (columns.includes(name) ? name : `0 AS ${name}`));
  for (const row of from.prepared(`SELECT ${selected.join(', ')} FROM ${table}`).iterate())
    insert.run(...Object.values(row));
}

function sameRows(a: Database, b: Database, sql: string): boolean {
  const others = b.prepared(sql).iterate();
  for (const row of a.prepared(sql).iterate()) {
    const other = others.next();
    if (other.done === true || JSON.stringify(other.value) !== JSON.stringify(row)) return false;
  }
  return others.next().done === true;
}
