import { MEMBER } from '../store/intake.ts';
import type { BomRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { columns, distinct, isSuperseded, joined, nodesOf, type Row, type Rows } from './hits.ts';
import { canBeJoined, type JoinRule, joinsInto } from './joins.ts';
import { Links } from './links.ts';
import type { Identity } from './resolve.ts';
import { distances } from './walk.ts';
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
export async function withContained(
  store: Store,
  identities: readonly Identity[],
  rows: Rows,
  scope: Scope,
): Promise<WithContained> {
  const byJoin = new Map<string, ByJoin>();
  const documents = distinct(rows.bom);
  if (documents.length > MAX_ENDS) return { rows, byJoin, cut: true };
  const holdings = new Holdings(store, identities, rows, scope);
  const links = new Links(store, scope);
  const found: Row[] = [];
  let cut = false;
  const all = (): WithContained => ({
    rows: found.length === 0 ? rows : joined([rows, columns(found)]),
    byJoin,
    cut,
  });
  const queue = (await store.documents.boms(documents, scope)).filter(canBeJoined);
  for (let bom = queue.shift(); bom !== undefined; bom = queue.shift()) {
    const under = await holdings.of(bom);
    const into = await joinsInto(store, links, bom, scope);
    cut ||= into.cut;
    for (const { rule, by, from, because, entry } of into.joins) {
      if (isSuperseded(by, scope) && !scope.includeSuperseded) continue;
      const added = (await under(entry)).filter(identity => holdings.add(by.id, identity, from));
      if (added.length === 0) continue;
      const app = await appNumber(store, by, scope);
      for (const identity of added) {
        const row = { identity, bom: by.id, app, flags: MEMBER.TRANSITIVE };
        byJoin.set(rowKey(row), { ordinal: from, rule, because, through: bom });
        found.push(row);
      }
      if (byJoin.size > MAX_ENDS) {
        cut = true;
        return all();
      }
      if (canBeJoined(by)) queue.push(by);
    }
  }
  return all();
}

/** Which documents hold which of the identities, and at which entries. */
class Holdings {
  readonly #store: Store;
  readonly #identities: readonly Identity[];
  readonly #scope: Scope;
  /** By BOM and identity: the entry by which another document holds it; null where it lists it itself. */
  readonly #entries = new Map<number, Map<number, number | null>>();

  constructor(store: Store, identities: readonly Identity[], rows: Rows, scope: Scope) {
    this.#store = store;
    this.#identities = identities;
    this.#scope = scope;
    for (let at = 0; at < rows.length; at++) this.add(rows.bom[at] ?? 0, rows.identity[at] ?? 0, null);
  }

  /** False when it was known. */
  add(bom: number, identity: number, entry: number | null): boolean {
    const held = this.#entries.get(bom) ?? new Map<number, number | null>();
    this.#entries.set(bom, held);
    if (held.has(identity)) return false;
    held.set(identity, entry);
    return true;
  }

  /** Gives the identities that one entry of a BOM leads to: all that it holds for what the BOM is about, else those to which a path is stated. */
  async of(bom: BomRecord): Promise<(entry: number) => Promise<readonly number[]>> {
    const held = [...(this.#entries.get(bom.id) ?? [])];
    const subjects = new Set(bom.subjects.map(subject => subject.ordinal));
    let ways: (readonly [identity: number, hops: Int32Array])[] | null = null;
    return async entry => {
      if (subjects.has(entry)) return held.map(([identity]) => identity);
      ways ??= await this.#ways(bom, held);
      return ways.filter(([, hops]) => (hops[entry] ?? -1) >= 0).map(([identity]) => identity);
    };
  }

  /** For each identity, how far it is from each entry of the BOM; -1 where no path is stated. */
  async #ways(
    bom: BomRecord,
    held: readonly (readonly [number, number | null])[],
  ): Promise<(readonly [number, Int32Array])[]> {
    const graph = await this.#store.graphs.graph(bom.id, this.#scope);
    if (graph === null) return [];
    const ways: (readonly [number, Int32Array])[] = [];
    for (const [at, entry] of held) {
      const identity = this.#identities[at];
      if (identity === undefined) continue;
      const nodes =
        entry === null ? await nodesOf(this.#store, identity, bom.id, graph, this.#scope) : [entry];
      ways.push([at, distances(graph, nodes, 'up')]);
    }
    return ways;
  }
}

async function appNumber(store: Store, bom: BomRecord, scope: Scope): Promise<number> {
  return (await store.apps.resolve(bom.app, scope))[0]?.number ?? 0;
}
