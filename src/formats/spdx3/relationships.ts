import type { BomFacts, Digest, DocumentLink, Relation } from '../../model/facts.ts';
import { RELATIONS, relationCode } from '../../model/relation.ts';
import { EdgeBuilder } from '../spdx/edges.ts';
import type { Elements } from '../spdx/elements.ts';
import { reportElsewhere } from '../spdx/relationships.ts';
import { type Context, quoted } from '../spdx/values.ts';
import { type Element3, refOf, textOf, valuesOf } from './graph.ts';
import { relation3 } from './relations.ts';

/** What the relationships of an SPDX 3 document amount to. */
export interface Edges3 {
  readonly relations: readonly Relation[];
  readonly links: readonly DocumentLink[];
  readonly completeness: BomFacts['completeness'];
  /** One for each `to` of each relationship. */
  readonly stated: number;
  /** How many relationship elements there are. */
  readonly entries: number;
}

/** An element of another document that an `import` names. */
export interface Import3 {
  readonly digests: readonly Digest[];
}

const DESCRIBES = relationCode('DESCRIBES');
const OTHER = relationCode('OTHER');

/** Reads relationship elements (Core/Relationship and its classes) into edges over component ordinals. */
export class RelationshipReader3 {
  readonly #context: Context;
  readonly #elements: Elements;
  readonly #imports: ReadonlyMap<string, Import3>;
  /** Called for what a document, Bom or Sbom describes. */
  readonly #describe: (from: string, to: string) => boolean;
  readonly #edges: EdgeBuilder;
  readonly #links: DocumentLink[] = [];
  readonly #completeness = new Map<string, Set<number>>();
  #stated = 0;
  #entries = 0;
  /** How many lead out of the document at both ends. */
  #elsewhere = 0;

  constructor(
    context: Context,
    elements: Elements,
    imports: ReadonlyMap<string, Import3>,
    describe: (from: string, to: string) => boolean,
  ) {
    this.#context = context;
    this.#elements = elements;
    this.#imports = imports;
    this.#describe = describe;
    this.#edges = new EdgeBuilder(elements);
  }

  read(relationship: Element3): void {
    this.#entries++;
    const { entry, pointer } = relationship;
    const from = refOf(entry['from']);
    const targets = valuesOf(entry, 'to');
    this.#stated += targets.length;
    const stated = textOf(entry, 'relationshipType');
    if (from === null || stated === null) {
      const message =
        'A relationship needs an element it is from and a type; it is counted and makes no edge.';
      this.#context.diagnostics.error('incomplete-relationship', message, pointer);
      return;
    }
    const { code, reversed } = relation3(stated, textOf(entry, 'scope')) ?? this.#unknown(stated, pointer);
    for (const [index, target] of targets.entries()) {
      const to = refOf(target);
      if (to === null)
        this.#context.diagnostics.error(
          'wrong-type',
          'Expected the id of an element.',
          `${pointer}/to/${index}`,
        );
      else this.#readEdge(from, to, { code, reversed, pointer });
    }
    // That there is none is complete by itself.
    if (targets.length > 0 && targets.every(target => nothingOf(refOf(target) ?? '') === 'NONE')) return;
    this.#noteCompleteness(from, code, textOf(entry, 'completeness'));
  }

  finish(): Edges3 {
    this.#edges.finish();
    reportElsewhere(this.#context, this.#elsewhere);
    const completeness = [...this.#completeness].map(([aggregate, refs]) => ({ aggregate, refs: [...refs] }));
    return {
      relations: this.#edges.relations,
      links: this.#links,
      completeness,
      stated: this.#stated,
      entries: this.#entries,
    };
  }

  #unknown(stated: string, pointer: string): { code: number; reversed: boolean } {
    const message = `The relationship type ${quoted(stated)} is none that SPDX knows; it is read as OTHER.`;
    this.#context.diagnostics.warning('unknown-relationship-type', message, `${pointer}/relationshipType`);
    return { code: OTHER, reversed: false };
  }

  #readEdge(fromId: string, toId: string, said: { code: number; reversed: boolean; pointer: string }): void {
    const { code, pointer } = said;
    if (code === DESCRIBES && this.#describe(fromId, toId)) return;
    const nothing = nothingOf(toId);
    const from = this.#elements.find(fromId);
    const to = this.#elements.find(toId);
    if (to === undefined && nothing !== undefined) {
      this.#note(`${RELATIONS[code]?.name} ${nothing}`, from);
      return;
    }
    if (from !== undefined && to !== undefined) {
      if (from === to && !this.#elements.isOther(from)) {
        const message = `${quoted(fromId)} has the relationship ${RELATIONS[code]?.name} to itself.`;
        this.#context.diagnostics.warning('self-reference', message, pointer);
      }
      if (said.reversed) this.#edges.add(to, from, code);
      else this.#edges.add(from, to, code);
      return;
    }
    if (from !== undefined && this.#link(from, toId, said, said.reversed)) return;
    if (to !== undefined && this.#link(to, fromId, said, !said.reversed)) return;
    if (this.#imports.has(fromId) && this.#imports.has(toId)) {
      this.#elsewhere++;
      this.#links.push({
        from: null,
        target: toId,
        relation: code,
        digests: this.#imports.get(toId)?.digests ?? [],
        at: pointer,
      });
      return;
    }
    if (isIndividual(from === undefined ? fromId : toId)) return;
    const message = `The relationship names ${quoted(from === undefined ? fromId : toId)}, which the document does not have; it is counted and makes no edge.`;
    this.#context.diagnostics.warning('dangling-reference', message, pointer);
  }

  /** An edge to an element that the document imports. */
  #link(here: number, there: string, said: { code: number; pointer: string }, inward: boolean): boolean {
    const known = this.#imports.get(there);
    if (known === undefined) return false;
    const from = this.#elements.isNode(here) ? this.#elements.ordinal(here) : null;
    const link = { from, target: there, relation: said.code, digests: known.digests, at: said.pointer };
    this.#links.push(inward ? { ...link, inward } : link);
    return true;
  }

  #noteCompleteness(fromId: string, code: number, stated: string | null): void {
    if (stated === 'complete' || stated === 'incomplete') {
      this.#note(`${RELATIONS[code]?.name} ${stated}`, this.#elements.find(fromId));
    }
  }

  #note(aggregate: string, element: number | undefined): void {
    if (element === undefined || !this.#elements.isNode(element)) return;
    const refs = this.#completeness.get(aggregate) ?? new Set();
    this.#completeness.set(aggregate, refs.add(this.#elements.ordinal(element)));
  }
}

/** The individuals that stand for no element and for no statement. */
const NOTHING_TARGETS = new Map([
  ['NoneElement', 'NONE'],
  ['NoAssertionElement', 'NOASSERTION'],
]);

function nothingOf(iri: string): string | undefined {
  return NOTHING_TARGETS.get(iri.slice(iri.lastIndexOf('/') + 1));
}

/** SPDX's own individuals, and listed licences, are part of no document. */
function isIndividual(iri: string): boolean {
  return iri.includes('://spdx.org/licenses/') || iri.includes('://spdx.org/rdf/') || INDIVIDUALS.has(iri);
}

const INDIVIDUALS = new Set([
  'NoneElement',
  'NoAssertionElement',
  'SpdxOrganization',
  'expandedlicensing_NoneLicense',
  'expandedlicensing_NoAssertionLicense',
  'spdx:NoneElement',
  'spdx:NoAssertionElement',
]);
