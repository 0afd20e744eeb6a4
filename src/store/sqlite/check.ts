import { messageOf } from '../../model/errors.ts';
import { decodeGraph } from '../graph-codec.ts';
import { decodeLicenceUses } from '../licence-codec.ts';
import type { Fault } from '../ports.ts';
import { checkPlaces } from './check-places.ts';
import type { Database } from './database.ts';
import { countDigests } from './digest-pages.ts';
import { blobColumn, hex } from './records.ts';

/** Rows that must have a partner: a code, what is looked for, and the sentence for a count of those that have none. */
const REFERENCES: readonly (readonly [string, string, string])[] = [
  [
    'missing-body',
    'evidence e WHERE NOT EXISTS (SELECT 1 FROM bytes b WHERE b.document = e.id)',
    'documents have no bytes',
  ],
  [
    'missing-index',
    'evidence e WHERE NOT EXISTS (SELECT 1 FROM document d WHERE d.id = e.id)',
    'documents are not indexed',
  ],
  [
    'stray-document',
    'document d WHERE NOT EXISTS (SELECT 1 FROM evidence e WHERE e.id = d.id)',
    'index rows have no document',
  ],
  [
    'missing-bom',
    'document d WHERE d.bom IS NOT NULL AND NOT EXISTS (SELECT 1 FROM bom b WHERE b.id = d.bom AND b.document = d.id)',
    'documents have no BOM row',
  ],
  [
    'missing-graph',
    'bom b WHERE NOT EXISTS (SELECT 1 FROM bom_graph g WHERE g.bom = b.id)',
    'BOMs have no graph',
  ],
  [
    'missing-place',
    'bom b WHERE NOT EXISTS (SELECT 1 FROM placing p WHERE p.bom = b.id)',
    'BOMs stand in no line',
  ],
  [
    'stray-place',
    'placing p WHERE NOT EXISTS (SELECT 1 FROM line l JOIN release r ON r.id = l.release WHERE l.id = p.line AND r.id = p.release AND r.app = p.app)',
    'places are of no line of their app and release',
  ],
  [
    'missing-licences',
    'bom_graph g WHERE length(g.licences) / 4 <> (SELECT count(*) FROM licence_member m WHERE m.bom = g.bom)',
    'BOMs are not found by all their licences',
  ],
  [
    'stray-licence',
    'licence_member m WHERE NOT EXISTS (SELECT 1 FROM licence l WHERE l.id = m.licence)',
    'uses of licences have no licence',
  ],
  [
    'missing-tools',
    'bom b WHERE (SELECT count(DISTINCT value) FROM json_each(b.tools)) <> (SELECT count(*) FROM bom_tool o JOIN tool t ON t.id = o.tool WHERE o.bom = b.id)',
    'BOMs are not found by all their tools',
  ],
  [
    'stray-match',
    'package k WHERE NOT EXISTS (SELECT 1 FROM match_key m WHERE m.id = k.match)',
    'packages have no match key',
  ],
  [
    'stray-name',
    'match_key m WHERE NOT EXISTS (SELECT 1 FROM name n WHERE n.id = m.name)',
    'match keys have no name',
  ],
];

interface Content {
  readonly bom: number;
  readonly graph: Uint8Array;
  readonly packages: Uint8Array;
  readonly package_flags: Uint8Array;
  readonly identifiers: Uint8Array;
  readonly plain: Uint8Array;
  readonly licences: Uint8Array;
  readonly licence_uses: Uint8Array;
  readonly digests: number;
}

/** Examines the file, the references between tables, and each BOM's own lists against the index rows that questions read. */
export async function* checkDatabase(db: Database, bodiesInTable: boolean): AsyncGenerator<Fault> {
  for (const { integrity_check: text } of db.all<{ integrity_check: string }>(
    'PRAGMA integrity_check(100)',
  )) {
    if (text === 'ok') continue;
    yield {
      code: 'damaged-file',
      message: `${db.path}: ${text}; restore it from a backup, or run larder reindex if only indexes are named.`,
      document: null,
    };
  }
  for (const [code, rows, what] of REFERENCES) {
    if (code === 'missing-body' && !bodiesInTable) continue;
    const found = db.get<{ n: number }>(`SELECT count(*) AS n FROM ${rows}`)?.n ?? 0;
    if (found > 0) yield { code, message: `${found} ${what}; run larder reindex.`, document: null };
  }
  yield* checkPlaces(db);
  const segments = db.all<{ id: number; first: number; last: number }>(
    "SELECT id, first_bom AS first, last_bom AS last FROM segment WHERE state IN ('open', 'full', 'merging')",
  );
  for (const segment of segments) {
    yield* checkSegment(db, segment);
  }
}

