import type { Digest, DocumentLink, Relation } from '../../model/facts.ts';
import { RELATIONS, relationCode } from '../../model/relation.ts';
import type { Contents } from './contents.ts';
import { EdgeBuilder } from './edges.ts';
import type { Elements } from './elements.ts';
import { NAMES } from './names.ts';
import { term } from './terms.ts';
import { type Context, type Entry, isEntry, list, notAn, pick, quoted, text } from './values.ts';

/** A document that an `externalDocumentRefs` entry names, by its `DocumentRef-...` id. */
export interface ExternalDocument {
  readonly namespace: string;
  readonly digests: readonly Digest[];
}

/** What the relationships of a document amount to. */
export interface Edges {
  readonly relations: readonly Relation[];
  readonly links: readonly DocumentLink[];
  readonly completeness: readonly { readonly aggregate: string; readonly refs: readonly number[] }[];
  /** How many were stated, whatever became of them. */
  readonly stated: number;
}

const CONTAINS = relationCode('CONTAINS');
const DESCRIBES = relationCode('DESCRIBES');
const DESCRIBED_BY = relationCode('DESCRIBED_BY');
const OTHER = relationCode('OTHER');

/** Spellings that tools really write for a type; each use is reported. */
const ALIASES = new Map<string, number>([
  ['DESCRIBE', DESCRIBES],
  ['CONTAIN', CONTAINS],
  ['DEPENDS', relationCode('DEPENDS_ON')],
  ['EXPANDED_FROM', relationCode('EXPANDED_FROM_ARCHIVE')],
  ['OPTIONAL_DEPENDENCY', relationCode('OPTIONAL_DEPENDENCY_OF')],
  ['BUILD_TOOL', relationCode('BUILD_TOOL_OF')],
]);

/** Reads relationships into edges over component ordinals (SPDX 2.3 clause 11). Nothing is joined that the document does not join. */
export class RelationshipReader {
  readonly #context: Context;
  readonly #elements: Elements;
  readonly #documents: ReadonlyMap<string, ExternalDocument>;
  readonly #edges: EdgeBuilder;
  readonly #links: DocumentLink[] = [];
  readonly #completeness = new Map<string, number[]>();
  /** Of the relationship that is being read; its place is only put together when something is wrong. */
  #pointer = '';
  #index = 0;
  #stated = 0;
  /** How many lead out of the document at both ends. */
  #elsewhere = 0;
  #lastId: string | null = null;
  #lastElement: number | undefined;

  constructor(context: Context, elements: Elements, documents: ReadonlyMap<string, ExternalDocument>) {
    this.#context = context;
    this.#elements = elements;
    this.#edges = new EdgeBuilder(elements);
    this.#documents = documents;
  }

