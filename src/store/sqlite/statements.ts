import type { Assertion, AssertionTarget, Statement } from '../../model/assertion.ts';
import { appKey, appName, assigned, targetsOf } from '../targets.ts';
import type { Database } from './database.ts';
import type { Placer } from './placer.ts';
import { unhex } from './records.ts';
import { FOREVER } from './schema.ts';

type Assign = Extract<Statement, { type: 'assign' }>;
type Spot = { readonly scope: 'app' | 'release' | 'bom'; readonly target: number };

/** Keeps the statements of an assertion document and does what they ask of the index. What names nothing that is known stays a statement, with no effect. */
export function applyAssertion(
  db: Database,
  placer: Placer,
  document: number,
  assertion: Assertion,
  at: number,
): void {
  const said = Date.parse(assertion.when);
  for (const statement of assertion.statements) {
    const body = JSON.stringify(statement);
    for (const target of new Set(targetsOf(statement))) {
      db.run(
        'INSERT INTO statement(document, recorded_from, type, target, who, said_at, because, body) VALUES(?, ?, ?, ?, ?, ?, ?, ?)',
        document,
        at,
        statement.type,
        target,
        assertion.who,
        Number.isNaN(said) ? at : said,
        assertion.because,
        body,
      );
    }
    apply(db, placer, statement, at);
  }
}

/** Does what one statement asks of the index. */
export function apply(db: Database, placer: Placer, statement: Statement, at: number): void {
  switch (statement.type) {
    case 'assign':
      assign(db, placer, statement, at);
      return;
    case 'alias-app':
      placer.alias(appNumber(placer, statement.app), appNumber(placer, statement.of), at);
      return;
    case 'label':
      for (const spot of spotsOf(db, placer, statement.target, at))
        setLabel(db, spot, statement.key, statement.value, at);
      return;
    case 'retire':
      for (const spot of spotsOf(db, placer, statement.target, at)) retire(db, spot, statement.retired, at);
      return;
    // Marks, identities, links and decisions are read where questions are composed.
    default:
  }
}

/** Keys of the apps and digests of the documents whose place or standing a statement changes. */
export function concerns(statement: Statement): {
  readonly apps: readonly string[];
  readonly documents: readonly string[];
} {
  switch (statement.type) {
    case 'alias-app':
      return { apps: [appKey(statement.app), appKey(statement.of)], documents: [] };
    case 'assign':
    case 'label':
    case 'retire': {
      const { target } = statement;
      return {
        apps: target.kind === 'app' ? [appKey(target.app)] : [],
        documents: target.kind === 'document' ? [target.sha256] : [],
      };
    }
    default:
      return { apps: [], documents: [] };
  }
}

function assign(db: Database, placer: Placer, statement: Assign, at: number): void {
  if (statement.target.kind !== 'document') return;
  const { sha256 } = statement.target;
  const bom = bomOf(db, sha256);
  const current = bom === null ? null : placer.decisionOf(bom);
  if (bom === null || current === null) return;
  placer.place(bom, sha256, assigned(current, statement), at);
}

function appNumber(placer: Placer, text: string): number {
  return placer.app(appKey(text), appName(text), 'asserted');
}

function spotsOf(db: Database, placer: Placer, target: AssertionTarget, at: number): Spot[] {
  if (target.kind === 'document') {
    const bom = bomOf(db, target.sha256);
    return bom === null ? [] : [{ scope: 'bom', target: bom }];
  }
  if (target.kind !== 'app') return [];
  const app = appNumber(placer, target.app);
  if (target.release === undefined || target.release === null) return [{ scope: 'app', target: app }];
  return placer.branches(app, target.release, at).map(release => ({ scope: 'release', target: release }));
}

function bomOf(db: Database, sha256: string): number | null {
  return (
    db.get<{ bom: number | null }>(
      'SELECT d.bom FROM evidence e JOIN document d ON d.id = e.id WHERE e.sha256 = ?',
      unhex(sha256),
    )?.bom ?? null
  );
}

function setLabel(db: Database, spot: Spot, key: string, value: string | null, at: number): void {
  const current = 'scope = ? AND target = ? AND key = ?';
  db.run(`DELETE FROM label WHERE ${current} AND recorded_from >= ?`, spot.scope, spot.target, key, at);
  db.run(
    `UPDATE label SET recorded_to = ? WHERE ${current} AND recorded_to = ${FOREVER}`,
    at,
    spot.scope,
    spot.target,
    key,
  );
  if (value === null) return;
  db.run(
    `INSERT INTO label(scope, target, key, recorded_from, recorded_to, value) VALUES(?, ?, ?, ?, ${FOREVER}, ?)`,
    spot.scope,
    spot.target,
    key,
    at,
    value,
  );
}

function retire(db: Database, spot: Spot, retired: boolean, at: number): void {
  // Documents that state no release have no name but the app's to be brought back by.
  if (!retired && spot.scope === 'app')
    db.run(
      `UPDATE retirement SET recorded_to = ? WHERE scope = 'release' AND target IN (SELECT id FROM release WHERE app = ? AND release = '') AND recorded_to = ${FOREVER}`,
      at,
      spot.target,
    );
  const current = `scope = ? AND target = ? AND recorded_to = ${FOREVER}`;
  const held = db.get<{ recorded_from: number }>(
    `SELECT recorded_from FROM retirement WHERE ${current}`,
    spot.scope,
    spot.target,
  );
  if (retired && held === undefined) {
    db.run(
      `INSERT OR REPLACE INTO retirement(scope, target, recorded_from, recorded_to) VALUES(?, ?, ?, ${FOREVER})`,
      spot.scope,
      spot.target,
      at,
    );
  }
  if (!retired && held !== undefined)
    db.run(`UPDATE retirement SET recorded_to = ? WHERE ${current}`, at, spot.scope, spot.target);
}
