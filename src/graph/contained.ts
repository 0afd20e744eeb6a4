import { MEMBER } from '../store/intake.ts';
import type { BomRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { columns, distinct, isSuperseded, joined, type Row, type Rows } from './hits.ts';
import { joinsInto } from './joins.ts';
import { MAX_ENDS } from './world.ts';

/** How an app comes to hold something that its own document does not list: a component there has the digest of what another document is about. */
export interface ByDigest {
  /** Ordinal of that component. */
  readonly ordinal: number;
  readonly digest: string;
  /** The document that is about the digest. */
  readonly through: BomRecord;
}

/** Rows, with those that joins by digest add to them. */
export interface WithContained {
  readonly rows: Rows;
  readonly byDigest: ReadonlyMap<string, ByDigest>;
  /** Too many documents hold it for others to be looked for. */
  readonly cut: boolean;
}

/** Key of a row in `byDigest`. */
export function rowKey(row: Pick<Row, 'identity' | 'bom'>): string {
  return `${row.identity} ${row.bom}`;
}

/**
 * Adds to the rows the documents that hold one of theirs by digest, and those that hold these: the same joins that `why` walks. They are looked for where few documents hold the
 * thing itself; each costs some look-ups.
 */
export async function withContained(store: Store, rows: Rows, scope: Scope): Promise<WithContained> {
  const byDigest = new Map<string, ByDigest>();
  const documents = distinct(rows.bom);
  if (documents.length > MAX_ENDS) return { rows, byDigest, cut: true };
  const own = new Set<string>();
  const identities = new Map<number, number[]>();
  for (let at = 0; at < rows.length; at++) {
    const row = { identity: rows.identity[at] ?? 0, bom: rows.bom[at] ?? 0 };
    own.add(rowKey(row));
    identities.set(row.bom, [...(identities.get(row.bom) ?? []), row.identity]);
  }
  const found: Row[] = [];
  const queue = (await store.documents.boms(documents, scope)).filter(isNamedByDigest);
  for (let bom = queue.shift(); bom !== undefined; bom = queue.shift()) {
    for (const { by, from, because } of await joinsInto(store, bom, scope)) {
      if (isSuperseded(by, scope) && !scope.includeSuperseded) continue;
      const before = found.length;
      for (const identity of identities.get(bom.id) ?? []) {
        const row = { identity, bom: by.id, app: 0, flags: MEMBER.TRANSITIVE };
        if (own.has(rowKey(row)) || byDigest.has(rowKey(row))) continue;
        byDigest.set(rowKey(row), { ordinal: from, digest: because, through: bom });
        identities.set(by.id, [...(identities.get(by.id) ?? []), identity]);
        found.push({ ...row, app: await appNumber(store, by, scope) });
      }
      if (found.length === before) continue;
      if (byDigest.size > MAX_ENDS) return { rows: joined([rows, columns(found)]), byDigest, cut: true };
      if (isNamedByDigest(by)) queue.push(by);
    }
  }
  return { rows: found.length === 0 ? rows : joined([rows, columns(found)]), byDigest, cut: false };
}

function isNamedByDigest(bom: BomRecord): boolean {
  return bom.subjects.some(subject => subject.digests !== undefined);
}

async function appNumber(store: Store, bom: BomRecord, scope: Scope): Promise<number> {
  return (await store.apps.resolve(bom.app, scope))[0]?.number ?? 0;
}