  /** All relationships of a document, in order: the top-level list, then those that stand inside packages and files. */
  read(root: Entry, pointer: string, inside: Contents['withOwnRelationships']): Edges {
    this.#readAll(root, pointer, null);
    for (const owner of inside) this.#readAll(owner.entry, owner.pointer, owner.id);
    this.#edges.finish();
    this.#reportDocumentEdges();
    reportElsewhere(this.#context, this.#elsewhere);
    const completeness = [...this.#completeness].map(([aggregate, refs]) => ({ aggregate, refs }));
    return { relations: this.#edges.relations, links: this.#links, completeness, stated: this.#stated };
  }

  /** @param id of the element inside which they stand and which says them; null for the document's list */
  #readAll(owner: Entry, pointer: string, id: string | null): void {
    const items = list(this.#context, owner, NAMES.relationships, pointer);
    this.#pointer = pointer;
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      this.#index = index;
      if (isEntry(item)) this.#readOne(item, id);
      else notAn(this.#context, 'a relationship', item, null, this.#at());
    }
  }

  #readOne(item: Entry, owner: string | null): void {
    this.#stated++;
    const fromId = stringOf(item['spdxElementId']) ?? owner;
    const toId = stringOf(item['relatedSpdxElement']);
    if (fromId === null || toId === null) {
      const message = 'A relationship needs two elements and a type; it is counted and makes no edge.';
      this.#context.diagnostics.error('incomplete-relationship', message, this.#place(item));
      return;
    }
    const type = this.#typeOf(item);
    const from = this.#findFrom(fromId);
    const to = this.#elements.find(toId);
    if (this.#isSubject(item, type, fromId, toId, from, to)) return;
    if (from !== undefined && to !== undefined) this.#addEdge(item, from, to, type, fromId);
    else this.#addOutward(item, { id: fromId, element: from }, { id: toId, element: to }, type);
  }

  /** Tools list the relationships of one element together, so that the last one found is most often the one wanted again. */
  #findFrom(id: string): number | undefined {
    if (id !== this.#lastId) {
      this.#lastId = id;
      this.#lastElement = this.#elements.find(id);
    }
    return this.#lastElement;
  }

  #typeOf(item: Entry): number {
    const value = item['relationshipType'];
    const stated =
      typeof value === 'string'
        ? value
        : (text(this.#context, item, NAMES.relationshipType, this.#at()) ?? '');
    const code = relationCode(stated) ?? relationCode(stated.toUpperCase().replaceAll('-', '_'));
    if (code !== undefined) return code;
    const named = relationCode(term(stated));
    if (named !== undefined) return named;
    const alias = ALIASES.get(stated.toUpperCase());
    const message = `The relationship type ${quoted(stated)} is none that SPDX knows; it is read as ${RELATIONS[alias ?? OTHER]?.name}.`;
    this.#context.diagnostics.warning('unknown-relationship-type', message, `${this.#place(item)}`);
    return alias ?? OTHER;
  }

  /** Takes `DOCUMENT DESCRIBES x` and `x DESCRIBED_BY DOCUMENT`; false for all else, and when x is not in the document. */
  #isSubject(item: Entry, type: number, fromId: string, toId: string, from?: number, to?: number): boolean {
    const described = type === DESCRIBES ? to : type === DESCRIBED_BY ? from : undefined;
    const describer = type === DESCRIBES ? from : to;
    if (described === undefined) return false;
    const byId = this.#elements.isDocumentId(type === DESCRIBES ? fromId : toId);
    if (!byId && (describer === undefined || !this.#elements.isDocument(describer))) return false;
    this.#addSubject(item, described);
    return true;
  }

  #addEdge(item: Entry, from: number, to: number, type: number, id: string): void {
    if (from === to && !this.#elements.isOther(from)) {
      const message = `${quoted(id)} has the relationship ${RELATIONS[type]?.name} to itself.`;
      this.#context.diagnostics.warning('self-reference', message, this.#place(item));
    }
    this.#edges.add(from, to, type);
  }

  #addSubject(item: Entry, element: number): void {
    if (this.#elements.isDocument(element)) {
      const message = 'The document says that it describes itself; that names no subject.';
      this.#context.diagnostics.warning('self-reference', message, this.#place(item));
    } else this.#elements.addSubject(element);
  }

  /** NONE and NOASSERTION are statements of completeness; `DocumentRef-` leads out of the document; the rest dangles. */
  #addOutward(item: Entry, from: End, to: End, type: number): void {
    if ((to.id === 'NONE' || to.id === 'NOASSERTION') && from.element !== undefined) {
      const key = `${RELATIONS[type]?.name} ${to.id}`;
      const refs = this.#completeness.get(key) ?? [];
      if (this.#elements.isNode(from.element)) refs.push(this.#elements.ordinal(from.element));
      this.#completeness.set(key, refs);
      return;
    }
    const outward = this.#outward(item, from, to, type) ?? this.#outward(item, to, from, type);
    if (outward !== null) {
      this.#links.push(outward);
      if (from.element === undefined && to.element === undefined) this.#elsewhere++;
    } else this.#reportDangling(item, from.element === undefined ? from.id : to.id);
  }

  /** The link that `there` makes when it names an element of another document and `here` one of this. */
  #outward(item: Entry, here: End, there: End, type: number): DocumentLink | null {
    const target = this.#externalTarget(there.id);
    if (target === null || (here.element === undefined && this.#externalTarget(here.id) === null))
      return null;
    const from =
      here.element !== undefined && this.#elements.isNode(here.element)
        ? this.#elements.ordinal(here.element)
        : null;
    const inward = pick(item, NAMES.from) === there.id && here.id !== there.id;
    const link = { from, target: target.iri, relation: type, digests: target.digests, at: this.#place(item) };
    return inward ? { ...link, inward } : link;
  }

  #externalTarget(id: string): { iri: string; digests: readonly Digest[] } | null {
    if (!id.startsWith('DocumentRef-')) return null;
    const colon = id.indexOf(':');
    const document = this.#documents.get(colon === -1 ? id : id.slice(0, colon));
    if (document === undefined) return null;
    return {
      iri: colon === -1 ? document.namespace : `${document.namespace}#${id.slice(colon + 1)}`,
      digests: document.digests,
    };
  }

  #reportDangling(item: Entry, id: string): void {
    const message = `The relationship names ${quoted(id)}, which the document does not have; it is counted and makes no edge.`;
    this.#context.diagnostics.warning('dangling-reference', message, this.#place(item));
  }

  #reportDocumentEdges(): void {
    if (this.#edges.ofDocument === 0) return;
    const message = `${this.#edges.ofDocument} relationships of the document itself are no edges between components; only DESCRIBES names subjects.`;
    this.#context.diagnostics.info('document-relationship', message, null);
  }

  #at(): string {
    return `${this.#pointer}/relationships/${this.#index}`;
  }

  #place(item: Entry): string {
    return this.#context.place(item, this.#at());
  }
}

/** Yocto's runtime documents say of other documents' elements what depends on what; no edge of theirs is between elements at hand. */
export function reportElsewhere({ diagnostics }: Context, count: number): void {
  if (count === 0) return;
  const what = count === 1 ? '1 relationship is' : `${count} relationships are`;
  const message = `${what} between elements of other documents only; the documents are linked, and no edge is made.`;
  diagnostics.info('relationship-elsewhere', message, null);
}

interface End {
  readonly id: string;
  readonly element: number | undefined;
}

function stringOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
