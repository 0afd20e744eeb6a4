import type { Scope } from './checks.ts';
import { checksumFault, LOCATORS } from './checks.ts';
import { CHECKSUM, FILE, type Field, PACKAGE, type Shape } from './rules.ts';
import { type Context, type Entry, isEntry, kindOf, quoted } from './values.ts';

/** Judges entries by the tables of rules.ts: mandatory fields, types, formats, fields that are none. */
export class Judge {
  readonly #context: Context;
  readonly #scope: Scope;
  /** Encodings without types of their own write numbers as text. */
  readonly #typed: boolean;

  constructor(context: Context, scope: Scope, typed: boolean) {
    this.#context = context;
    this.#scope = scope;
    this.#typed = typed;
  }

  entry(value: unknown, shape: Shape, pointer: string, parent: Entry | null): void {
    if (!isEntry(value)) {
      this.fault(
        'wrong-type',
        `${nameOf(pointer)} must be an object but is ${kindOf(value)}.`,
        parent,
        pointer,
      );
      return;
    }
    for (const [name, field] of shape) this.#field(value, name, field, pointer);
    if (shape.size > 0) for (const name of Object.keys(value)) this.#known(value, name, shape, pointer);
    if (shape === CHECKSUM) this.#checksum(value, pointer);
    else if (shape === PACKAGE) this.#package(value, pointer);
    else if (shape === FILE) this.#file(value, pointer);
  }

  fault(code: string, message: string, entry: Entry | null, pointer: string): void {
    this.#context.diagnostics.error(code, message, this.#context.place(entry, pointer));
  }

  #field(entry: Entry, name: string, field: Field, pointer: string): void {
    const value = Object.hasOwn(entry, name) ? entry[name] : undefined;
    const at = `${pointer}/${name}`;
    if (value === undefined) {
      if (field.need === 'always' || (field.need === 'until-2.2' && this.#scope.version === 2.2)) {
        this.fault('missing-field', `"${name}" is mandatory here.`, entry, pointer);
      }
      return;
    }
    if (field.since23 && this.#scope.version === 2.2) {
      this.fault('later-field', `"${name}" came with SPDX 2.3; the document says it is older.`, entry, at);
    }
    this.#value(value, name, field, entry, at);
  }

  #value(value: unknown, name: string, field: Field, entry: Entry, at: string): void {
    switch (field.kind) {
      case 'text':
        this.#text(value, name, field, entry, at);
        return;
      case 'entry':
        this.entry(value, field.shape ?? new Map(), at, entry);
        return;
      case 'list':
        this.#list(value, name, field, entry, at);
        return;
      default:
        if (!this.#isScalar(value, field.kind))
          this.#wrongType(name, field.kind === 'flag' ? 'true or false' : 'a whole number', value, entry, at);
    }
  }

  #isScalar(value: unknown, kind: 'flag' | 'whole'): boolean {
    if (kind === 'flag') return typeof value === 'boolean';
    return (
      Number.isSafeInteger(value) || (!this.#typed && typeof value === 'string' && /^\d{1,15}$/.test(value))
    );
  }

  #text(value: unknown, name: string, field: Field, entry: Entry, at: string): void {
    if (typeof value !== 'string') {
      this.#wrongType(name, 'text', value, entry, at);
      return;
    }
    const wrong = field.check?.(value, this.#scope) ?? null;
    if (wrong !== null)
      this.fault('invalid-value', `"${name}" ${wrong}, but is ${quoted(value)}.`, entry, at);
  }

  #list(value: unknown, name: string, field: Field, entry: Entry, at: string): void {
    if (!Array.isArray(value)) {
      this.#wrongType(name, 'a list', value, entry, at);
      return;
    }
    if (field.filled && value.length === 0)
      this.fault('missing-field', `"${name}" must not be empty.`, entry, at);
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (field.shape !== null) this.entry(item, field.shape, `${at}/${index}`, entry);
      else this.#text(item, name, field, entry, `${at}/${index}`);
    }
  }

  #wrongType(name: string, wanted: string, value: unknown, entry: Entry, at: string): void {
    this.fault('wrong-type', `"${name}" must be ${wanted} but is ${kindOf(value)}.`, entry, at);
  }

  #known(entry: Entry, name: string, shape: Shape, pointer: string): void {
    if (shape.has(name)) return;
    this.fault(
      'unknown-field',
      `${quoted(name)} is no field that SPDX has here.`,
      entry,
      `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    );
  }

  #checksum(entry: Entry, pointer: string): void {
    const { algorithm, checksumValue } = entry;
    if (typeof algorithm !== 'string' || typeof checksumValue !== 'string' || checksumValue.trim() === '')
      return;
    const wrong = checksumFault(algorithm, checksumValue);
    if (wrong !== null) this.fault('invalid-checksum', wrong, entry, `${pointer}/checksumValue`);
  }

  /** What depends on filesAnalyzed (clauses 7.8, 7.9, 7.14), and locators of known types (annex F). */
  #package(entry: Entry, pointer: string): void {
    const analyzed = entry['filesAnalyzed'] !== false;
    for (const name of ['packageVerificationCode', 'licenseInfoFromFiles', 'hasFiles']) {
      const value = entry[name];
      const stated = value !== undefined && !(Array.isArray(value) && value.length === 0);
      if (!analyzed && stated) {
        this.fault(
          'excess-field',
          `"${name}" must not be there when "filesAnalyzed" is false.`,
          entry,
          `${pointer}/${name}`,
        );
      }
      if (analyzed && !stated && this.#scope.version === 2.2 && name !== 'hasFiles') {
        this.fault('missing-field', `"${name}" is mandatory when files are analyzed.`, entry, pointer);
      }
    }
    const references = entry['externalRefs'];
    if (!Array.isArray(references)) return;
    for (const [index, reference] of references.entries())
      this.#locator(reference, `${pointer}/externalRefs/${index}`);
  }

  #locator(reference: unknown, pointer: string): void {
    if (!isEntry(reference)) return;
    const { referenceType: type, referenceLocator: locator } = reference;
    if (typeof type !== 'string' || typeof locator !== 'string') return;
    const wrong = LOCATORS.get(type.slice(type.lastIndexOf('/') + 1))?.(locator, this.#scope) ?? null;
    if (wrong === null) return;
    const message = `The locator of ${quoted(type)} ${wrong}, but is ${quoted(locator)}.`;
    this.fault('invalid-value', message, reference, `${pointer}/referenceLocator`);
  }

  /** A file has its SHA1 at least (clause 8.4). */
  #file(entry: Entry, pointer: string): void {
    const sums = entry['checksums'];
    if (!Array.isArray(sums) || sums.length === 0) return;
    if (sums.some(sum => isEntry(sum) && sum['algorithm'] === 'SHA1')) return;
    this.fault('missing-field', 'A file must have a SHA1 checksum.', entry, `${pointer}/checksums`);
  }
}

function nameOf(pointer: string): string {
  return pointer === '' ? 'The document' : quoted(pointer.slice(pointer.lastIndexOf('/') + 1));
}
