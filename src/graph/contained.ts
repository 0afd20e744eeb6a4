import { MEMBER } from '../store/intake.ts';
import type { BomRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { columns, distinct, isSuperseded, joined, type Row, type Rows } from './hits.ts';
import { canBeJoined, type JoinRule, joinsInto } from './joins.ts';
import { MAX_ENDS } from './world.ts';

/** How an app comes to hold something that its own document does not list: a component there has the digest of what another document is about, or a link to it. */
export interface ByJoin {
  /** Ordinal of that component. */
  readonly ordinal: number;
  readonly rule: JoinRule;
  /** The digest or the link. */
  readonly because: string;
  /** The other document. */
  readonly through: BomRecord;
}

/** Rows, with those that joins by digest add to them. */
export interface WithContained {
  readonly rows: Rows;
  readonly byJoin: ReadonlyMap<string, ByJoin>;
  /** Too many documents hold it for others to be looked for. */
  readonly cut: boolean;
}

/** Key of a row in `byJoin`. */
export function rowKey(row: Pick<Row, 'identity' | 'bom'>): string {
  return `${row.identity} ${row.bom}`;
}

/**
 * Adds to the rows the documents that hold one of theirs by digest or link, and those that hold these: the same joins that `why` walks. They are looked for where few documents hold the
 * thing itself; each costs some look-ups.
 */
export async function withContained(store: Store, rows: Rows, scope: Scope): Promise<WithContained> {
  const byJoin = new Map<string, ByJoin>();
  const documents = distinct(rows.bom);
  if (documents.length > MAX_ENDS) return { rows, byJoin, cut: true };
  const own = new Set<string>();
  const identities = new Map<number, number[]>();
  for (let at = 0; at < rows.length; at++) {
    const row = { identity: rows.identity[at] ?? 0, bom: rows.bom[at] ?? 0 };
    own.add(rowKey(row));
    identities.set(row.bom, [...(identities.get(row.bom) ?? []), row.identity]);
  }
  const found: Row[] = [];
  const queue = (await store.documents.boms(documents, scope)).filter(canBeJoined);
  for (let bom = queue.shift(); bom !== undefined; bom = queue.shift()) {
    for (const { rule, by, from, because } of await joinsInto(store, bom, scope)) {
      if (isSuperseded(by, scope) && !scope.includeSuperseded) continue;
      const added = [...new Set(identities.get(bom.id))].filter(identity => {
        const key = rowKey({ identity, bom: by.id });
        return !own.has(key) && !byJoin.has(key);
      });
      if (added.length === 0) continue;
      const app = await appNumber(store, by, scope);
      for (const identity of added) {
        const row = { identity, bom: by.id, app, flags: MEMBER.TRANSITIVE };
        byJoin.set(rowKey(row), { ordinal: from, rule, because, through: bom });
        found.push(row);
      }
      identities.set(by.id, [...(identities.get(by.id) ?? []), ...added]);
      if (byJoin.size > MAX_ENDS) return { rows: joined([rows, columns(found)]), byJoin, cut: true };
      if (canBeJoined(by)) queue.push(by);
    }
  }
  return { rows: found.length === 0 ? rows : joined([rows, columns(found)]), byJoin, cut: false };
}

async function appNumber(store: Store, bom: BomRecord, scope: Scope): Promise<number> {
  return (await store.apps.resolve(bom.app, scope))[0]?.number ?? 0;
}
