import type { Adjacency } from '../store/graph.ts';

/**
 * What a walk follows: from who needs to what is needed (`down`) and back (`up`). A store's BomGraph is one; so is a composition of several (see
 * compose.ts). Nothing in one document's arcs comes from another document, so a walk over them cannot leave the context that states them.
 */
export interface Arcs {
  readonly size: number;
  down(): Adjacency;
  up(): Adjacency;
}

/** How a document relates a component to what it is about. `subject`: it is what the document is about; `none`: no path from a subject is stated. */
export type How = 'subject' | 'direct' | 'transitive' | 'none';

/** The least of distances, of which -1 is none; one BOM may list a thing more often than a call takes arguments. */
export function nearest(hops: readonly number[]): number {
  return hops.reduce((least, one) => (one >= 0 && (least < 0 || one < least) ? one : least), -1);
}

/** The word for a number of hops from the nearest subject; negative: not reached. */
export function howOf(hops: number): How {
  if (hops < 0) return 'none';
  if (hops === 0) return 'subject';
  return hops === 1 ? 'direct' : 'transitive';
}

/**
 * The number of hops from the nearest of `sources` to each node, following arcs down (or up); -1 where there is no way.
 * Cyclic and self-referring graphs end because each node is entered once.
 */
export function distances(arcs: Arcs, sources: ArrayLike<number>, way: 'down' | 'up'): Int32Array {
  const { start, target } = way === 'down' ? arcs.down() : arcs.up();
  const distance = new Int32Array(arcs.size).fill(-1);
  const queue = new Int32Array(arcs.size);
  let tail = 0;
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i] ?? 0;
    if (source < 0 || source >= arcs.size || distance[source] === 0) continue;
    distance[source] = 0;
    queue[tail++] = source;
  }
  for (let head = 0; head < tail; head++) {
    const node = queue[head] ?? 0;
    const further = (distance[node] ?? 0) + 1;
    for (let i = start[node] ?? 0; i < (start[node + 1] ?? 0); i++) {
      const other = target[i] ?? 0;
      if (distance[other] !== -1) continue;
      distance[other] = further;
      queue[tail++] = other;
    }
  }
  return distance;
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
export function rootsFor(arcs: Arcs, subjects: ArrayLike<number>, targets: readonly number[]): Roots | null {
  const away = distances(arcs, targets, 'up');
  const reaching = [...new Set(Array.from(subjects))].filter(node => (away[node] ?? -1) !== -1);
  if (reaching.length > 0) return { rule: 'subject', nodes: reaching };
  const { start } = arcs.up();
  const entries: number[] = [];
  for (let node = 0; node < arcs.size; node++) {
    if (start[node] === start[node + 1] && (away[node] ?? 0) > 0) entries.push(node);
  }
  return entries.length > 0 ? { rule: 'entry', nodes: entries } : null;
}

/** Those that hold a component themselves: the other ends of its incoming arcs, each once, in ordinal order. */
export function parentsOf(arcs: Arcs, node: number): number[] {
  const { start, target } = arcs.up();
  const holders = new Set(target.subarray(start[node], start[node + 1]));
  holders.delete(node);
  return [...holders].sort((a, b) => a - b);
}

/** Code of the first relation by which one component needs or holds another, or null. */
export function relationBetween(arcs: Arcs, holder: number, held: number): number | null {
  const { start, target, relation } = arcs.down();
  for (let i = start[holder] ?? 0; i < (start[holder + 1] ?? 0); i++) {
    if (target[i] === held) return relation[i] ?? 0;
  }
  return null;
}
