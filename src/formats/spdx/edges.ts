import type { Relation } from '../../model/facts.ts';
import { RELATIONS, relationCode } from '../../model/relation.ts';
import type { Elements } from './elements.ts';

const CONTAINS = relationCode('CONTAINS');
const CONTAINED_BY = relationCode('CONTAINED_BY');

/**
 * Turns stated relationships between elements into edges between component ordinals. A file is a fact and no node; it becomes
 * one only when an edge that a path can follow needs it and is more than "this package holds that file".
 */
export class EdgeBuilder {
  readonly relations: Relation[] = [];
  readonly #elements: Elements;
  /** Containment of files, as triples of two elements and a type: needed again only when a file became a node. */
  readonly #held: number[] = [];
  #ofDocument = 0;

  constructor(elements: Elements) {
    this.#elements = elements;
  }

  /** How many relationships were of the document itself, and so are no edges. */
  get ofDocument(): number {
    return this.#ofDocument;
  }

  add(from: number, to: number, type: number): void {
    const elements = this.#elements;
    if (elements.isComponent(from) && elements.isComponent(to)) this.#push(from, to, type);
    else if (elements.isDocument(from) || elements.isDocument(to)) this.#ofDocument++;
    else if (!elements.isOther(from) && !elements.isOther(to)) this.#addFileEdge(from, to, type);
  }

  /** Adds the containment of the files that became nodes, also where a package's list of files states it. */
  finish(): void {
    const elements = this.#elements;
    if (!elements.hasPromoted) return;
    const done = new Set<number>();
    for (let i = 0; i < this.#held.length; i += 3) {
      const [from, to, type] = [
        this.#held[i] as number,
        this.#held[i + 1] as number,
        this.#held[i + 2] as number,
      ];
      if (!elements.isNode(from) || !elements.isNode(to)) continue;
      this.#push(from, to, type);
      done.add(elements.ordinal(type === CONTAINS ? to : from));
    }
    for (const { ordinal, holder } of elements.promotedFiles()) {
      if (holder !== null && !done.has(ordinal))
        this.relations.push({ from: holder, to: ordinal, type: CONTAINS });
    }
  }

  #addFileEdge(from: number, to: number, type: number): void {
    const elements = this.#elements;
    const isHolding = type === CONTAINS || type === CONTAINED_BY;
    const [holder, held] = type === CONTAINED_BY ? [to, from] : [from, to];
    if (isHolding && elements.isFile(held)) {
      if (elements.isComponent(holder)) elements.setHolder(held, holder);
      this.#held.push(from, to, type);
      return;
    }
    if (RELATIONS[type]?.walk === 'none') return;
    elements.promote(from);
    elements.promote(to);
    this.#push(from, to, type);
  }

  #push(from: number, to: number, type: number): void {
    this.relations.push({ from: this.#elements.ordinal(from), to: this.#elements.ordinal(to), type });
  }
}
