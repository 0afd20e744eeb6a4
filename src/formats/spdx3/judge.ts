import type { Diagnostics } from '../../model/diagnostic.ts';
import { date, expression, uri } from '../spdx/checks.ts';
import { algorithmName, HEX_LENGTHS } from '../spdx/digests.ts';
import { type Entry, isEntry, kindOf, quoted } from '../spdx/values.ts';
import { type Property, type Rule, Rules } from './rules.ts';
import { idOf, typeOf } from './terms.ts';

/** How deep entries may stand inside entries before what is inside is no longer judged. */
const MAX_DEPTH = 32;

/** Judges elements one by one against their class, then what they say of each other. */
export class Judge3 {
  readonly #diagnostics: Diagnostics;
  readonly #rules = new Rules();
  readonly #ids = new Map<string, string>();
  readonly #external = new Set<string>();
  readonly #references: { readonly id: string; readonly at: string }[] = [];
  #documents = 0;
  #specVersion: string | null = null;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /** Takes one element of the document. */
  collect(value: unknown, pointer: string): void {
    this.#entry(value, null, pointer, 0);
  }

  /** Follows the references; gives the version the creation information states. */
  finish(): string | null {
    for (const { id, at } of this.#references) {
      if (this.#ids.has(id) || this.#external.has(id) || isIndividual(id)) continue;
      this.#fault('dangling-reference', `${quoted(id)} is neither in the document nor imported.`, at);
    }
    if (this.#documents !== 1) {
      this.#fault(
        'document-count',
        `A document must have one SpdxDocument but this has ${this.#documents}.`,
        '',
      );
    }
    return this.#specVersion;
  }

