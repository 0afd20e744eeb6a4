import { RELATIONS } from '../model/relation.ts';

/**
 * What a walk needs of one document: its components as ordinals, its stated relations, its nesting and its subjects.
 * Nothing in it comes from another document, so a walk over it cannot leave the context that states it.
 */
export interface StatedGraph {
  readonly size: number;
  /** Relation i goes from `from[i]` to `to[i]`, in the stated direction, with the code `type[i]` of model/relation. */
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  readonly type: ArrayLike<number>;
  /** Ordinal of the component that each is nested in, -1 at the top. */
  readonly parent: ArrayLike<number>;
  readonly subjects: ArrayLike<number>;
}

/**
 * The graph as a question follows it: from what needs to what is needed, in compressed rows. Parallel statements about one pair are one arc,
 * named by the first of them.
 */
export interface Arcs {
  readonly size: number;
  readonly downStart: Int32Array;
  readonly downTo: Int32Array;
  /** Why the arc exists: the index of a relation of the graph, or NESTING. */
  readonly downBy: Int32Array;
  readonly upStart: Int32Array;
  readonly upTo: Int32Array;
}

/** The reason of an arc that nesting states and no relation. */
export const NESTING = -1;

const DOWN = 1;
const UP = 2;
const direction = Uint8Array.from(RELATIONS, rule =>
  rule.walk === 'down' ? DOWN : rule.walk === 'up' ? UP : 0,
);

/**
 * The arcs of one document. Relations with walk `none`, relations of a component with itself and ordinals out of range give none.
 * Nesting counts as an arc from the outer component to the inner one, unless a relation already says so.
 */
export function arcsOf(graph: StatedGraph): Arcs {
  const { size } = graph;
  const count = graph.from.length;
  const holders = new Int32Array(count + size);
  const helds = new Int32Array(count + size);
  const reasons = new Int32Array(count + size);
  let total = 0;
  const push = (holder: number, held: number, reason: number): void => {
    if (holder === held || holder < 0 || held < 0 || holder >= size || held >= size) return;
    holders[total] = holder;
    helds[total] = held;
    reasons[total++] = reason;
  };
  for (let i = 0; i < count; i++) {
    const way = direction[graph.type[i] as number];
    if (way === DOWN) push(graph.from[i] as number, graph.to[i] as number, i);
    else if (way === UP) push(graph.to[i] as number, graph.from[i] as number, i);
  }
  for (let i = 0; i < size; i++) push(graph.parent[i] ?? -1, i, NESTING);
  return compress(size, total, holders, helds, reasons);
}

/** Rows from (holder, held, reason) triples; the first of equal pairs stays. */
export function compress(
  size: number,
  total: number,
  holders: ArrayLike<number>,
  helds: ArrayLike<number>,
  reasons: ArrayLike<number>,
): Arcs {
  const start = new Int32Array(size + 1);
  for (let i = 0; i < total; i++) start[(holders[i] as number) + 1]!++;
  for (let i = 0; i < size; i++) start[i + 1]! += start[i] as number;
  const order = new Int32Array(total);
  const fill = start.slice(0, size);
  for (let i = 0; i < total; i++) order[fill[holders[i] as number]!++] = i;
  return withoutRepeats(size, start, order, helds, reasons);
}

function withoutRepeats(
  size: number,
  start: Int32Array,
  order: Int32Array,
  helds: ArrayLike<number>,
  reasons: ArrayLike<number>,
): Arcs {
  const downStart = new Int32Array(size + 1);
  const downTo = new Int32Array(order.length);
  const downBy = new Int32Array(order.length);
  const upStart = new Int32Array(size + 1);
  const last = new Int32Array(size).fill(-1);
  let arcs = 0;
  for (let node = 0; node < size; node++) {
    for (let i = start[node] as number; i < (start[node + 1] as number); i++) {
      const triple = order[i] as number;
      const held = helds[triple] as number;
      if (last[held] === node) continue;
      last[held] = node;
      downTo[arcs] = held;
      downBy[arcs++] = reasons[triple] as number;
      upStart[held + 1]!++;
    }
    downStart[node + 1] = arcs;
  }
  for (let i = 0; i < size; i++) upStart[i + 1]! += upStart[i] as number;
  const upTo = new Int32Array(arcs);
  const fill = upStart.slice(0, size);
  for (let node = 0; node < size; node++) {
    for (let i = downStart[node] as number; i < (downStart[node + 1] as number); i++) {
      upTo[fill[downTo[i] as number]!++] = node;
    }
  }
  return {
    size,
    downStart,
    downTo: downTo.subarray(0, arcs),
    downBy: downBy.subarray(0, arcs),
    upStart,
    upTo,
  };
}

