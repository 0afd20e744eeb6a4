import type { Statement } from '../../model/assertion.ts';
import { StoreError } from '../errors.ts';
import type { Database } from './database.ts';
import { eraseDigests } from './digest-pages.ts';
import type { Placer } from './placer.ts';
import { blobColumn, hex, unhex } from './records.ts';
import { appsOf, replay } from './replay.ts';

/** Who erases, when and why: what the tombstone keeps. */
interface Reason {
  readonly who: string;
  readonly when: number;
  readonly reason: string;
}

/** Tables of one row or more per BOM, beside those that need more care. */
const PER_BOM = [
  'placing',
  'bom_graph',
  'bom_tool',
  'link',
  'licence_member',
  'bom_part',
  'own_finding',
] as const;

/**
 * Erases a document, for a container its members too: bytes row, facts, memberships, what it did to the places of others, and the dictionary entries
 * that nothing else needs; leaves tombstones.
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
  const touched = new Set(all.flatMap(document => appsTouched(db, document.id)));
  for (const document of all) eraseOne(db, document, reason);
  replay(db, placer, touched);
  return all.map(document => document.sha256);
}

/** Apps that a document has to do with: where its BOM stood, or what its statements are about. */
function appsTouched(db: Database, document: number): number[] {
  const placed = db.rows<readonly [number]>(
    `SELECT p.app FROM bom b JOIN placing p ON p.bom = b.id WHERE b.document = ?1
     UNION SELECT a.id FROM bom b JOIN app a ON a.key = json_extract(b.own_line, '$.app') WHERE b.document = ?1`,
    document,
  );
  const said = db.rows<readonly [string]>('SELECT body FROM statement WHERE document = ?', document);
  return [
    ...placed.map(([app]) => app),
    ...said.flatMap(([body]) => appsOf(db, JSON.parse(body) as Statement)),
  ];
}

function eraseOne(
  db: Database,
  document: { id: number; sha256: string },
  { who, when, reason }: Reason,
): void {
  const bom =
    db.get<{ bom: number | null }>('SELECT bom FROM document WHERE id = ?', document.id)?.bom ?? null;
  if (bom !== null) eraseBom(db, bom);
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

function eraseBom(db: Database, bom: number): void {
  const content = db.get<{
    packages: Uint8Array;
    identifiers: Uint8Array;
    plain: Uint8Array;
    licences: Uint8Array;
  }>('SELECT packages, identifiers, plain, licences FROM bom_graph WHERE bom = ?', bom);
  const tools = db.all<{ tool: number }>('SELECT tool FROM bom_tool WHERE bom = ?', bom);
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
