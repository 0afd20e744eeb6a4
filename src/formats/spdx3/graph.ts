import { type Context, type Entry, isEntry, kindOf } from '../spdx/values.ts';
import { Prefixes } from './prefixes.ts';
import { compactEntry, idOf, plainValue, typeOf } from './terms.ts';

/** One element of an SPDX 3 document, compact, with its class and place. */
export interface Element3 {
  readonly id: string | null;
  readonly type: string;
  readonly entry: Entry;
  readonly pointer: string;
}

/** How deep elements may be nested in elements; a document that nests more is odd and its inner elements are not indexed. */
const MAX_NESTING = 16;
/** Where JSON-LD may have an element stand in place of its id. */
const NESTS = ['element', 'rootElement', 'from', 'to', 'suppliedBy', 'originatedBy', 'subject'];

/** All elements of a document in order, and by id. Ids that a prefix of the document's context shortens are whole. */
export class Graph3 {
  readonly elements: Element3[] = [];
  readonly #byId = new Map<string, Element3>();
  readonly #context: Context;
  /** Gathered when first asked for. */
  #annotations: ReadonlyMap<string, readonly string[]> | null = null;
  /** Null where the document has none of its own, as most. */
  #prefixes: Prefixes | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Takes the graph form (`@graph`) or the single element of a document; false when the value is neither. */
  read(root: Entry): boolean {
    const prefixes = new Prefixes(root['@context']);
    if (!prefixes.isEmpty) this.#prefixes = prefixes;
    const graph = root['@graph'] ?? root['graph'];
    if (Array.isArray(graph)) {
      for (let index = 0; index < graph.length; index++) this.#take(graph[index], `/@graph/${index}`);
      return true;
    }
    if (isEntry(graph)) {
      this.#take(graph, '/@graph');
      return true;
    }
    if (typeOf(root) === null) return false;
    this.#add(this.#whole(root), '', 0);
    return true;
  }

  ofType(type: string): Element3[] {
    return this.elements.filter(element => element.type === type);
  }

  /** What a property's value refers to: an element by id, or the entry that stands in place of one. */
  resolve(value: unknown): Entry | null {
    const plain = plainValue(value);
    if (typeof plain === 'string') return this.#byId.get(plain)?.entry ?? null;
    return isEntry(plain) ? compactEntry(plain) : null;
  }

  /** What annotations say of an element (Core/Annotation). */
  annotationsOf(id: string | null): readonly string[] {
    this.#annotations ??= this.#gatherAnnotations();
    return (id === null ? undefined : this.#annotations.get(id)) ?? NOTHING;
  }

  #gatherAnnotations(): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, string[]>();
    for (const { entry } of this.ofType('Annotation')) {
      const subject = refOf(entry['subject']);
      const statement = textOf(entry, 'statement');
      if (subject === null || statement === null) continue;
      const known = found.get(subject);
      if (known === undefined) found.set(subject, [statement]);
      else known.push(statement);
    }
    return found;
  }

  /** The element of an id. */
  find(id: string): Element3 | undefined {
    return this.#byId.get(id);
  }

  #take(value: unknown, pointer: string): void {
    if (isEntry(value)) this.#add(this.#whole(value), pointer, 0);
    else {
      const message = `Expected an element but found ${kindOf(value)}; it is left out.`;
      this.#context.diagnostics.error('wrong-type', message, pointer);
    }
  }

  #whole(stated: Entry): Entry {
    return this.#prefixes === null ? stated : this.#prefixes.expand(compactEntry(stated));
  }

  #add(stated: Entry, pointer: string, depth: number): void {
    const entry = compactEntry(stated);
    const id = idOf(entry);
    const type = typeOf(entry);
    if (type === null) {
      this.#context.diagnostics.error('missing-field', 'An element has no type; it is left out.', pointer);
      return;
    }
    const element: Element3 = { id, type, entry, pointer };
    this.elements.push(element);
    if (id !== null && !this.#byId.has(id)) this.#byId.set(id, element);
    if (depth < MAX_NESTING) this.#addNested(entry, pointer, depth);
  }

  #addNested(entry: Entry, pointer: string, depth: number): void {
    for (const name of NESTS) {
      const value = entry[name];
      if (typeof value !== 'object' || value === null) continue;
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (let index = 0; index < items.length; index++) {
        const item = items[index];
        if (isEntry(item) && typeOf(item) !== null) {
          this.#add(
            item,
            Array.isArray(value) ? `${pointer}/${name}/${index}` : `${pointer}/${name}`,
            depth + 1,
          );
        }
      }
    }
  }
}

/** The values of a property that may hold one or several. */
export function valuesOf(entry: Entry, name: string): readonly unknown[] {
  const value = entry[name];
  if (value === undefined || value === null) return NOTHING;
  return Array.isArray(value) ? value : [value];
}

/** The text of a property, unwrapped; null when it has none. */
export function textOf(entry: Entry, name: string): string | null {
  const value = plainValue(entry[name]);
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** The id a value stands for: the text itself, or the id of the element in its place. */
export function refOf(value: unknown): string | null {
  const plain = plainValue(value);
  if (typeof plain === 'string') return plain;
  return isEntry(plain) ? idOf(plain) : null;
}

const NOTHING: readonly never[] = [];
