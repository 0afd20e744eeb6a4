import type { BomGraph } from '../store/graph.ts';
import type { BomRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { type ArcTriple, arcsFrom } from './compose.ts';
import {
  canBeJoined,
  type Join,
  type JoinFrom,
  type JoinOptions,
  joinsFrom,
  joinsInto,
  WHOLE,
} from './joins.ts';
import { Links } from './links.ts';
import type { Arcs } from './walk.ts';

/** One document in a world; its component n is node `offset + n`. */
export interface Member {
  readonly bom: BomRecord;
  readonly graph: BomGraph;
  readonly offset: number;
}

/** A join between two members of a world. */
export interface Crossing {
  readonly by: Member;
  readonly to: Member;
  readonly join: Join;
}

/** Documents that joins connect, with all their arcs. One document alone is a world whose arcs are its own graph. */
export interface World {
  readonly members: readonly Member[];
  readonly arcs: Arcs;
  /** The joins among the arcs, by `holder:held`. */
  readonly joins: ReadonlyMap<string, Join>;
  /** Every join with the members that it joins, also those that no arc stands for. */
  readonly crossings: readonly Crossing[];
  /** True when documents were left out because there are too many. */
  readonly cut: boolean;
}

/** How many documents that hold what is looked for are asked who holds them. */
export const MAX_ENDS = 256;

/** Paths through more documents than this are not looked for, and the answer says so. */
export const MAX_DOCUMENTS = 64;

/**
 * The worlds of some BOMs: each with what joins lead to from it. Links and assertions are followed from the BOMs; digests from the documents that hold what is
 * looked for (`ends`) back to those that hold them, because a digest says nothing of where it leads. BOMs that join one another share a world.
 */
export async function worldsOf(
  store: Store,
  boms: readonly BomRecord[],
  ends: { readonly boms: readonly BomRecord[]; readonly more: boolean },
  options: JoinOptions,
  scope: Scope,
): Promise<World[]> {
  const most = Math.max(MAX_DOCUMENTS, boms.length * 2);
  const gathered = new Gathered(store, options, scope, most);
  await gathered.forward(boms);
  await gathered.backward(ends.boms, ends.more);
  const parts = gathered.parts();
  return clusters(parts).map(cluster => worldFrom(cluster, gathered.cut));
}

/** Documents and the joins out of them, as they are found. */
class Gathered {
  readonly #store: Store;
  readonly #links: Links;
  readonly #options: JoinOptions;
  readonly #scope: Scope;
  readonly #most: number;
  readonly #boms = new Map<
    number,
    { readonly bom: BomRecord; readonly graph: BomGraph; readonly joins: Join[] }
  >();
  cut = false;

  constructor(store: Store, options: JoinOptions, scope: Scope, most: number) {
    this.#store = store;
    this.#links = new Links(store, scope);
    this.#options = options;
    this.#scope = scope;
    this.#most = most;
  }

  parts(): Part[] {
    return [...this.#boms.values()];
  }

  async forward(boms: readonly BomRecord[]): Promise<void> {
    const queue = [...boms];
    for (let bom = queue.shift(); bom !== undefined; bom = queue.shift()) {
      if (this.#boms.has(bom.id)) continue;
      const graph = await this.#graph(bom);
      if (graph === null) continue;
      const joins = await joinsFrom(this.#store, this.#links, bom, graph, this.#options, this.#scope);
      this.#boms.set(bom.id, { bom, graph, joins });
      for (const join of joins) queue.push(join.to);
    }
  }

  /** Goes up from the ends, and takes in what so turns out to hang below a document that is known. */
  async backward(ends: readonly BomRecord[], more: boolean): Promise<void> {
    const queue = ends.filter(canBeJoined);
    if (more && queue.length > 0) this.cut = true;
    const into = new Map<number, JoinFrom[]>();
    const seen = new Set(queue.map(bom => bom.id));
    for (let bom = queue.shift(); bom !== undefined; bom = queue.shift()) {
      const { joins, cut } = await joinsInto(this.#store, this.#links, bom, this.#scope);
      this.cut ||= cut;
      for (const join of joins) {
        const known = into.get(join.by.id);
        if (known === undefined) into.set(join.by.id, [join]);
        else known.push(join);
        if (seen.has(join.by.id)) continue;
        seen.add(join.by.id);
        if (seen.size < MAX_ENDS) queue.push(join.by);
        else this.cut = true;
      }
    }
    if (into.size > 0) await this.#connect(into);
  }

  async #connect(into: ReadonlyMap<number, readonly JoinFrom[]>): Promise<void> {
    // A Map gives what is added while it is walked too.
    for (const [id, here] of this.#boms) {
      for (const join of into.get(id) ?? []) {
        here.joins.push(join);
        await this.forward([join.to]);
      }
    }
  }

  async #graph(bom: BomRecord): Promise<BomGraph | null> {
    if (this.#boms.size >= this.#most) {
      this.cut = true;
      return null;
    }
    return this.#store.graphs.graph(bom.id, this.#scope);
  }
}

/** The world of one document alone. */
export function worldOfOne(bom: BomRecord, graph: BomGraph): World {
  return { members: [{ bom, graph, offset: 0 }], arcs: graph, joins: new Map(), crossings: [], cut: false };
}

interface Part {
  readonly bom: BomRecord;
  readonly graph: BomGraph;
  readonly joins: readonly Join[];
}

function clusters(parts: readonly Part[]): Part[][] {
  const cluster = new Map<number, Part[]>(parts.map(part => [part.bom.id, [part]]));
  for (const part of parts) {
    for (const join of part.joins) {
      const mine = cluster.get(part.bom.id);
      const other = cluster.get(join.to.id);
      if (mine === undefined || other === undefined || mine === other) continue;
      for (const moved of other) cluster.set(moved.bom.id, mine);
      mine.push(...other);
    }
  }
  return [...new Set(cluster.values())];
}

function worldFrom(parts: readonly Part[], cut: boolean): World {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return { ...worldOfOne(only.bom, only.graph), cut };
  const members: Member[] = [];
  let size = 0;
  for (const { bom, graph } of parts) {
    members.push({ bom, graph, offset: size });
    size += graph.size;
  }
  const offsets = new Map(members.map(member => [member.bom.id, member]));
  const triples = members.flatMap(stated);
  const joins = new Map<string, Join>();
  const crossings: Crossing[] = [];
  for (const part of parts) {
    for (const join of part.joins) {
      const here = offsets.get(part.bom.id);
      const there = offsets.get(join.to.id);
      if (here === undefined || there === undefined || join.entry >= there.graph.size) continue;
      crossings.push({ by: here, to: there, join });
      if (join.from === WHOLE || join.entry === WHOLE) continue;
      const holder = here.offset + join.from;
      const held = there.offset + join.entry;
      if (joins.has(`${holder}:${held}`)) continue;
      joins.set(`${holder}:${held}`, join);
      triples.push([holder, join.relation ?? 0, held]);
    }
  }
  return { members, arcs: arcsFrom(size, triples), joins, crossings, cut };
}

function stated({ graph, offset }: Member): ArcTriple[] {
  const { start, target, relation } = graph.down();
  const triples: ArcTriple[] = [];
  for (let node = 0; node < graph.size; node++) {
    for (let i = start[node] ?? 0; i < (start[node + 1] ?? 0); i++) {
      triples.push([offset + node, relation[i] ?? 0, offset + (target[i] ?? 0)]);
    }
  }
  return triples;
}

/** The document that a node of a world belongs to. */
export function memberOf(world: World, node: number): Member {
  let found = world.members[0] as Member;
  for (const member of world.members) if (member.offset <= node) found = member;
  return found;
}
