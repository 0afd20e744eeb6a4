import type { Diagnostics } from '../../model/diagnostic.ts';

/** A JSON object of a document. Only fixed names are ever read from it, none of which `Object.prototype` has. */
export type Entry = Readonly<Record<string, unknown>>;

/**
 * What every step of a reader needs: where faults go, and how an entry's JSON pointer turns into a place a person finds
 * in the encoding at hand (the pointer itself, a line, an XML path).
 */
export interface Context {
  readonly diagnostics: Diagnostics;
  readonly place: (entry: object | null, pointer: string) => string;
}

const EMPTY: readonly never[] = [];

export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first name of `names` the entry has a value for: SPDX changed spellings between versions, and tools mix them. */
export function pick(entry: Entry, names: readonly string[]): unknown {
  for (const name of names) {
    const value = entry[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** A text field; null when absent. A number or boolean is kept as text with a warning, anything else is dropped with an error. */
export function text(
  context: Context,
  entry: Entry,
  names: readonly string[],
  pointer: string,
): string | null {
  const value = pick(entry, names);
  if (typeof value === 'string') return value;
  if (value === undefined) return null;
  const at = () => context.place(entry, `${pointer}/${nameOf(entry, names)}`);
  if (typeof value === 'number' || typeof value === 'boolean') {
    context.diagnostics.warning(
      'wrong-type',
      `"${names[0]}" should be text but is ${typeof value} ${value}; it is kept as text.`,
      at(),
    );
    return String(value);
  }
  context.diagnostics.error(
    'wrong-type',
    `"${names[0]}" should be text but is ${kindOf(value)}; it is left out.`,
    at(),
  );
  return null;
}

/**
 * A text field whose value is at hand: the common case without a search through spellings. Reading `entry['name']` by a constant
 * name is several times faster than by a variable one, and documents have hundreds of thousands of fields.
 */
export function own(
  context: Context,
  entry: Entry,
  value: unknown,
  name: string,
  pointer: string,
): string | null {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? null : text(context, entry, [name], pointer);
}

/** A text that states something: null for the empty one and for SPDX's words for none and for no statement, which tools write into every field. */
export function stated(value: string | null): string | null {
  return value === '' || value === 'NOASSERTION' || value === 'NONE' ? null : value;
}

/** A document's namespace as elements are named by it: some writers end it with the `#` that comes between the two (SPDX 2.3 clause 6.5 has none there). */
export function withoutHash(namespace: string): string {
  return namespace.endsWith('#') ? namespace.slice(0, -1) : namespace;
}

/** A list field whose value is at hand. */
export function ownList(
  context: Context,
  entry: Entry,
  value: unknown,
  name: string,
  pointer: string,
): readonly unknown[] {
  if (value === undefined || value === null) return EMPTY;
  return Array.isArray(value) ? value : list(context, entry, [name], pointer);
}

/** A list field. One lone entry stands for a list of one, with a warning; absent and null are the empty list. */
export function list(
  context: Context,
  entry: Entry,
  names: readonly string[],
  pointer: string,
): readonly unknown[] {
  const value = pick(entry, names);
  if (value === undefined) return EMPTY;
  if (Array.isArray(value)) return value;
  const at = context.place(entry, `${pointer}/${nameOf(entry, names)}`);
  context.diagnostics.warning(
    'wrong-type',
    `"${names[0]}" should be a list but is ${kindOf(value)}; it is read as a list of one.`,
    at,
  );
  return [value];
}

/** The names of a list of texts; what is no text gets an error with its place. */
export function texts(
  context: Context,
  entry: Entry,
  names: readonly string[],
  pointer: string,
): readonly string[] {
  const values = list(context, entry, names, pointer);
  if (values.length === 0) return EMPTY;
  const kept: string[] = [];
  for (const [index, value] of values.entries()) {
    if (typeof value === 'string') kept.push(value);
    else notAn(context, 'text', value, entry, `${pointer}/${nameOf(entry, names)}/${index}`);
  }
  return kept;
}

/** Reports an element of a list that is not what the list holds. */
export function notAn(
  context: Context,
  wanted: string,
  value: unknown,
  entry: Entry | null,
  pointer: string,
): void {
  const message = `Expected ${wanted} but found ${kindOf(value)}; it is left out.`;
  context.diagnostics.error('wrong-type', message, context.place(entry, pointer));
}

/** A few words for what a value is. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return `the text ${quoted(value)}`;
  return `the ${typeof value} ${String(value)}`;
}

/** A value of the document inside a message: quoted, on one line, bounded. */
export function quoted(value: string): string {
  return JSON.stringify(value.length > 120 ? `${value.slice(0, 117)}...` : value);
}

function nameOf(entry: Entry, names: readonly string[]): string {
  return names.find(name => entry[name] !== undefined && entry[name] !== null) ?? names[0] ?? '';
}
