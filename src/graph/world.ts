import type { BomGraph } from '../store/graph.ts';
import type { BomRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { type ArcTriple, arcsFrom } from './compose.ts';
import { type Join, type JoinOptions, joinsFrom } from './joins.ts';
import type { Arcs } from './walk.ts';

/** One document in a world; its component n is node `offset + n`. */
export interface Member {
  readonly bom: BomRecord;
  readonly graph: BomGraph;
  readonly offset: number;
}

/** Documents that joins connect, with all their arcs. One document alone is a world whose arcs are its own graph. */
export interface World {
  readonly members: readonly Member[];
  readonly arcs: Arcs;
  /** The joins among the arcs, by `holder:held`. */
  readonly joins: ReadonlyMap<string, Join>;
  /** True when documents were left out because there are too many. */
  readonly cut: boolean;
}

/** Paths through more documents than this are not looked for, and the answer says so. */
export const MAX_DOCUMENTS = 64;

/** The worlds of some BOMs: each with all that joins lead to from it. BOMs that join one another share a world. */
export async function worldsOf(
  store: Store,
  boms: readonly BomRecord[],
  options: JoinOptions,
  scope: Scope,
): Promise<World[]> {
  const graphs = new Map<
    number,
    { readonly bom: BomRecord; readonly graph: BomGraph; readonly joins: Join[] }
  >();
  const queue = [...boms];
  let cut = false;
  for (let bom = queue.shift(); bom !== undefined; bom = queue.shift()) {
    if (graphs.has(bom.id)) continue;
    if (graphs.size >= Math.max(MAX_DOCUMENTS, boms.length)) {
      cut = true;
      break;
    }
    const graph = await store.graphs.graph(bom.id, scope);
    if (graph === null) continue;
    const joins = await joinsFrom(store, bom, graph, options, scope);
    graphs.set(bom.id, { bom, graph, joins });
    queue.push(...joins.map(join => join.to));
  }
  return clusters([...graphs.values()]).map(cluster => worldFrom(cluster, cut));
}

/** The world of one document alone. */
export function worldOfOne(bom: BomRecord, graph: BomGraph): World {
  return { members: [{ bom, graph, offset: 0 }], arcs: graph, joins: new Map(), cut: false };
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
  for (const part of parts) {
    for (const join of part.joins) {
      const here = offsets.get(part.bom.id);
      const there = offsets.get(join.to.id);
      if (here === undefined || there === undefined || join.entry >= there.graph.size) continue;
      const holder = here.offset + join.from;
      const held = there.offset + join.entry;
      if (joins.has(`${holder}:${held}`)) continue;
      joins.set(`${holder}:${held}`, join);
      triples.push([holder, join.relation ?? 0, held]);
    }
  }
  return { members, arcs: arcsFrom(size, triples), joins, cut };
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
