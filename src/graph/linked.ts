import type { AssertionTarget } from '../model/assertion.ts';
import type { BomGraph } from '../store/graph.ts';
import type { AppRecord, BomRecord, StatementRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { type ByJoin, rowKey } from './contained.ts';
import { isSuperseded, nodesOf, type Rows } from './hits.ts';
import type { Identity } from './resolve.ts';
import { saidLinks } from './said-links.ts';
import { distances } from './walk.ts';

/** A product that holds a row's app because a user linked the two. */
export interface LinkedRow {
  /** Index of the row whose document says so of the component. */
  readonly row: number;
  readonly app: AppRecord;
  readonly release: string | null;
  /** The app or document it holds, for people. */
  readonly via: string;
  readonly said: StatementRecord;
}

/** One end of a link: an app or one release of it, or one BOM or an entry of it. */
interface End {
  readonly app: AppRecord;
  /** Null: without a release; undefined: all of them. */
  readonly release: string | null | undefined;
  readonly bom: BomRecord | null;
  readonly entry: number | null;
}

interface Link {
  readonly product: End;
  readonly component: End;
  readonly said: StatementRecord;
}

/** What holds a row's identity: a BOM that lists it, or the product of a link. */
interface Held {
  readonly row: number;
  readonly app: number;
  readonly release: string | null | undefined;
  /** 0: whatever document is about it. */
  readonly bom: number;
  /** The entry that holds it; null: its own entries. */
  readonly entry: number | null;
}

/** Rows with what is needed to find the entries of a document that they speak of. */
export interface LinkableRows {
  readonly identities: readonly Identity[];
  readonly rows: Rows;
  readonly byJoin: ReadonlyMap<string, ByJoin>;
}

/**
 * The products that hold the apps of some rows by `larder link` (and `identify --as APP`), also through further links. Costs nothing where nobody has
 * linked anything.
 */
export async function linkedRows(store: Store, found: LinkableRows, scope: Scope): Promise<LinkedRow[]> {
  const { rows } = found;
  const links = await linksOf(store, scope);
  if (links.length === 0 || rows.length === 0) return [];
  const fits = new Fits(store, found, scope);
  const linked: LinkedRow[] = [];
  const seen = new Set<string>();
  let front = await heldOf(store, rows, links, scope);
  while (front.length > 0) {
    const next: Held[] = [];
    for (const held of front) {
      for (const { product, component, said } of links) {
        const key = `${held.row} ${product.app.number} ${product.release} ${product.bom?.id} ${product.entry}`;
        if (product.app.number === rows.app[held.row] || seen.has(key)) continue;
        if (!(await fits.within(component, held))) continue;
        seen.add(key);
        const { app, release, bom, entry } = product;
        linked.push({ row: held.row, app, release: release ?? null, via: component.app.name, said });
        next.push({ row: held.row, app: app.number, release, bom: bom?.id ?? 0, entry });
      }
    }
    front = next;
  }
  return onePerRelease(linked);
}

/** A product that holds a row by several links, by the first of them. */
function onePerRelease(linked: readonly LinkedRow[]): LinkedRow[] {
  const first = new Map<string, LinkedRow>();
  for (const one of linked) {
    const key = JSON.stringify([one.row, one.app.number, one.release]);
    if (!first.has(key)) first.set(key, one);
  }
  return [...first.values()];
}

/** Tells whether what a link speaks of holds a row's identity. A BOM as a whole holds all that it lists, an entry of it what a path leads to from there. */
class Fits {
  readonly #store: Store;
  readonly #found: LinkableRows;
  readonly #scope: Scope;
  readonly #below = new Map<string, Int32Array>();

  constructor(store: Store, found: LinkableRows, scope: Scope) {
    this.#store = store;
    this.#found = found;
    this.#scope = scope;
  }

  async within(end: End, held: Held): Promise<boolean> {
    const whole = end.entry === null || isSubject(end.bom, end.entry);
    if (end.bom !== null && held.bom === end.bom.id)
      return whole || (await this.#isUnder(end.bom, end, held));
    // What a user linked to a product as a whole is held by what its documents are about.
    if (end.bom !== null && (held.bom !== 0 || !whole)) return false;
    const anyRelease = end.release === undefined || held.release === undefined;
    return end.app.number === held.app && (anyRelease || end.release === held.release);
  }

  async #isUnder(bom: BomRecord, { entry }: End, held: Held): Promise<boolean> {
    const graph = await this.#store.graphs.graph(bom.id, this.#scope);
    if (graph === null || entry === null) return false;
    const key = `${bom.id} ${entry}`;
    const below = this.#below.get(key) ?? distances(graph, [entry], 'down');
    this.#below.set(key, below);
    const nodes = held.entry === null ? await this.#nodesOf(held.row, bom, graph) : [held.entry];
    return nodes.some(node => (below[node] ?? -1) >= 0);
  }

  async #nodesOf(at: number, bom: BomRecord, graph: BomGraph): Promise<readonly number[]> {
    const { identities, rows, byJoin } = this.#found;
    const join = byJoin.get(rowKey({ identity: rows.identity[at] ?? 0, bom: bom.id }));
    const identity = identities[rows.identity[at] ?? 0];
    if (join !== undefined) return [join.ordinal];
    return identity === undefined ? [] : nodesOf(this.#store, identity, bom.id, graph, this.#scope);
  }
}

function isSubject(bom: BomRecord | null, entry: number): boolean {
  return bom?.subjects.some(subject => subject.ordinal === entry) === true;
}

/** The rows that any link could start from, with their releases where a link asks for one. */
async function heldOf(store: Store, rows: Rows, links: readonly Link[], scope: Scope): Promise<Held[]> {
  const apps = new Set(links.map(link => link.component.app.number));
  const held: Held[] = [];
  for (let row = 0; row < rows.length; row++) {
    const app = rows.app[row] ?? 0;
    if (apps.has(app)) held.push({ row, app, release: undefined, bom: rows.bom[row] ?? 0, entry: null });
  }
  if (links.every(link => link.component.release === undefined)) return held;
  const ids = [...new Set(held.map(one => one.bom))];
  const records = await store.documents.boms(ids, { ...scope, includeSuperseded: true });
  const releases = new Map(records.map(bom => [bom.id, bom.release]));
  return held.map(one => ({ ...one, release: releases.get(one.bom) ?? null }));
}

async function linksOf(store: Store, scope: Scope): Promise<Link[]> {
  const links: Link[] = [];
  for (const { said, ...ends } of await saidLinks(store, scope)) {
    const product = await endOf(store, ends.product, scope);
    const component = await endOf(store, ends.component, scope);
    if (product !== null && component !== null) links.push({ product, component, said });
  }
  return links;
}

async function endOf(store: Store, target: AssertionTarget, scope: Scope): Promise<End | null> {
  if (target.kind === 'app') {
    const [app] = await store.apps.resolve(target.app, scope);
    if (app === undefined) return null;
    const release = target.release ?? undefined;
    // An app is in the scope as long as one of its releases is.
    if (release !== undefined && (await store.apps.boms(app.key, release, scope)).length === 0) return null;
    return { app, release, bom: null, entry: null };
  }
  if (target.kind !== 'document' && target.kind !== 'component') return null;
  const record = await store.documents.find(target.sha256, scope);
  const [bom] = record?.bom ? await store.documents.boms([record.bom], scope) : [];
  if (bom === undefined || (isSuperseded(bom, scope) && !scope.includeSuperseded)) return null;
  const [app] = await store.apps.resolve(bom.app, scope);
  const entry = target.kind === 'component' ? target.ordinal : null;
  return app === undefined ? null : { app, release: bom.release, bom, entry };
}