/** Two ways to count the same: what a BOM lists, and what the index rows of its segment sum up to. */
function* checkSegment(
  db: Database,
  segment: { readonly id: number; readonly first: number; readonly last: number },
): Generator<Fault> {
  const sums = (table: string, column: string, flags = ''): Map<number, string> =>
    new Map(
      db.rows<readonly [number, string]>(
        `SELECT bom, count(*) || ' ' || sum(${column}) ${flags} FROM ${table} WHERE segment = ? GROUP BY bom`,
        segment.id,
      ),
    );
  const packages = sums('member', 'package', "|| ' ' || sum(flags)");
  const identifiers = sums('identifier_member', 'identifier');
  const plain = sums('plain_member', 'plain');
  const { counts: digests, inOrder } = countDigests(db, segment.id);
  if (!inOrder)
    yield {
      code: 'damaged-digests',
      message: 'The index of digests is not in order, so that some are not found; run larder reindex.',
      document: null,
    };
  const contents = db.all<Content>(
    'SELECT * FROM bom_graph WHERE bom BETWEEN ? AND ?',
    segment.first,
    segment.last,
  );
  for (const content of contents) {
    const { bom } = content;
    const numbers = {
      package: blobColumn(content.packages),
      identifier: blobColumn(content.identifiers),
      plain: blobColumn(content.plain),
    };
    const wrong: string[] = [];
    if (packages.get(bom) !== expected(numbers.package, flagColumn(content.package_flags)))
      wrong.push('packages');
    if (identifiers.get(bom) !== expected(numbers.identifier) || plain.get(bom) !== expected(numbers.plain))
      wrong.push('identities');
    if ((digests.get(bom) ?? 0) !== content.digests) wrong.push('digests');
    if (wrong.length > 0)
      yield fault(
        db,
        bom,
        'wrong-membership',
        `The index has other ${wrong.join(' and ')} of this BOM than the BOM lists; run larder reindex.`,
      );
    const damage = damageOf(content, numbers);
    if (damage !== null) yield fault(db, bom, 'damaged-graph', damage);
    for (const map of [packages, identifiers, plain, digests]) map.delete(bom);
  }
  for (const bom of new Set([
    ...packages.keys(),
    ...identifiers.keys(),
    ...plain.keys(),
    ...digests.keys(),
  ])) {
    yield {
      code: 'stray-membership',
      message: `The index holds rows of BOM ${bom}, which there is not; run larder reindex.`,
      document: null,
    };
  }
}

function expected(ids: Uint32Array, flags?: Uint16Array): string | undefined {
  if (ids.length === 0) return undefined;
  const sum = (list: Iterable<number>): number => {
    let total = 0;
    for (const one of list) total += one;
    return total;
  };
  return [ids.length, sum(ids), ...(flags === undefined ? [] : [sum(flags)])].join(' ');
}

function flagColumn(blob: Uint8Array): Uint16Array {
  return new Uint16Array(blob.buffer.slice(blob.byteOffset, blob.byteOffset + (blob.length & ~1)));
}

function damageOf(content: Content, numbers: Parameters<typeof decodeGraph>[1]): string | null {
  try {
    decodeGraph(content.graph, numbers);
    decodeLicenceUses(content.licence_uses, blobColumn(content.licences).length);
    return null;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function fault(db: Database, bom: number, code: string, message: string): Fault {
  const row = db.get<{ sha256: Uint8Array }>(
    'SELECT e.sha256 FROM bom b JOIN evidence e ON e.id = b.document WHERE b.id = ?',
    bom,
  );
  return { code, message, document: row === undefined ? null : hex(row.sha256) };
}
