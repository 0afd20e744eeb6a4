import { RELATIONS } from '../model/relation.ts';
import type { Adjacency, BomGraph, NodeFacts } from './graph.ts';
import { IDENTITY_KINDS, type IdentityKind, OWNERSHIPS, ROLES, SCOPES, TYPES } from './node-meta.ts';
import { invalid, VarintReader } from './varint.ts';

/** What the decoder checked and hands over. */
export interface CompactParts {
  readonly meta: Uint16Array;
  readonly packages: Uint32Array;
  /** (ordinal, kind, number) triples by ordinal. */
  readonly others: Uint32Array;
  readonly subjects: Uint32Array;
  readonly edges: number;
  /** Encoded, about 3 bytes an edge. */
  readonly edgeBytes: Uint8Array;
  /** Encoded. */
  readonly labelBytes: Uint8Array;
}

/** A decoded graph: 14 bytes a node and 10 an edge once both adjacencies are built, beside further identities and the labels, which are read when asked for. */
export class CompactGraph implements BomGraph {
  readonly size: number;
  readonly edges: number;
  readonly subjects: Uint32Array;
  readonly packages: Uint32Array;
  readonly #parts: Pick<CompactParts, 'meta' | 'others' | 'labelBytes'>;
  /** Null when nothing is left to build from them. */
  #edgeBytes: Uint8Array | null;
  #down: Adjacency | null = null;
  #up: Adjacency | null = null;
  #labels: Map<number, NodeFacts['label']> | null = null;

  constructor(parts: CompactParts) {
    const { meta, others, labelBytes } = parts;
    this.#parts = { meta, others, labelBytes };
    this.#edgeBytes = parts.edgeBytes;
    this.size = parts.meta.length;
    this.edges = parts.edges;
    this.subjects = parts.subjects;
    this.packages = parts.packages;
  }

  down(): Adjacency {
    return (this.#down ??= this.#adjacency(false, this.#up));
  }

  up(): Adjacency {
    return (this.#up ??= this.#adjacency(true, this.#down));
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

  /** Two passes over the encoded edges: count, then place. With the other direction built already, they have served. */
  #adjacency(upwards: boolean, other: Adjacency | null): Adjacency {
    const edges = this.#edgeBytes ?? invalid('its edges were let go');
    if (other !== null) this.#edgeBytes = null;
    const start = new Uint32Array(this.size + 1);
    const walked = this.#eachWalked(edges, upwards, node => {
      start[node + 1] = (start[node + 1] ?? 0) + 1;
    });
    for (let node = 0; node < this.size; node++)
      start[node + 1] = (start[node + 1] ?? 0) + (start[node] ?? 0);
    const target = new Uint32Array(walked);
    const relation = new Uint8Array(walked);
    this.#eachWalked(edges, upwards, (node, neighbour, code) => {
      const at = start[node] ?? 0;
      target[at] = neighbour;
      relation[at] = code;
      start[node] = at + 1;
    });
    start.copyWithin(1, 0, this.size);
    start[0] = 0;
    return { start, target, relation };
  }

  #eachWalked(
    bytes: Uint8Array,
    upwards: boolean,
    visit: (node: number, neighbour: number, relation: number) => void,
  ): number {
    const reader = new VarintReader(bytes);
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
    const reader = new VarintReader(this.#parts.labelBytes);
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
