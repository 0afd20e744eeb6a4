import type { Adjacency } from '../store/graph.ts';
import type { Arcs } from './walk.ts';

/** One arc of a composition: `held` is needed or held by `holder`; `relation` as in model/relation, 0 for a join that has none. */
export type ArcTriple = readonly [holder: number, relation: number, held: number];

/** Arcs from triples, in compressed rows both ways. Ends out of range are left out. */
export function arcsFrom(size: number, triples: readonly ArcTriple[]): Arcs {
  const kept = triples.filter(
    ([holder, , held]) => holder >= 0 && held >= 0 && holder < size && held < size && holder !== held,
  );
  const down = rows(size, kept, 0, 2);
  const up = rows(size, kept, 2, 0);
  return { size, down: () => down, up: () => up };
}

function rows(size: number, triples: readonly ArcTriple[], by: 0 | 2, to: 0 | 2): Adjacency {
  const start = new Uint32Array(size + 1);
  for (const triple of triples) start[triple[by] + 1] = (start[triple[by] + 1] ?? 0) + 1;
  for (let i = 0; i < size; i++) start[i + 1] = (start[i + 1] ?? 0) + (start[i] ?? 0);
  const fill = start.slice(0, size);
  const target = new Uint32Array(triples.length);
  const relation = new Uint8Array(triples.length);
  for (const triple of triples) {
    const at = fill[triple[by]] ?? 0;
    fill[triple[by]] = at + 1;
    target[at] = triple[to];
    relation[at] = triple[1];
  }
  return { start, target, relation };
}
