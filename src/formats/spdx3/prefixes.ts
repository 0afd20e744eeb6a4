import { FormatError } from '../errors.ts';
import { type Entry, isEntry } from '../spdx/values.ts';

const MAX_PREFIXES = 1_000;
const MAX_DEPTH = 64;
/** How many characters all expanded IRIs may have; a long prefix before many short ids is how a small document becomes gigabytes. */
const MAX_CHARS = 256 * 1024 * 1024;

/** The properties whose values are IRIs by SPDX's context, and the id itself. */
const IRIS: ReadonlySet<string> = new Set([
  '@id',
  'createdBy',
  'createdUsing',
  'creationInfo',
  'dataLicense',
  'definingArtifact',
  'element',
  'expandedlicensing_member',
  'expandedlicensing_subjectAddition',
  'expandedlicensing_subjectExtendableLicense',
  'expandedlicensing_subjectLicense',
  'externalIdentifier',
  'externalRef',
  'externalSpdxId',
  'from',
  'id',
  'import',
  'originatedBy',
  'rootElement',
  'security_assessedElement',
  'software_contentIdentifier',
  'software_snippetFromFile',
  'spdxId',
  'subject',
  'suppliedBy',
  'to',
  'verifiedUsing',
]);

/** The prefixes that a document's own context adds (JSON-LD 1.1, section 3.2): `{"o": "https://example.com/"}` makes `o:a` the IRI `https://example.com/a`. */
export class Prefixes {
  readonly #iris = new Map<string, string>();
  /** What was expanded: an element's id stands in each of its relationships. */
  readonly #expanded = new Map<string, string>();
  #chars = 0;

  /** @param stated the value of `@context`: SPDX's by its address, and objects beside it */
  constructor(stated: unknown) {
    const contexts: readonly unknown[] = Array.isArray(stated) ? stated : [stated];
    for (const context of contexts) if (isEntry(context)) this.#add(context);
  }

  get isEmpty(): boolean {
    return this.#iris.size === 0;
  }

  /** An entry with the IRIs in it expanded. Throws FormatError `too-large`. */
  expand(entry: Entry, depth = 0): Entry {
    const made: Record<string, unknown> = Object.create(null);
    for (const [key, value] of Object.entries(entry)) made[key] = this.#value(value, IRIS.has(key), depth);
    return made;
  }

  #add(context: Entry): void {
    for (const [prefix, iri] of Object.entries(context)) {
      if (this.#iris.size === MAX_PREFIXES) return;
      if (typeof iri === 'string' && !prefix.startsWith('@') && prefix !== '_') this.#iris.set(prefix, iri);
    }
  }

  #value(value: unknown, isIri: boolean, depth: number): unknown {
    if (typeof value === 'string') return isIri ? this.#iri(value) : value;
    if (depth === MAX_DEPTH) return value;
    if (Array.isArray(value)) return value.map(item => this.#value(item, isIri, depth + 1));
    return isEntry(value) ? this.expand(value, depth + 1) : value;
  }

  /** What has `//` behind its colon is an IRI already, whatever prefix the context has. */
  #iri(stated: string): string {
    const known = this.#expanded.get(stated);
    if (known !== undefined) return known;
    const colon = stated.indexOf(':');
    const start = colon === -1 ? undefined : this.#iris.get(stated.slice(0, colon));
    if (start === undefined || stated.startsWith('//', colon + 1)) return stated;
    const iri = start + stated.slice(colon + 1);
    this.#chars += iri.length;
    if (this.#chars > MAX_CHARS)
      throw new FormatError('too-large', 'The prefixes of the context make the document too large.');
    this.#expanded.set(stated, iri);
    return iri;
  }
}
