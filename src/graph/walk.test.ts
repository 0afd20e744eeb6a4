import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RELATIONS, relationCode } from '../model/relation.ts';
import { type ArcTriple, arcsFrom } from './compose.ts';
import { simplePaths } from './paths.ts';
import { type Arcs, distances, howOf, nearest, parentsOf, relationBetween, rootsFor } from './walk.ts';

type Edge = readonly [from: number, name: string, to: number];

/** Arcs written by hand as relations are stated. */
function arcs(size: number, edges: readonly Edge[]): Arcs {
  const triples = edges.flatMap(([from, name, to]): ArcTriple[] => {
    const code = relationCode(name) ?? assert.fail(`no relation ${name}`);
    const { walk } = RELATIONS[code] ?? assert.fail();
    if (walk === 'none') return [];
    return [walk === 'down' ? [from, code, to] : [to, code, from]];
  });
  return arcsFrom(size, triples);
}

test('distances count hops from the nearest source, through cycles', () => {
  const stated = arcs(6, [
    [0, 'DEPENDS_ON', 1],
    [1, 'DEPENDS_ON', 2],
    [2, 'DEPENDS_ON', 1],
    [4, 'DEPENDENCY_OF', 2],
    [5, 'OTHER', 1],
  ]);
  assert.deepEqual(Array.from(distances(stated, [0], 'down')), [0, 1, 2, -1, 3, -1]);
  assert.deepEqual(Array.from(distances(stated, [4], 'up')), [3, 2, 1, -1, 0, -1]);
  assert.deepEqual([0, 1, 2, -1].map(howOf), ['subject', 'direct', 'transitive', 'none']);
});

test('paths begin at subjects, else at entries that nothing needs, else nowhere', () => {
  const stated = arcs(5, [
    [0, 'DEPENDS_ON', 1],
    [2, 'DEPENDS_ON', 3],
  ]);
  assert.deepEqual(rootsFor(stated, [0], [1]), { rule: 'subject', nodes: [0] });
  assert.deepEqual(rootsFor(stated, [0], [3]), { rule: 'entry', nodes: [2] });
  assert.deepEqual(rootsFor(stated, [0, 0, 9], [0]), { rule: 'subject', nodes: [0] });
  assert.equal(rootsFor(stated, [0], [4]), null);
  assert.equal(rootsFor(stated, [0], [2]), null);
  const cycle = arcs(2, [
    [0, 'DEPENDS_ON', 1],
    [1, 'DEPENDS_ON', 0],
  ]);
  assert.equal(rootsFor(cycle, [], [1]), null);
});

test('parents are the holders of a component, whatever side states it', () => {
  const stated = arcs(4, [
    [2, 'CONTAINS', 3],
    [0, 'DEPENDS_ON', 3],
    [3, 'DEPENDENCY_OF', 1],
    [0, 'CONTAINS', 3],
  ]);
  assert.deepEqual(parentsOf(stated, 3), [0, 1, 2]);
  assert.equal(relationBetween(stated, 0, 3), relationCode('DEPENDS_ON'));
  assert.equal(relationBetween(stated, 3, 0), null);
});

test('paths come shortest first, with their exact number', () => {
  const stated = arcs(5, [
    [0, 'DEPENDS_ON', 1],
    [1, 'DEPENDS_ON', 4],
    [0, 'DEPENDS_ON', 2],
    [2, 'DEPENDS_ON', 3],
    [3, 'DEPENDS_ON', 4],
    [0, 'DEPENDS_ON', 4],
    [0, 'CONTAINS', 4],
  ]);
  const found = simplePaths(stated, [0], [4]);
  assert.deepEqual(found, {
    paths: [
      [0, 4],
      [0, 1, 4],
      [0, 2, 3, 4],
    ],
    total: 3,
    exact: true,
    truncated: false,
  });
  const first = simplePaths(stated, [0], [4], { limit: 1, steps: 1000 });
  assert.deepEqual(first, { paths: [[0, 4]], total: 3, exact: true, truncated: true });
});

