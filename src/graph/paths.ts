import { type Arcs, distances } from './walk.ts';

/** How far a search for paths goes. */
export interface PathBounds {
  /** At most this many paths are returned. */
  readonly limit: number;
  /** At most this many partial paths are looked at; a graph with cycles can hold more of them than any memory. */
  readonly steps: number;
}

export const PATH_BOUNDS: PathBounds = { limit: 100, steps: 200_000 };

/** Paths as sequences of nodes, root first, shortest first. */
export interface PathSearch {
  readonly paths: readonly (readonly number[])[];
  /** How many simple paths there are; when `exact` is false, at least so many. */
  readonly total: number;
  readonly exact: boolean;
  /** True when paths exist, or may exist, that are not returned. */
  readonly truncated: boolean;
}

/**
 * All simple paths (no component twice) from any root to any target, shortest first, within bounds. A path may be a single node when a root is
 * a target. Best-first with the exact distance to the nearest target as its guide, so the first path costs as many steps as it has hops
 * and nothing that cannot reach a target is entered. Equal lengths come in ordinal order of the components.
 */
export function simplePaths(
  arcs: Arcs,
  roots: readonly number[],
  targets: readonly number[],
  bounds: PathBounds = PATH_BOUNDS,
): PathSearch {
  const away = distances(arcs, targets, 'up');
  const search = bestFirst(arcs, roots, away, bounds);
  if (search.complete)
    return { paths: search.paths, total: search.paths.length, exact: true, truncated: false };
  const counted = countAcyclic(arcs, roots, away);
  const total = counted ?? search.paths.length;
  const exact = counted !== null && counted < Number.MAX_SAFE_INTEGER;
  return { paths: search.paths, total, exact, truncated: true };
}

interface Found {
  readonly paths: number[][];
  readonly complete: boolean;
}

/** Partial paths share their beginnings: entry k is node `node[k]` reached from entry `from[k]`. */
class Partials {
  readonly node: number[] = [];
  readonly from: number[] = [];
  readonly length: number[] = [];

  add(node: number, from: number): number {
    this.length.push(from < 0 ? 0 : (this.length[from] ?? 0) + 1);
    this.from.push(from);
    return this.node.push(node) - 1;
  }

  holds(entry: number, node: number): boolean {
    for (let at = entry; at >= 0; at = this.from[at] ?? -1) if (this.node[at] === node) return true;
    return false;
  }

  path(entry: number): number[] {
    const path = Array.from({ length: (this.length[entry] ?? 0) + 1 }, () => 0);
    let at = entry;
    for (let i = path.length - 1; i >= 0; i--) {
      path[i] = this.node[at] ?? 0;
      at = this.from[at] ?? -1;
    }
    return path;
  }
}

function bestFirst(arcs: Arcs, roots: readonly number[], away: Int32Array, bounds: PathBounds): Found {
  const partials = new Partials();
  // Bucket b holds partial paths that can end after b hops in all.
  const buckets: number[][] = [];
  const open = (node: number, from: number): void => {
    const entry = partials.add(node, from);
    const length = (partials.length[entry] ?? 0) + (away[node] ?? 0);
    buckets[length] ??= [];
    buckets[length].push(entry);
  };
  for (const root of [...new Set(roots)].sort((a, b) => b - a)) {
    if (root >= 0 && root < arcs.size && away[root] !== -1) open(root, -1);
  }
  const paths: number[][] = [];
  for (let length = 0; length < buckets.length; length++) {
    const bucket = buckets[length];
    for (let top = bucket?.pop(); bucket && top !== undefined; top = bucket.pop()) {
      if (away[partials.node[top] ?? 0] === 0) {
        if (paths.length >= bounds.limit) return { paths, complete: false };
        paths.push(partials.path(top));
      }
      if (partials.node.length >= bounds.steps) return { paths, complete: false };
      expand(arcs, partials, top, away, open);
    }
  }
  return { paths, complete: true };
}

function expand(
  arcs: Arcs,
  partials: Partials,
  entry: number,
  away: Int32Array,
  open: (node: number, from: number) => void,
): void {
  const children = childrenOf(arcs, partials.node[entry] ?? 0);
  for (const child of children)
    if (away[child] === -1 || partials.holds(entry, child)) children.delete(child);
  for (const child of [...children].sort((a, b) => b - a)) open(child, entry);
}

/** The number of paths when what lies between roots and targets has no cycle (then every path is simple); null when it has one. Saturates at MAX_SAFE_INTEGER. */
function countAcyclic(arcs: Arcs, roots: readonly number[], away: Int32Array): number | null {
  const from = distances(arcs, roots, 'down');
  const inside = (node: number): boolean => away[node] !== -1 && from[node] !== -1;
  const incoming = new Int32Array(arcs.size);
  const ready: number[] = [];
  let nodes = 0;
  for (let node = 0; node < arcs.size; node++) {
    if (!inside(node)) continue;
    nodes++;
    for (const child of childrenOf(arcs, node)) incoming[child] = (incoming[child] ?? 0) + 1;
  }
  const ways = new Float64Array(arcs.size);
  for (const root of roots) if (root >= 0 && root < arcs.size) ways[root] = 1;
  for (let node = 0; node < arcs.size; node++) if (inside(node) && incoming[node] === 0) ready.push(node);
  let total = 0;
  let done = 0;
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    done++;
    if (away[node] === 0) total += ways[node] ?? 0;
    for (const child of childrenOf(arcs, node)) {
      ways[child] = (ways[child] ?? 0) + (ways[node] ?? 0);
      const left = (incoming[child] ?? 0) - 1;
      incoming[child] = left;
      if (left === 0 && inside(child)) ready.push(child);
    }
  }
  return done === nodes ? Math.min(total, Number.MAX_SAFE_INTEGER) : null;
}

/** Each node that one arc down reaches, once, without itself. */
function childrenOf(arcs: Arcs, node: number): Set<number> {
  const { start, target } = arcs.down();
  const children = new Set(target.subarray(start[node], start[node + 1]));
  children.delete(node);
  return children;
}
