import type { JoinedBase } from '../../advisories/base.ts';
import { type Matcher, NO_PRODUCT } from '../../advisories/match.ts';
import type { Target } from '../../advisories/select.ts';
import { compareRows, type HeldParts, type OwnFindings, type OwnRow } from '../../store/findings.ts';
import type { BomRecord, Store } from '../../store/ports.ts';
import { EVERYTHING, type Scope } from '../../store/scope.ts';
import { matcherFor } from './audit.ts';
import { basisOf } from './basis.ts';
import { Context } from './context.ts';
import { findingsOf } from './findings.ts';
import { HeldReader } from './held.ts';
import { PartsReader } from './parts.ts';
import { componentOf, rowOf, targetsOf } from './rows.ts';
import { touchedSince } from './touched.ts';

/** Retired apps are kept too: whether they are shown is a question's scope. */
const HEADS: Scope = { ...EVERYTHING, includeRetired: true };

/** Items of one transaction: a few tens of milliseconds of writing. */
const BATCH = { bom: 200, part: 1000, context: 200, release: 2000 } as const;

export interface RefreshOptions {
  readonly now: number;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number) => void;
}

export interface RefreshSummary {
  /** `nothing`: the tables stood for this already. */
  readonly how: 'nothing' | 'changes' | 'rebuilt';
  readonly boms: number;
  readonly parts: number;
}

/**
 * Brings the kept findings up to date with the documents and the advisories. Only what changed is judged again: parts that a changed claim can meet, new parts,
 * BOMs in which a statement on something they hold or are may be heard, and the counts of the releases these are in. Each batch is one transaction and takes its items off the list of
 * what is to be done in it, so that a run that stopped is gone on with by the next; until the list is empty no question uses the tables.
 */
export async function refreshFindings(
  store: Store,
  base: JoinedBase,
  options: RefreshOptions,
): Promise<RefreshSummary> {
  const { work } = store.findings;
  const basis = await basisOf(store, base, options.now);
  const state = await store.findings.state();
  let how: RefreshSummary['how'] = 'changes';
  if (state?.basis !== basis) {
    const todo = state === null ? 'all' : await touchedSince(store, base, state.basis, basis, options.now);
    if (todo === 'all') how = 'rebuilt';
    await work.begin(basis, todo);
  } else if (!state.pending) return { how: 'nothing', boms: 0, parts: 0 };
  const run = new Refresh(store, base, await matcherFor(store, base, HEADS, options.now), options);
  return { how, ...(await run.toTheEnd()) };
}

class Refresh {
  readonly #store: Store;
  readonly #base: JoinedBase;
  readonly #matcher: Matcher;
  readonly #options: RefreshOptions;
  readonly #held: HeldReader;
  readonly #targets = new Map<number, Target>();
  #done = 0;

  constructor(store: Store, base: JoinedBase, matcher: Matcher, options: RefreshOptions) {
    this.#store = store;
    this.#base = base;
    this.#matcher = matcher;
    this.#options = options;
    this.#held = new HeldReader(store);
  }

  async toTheEnd(): Promise<{ readonly boms: number; readonly parts: number }> {
    const { work } = this.#store.findings;
    await this.#each('bom', boms => this.#readBoms(boms));
    const parts = await this.#each('part', ids => this.#judgeParts(ids));
    const context = await Context.of(this.#store, this.#base, this.#matcher);
    const reader = new PartsReader(this.#store, this.#base, context.said, HEADS);
    const boms = await this.#each('context', ids => this.#judgeBoms(ids, context, reader));
    while (await work.count(BATCH.release)) this.#step(BATCH.release);
    return { boms, parts };
  }

  async #each(
    step: 'bom' | 'part' | 'context',
    handle: (ids: readonly number[]) => Promise<void>,
  ): Promise<number> {
    let handled = 0;
    for (;;) {
      this.#options.signal?.throwIfAborted();
      const ids = await this.#store.findings.work.take(step, BATCH[step]);
      if (ids.length === 0) return handled;
      await handle(ids);
      handled += ids.length;
      this.#step(ids.length);
    }
  }

  #step(count: number): void {
    this.#done += count;
    this.#options.progress?.(this.#done);
  }

  async #readBoms(boms: readonly number[]): Promise<void> {
    const { work } = this.#store.findings;
    const heads = await work.heads(boms);
    const rows: { bom: number; held: HeldParts | null }[] = [];
    for (const bom of boms) {
      const graph = heads.has(bom) ? await this.#store.graphs.graph(bom, HEADS) : null;
      rows.push({ bom, held: graph === null ? null : await this.#held.read(graph) });
    }
    await work.putBoms(rows);
  }

  async #judgeParts(ids: readonly number[]): Promise<void> {
    const { work } = this.#store.findings;
    const parts = await work.parts(ids);
    const targets = await targetsOf(this.#store, parts);
    const found = new Map(parts.map(part => [part.id, part]));
    await work.putParts(
      ids.map(part => {
        const target = found.has(part) ? targets.get(part) : undefined;
        if (target === undefined) return { part, rows: [], within: null };
        const rows = this.#matcher.match(target, NO_PRODUCT).map(rowOf);
        return { part, rows, within: this.#matcher.withinKeys(target) };
      }),
    );
  }

  async #judgeBoms(ids: readonly number[], context: Context, reader: PartsReader): Promise<void> {
    const { work } = this.#store.findings;
    const held = new Map((await work.bomParts(ids)).map(one => [one.bom, one]));
    const records = new Map(
      (await this.#store.documents.boms([...held.keys()], HEADS)).map(bom => [bom.id, bom]),
    );
    const wanted = new Set<number>();
    for (const one of held.values()) for (const part of context.partsOfInterest(one)) wanted.add(part);
    const missing = [...wanted].filter(part => !this.#targets.has(part));
    for (const [id, target] of await targetsOf(this.#store, await work.parts(missing)))
      this.#targets.set(id, target);
    const rows: { bom: number; own: OwnFindings | null }[] = [];
    for (const bom of ids) {
      const parts = held.get(bom);
      const record = records.get(bom);
      const own =
        parts !== undefined && record !== undefined && context.matters(record, parts, this.#targets)
          ? await this.#ownFindings(record, reader)
          : null;
      rows.push({ bom, own });
    }
    await work.putContext(rows);
    if (this.#targets.size > 200_000) this.#targets.clear();
  }

  async #ownFindings(bom: BomRecord, reader: PartsReader): Promise<OwnFindings> {
    const parts = await reader.read(bom);
    if (parts === null) return { rows: [], unidentified: 0 };
    const best = new Map<string, OwnRow>();
    for (const finding of findingsOf(parts, this.#matcher)) {
      const component = componentOf(finding);
      const row = { ...rowOf(finding.match), component, name: finding.component };
      const key = `${row.vulnerability}\n${component}`;
      const other = best.get(key);
      if (other === undefined || compareRows(row, other) < 0) best.set(key, row);
    }
    return { rows: [...best.values()], unidentified: parts.unidentified.length };
  }
}
