import { RELATIONS } from '../model/relation.ts';
import { CompactGraph } from './compact-graph.ts';
import type { BomGraph, StatedEdge } from './graph.ts';
import { IDENTITY_KINDS, type IdentityKind } from './node-meta.ts';
import { invalid, VarintReader, VarintWriter } from './varint.ts';

/**
 * One BOM's graph as one compact binary value: what the writer stores beside each BOM, and what a walk decodes. All numbers are LEB128.
 *
 *     'L' version  nodes edges packages identifiers plain
 *     meta:     runs of (meta, length) until all nodes have one
 *     packages: per node the difference to the node before of (1 + index into the BOM's packages; 0 none)
 *     others:   count, then (ordinal difference, kind, index) for further identities
 *     subjects: count, ordinal differences
 *     edges:    until all edges are read: (from difference, relation, count, first to, differences)
 *     labels:   count, then (ordinal difference, name, 0 | 1 version)
 *
 * Edges are sorted and distinct, direction and relation as stated. Indices are local to the document, so that readers encode without the store; the decoder
 * gets the dictionary numbers as three columns.
 */
const MAGIC = 0x4c;
const VERSION = 1;

/** Sorting packs (from, relation, to) into one double, exact to 53 bits. */
export const MAX_NODES = 2 ** 22;
const MAX_RELATIONS = 2 ** 8;

/** How many distinct identities of each kind the BOM has: what indices are checked against. */
export interface IdentityCounts {
  readonly package: number;
  readonly identifier: number;
  readonly plain: number;
}

/** A further identity of a node. */
export interface OtherIdentity {
  readonly ordinal: number;
  readonly kind: IdentityKind;
  readonly index: number;
}

export interface GraphInput {
  /** One per node, from `nodeMeta`. */
  readonly meta: Uint16Array;
  /** 1 + index of each node's primary package; 0 none. */
  readonly packages: Uint32Array;
  readonly counts: IdentityCounts;
  readonly others: readonly OtherIdentity[];
  readonly subjects: readonly number[];
  readonly edges: readonly StatedEdge[];
  /** Name and version of nodes that no purl names. */
  readonly labels: readonly {
    readonly ordinal: number;
    readonly name: string;
    readonly version: string | null;
  }[];
}

/** Dictionary numbers by local index. */
export interface IdentityNumbers {
  readonly package: Uint32Array;
  readonly identifier: Uint32Array;
  readonly plain: Uint32Array;
}

/** Encodes a graph. Edges out of range are the caller's fault and throw `invalid-graph`; repeated ones are kept once. */
export function encodeGraph(input: GraphInput): Uint8Array {
  const nodes = input.meta.length;
  if (nodes > MAX_NODES) invalid(`${nodes} nodes are more than ${MAX_NODES}`);
  const keys = edgeKeys(input.edges, nodes);
  const writer = new VarintWriter();
  for (const value of [MAGIC, VERSION, nodes, keys.length]) writer.number(value);
  for (const kind of IDENTITY_KINDS) writer.number(input.counts[kind]);
  writeMeta(writer, input.meta);
  writePackages(writer, input.packages);
  writeOthers(writer, input.others);
  writeSubjects(writer, input.subjects);
  writeEdges(writer, keys);
  writeLabels(writer, input.labels);
  return writer.finish();
}

/**
 * Decodes a graph. Throws StoreError `invalid-graph` for anything that `encodeGraph` would not write as far as walks depend on it: no count is believed
 * beyond the bytes there are, no ordinal or index beyond its list.
 */
export function decodeGraph(bytes: Uint8Array, numbers: IdentityNumbers): BomGraph {
  const reader = new VarintReader(bytes);
  if (reader.number() !== MAGIC || reader.number() !== VERSION)
    invalid('it does not begin as a graph of this version does');
  const nodes = reader.number();
  const edges = reader.number();
  if (nodes > MAX_NODES || nodes > bytes.length || edges > bytes.length)
    invalid(`it claims ${nodes} nodes and ${edges} edges in ${bytes.length} bytes`);
  for (const kind of IDENTITY_KINDS) {
    const count = reader.number();
    if (count !== numbers[kind].length)
      invalid(`it has ${count} of kind ${kind} where the index has ${numbers[kind].length}`);
  }
  const meta = readMeta(reader, nodes);
  const packages = readPackages(reader, nodes, numbers.package);
  const others = readOthers(reader, nodes, numbers);
  const subjects = readSubjects(reader, nodes);
  const edgesAt = reader.offset;
  const labelsAt = checkEdges(reader, nodes, edges);
  // Copies: a view would keep the whole of what was read.
  const edgeBytes = bytes.slice(edgesAt, labelsAt);
  const labelBytes = bytes.slice(labelsAt);
  return new CompactGraph({ meta, packages, others, subjects, edges, edgeBytes, labelBytes });
}

function edgeKeys(edges: readonly StatedEdge[], nodes: number): Float64Array {
  const keys = new Float64Array(edges.length);
  let length = 0;
  for (const edge of edges) {
    if (edge.from < 0 || edge.to < 0 || edge.from >= nodes || edge.to >= nodes)
      invalid(`an edge from ${edge.from} to ${edge.to} leaves ${nodes} nodes`);
    if (edge.relation < 0 || edge.relation >= RELATIONS.length)
      invalid(`relation ${edge.relation} is not in the table`);
    keys[length++] = (edge.from * MAX_RELATIONS + edge.relation) * MAX_NODES + edge.to;
  }
  keys.sort();
  let distinct = 0;
  for (let at = 0; at < length; at++) {
    const key = keys[at] ?? 0;
    if (at === 0 || key !== keys[distinct - 1]) keys[distinct++] = key;
  }
  return keys.subarray(0, distinct);
}

