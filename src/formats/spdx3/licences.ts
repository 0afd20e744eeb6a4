import type { Licences } from '../../model/facts.ts';
import { joinedExpression, MAX_EXPRESSION } from '../spdx/expressions.ts';
import type { Entry } from '../spdx/values.ts';
import { type Element3, type Graph3, refOf, textOf, valuesOf } from './graph.ts';
import { typeOf } from './terms.ts';

const MAX_DEPTH = 100;

/** Licences of SPDX 3 elements: relationships say who has which, elements of the licensing profiles say what they are. */
export class Licences3 {
  readonly #graph: Graph3;
  readonly #written = new Map<string, string | null>();
  readonly #declared = new Map<string, string[]>();
  readonly #concluded = new Map<string, string[]>();
  #depth = 0;

  constructor(graph: Graph3) {
    this.#graph = graph;
  }

  /** Notes a hasDeclaredLicense or hasConcludedLicense relationship; false for every other. */
  note(element: Element3): boolean {
    const kind = KINDS.get(textOf(element.entry, 'relationshipType') ?? '');
    if (kind === undefined) return false;
    const owner = refOf(element.entry['from']);
    if (owner === null) return true;
    const map = kind === 'declared' ? this.#declared : this.#concluded;
    for (const value of valuesOf(element.entry, 'to')) {
      const text = this.expression(value);
      if (text === null) continue;
      const known = map.get(owner);
      if (known === undefined) map.set(owner, [text]);
      else known.push(text);
    }
    return true;
  }

  of(id: string | null): Licences {
    if (id === null) return NO_LICENCES;
    const declared = this.#declared.get(id);
    const concluded = this.#concluded.get(id);
    if (declared === undefined && concluded === undefined) return NO_LICENCES;
    return { declared: declared ?? NOTHING, concluded: concluded ?? NOTHING };
  }

  /** The SPDX expression a value stands for; null for one that refers to itself or grows beyond bounds. */
  expression(value: unknown): string | null {
    const id = refOf(value);
    const known = id === null ? undefined : this.#written.get(id);
    if (known !== undefined) return known;
    if (id !== null) this.#written.set(id, null);
    const entry = this.#graph.resolve(value);
    this.#depth++;
    const text = entry === null ? nameOf(id) : this.#depth > MAX_DEPTH ? null : this.#write(entry, id);
    this.#depth--;
    const bounded = text !== null && text.length <= MAX_EXPRESSION ? text : null;
    if (id !== null) this.#written.set(id, bounded);
    return bounded;
  }

  #write(entry: Entry, id: string | null): string | null {
    switch (typeOf(entry)) {
      case 'simplelicensing_LicenseExpression':
        return (
          textOf(entry, 'simplelicensing_licenseExpression') || textOf(entry, 'licenseExpression') || null
        );
      case 'expandedlicensing_ConjunctiveLicenseSet':
        return this.#set(entry, ' AND ');
      case 'expandedlicensing_DisjunctiveLicenseSet':
        return this.#set(entry, ' OR ');
      case 'expandedlicensing_OrLaterOperator':
        return suffixed(this.expression(entry['expandedlicensing_subjectLicense']), '+');
      case 'expandedlicensing_WithAdditionOperator':
        return this.#withAddition(entry);
      case 'expandedlicensing_NoneLicense':
        return 'NONE';
      case 'expandedlicensing_NoAssertionLicense':
        return 'NOASSERTION';
      default:
        return listedName(id) ?? textOf(entry, 'licenseId') ?? textOf(entry, 'name') ?? nameOf(id);
    }
  }

  #set(entry: Entry, joiner: string): string | null {
    return joinedExpression(valuesOf(entry, 'expandedlicensing_member'), joiner, value =>
      this.expression(value),
    );
  }

  #withAddition(entry: Entry): string | null {
    const licence = this.expression(entry['expandedlicensing_subjectExtendableLicense']);
    const addition = this.expression(entry['expandedlicensing_subjectAddition']);
    return licence === null || addition === null ? null : `${licence} WITH ${addition}`;
  }
}

const KINDS = new Map([
  ['hasDeclaredLicense', 'declared'],
  ['HAS_DECLARED_LICENSE', 'declared'],
  ['hasConcludedLicense', 'concluded'],
  ['HAS_CONCLUDED_LICENSE', 'concluded'],
]);

const NOTHING: readonly never[] = [];
const NO_LICENCES: Licences = { declared: NOTHING, concluded: NOTHING };

function suffixed(text: string | null, suffix: string): string | null {
  return text === null ? null : text + suffix;
}

/** The id of a licence of the SPDX list out of its IRI. */
function listedName(iri: string | null): string | null {
  const prefix = LISTED.find(start => iri?.startsWith(start));
  return prefix === undefined || iri === null ? null : iri.slice(prefix.length);
}

const LISTED = ['https://spdx.org/licenses/', 'http://spdx.org/licenses/'];

/** What an IRI outside the document says by itself: a listed licence, NONE, NOASSERTION, else the IRI. */
function nameOf(iri: string | null): string | null {
  if (iri === null) return null;
  if (iri.endsWith('NoAssertionLicense') || iri.endsWith('NoAssertion')) return 'NOASSERTION';
  if (iri.endsWith('NoneLicense') || iri.endsWith('/None')) return 'NONE';
  return listedName(iri) ?? iri;
}
