import type { ScanScope } from '../extractor.ts';

/** Rounds of refinement before copies are left apart: each round looks one edge further, and real graphs settle in under ten. */
const MAX_ROUNDS = 50;

/**
 * The coarsest partition of a graph whose classes agree in their key and in the classes their edges lead to: members of one class cannot be told
 * apart by any path, so that merging them invents none. Gives the class of each node; null when every class has one member, or when it does not settle.
 */
export function stablePartition(
  keys: readonly string[],
  edges: readonly ReadonlyMap<number, ScanScope>[],
): number[] | null {
  let classes = number(keys);
  let count = countOf(classes);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (count === keys.length) return null;
    const current = classes;
    const sizes = sizesOf(current, count);
    // A class of one cannot be parted further, so its edges need no look.
    const refined = number(
      current.map((own, index) =>
        sizes[own] === 1 ? String(own) : `${own}:${signature(edges[index], current)}`,
      ),
    );
    const refinedCount = countOf(refined);
    if (refinedCount === count) return refined;
    classes = refined;
    count = refinedCount;
  }
  return null;
}

function signature(edges: ReadonlyMap<number, ScanScope> | undefined, classes: readonly number[]): string {
  if (edges === undefined || edges.size === 0) return '';
  const parts = [...edges].map(([to, scope]) => `${classes[to]}${scope}`);
  return [...new Set(parts)].sort().join();
}

function number(keys: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return keys.map(key => {
    let found = numbers.get(key);
    if (found === undefined) numbers.set(key, (found = numbers.size));
    return found;
  });
}

function sizesOf(classes: readonly number[], count: number): Uint32Array {
  const sizes = new Uint32Array(count);
  for (const own of classes) sizes[own] = (sizes[own] ?? 0) + 1;
  return sizes;
}

function countOf(classes: readonly number[]): number {
  return classes.reduce((most, own) => Math.max(most, own + 1), 0);
}
