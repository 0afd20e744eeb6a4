import { StoreError } from '../errors.ts';
import type { Database } from './database.ts';
import { eraseDigests } from './digest-pages.ts';
import type { Placer } from './placer.ts';
import { blobColumn, hex, unhex } from './records.ts';

/** Who erases, when and why: what the tombstone keeps. */
interface Reason {
  readonly who: string;
  readonly when: number;
  readonly reason: string;
}

/** Tables of one row or more per BOM, beside those that need more care. */
const PER_BOM = ['bom_graph', 'bom_tool', 'link', 'licence_member', 'bom_part', 'own_finding'] as const;

/**
 * Erases a document, for a container its members too: bytes row, facts, memberships, and the dictionary entries that nothing else needs; leaves tombstones.
 * Runs inside a transaction. Gives the digests of what was erased, so that bodies outside the database follow.
 * @throws StoreError `not-found`
 */
export function forgetDocument(db: Database, placer: Placer, sha256: string, reason: Reason): string[] {
  const given = db.get<{ id: number }>('SELECT id FROM evidence WHERE sha256 = ?', unhex(sha256));
  if (given === undefined)
    throw new StoreError(
      'not-found',
      `There is no document ${sha256} in this larder; larder documents lists them.`,
    );
  const members = db.all<{ id: number; sha256: Uint8Array }>(
    'SELECT id, sha256 FROM evidence WHERE container = ? AND id <> ?',
    unhex(sha256),
    given.id,
  );
  const all = [
    { id: given.id, sha256 },
    ...members.map(member => ({ id: member.id, sha256: hex(member.sha256) })),
  ];
  for (const document of all) eraseOne(db, placer, document, reason);
  return all.map(document => document.sha256);
}

function eraseOne(
  db: Database,
  placer: Placer,
  document: { id: number; sha256: string },
  { who, when, reason }: Reason,
): void {
  const bom =
    db.get<{ bom: number | null }>('SELECT bom FROM document WHERE id = ?', document.id)?.bom ?? null;
  if (bom !== null) eraseBom(db, placer, bom, when);
  for (const [table, column] of [
    ['evidence', 'id'],
    ['bytes', 'document'],
    ['document', 'id'],
    ['trust', 'document'],
    ['attested', 'document'],
    ['statement', 'document'],
  ] as const) {
    db.run(`DELETE FROM ${table} WHERE ${column} = ?`, document.id);
  }
  db.run(
    'INSERT OR REPLACE INTO tombstone(sha256, who, at, reason) VALUES(?, ?, ?, ?)',
    unhex(document.sha256),
    who,
    when,
    reason,
  );
}

function eraseBom(db: Database, placer: Placer, bom: number, at: number): void {
  const content = db.get<{
    packages: Uint8Array;
    identifiers: Uint8Array;
    plain: Uint8Array;
    licences: Uint8Array;
  }>('SELECT packages, identifiers, plain, licences FROM bom_graph WHERE bom = ?', bom);
  const apps = db.all<{ app: number }>('SELECT DISTINCT app FROM placing WHERE bom = ?', bom);
  const tools = db.all<{ tool: number }>('SELECT tool FROM bom_tool WHERE bom = ?', bom);
  placer.erase(bom, at);
  // Which segment holds it is known by its number; a merge may be between two of them.
  const segments = db.all<{ id: number }>(
    'SELECT id FROM segment WHERE first_bom <= ?1 AND last_bom >= ?1',
    bom,
  );
  for (const { id } of segments) {
    for (const table of ['member', 'identifier_member', 'plain_member']) {
      db.run(`DELETE FROM ${table} WHERE segment = ? AND bom = ?`, id, bom);
    }
    eraseDigests(db, id, bom);
  }
  for (const table of PER_BOM) db.run(`DELETE FROM ${table} WHERE bom = ?`, bom);
  db.run("DELETE FROM label WHERE scope = 'bom' AND target = ?", bom);
  db.run("DELETE FROM retirement WHERE scope = 'bom' AND target = ?", bom);
  db.run('DELETE FROM bom WHERE id = ?', bom);
  if (content !== undefined) sweepDictionary(db, content);
  for (const { tool } of tools)
    db.run('DELETE FROM tool WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM bom_tool WHERE tool = ?1)', tool);
  for (const { app } of apps) sweepApp(db, app);
}

/** Erases dictionary entries that only the erased BOM had: its names are facts too. */
function sweepDictionary(
  db: Database,
  content: { packages: Uint8Array; identifiers: Uint8Array; plain: Uint8Array; licences: Uint8Array },
): void {
  const held = (table: string, column: string): string =>
    `NOT EXISTS (SELECT 1 FROM segment s JOIN ${table} m ON m.segment = s.id AND m.${column} = ?1)`;
  for (const id of blobColumn(content.packages)) {
    const match = db.get<{ match: number }>('SELECT match FROM package WHERE id = ?', id)?.match ?? null;
    if (db.change(`DELETE FROM package WHERE id = ?1 AND ${held('member', 'package')}`, id) > 0)
      sweepParts(db, id * 2);
    if (match !== null) sweepMatch(db, match);
  }
  for (const id of blobColumn(content.identifiers))
    if (
      db.change(`DELETE FROM identifier WHERE id = ?1 AND ${held('identifier_member', 'identifier')}`, id) > 0
    )
      sweepParts(db, id * 2 + 1);
  for (const id of blobColumn(content.plain))
    db.run(`DELETE FROM plain WHERE id = ?1 AND ${held('plain_member', 'plain')}`, id);
  for (const id of blobColumn(content.licences))
    db.run(
      'DELETE FROM licence WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM licence_member WHERE licence = ?1)',
      id,
    );
}

/** Erases the parts that have an identity which there is no more; its number may be given again. */
function sweepParts(db: Database, identity: number): void {
  const parts = db.rows<readonly [number]>('SELECT part FROM part_identity WHERE identity = ?', identity);
  for (const [part] of parts) {
    db.run('DELETE FROM matched WHERE part = ?', part);
    db.run('DELETE FROM part WHERE id = ?', part);
  }
  db.run('DELETE FROM part_identity WHERE identity = ?', identity);
}

function sweepMatch(db: Database, match: number): void {
  const name = db.get<{ name: number }>('SELECT name FROM match_key WHERE id = ?', match)?.name ?? null;
  db.run(
    'DELETE FROM match_key WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM package WHERE match = ?1)',
    match,
  );
  if (name !== null)
    db.run('DELETE FROM name WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM match_key WHERE name = ?1)', name);
}

/** An app stays while a BOM, an alias or a statement needs it. */
function sweepApp(db: Database, app: number): void {
  const unused = `NOT EXISTS (SELECT 1 FROM placing WHERE app = ?1) AND NOT EXISTS (SELECT 1 FROM app WHERE alias_of = ?1)
    AND NOT EXISTS (SELECT 1 FROM label WHERE scope = 'app' AND target = ?1) AND NOT EXISTS (SELECT 1 FROM retirement WHERE scope = 'app' AND target = ?1)`;
  if (db.change(`DELETE FROM app WHERE id = ?1 AND ${unused}`, app) === 0) return;
  db.run('DELETE FROM line WHERE release IN (SELECT id FROM release WHERE app = ?)', app);
  db.run('DELETE FROM release WHERE app = ?', app);
}