  #fault(code: string, message: string, at: string): void {
    this.#diagnostics.error(code, message, at);
  }

  /** `wanted` is the class that the place calls for, null for any element. */
  #entry(value: unknown, wanted: string | null, pointer: string, depth: number): void {
    if (!isEntry(value)) {
      this.#fault('wrong-type', `Expected an object but found ${kindOf(value)}.`, pointer);
      return;
    }
    const name = typeOf(value);
    if (name === null) {
      this.#fault('missing-field', '"type" is mandatory here.', pointer);
      return;
    }
    const rule = this.#rules.rule(name);
    if (rule === undefined || rule.isAbstract) {
      const why = rule === undefined ? 'no class of SPDX 3.0.1' : 'a class that only others are made from';
      if (!name.includes('extension_'))
        this.#fault('unknown-class', `${quoted(name)} is ${why}.`, `${pointer}/type`);
      this.#identify(value, name, pointer);
      return;
    }
    if (wanted !== null && !rule.lineage.has(wanted)) {
      this.#fault('wrong-class', `Expected ${wanted} here but found ${name}.`, `${pointer}/type`);
    }
    this.#identify(value, name, pointer);
    this.#note(value, name);
    this.#properties(value, rule, pointer, depth);
  }

  #identify(entry: Entry, name: string, pointer: string): void {
    const id = idOf(entry);
    if (id === null) return;
    if (!this.#ids.has(id)) this.#ids.set(id, name);
    else this.#fault('duplicate-id', `The id ${quoted(id)} is given twice.`, pointer);
  }

  #note(entry: Entry, name: string): void {
    if (name === 'SpdxDocument') this.#documents++;
    const { specVersion, externalSpdxId } = entry;
    if (name === 'CreationInfo' && typeof specVersion === 'string') this.#specVersion ??= specVersion;
    if (name === 'ExternalMap' && typeof externalSpdxId === 'string') this.#external.add(externalSpdxId);
  }

  #properties(entry: Entry, rule: Rule, pointer: string, depth: number): void {
    for (const property of rule.properties.values()) {
      const value = entry[property.name] ?? (property.name === 'spdxId' ? entry['@id'] : undefined);
      if (value === undefined) {
        if (property.need)
          this.#fault('missing-field', `"${property.name}" is mandatory for ${rule.name}.`, pointer);
      } else this.#property(value, property, `${pointer}/${property.name}`, depth);
    }
    for (const name of Object.keys(entry)) {
      if (rule.properties.has(name) || name === 'type' || name.startsWith('@')) continue;
      this.#fault(
        'unknown-field',
        `${quoted(name)} is no property of ${rule.name}.`,
        `${pointer}/${escaped(name)}`,
      );
    }
    if (rule.name === 'Hash') this.#hash(entry, pointer);
    if (rule.name === 'security_VexNotAffectedVulnAssessmentRelationship') this.#justified(entry, pointer);
  }

  #property(value: unknown, property: Property, at: string, depth: number): void {
    if (!property.many) {
      this.#value(value, property, at, depth);
      return;
    }
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (property.need && items.length === 0)
      this.#fault('missing-field', `"${property.name}" must not be empty.`, at);
    if (!Array.isArray(value))
      this.#fault('wrong-type', `"${property.name}" must be a list but is ${kindOf(value)}.`, at);
    for (const [index, item] of items.entries())
      this.#value(item, property, Array.isArray(value) ? `${at}/${index}` : at, depth);
  }

  #value(value: unknown, property: Property, at: string, depth: number): void {
    const { kind, name } = property;
    if (kind === 'any' || depth > MAX_DEPTH) return;
    if (kind === 'flag' || kind === 'number') {
      this.#scalar(value, name, kind, at);
      return;
    }
    if (kind === 'ref' || this.#rules.rule(kind) !== undefined) {
      if (typeof value === 'string') this.#references.push({ id: value, at });
      else this.#entry(value, kind === 'ref' ? null : kind, at, depth + 1);
      return;
    }
    if (typeof value !== 'string') {
      this.#fault('wrong-type', `"${name}" must be text but is ${kindOf(value)}.`, at);
      return;
    }
    const wrong = this.#textFault(value, kind);
    if (wrong !== null) this.#fault('invalid-value', `"${name}" ${wrong}, but is ${quoted(value)}.`, at);
  }

  /** Scores may be written as text: the context types them as decimals. */
  #scalar(value: unknown, name: string, kind: 'flag' | 'number', at: string): void {
    const isSound =
      kind === 'flag'
        ? typeof value === 'boolean'
        : typeof value === 'number' ||
          (typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value));
    if (!isSound) {
      const wanted = kind === 'flag' ? 'true or false' : 'a number';
      this.#fault('wrong-type', `"${name}" must be ${wanted} but is ${kindOf(value)}.`, at);
    }
  }

  #textFault(value: string, kind: string): string | null {
    const scope = { version: 2.3 } as const;
    switch (kind) {
      case 'text':
        return null;
      case 'time':
        return date(value, scope);
      case 'iri':
        return value.startsWith('_:') ? null : uri(value, scope);
      case 'uri':
        return /^\S+$/.test(value) ? null : 'must be a URI';
      case 'version':
        return /^3\.0\.\d$/.test(value) ? null : 'must be 3.0.0 or 3.0.1';
      case 'expression':
        return expression(value, scope);
      default:
        return this.#rules.vocabulary(kind)?.has(value) === false ? `must be a value of ${kind}` : null;
    }
  }

  #hash(entry: Entry, pointer: string): void {
    const { algorithm, hashValue } = entry;
    if (typeof algorithm !== 'string' || typeof hashValue !== 'string') return;
    const length = HEX_LENGTHS.get(algorithmName(algorithm));
    if (length === undefined || (hashValue.length === length && /^[0-9a-fA-F]+$/.test(hashValue))) return;
    const message = `A ${algorithm} hash has ${length} hex digits, but ${quoted(hashValue)} has not.`;
    this.#fault('invalid-checksum', message, `${pointer}/hashValue`);
  }

  /** Who says "not affected" must say why (Security/VexNotAffectedVulnAssessmentRelationship). */
  #justified(entry: Entry, pointer: string): void {
    if (entry['security_justificationType'] !== undefined || entry['security_impactStatement'] !== undefined)
      return;
    const message = 'A statement of "not affected" must have a justification or an impact statement.';
    this.#fault('missing-field', message, pointer);
  }
}

/** SPDX's own individuals and licences are in no document. */
function isIndividual(iri: string): boolean {
  return /^https?:\/\/spdx\.org\/(?:licenses|rdf\/3\.0\.\d\/terms)\//.test(iri) || INDIVIDUALS.has(iri);
}

const INDIVIDUALS = new Set([
  'NoneElement',
  'NoAssertionElement',
  'SpdxOrganization',
  'expandedlicensing_NoneLicense',
  'expandedlicensing_NoAssertionLicense',
]);

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
