import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RELATIONS, relationCode } from '../model/relation.ts';
import { simplePaths } from './paths.ts';
import {
  arcBetween,
  arcsOf,
  distances,
  howOf,
  NESTING,
  parentsOf,
  reach,
  rootsFor,
  type StatedGraph,
} from './walk.ts';

type Edge = readonly [from: number, name: string, to: number];

/** A graph written by hand: `edges` as stated, `nested` as [outer, inner]. */
function graph(
  size: number,
  edges: readonly Edge[],
  subjects: number[] = [],
  nested: [number, number][] = [],
): StatedGraph {
  const parent = new Int32Array(size).fill(-1);
  for (const [outer, inner] of nested) parent[inner] = outer;
  return {
    size,
    from: edges.map(edge => edge[0]),
    to: edges.map(edge => edge[2]),
    type: edges.map(edge => relationCode(edge[1]) ?? assert.fail(`no relation ${edge[1]}`)),
    parent,
    subjects,
  };
}

test('the walk follows each relation in the direction its rule says', () => {
  for (const rule of RELATIONS) {
    const arcs = arcsOf(graph(2, [[0, rule.name, 1]]));
    const down = arcBetween(arcs, 0, 1) !== undefined;
    const up = arcBetween(arcs, 1, 0) !== undefined;
    assert.deepEqual([down, up], [rule.walk === 'down', rule.walk === 'up'], rule.name);
  }
});

test('nesting is an arc of its own, and a relation that says the same goes before it', () => {
  const arcs = arcsOf(
    graph(
      3,
      [[0, 'DEPENDS_ON', 2]],
      [0],
      [
        [0, 1],
        [0, 2],
      ],
    ),
  );
  assert.deepEqual(Array.from(arcs.downTo), [2, 1]);
  assert.deepEqual(Array.from(arcs.downBy), [0, NESTING]);
});

test('self-references, repeated statements and ordinals out of range give no arcs', () => {
  const arcs = arcsOf(
    graph(2, [
      [0, 'DEPENDS_ON', 0],
      [0, 'DEPENDS_ON', 1],
      [0, 'CONTAINS', 1],
      [0, 'DEPENDS_ON', 7],
      [9, 'DEPENDS_ON', 1],
    ]),
  );
  assert.deepEqual(Array.from(arcs.downTo), [1]);
  assert.deepEqual(Array.from(arcs.downBy), [1]);
});

test('reach counts hops from the nearest subject, through cycles', () => {
  const stated = graph(
    6,
    [
      [0, 'DEPENDS_ON', 1],
      [1, 'DEPENDS_ON', 2],
      [2, 'DEPENDS_ON', 1],
      [4, 'DEPENDENCY_OF', 2],
      [5, 'OTHER', 1],
    ],
    [0],
  );
  assert.deepEqual(Array.from(reach(stated)), [0, 1, 2, -1, 3, -1]);
  assert.deepEqual([0, 1, 2, -1].map(howOf), ['subject', 'direct', 'transitive', 'none']);
});

test('paths begin at subjects, else at entries that nothing needs, else nowhere', () => {
  const edges: Edge[] = [
    [0, 'DEPENDS_ON', 1],
    [2, 'DEPENDS_ON', 3],
  ];
  const stated = graph(5, edges, [0]);
  const arcs = arcsOf(stated);
  assert.deepEqual(rootsFor(stated, arcs, [1]), { rule: 'subject', nodes: [0] });
  assert.deepEqual(rootsFor(stated, arcs, [3]), { rule: 'entry', nodes: [2] });
  assert.equal(rootsFor(stated, arcs, [4]), null);
  assert.equal(rootsFor(stated, arcs, [2]), null);
  const cycle = graph(2, [
    [0, 'DEPENDS_ON', 1],
    [1, 'DEPENDS_ON', 0],
  ]);
  assert.equal(rootsFor(cycle, arcsOf(cycle), [1]), null);
});

test('parents are the holders of a component, whatever side states it', () => {
  const stated = graph(
    4,
    [
      [0, 'DEPENDS_ON', 3],
      [3, 'DEPENDENCY_OF', 1],
    ],
    [0],
    [[2, 3]],
  );
  assert.deepEqual(parentsOf(arcsOf(stated), 3), [0, 1, 2]);
});

test('paths come shortest first, with their exact number', () => {
  const stated = graph(
    5,
    [
      [0, 'DEPENDS_ON', 1],
      [1, 'DEPENDS_ON', 4],
      [0, 'DEPENDS_ON', 2],
      [2, 'DEPENDS_ON', 3],
      [3, 'DEPENDS_ON', 4],
      [0, 'DEPENDS_ON', 4],
    ],
    [0],
  );
  const found = simplePaths(arcsOf(stated), [0], [4]);
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
  const first = simplePaths(arcsOf(stated), [0], [4], { limit: 1, steps: 1000 });
  assert.deepEqual(first, { paths: [[0, 4]], total: 3, exact: true, truncated: true });
});

test('a ladder of diamonds has more paths than can be listed, and the number is still exact', () => {
  const edges: Edge[] = [];
  for (let i = 0; i < 40; i++) {
    edges.push([3 * i, 'DEPENDS_ON', 3 * i + 1], [3 * i, 'DEPENDS_ON', 3 * i + 2]);
    edges.push([3 * i + 1, 'DEPENDS_ON', 3 * i + 3], [3 * i + 2, 'DEPENDS_ON', 3 * i + 3]);
  }
  const found = simplePaths(arcsOf(graph(121, edges, [0])), [0], [120], { limit: 5, steps: 10_000 });
  assert.equal(found.paths.length, 5);
  assert.deepEqual([found.total, found.exact, found.truncated], [2 ** 40, true, true]);
});

test('a dense cyclic graph stays within its bounds and says that the number is a lower bound', () => {
  const edges: Edge[] = [];
  for (let i = 0; i < 40; i++) for (let j = 0; j < 40; j++) edges.push([i, 'DEPENDS_ON', j]);
  const found = simplePaths(arcsOf(graph(40, edges, [0])), [0], [39], { limit: 10, steps: 5000 });
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
      const arcs = arcsOf(graph(size, edges, roots));
      const found = simplePaths(arcs, roots, targets, { limit: 1e6, steps: 1e6 });
      assert.deepEqual(found.paths.map(path => path.join('>')).sort(), bruteForce(edges, roots, targets));
      assert.deepEqual([found.total, found.exact, found.truncated], [found.paths.length, true, false]);
      const lengths = found.paths.map(path => path.length);
      assert.deepEqual(
        lengths,
        lengths.toSorted((a, b) => a - b),
      );
      const nearest = Math.min(
        ...targets.map(target => distances(arcs, roots, 'down')[target] as number).filter(hops => hops >= 0),
      );
      if (found.paths.length > 0) assert.equal(lengths[0], nearest + 1);
    }),
    { numRuns: 500 },
  );
});

test('a limit never changes which paths come first, nor an exact number', () => {
  fc.assert(
    fc.property(smallGraph, fc.integer({ min: 1, max: 3 }), ({ size, edges, roots, targets }, limit) => {
      const arcs = arcsOf(graph(size, edges, roots));
      const all = simplePaths(arcs, roots, targets, { limit: 1e6, steps: 1e6 });
      const some = simplePaths(arcs, roots, targets, { limit, steps: 1e6 });
      assert.deepEqual(some.paths, all.paths.slice(0, limit));
      assert.equal(some.truncated, all.paths.length > limit);
      if (some.exact) assert.equal(some.total, all.paths.length);
      else assert.ok(some.total <= all.paths.length);
    }),
  );
});