function writeMeta(writer: VarintWriter, meta: Uint16Array): void {
  let at = 0;
  while (at < meta.length) {
    const value = meta[at] ?? 0;
    let end = at + 1;
    while (end < meta.length && meta[end] === value) end++;
    writer.number(value);
    writer.number(end - at);
    at = end;
  }
}

function readMeta(reader: VarintReader, nodes: number): Uint16Array {
  const meta = new Uint16Array(nodes);
  let at = 0;
  while (at < nodes) {
    const value = reader.below(1 << 13, 'node meta');
    const run = reader.number();
    if (run === 0 || run > nodes - at) invalid('a run of node meta has a wrong length');
    meta.fill(value, at, at + run);
    at += run;
  }
  return meta;
}

function writePackages(writer: VarintWriter, packages: Uint32Array): void {
  let before = 0;
  for (const value of packages) {
    writer.signed(value - before);
    before = value;
  }
}

function readPackages(reader: VarintReader, nodes: number, numbers: Uint32Array): Uint32Array {
  const packages = new Uint32Array(nodes);
  let before = 0;
  for (let at = 0; at < nodes; at++) {
    before += reader.signed();
    if (before === 0) continue;
    packages[at] = numbers[before - 1] ?? invalid(`package ${before - 1} is not below ${numbers.length}`);
  }
  return packages;
}

function writeOthers(writer: VarintWriter, others: readonly OtherIdentity[]): void {
  writer.number(others.length);
  let before = 0;
  for (const other of others) {
    writer.number(other.ordinal - before);
    writer.number(IDENTITY_KINDS.indexOf(other.kind));
    writer.number(other.index);
    before = other.ordinal;
  }
}

/** Columns: ordinal, kind, dictionary number; ordinals ascend. */
function readOthers(reader: VarintReader, nodes: number, numbers: IdentityNumbers): Uint32Array {
  const count = reader.count();
  const others = new Uint32Array(count * 3);
  let ordinal = 0;
  for (let at = 0; at < count; at++) {
    ordinal += reader.number();
    if (ordinal >= nodes) invalid(`ordinal ${ordinal} is not below ${nodes}`);
    const kind = reader.below(IDENTITY_KINDS.length, 'identity kind');
    const column = numbers[IDENTITY_KINDS[kind] ?? 'package'];
    const index = reader.below(column.length, 'identity');
    others[at * 3] = ordinal;
    others[at * 3 + 1] = kind;
    others[at * 3 + 2] = column[index] ?? 0;
  }
  return others;
}

function writeSubjects(writer: VarintWriter, subjects: readonly number[]): void {
  const sorted = Uint32Array.from(new Set(subjects)).sort();
  writer.number(sorted.length);
  let before = 0;
  for (const ordinal of sorted) {
    writer.number(ordinal - before);
    before = ordinal;
  }
}

function readSubjects(reader: VarintReader, nodes: number): Uint32Array {
  const subjects = new Uint32Array(reader.count());
  let ordinal = 0;
  for (let at = 0; at < subjects.length; at++) {
    ordinal += reader.number();
    if (ordinal >= nodes) invalid(`subject ${ordinal} is not below ${nodes}`);
    subjects[at] = ordinal;
  }
  return subjects;
}

function writeEdges(writer: VarintWriter, keys: Float64Array): void {
  let at = 0;
  let fromBefore = 0;
  while (at < keys.length) {
    const group = Math.floor((keys[at] ?? 0) / MAX_NODES);
    let end = at + 1;
    while (end < keys.length && Math.floor((keys[end] ?? 0) / MAX_NODES) === group) end++;
    const from = Math.floor(group / MAX_RELATIONS);
    writer.number(from - fromBefore);
    writer.number(group % MAX_RELATIONS);
    writer.number(end - at);
    fromBefore = from;
    let toBefore = 0;
    for (; at < end; at++) {
      const to = (keys[at] ?? 0) % MAX_NODES;
      writer.number(to - toBefore);
      toBefore = to;
    }
  }
}

/** Walks all edges once, so that later walks need no checks. Returns where the labels begin. */
function checkEdges(reader: VarintReader, nodes: number, edges: number): number {
  let left = edges;
  let from = 0;
  while (left > 0) {
    from += reader.number();
    if (from >= nodes) invalid(`an edge begins at ${from} of ${nodes} nodes`);
    reader.below(RELATIONS.length, 'relation');
    const count = reader.number();
    if (count === 0 || count > left) invalid('a group of edges has a wrong length');
    let to = 0;
    for (let at = 0; at < count; at++) {
      to += reader.number();
      if (to >= nodes) invalid(`an edge ends at ${to} of ${nodes} nodes`);
    }
    left -= count;
  }
  return reader.offset;
}

function writeLabels(writer: VarintWriter, labels: GraphInput['labels']): void {
  writer.number(labels.length);
  let before = 0;
  for (const label of labels) {
    writer.number(label.ordinal - before);
    writer.text(label.name);
    writer.number(label.version === null ? 0 : 1);
    if (label.version !== null) writer.text(label.version);
    before = label.ordinal;
  }
}
