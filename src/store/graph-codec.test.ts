import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RELATIONS, relationCode } from '../model/relation.ts';
import { StoreError } from './errors.ts';
import { decodeGraph, encodeGraph, type GraphInput } from './graph-codec.ts';
import { type IdentityKind, nodeMeta } from './node-meta.ts';
import { VarintReader } from './varint.ts';

const column = (length: number) => Uint32Array.from({ length }, (_, at) => 1000 + at);

const graphs = fc.integer({ min: 0, max: 40 }).chain(nodes => {
  const ordinal = fc.integer({ min: 0, max: Math.max(0, nodes - 1) });
  const some = nodes === 0 ? 0 : 60;
  return fc.record({
    meta: fc
      .array(fc.integer({ min: 0, max: 8191 }), { minLength: nodes, maxLength: nodes })
      .map(list => Uint16Array.from(list)),
    packages: fc
      .array(fc.integer({ min: 0, max: 20 }), { minLength: nodes, maxLength: nodes })
      .map(list => Uint32Array.from(list)),
    counts: fc.constant({ package: 20, identifier: 5, plain: 5 }),
    others: fc
      .array(
        fc.record({
          ordinal,
          kind: fc.constantFrom<IdentityKind[]>('package', 'identifier', 'plain'),
          index: fc.integer({ min: 0, max: 4 }),
        }),
        { maxLength: nodes === 0 ? 0 : 10 },
      )
      .map(list => list.sort((a, b) => a.ordinal - b.ordinal)),
    subjects: fc.uniqueArray(ordinal, { maxLength: nodes === 0 ? 0 : 4 }),
    edges: fc.array(
      fc.record({ from: ordinal, to: ordinal, relation: fc.integer({ min: 0, max: RELATIONS.length - 1 }) }),
      { maxLength: some },
    ),
    labels: fc
      .uniqueArray(
        fc.record({ ordinal, name: fc.string({ unit: 'binary' }), version: fc.option(fc.string()) }),
        { selector: label => label.ordinal, maxLength: nodes === 0 ? 0 : 5 },
      )
      .map(list => list.sort((a, b) => a.ordinal - b.ordinal)),
  });
});

const numbers = { package: column(20), identifier: column(5), plain: column(5) };
const edgeText = (edge: { from: number; to: number; relation: number }) =>
  `${edge.from} ${edge.relation} ${edge.to}`;

/** The edges in the bytes by the words of the codec's own description, whatever a walk may follow. */
function statedEdges(bytes: Uint8Array): { from: number; to: number; relation: number }[] {
  const reader = new VarintReader(bytes);
  const [, , nodes = 0, edges = 0] = Array.from({ length: 7 }, () => reader.number());
  for (let left = nodes; left > 0; left -= reader.number()) reader.number();
  for (let node = 0; node < nodes; node++) reader.number();
  for (let left = reader.number() * 3; left > 0; left--) reader.number();
  for (let left = reader.number(); left > 0; left--) reader.number();
  const found: { from: number; to: number; relation: number }[] = [];
  for (let from = 0; found.length < edges; ) {
    from += reader.number();
    const [relation, count] = [reader.number(), reader.number()];
    for (let to = 0, at = 0; at < count; at++) {
      to += reader.number();
      found.push({ from, to, relation });
    }
  }
  return found;
}

test('a graph decodes to what was encoded', () => {
  fc.assert(
    fc.property(graphs, input => {
      const graph = decodeGraph(encodeGraph(input), numbers);
      assert.equal(graph.size, input.meta.length);
      const stated = statedEdges(encodeGraph(input)).map(edgeText);
      assert.equal(stated.length, graph.edges);
      assert.deepEqual(new Set(stated), new Set(input.edges.map(edgeText)));
      assert.equal(new Set(stated).size, stated.length);
      assert.deepEqual(
        [...graph.packages],
        [...input.packages].map(local => (local === 0 ? 0 : 999 + local)),
      );
      assert.deepEqual(
        [...graph.subjects],
        [...input.subjects].sort((a, b) => a - b),
      );
      for (let ordinal = 0; ordinal < graph.size; ordinal++) {
        const label = input.labels.find(one => one.ordinal === ordinal);
        const expected =
          label === undefined
            ? null
            : { name: label.name.toWellFormed(), version: label.version?.toWellFormed() ?? null };
        assert.deepEqual(graph.node(ordinal).label, expected);
        const others = input.others
          .filter(one => one.ordinal === ordinal)
          .map(one => ({ kind: one.kind, id: 1000 + one.index }));
        assert.deepEqual(graph.others(ordinal), others);
      }
    }),
    { numRuns: 300 },
  );
});

test('adjacency holds exactly the walkable edges, turned by what the relation says, and up is down reversed', () => {
  fc.assert(
    fc.property(graphs, input => {
      const graph = decodeGraph(encodeGraph(input), numbers);
      const expected = new Set<string>();
      for (const edge of input.edges) {
        const walk = RELATIONS[edge.relation]?.walk;
        if (walk === 'down') expected.add(edgeText(edge));
        if (walk === 'up') expected.add(edgeText({ from: edge.to, to: edge.from, relation: edge.relation }));
      }
      for (const [adjacency, reversed] of [
        [graph.down(), false],
        [graph.up(), true],
      ] as const) {
        const found = new Set<string>();
        for (let node = 0; node < graph.size; node++) {
          for (let at = adjacency.start[node] ?? 0; at < (adjacency.start[node + 1] ?? 0); at++) {
            const other = adjacency.target[at] ?? -1;
            const relation = adjacency.relation[at] ?? -1;
            found.add(
              edgeText(reversed ? { from: other, to: node, relation } : { from: node, to: other, relation }),
            );
          }
        }
        assert.deepEqual(found, expected);
        assert.equal(adjacency.target.length, expected.size);
      }
    }),
    { numRuns: 300 },
  );
});

test('hostile bytes are refused or decode within bounds, never crash or allocate beyond their size', () => {
  fc.assert(
    fc.property(
      graphs,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }),
      fc.nat(),
      (input, changes, cut) => {
        const bytes = encodeGraph(input);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const damaged = cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
        try {
          const graph = decodeGraph(damaged, numbers);
          for (const { target } of [graph.up(), graph.down()])
            for (const node of target) assert.ok(node < graph.size);
          if (graph.size > 0) graph.node(0);
        } catch (thrown) {
          assert.ok(thrown instanceof StoreError && thrown.code === 'invalid-graph', String(thrown));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('absurd counts are refused before anything is allocated', () => {
  const huge = Uint8Array.from([0x4c, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0]);
  assert.throws(() => decodeGraph(huge, { package: column(0), identifier: column(0), plain: column(0) }), {
    code: 'invalid-graph',
  });
});

test('node meta keeps role, type, scope and ownership', () => {
  const facts = { role: 'service', type: 'install', scope: 'build', ownership: 'third-party' } as const;
  const input: GraphInput = {
    meta: Uint16Array.of(nodeMeta(facts)),
    packages: Uint32Array.of(0),
    counts: { package: 0, identifier: 0, plain: 0 },
    others: [],
    subjects: [],
    edges: [{ from: 0, to: 0, relation: relationCode('DEPENDS_ON') }],
    labels: [],
  };
  const none = { package: column(0), identifier: column(0), plain: column(0) };
  assert.deepEqual(decodeGraph(encodeGraph(input), none).node(0), { ...facts, label: null });
});
