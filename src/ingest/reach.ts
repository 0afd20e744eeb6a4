import type { BomFacts } from '../model/facts.ts';
import { RELATIONS, relationCode } from '../model/relation.ts';
import type { StatedEdge } from '../store/graph.ts';

const CONTAINS = relationCode('CONTAINS');

/** How far a component is from a subject: 0 is one, 1 direct, more is transitive, UNREACHED where no stated relation leads to it. */
export const UNREACHED = 0xffff;

/** Every edge of a BOM's graph: those stated, and nesting as CONTAINS. Ends that are no component are left out: the reader has a diagnostic for them. */
export function edgesOf(bom: BomFacts): StatedEdge[] {
  const size = bom.components.length;
  const edges: StatedEdge[] = [];
  for (const { from, to, type } of bom.relations) {
    if (from >= 0 && to >= 0 && from < size && to < size && type >= 0 && type < RELATIONS.length)
      edges.push({ from, to, relation: type });
  }
  for (let ordinal = 0; ordinal < size; ordinal++) {
    const parent = bom.components[ordinal]?.parent ?? null;
    if (parent !== null && parent >= 0 && parent < size)
      edges.push({ from: parent, to: ordinal, relation: CONTAINS });
  }
  return edges;
}

/** Distance of each component from the nearest subject, along what paths may follow. */
export function distances(
  size: number,
  subjects: readonly number[],
  edges: readonly StatedEdge[],
): Uint16Array {
  const { start, target } = downwards(size, edges);
  const distance = new Uint16Array(size).fill(UNREACHED);
  const queue = new Uint32Array(size);
  let end = 0;
  for (const subject of subjects) {
    if (distance[subject] !== UNREACHED) continue;
    distance[subject] = 0;
    queue[end++] = subject;
  }
  for (let at = 0; at < end; at++) {
    const node = queue[at] ?? 0;
    const next = Math.min((distance[node] ?? 0) + 1, UNREACHED - 1);
    for (let edge = start[node] ?? 0; edge < (start[node + 1] ?? 0); edge++) {
      const neighbour = target[edge] ?? 0;
      if (distance[neighbour] !== UNREACHED) continue;
      distance[neighbour] = next;
      queue[end++] = neighbour;
    }
  }
  return distance;
}

/** The components that a stated path leads to from some component of `from`, themselves only by a way around. */
export function nodesBelow(
  size: number,
  from: readonly number[],
  edges: readonly StatedEdge[],
): ReadonlySet<number> {
  const { start, target } = downwards(size, edges);
  const found = new Set<number>();
  const queue = [...from];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (let edge = start[node] ?? 0; edge < (start[node + 1] ?? 0); edge++) {
      const neighbour = target[edge] ?? 0;
      if (found.has(neighbour)) continue;
      found.add(neighbour);
      queue.push(neighbour);
    }
  }
  return found;
}

function downwards(size: number, edges: readonly StatedEdge[]): { start: Uint32Array; target: Uint32Array } {
  const start = new Uint32Array(size + 2);
  for (const edge of edges) {
    const walk = RELATIONS[edge.relation]?.walk;
    if (walk === 'none') continue;
    const node = walk === 'up' ? edge.to : edge.from;
    start[node + 2] = (start[node + 2] ?? 0) + 1;
  }
  for (let node = 2; node < start.length; node++) start[node] = (start[node] ?? 0) + (start[node - 1] ?? 0);
  const target = new Uint32Array(start[size + 1] ?? 0);
  for (const edge of edges) {
    const walk = RELATIONS[edge.relation]?.walk;
    if (walk === 'none') continue;
    const node = walk === 'up' ? edge.to : edge.from;
    const at = start[node + 1] ?? 0;
    target[at] = walk === 'up' ? edge.from : edge.to;
    start[node + 1] = at + 1;
  }
  return { start, target };
}
