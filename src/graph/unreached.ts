import { type Join, WHOLE } from './joins.ts';
import { type Crossing, type Member, memberOf, type World } from './world.ts';

/** A node that the thing holds and to which no path is stated; `join`: how its document comes in, null for the thing's own. */
export interface UnreachedNode {
  readonly node: number;
  readonly join: Join | null;
}

/**
 * Which of some nodes the thing holds, by the rule that `where` counts by: its own documents hold all that they list, so does a document that is joined by what it
 * is about, and a join to another entry brings in what a path leads to from there.
 */
export function heldWithoutPath(
  world: World,
  own: ReadonlySet<number>,
  nodes: readonly number[],
): UnreachedNode[] {
  const held: UnreachedNode[] = [];
  const foreign: number[] = [];
  for (const node of nodes) {
    if (own.has(memberOf(world, node).bom.id)) held.push({ node, join: null });
    else foreign.push(node);
  }
  if (foreign.length === 0 || world.crossings.length === 0) return held;
  const joined = new Joined(world, own);
  for (const node of foreign) {
    const join = joined.by(node);
    if (join !== null) held.push({ node, join });
  }
  return held;
}

/** What joins bring in, from the thing's own documents on. */
class Joined {
  readonly #world: World;
  /** Documents that are held with all that they list, with the join that led there; null for the thing's own. */
  readonly #whole = new Map<number, Join | null>();
  readonly #nodes = new Map<number, Join>();

  constructor(world: World, own: ReadonlySet<number>) {
    this.#world = world;
    for (const id of own) this.#whole.set(id, null);
    let open = world.crossings;
    for (let before = -1; before !== open.length; ) {
      before = open.length;
      open = open.filter(crossing => !this.#cross(crossing));
    }
  }

  /** The join by which a node's document comes in, when it is held. */
  by(node: number): Join | null {
    return this.#whole.get(memberOf(this.#world, node).bom.id) ?? this.#nodes.get(node) ?? null;
  }

  /** False while nothing that is held has the join. */
  #cross({ by, to, join }: Crossing): boolean {
    const isHeld =
      this.#whole.has(by.bom.id) || (join.from !== WHOLE && this.#nodes.has(by.offset + join.from));
    if (!isHeld) return false;
    if (this.#whole.has(to.bom.id)) return true;
    if (isWhole(to, join.entry)) this.#whole.set(to.bom.id, join);
    else this.#enter(to.offset + join.entry, join);
    return true;
  }

  /** Enters each node once, however many joins lead to it. */
  #enter(entry: number, join: Join): void {
    const { start, target } = this.#world.arcs.down();
    const stack = [entry];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (this.#nodes.has(node)) continue;
      this.#nodes.set(node, join);
      for (let i = start[node] ?? 0; i < (start[node + 1] ?? 0); i++) stack.push(target[i] ?? 0);
    }
  }
}

function isWhole({ bom }: Member, entry: number): boolean {
  return entry === WHOLE || bom.subjects.some(subject => subject.ordinal === entry);
}
