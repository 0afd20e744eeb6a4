import { RELATIONS } from '../model/relation.ts';
import type { Adjacency, BomGraph, NodeFacts, StatedEdge } from './graph.ts';
import { IDENTITY_KINDS, type IdentityKind, OWNERSHIPS, ROLES, SCOPES, TYPES } from './node-meta.ts';
import { invalid, VarintReader } from './varint.ts';

/** What the decoder checked and hands over. */
export interface CompactParts {
  readonly bytes: Uint8Array;
  readonly meta: Uint16Array;
  readonly packages: Uint32Array;
  /** (ordinal, kind, number) triples by ordinal. */
  readonly others: Uint32Array;
  readonly subjects: Uint32Array;
  readonly edges: number;
  readonly edgesAt: number;
  readonly labelsAt: number;
}

/**
 * A decoded graph: 14 bytes a node and 10 an edge once both adjacencies are built, beside the encoded bytes (about 3 an edge), from which edges and labels
 * are read when asked for.
 */
export class CompactGraph implements BomGraph {
  readonly size: number;
  readonly edges: number;
  readonly subjects: Uint32Array;
  readonly packages: Uint32Array;
  readonly #parts: CompactParts;
  #down: Adjacency | null = null;
  #up: Adjacency | null = null;
  #labels: Map<number, NodeFacts['label']> | null = null;

  constructor(parts: CompactParts) {
    this.#parts = parts;
    this.size = parts.meta.length;
    this.edges = parts.edges;
    this.subjects = parts.subjects;
    this.packages = parts.packages;
  }

  down(): Adjacency {
    this.#down ??= this.#adjacency(false);
    return this.#down;
  }

  up(): Adjacency {
    this.#up ??= this.#adjacency(true);
    return this.#up;
  }

  *stated(): Generator<StatedEdge> {
    const { bytes, edgesAt } = this.#parts;
    const reader = new VarintReader(bytes, edgesAt);
    let from = 0;
    for (let left = this.edges; left > 0; ) {
      from += reader.number();
      const relation = reader.number();
      const count = reader.number();
      let to = 0;
      for (let at = 0; at < count; at++) {
        to += reader.number();
        yield { from, to, relation };
      }
      left -= count;
    }
  }

  others(ordinal: number): readonly { readonly kind: IdentityKind; readonly id: number }[] {
    const found: { kind: IdentityKind; id: number }[] = [];
    const { others } = this.#parts;
    for (let at = firstTriple(others, ordinal); at < others.length && others[at] === ordinal; at += 3) {
      found.push({ kind: IDENTITY_KINDS[others[at + 1] ?? 0] ?? 'package', id: others[at + 2] ?? 0 });
    }
    return found;
  }

  ordinalsOf(kind: IdentityKind, id: number): readonly number[] {
    const found = new Set<number>();
    if (kind === 'package') {
      for (let at = this.packages.indexOf(id); at >= 0; at = this.packages.indexOf(id, at + 1)) found.add(at);
    }
    const { others } = this.#parts;
    const code = IDENTITY_KINDS.indexOf(kind);
    for (let at = 0; at < others.length; at += 3) {
      if (others[at + 2] === id && others[at + 1] === code) found.add(others[at] ?? 0);
    }
    return [...found].sort((a, b) => a - b);
  }

  node(ordinal: number): NodeFacts {
    const meta = this.#parts.meta[ordinal] ?? invalid(`there is no node ${ordinal} of ${this.size}`);
    this.#labels ??= this.#readLabels();
    return {
      role: ROLES[meta & 7] ?? 'listed',
      type: TYPES[(meta >> 3) & 31] ?? 'unknown',
      scope: SCOPES[(meta >> 8) & 7] ?? null,
      ownership: OWNERSHIPS[(meta >> 11) & 3] ?? null,
      label: this.#labels.get(ordinal) ?? null,
    };
  }

  /** Two passes over the encoded edges: count, then place. The generator is not used here, it costs three times as much. */
  #adjacency(upwards: boolean): Adjacency {
    const start = new Uint32Array(this.size + 1);
    const walked = this.#eachWalked(upwards, node => {
      start[node + 1] = (start[node + 1] ?? 0) + 1;
    });
    for (let node = 0; node < this.size; node++)
      start[node + 1] = (start[node + 1] ?? 0) + (start[node] ?? 0);
    const target = new Uint32Array(walked);
    const relation = new Uint8Array(walked);
    this.#eachWalked(upwards, (node, neighbour, code) => {
      const at = start[node] ?? 0;
      target[at] = neighbour;
      relation[at] = code;
      start[node] = at + 1;
    });
    start.copyWithin(1, 0, this.size);
    start[0] = 0;
    return { start, target, relation };
  }

  #eachWalked(upwards: boolean, visit: (node: number, neighbour: number, relation: number) => void): number {
    const { bytes, edgesAt } = this.#parts;
    const reader = new VarintReader(bytes, edgesAt);
    let walked = 0;
    let from = 0;
    for (let left = this.edges; left > 0; ) {
      from += reader.number();
      const code = reader.number();
      const count = reader.number();
      const walk = RELATIONS[code]?.walk ?? 'none';
      const turned = (walk === 'up') !== upwards;
      let to = 0;
      for (let at = 0; at < count; at++) {
        to += reader.number();
        if (walk === 'none') continue;
        walked++;
        if (turned) visit(to, from, code);
        else visit(from, to, code);
      }
      left -= count;
    }
    return walked;
  }

  #readLabels(): Map<number, NodeFacts['label']> {
    const reader = new VarintReader(this.#parts.bytes, this.#parts.labelsAt);
    const labels = new Map<number, NodeFacts['label']>();
    let ordinal = 0;
    for (let left = reader.count(); left > 0; left--) {
      ordinal += reader.number();
      const name = reader.text();
      labels.set(ordinal, { name, version: reader.number() === 0 ? null : reader.text() });
    }
    return labels;
  }
}

/** Where the triples of an ordinal begin: binary search. */
function firstTriple(triples: Uint32Array, ordinal: number): number {
  let low = 0;
  let high = triples.length / 3;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((triples[middle * 3] ?? 0) < ordinal) low = middle + 1;
    else high = middle;
  }
  return low * 3;
}