test('a ladder of diamonds has more paths than can be listed, and the number is still exact', () => {
  const edges: Edge[] = [];
  for (let i = 0; i < 40; i++) {
    edges.push([3 * i, 'DEPENDS_ON', 3 * i + 1], [3 * i, 'DEPENDS_ON', 3 * i + 2]);
    edges.push([3 * i + 1, 'DEPENDS_ON', 3 * i + 3], [3 * i + 2, 'DEPENDS_ON', 3 * i + 3]);
  }
  const found = simplePaths(arcs(121, edges), [0], [120], { limit: 5, steps: 10_000 });
  assert.equal(found.paths.length, 5);
  assert.deepEqual([found.total, found.exact, found.truncated], [2 ** 40, true, true]);
});

test('a dense cyclic graph stays within its bounds and says that the number is a lower bound', () => {
  const edges: Edge[] = [];
  for (let i = 0; i < 40; i++) for (let j = 0; j < 40; j++) edges.push([i, 'DEPENDS_ON', j]);
  const found = simplePaths(arcs(40, edges), [0], [39], { limit: 10, steps: 5000 });
  assert.equal(found.paths.length, 10);
  assert.deepEqual([found.total, found.exact, found.truncated], [10, false, true]);
});

const smallGraph = fc.integer({ min: 1, max: 7 }).chain(size => {
  const node = fc.integer({ min: 0, max: size - 1 });
  return fc.record({
    size: fc.constant(size),
    edges: fc.array(
      fc.tuple(node, fc.constantFrom('DEPENDS_ON', 'DEPENDENCY_OF', 'CONTAINS', 'OTHER'), node),
      { maxLength: 14 },
    ),
    roots: fc.array(node, { minLength: 1, maxLength: 2 }),
    targets: fc.array(node, { minLength: 1, maxLength: 2 }),
  });
});

/** Every simple path by plain recursion over the edge list. */
function bruteForce(edges: readonly Edge[], roots: readonly number[], targets: readonly number[]): string[] {
  const needs = (a: number, b: number): boolean =>
    edges.some(([from, name, to]) =>
      name === 'DEPENDENCY_OF' ? from === b && to === a : name !== 'OTHER' && from === a && to === b,
    );
  const found: string[] = [];
  const go = (path: number[]): void => {
    const at = path[path.length - 1] as number;
    if (targets.includes(at)) found.push(path.join('>'));
    for (let next = 0; next < 7; next++) if (!path.includes(next) && needs(at, next)) go([...path, next]);
  };
  for (const root of new Set(roots)) go([root]);
  return found.sort();
}

test('every simple path is found, none is invented, and lengths only grow', () => {
  fc.assert(
    fc.property(smallGraph, ({ size, edges, roots, targets }) => {
      const stated = arcs(size, edges);
      const found = simplePaths(stated, roots, targets, { limit: 1e6, steps: 1e6 });
      assert.deepEqual(found.paths.map(path => path.join('>')).sort(), bruteForce(edges, roots, targets));
      assert.deepEqual([found.total, found.exact, found.truncated], [found.paths.length, true, false]);
      const lengths = found.paths.map(path => path.length);
      assert.deepEqual(
        lengths,
        lengths.toSorted((a, b) => a - b),
      );
      const nearest = Math.min(
        ...targets
          .map(target => distances(stated, roots, 'down')[target] as number)
          .filter(hops => hops >= 0),
      );
      if (found.paths.length > 0) assert.equal(lengths[0], nearest + 1);
    }),
    { numRuns: 500 },
  );
});

test('a limit never changes which paths come first, nor an exact number', () => {
  fc.assert(
    fc.property(smallGraph, fc.integer({ min: 1, max: 3 }), ({ size, edges, roots, targets }, limit) => {
      const stated = arcs(size, edges);
      const all = simplePaths(stated, roots, targets, { limit: 1e6, steps: 1e6 });
      const some = simplePaths(stated, roots, targets, { limit, steps: 1e6 });
      assert.deepEqual(some.paths, all.paths.slice(0, limit));
      assert.equal(some.truncated, all.paths.length > limit);
      if (some.exact) assert.equal(some.total, all.paths.length);
      else assert.ok(some.total <= all.paths.length);
    }),
  );
});

test('the nearest of distances is the least that there is, of however many', () => {
  assert.deepEqual([nearest([]), nearest([-1, -1]), nearest([3, -1, 2, 5])], [-1, -1, 2]);
  assert.equal(nearest(Array.from({ length: 200_000 }, (_, at) => 200_000 - at)), 1);
});