/** How a document relates a component to what it is about. `subject`: it is what the document is about; `none`: no path from a subject is stated. */
export type How = 'subject' | 'direct' | 'transitive' | 'none';

/**
 * The number of hops from the nearest of `sources` to each node, following arcs down (or up); -1 where there is no way.
 * Cyclic and self-referring graphs end because each node is entered once.
 */
export function distances(arcs: Arcs, sources: Iterable<number>, way: 'down' | 'up'): Int32Array {
  const start = way === 'down' ? arcs.downStart : arcs.upStart;
  const next = way === 'down' ? arcs.downTo : arcs.upTo;
  const distance = new Int32Array(arcs.size).fill(-1);
  const queue = new Int32Array(arcs.size);
  let tail = 0;
  for (const source of sources) {
    if (source < 0 || source >= arcs.size || distance[source] === 0) continue;
    distance[source] = 0;
    queue[tail++] = source;
  }
  for (let head = 0; head < tail; head++) {
    const node = queue[head] as number;
    const further = (distance[node] as number) + 1;
    for (let i = start[node] as number; i < (start[node + 1] as number); i++) {
      const other = next[i] as number;
      if (distance[other] !== -1) continue;
      distance[other] = further;
      queue[tail++] = other;
    }
  }
  return distance;
}

/** For every component: hops from the nearest subject; 0 a subject, 1 direct, more transitive, -1 no path stated. */
export function reach(graph: StatedGraph, arcs: Arcs = arcsOf(graph)): Int32Array {
  return distances(arcs, Array.from(graph.subjects), 'down');
}

/** The word for a number of hops that `reach` gave. */
export function howOf(hops: number): How {
  if (hops < 0) return 'none';
  if (hops === 0) return 'subject';
  return hops === 1 ? 'direct' : 'transitive';
}

/** Where paths may begin, and by what right. */
export interface Roots {
  readonly rule: 'subject' | 'entry';
  readonly nodes: readonly number[];
}

/**
 * Where the paths to `targets` begin: at the document's subjects; where no subject reaches any of them, at the entries without an incoming
 * edge that do (a target is no root of its own). Null: the document states no path to them.
 */
export function rootsFor(graph: StatedGraph, arcs: Arcs, targets: readonly number[]): Roots | null {
  const away = distances(arcs, targets, 'up');
  const subjects = Array.from(graph.subjects).filter(node => node < arcs.size && away[node] !== -1);
  if (subjects.length > 0) return { rule: 'subject', nodes: [...new Set(subjects)] };
  const entries: number[] = [];
  for (let node = 0; node < arcs.size; node++) {
    const incoming = (arcs.upStart[node + 1] as number) - (arcs.upStart[node] as number);
    if (incoming === 0 && (away[node] as number) > 0) entries.push(node);
  }
  return entries.length > 0 ? { rule: 'entry', nodes: entries } : null;
}

/** Those that hold a component themselves: the other ends of its incoming arcs, in ordinal order. */
export function parentsOf(arcs: Arcs, node: number): number[] {
  return Array.from(arcs.upTo.subarray(arcs.upStart[node], arcs.upStart[node + 1]));
}

/** The arc from one component to another, or undefined. */
export function arcBetween(arcs: Arcs, from: number, to: number): number | undefined {
  for (let i = arcs.downStart[from] as number; i < (arcs.downStart[from + 1] as number); i++) {
    if (arcs.downTo[i] === to) return i;
  }
  return undefined;
}
