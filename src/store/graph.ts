import type { Component, ComponentType } from '../model/facts.ts';

/** Adjacency in compressed rows: the neighbours of `n` are `target[start[n]] .. target[start[n + 1] - 1]`, with the relation's code beside each. */
export interface Adjacency {
  readonly start: Uint32Array;
  readonly target: Uint32Array;
  readonly relation: Uint8Array;
}

/** One stated edge, in the stated direction. */
export interface StatedEdge {
  readonly from: number;
  readonly to: number;
  /** Code of model/relation. */
  readonly relation: number;
}

/**
 * One BOM's graph, decoded into typed arrays. Nodes are component ordinals of the document. Adjacency holds only what a path may follow (`walk` of
 * model/relation), turned so that `down` goes from who needs to what is needed. Nesting is a CONTAINS edge.
 */
export interface BomGraph {
  /** Number of nodes. */
  readonly size: number;
  /** Number of stated edges, all relations. */
  readonly edges: number;
  readonly subjects: Uint32Array;
  /** Package number of each node's primary purl; 0 where it has none. */
  readonly packages: Uint32Array;
  /** From who needs to what is needed. Built when first asked. */
  down(): Adjacency;
  /** From what is needed to who needs it. */
  up(): Adjacency;
  /** Further purls, identifiers and the plain identity of a node. */
  others(
    ordinal: number,
  ): readonly { readonly kind: 'package' | 'identifier' | 'plain'; readonly id: number }[];
  /** All nodes that carry a package, in order. */
  ordinalsOf(kind: 'package' | 'identifier' | 'plain', id: number): readonly number[];
  node(ordinal: number): NodeFacts;
}

/** What the graph itself knows of a node; all else is re-read from the document. */
export interface NodeFacts {
  readonly role: Component['role'];
  readonly type: ComponentType;
  readonly scope: Component['scope'];
  readonly ownership: Component['ownership'];
  /** Name and version where no purl tells them; null where a package does. */
  readonly label: { readonly name: string; readonly version: string | null } | null;
}
