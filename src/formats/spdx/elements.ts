import type { Component, FileFact } from '../../model/facts.ts';
import { digestsOf } from './digests.ts';
import { NAMES } from './names.ts';
import { fileComponent, packageComponent } from './packages.ts';
import { type Context, type Entry, isEntry, list, notAn, pick, quoted, text } from './values.ts';

/** A FileFact while its holder is still being found. */
interface MutableFile {
  readonly path: string;
  readonly digests: FileFact['digests'];
  component: number | null;
}

/** An element with its pointer, kept only where relationships stand inside it. */
export interface Owner {
  readonly entry: Entry;
  readonly pointer: string;
  readonly id: string | null;
}

/**
 * The elements of one document by SPDXID. An element is a number: its index times four plus its kind, so that a document
 * of 100,000 files costs one map of numbers and no objects.
 */
export class Elements {
  readonly components: Component[] = [];
  readonly files: MutableFile[] = [];
  readonly withOwnRelationships: Owner[] = [];
  readonly #context: Context;
  readonly #byId = new Map<string, number>();
  readonly #subjects = new Set<number>();
  /** The entries of `files`, which a file that becomes a node is read from. */
  readonly #fileEntries: { readonly entry: Entry; readonly pointer: string | null }[] = [];
  readonly #promoted = new Map<number, number>();
  /** `hasFiles` and files nested in packages, until all files are known. */
  readonly #holds: {
    readonly owner: number;
    readonly ids: readonly unknown[];
    readonly entry: Entry;
    readonly pointer: string;
  }[] = [];
  #packages = 0;
  #documentId = 'SPDXRef-DOCUMENT';

  constructor(context: Context) {
    this.#context = context;
  }

  /** How many package entries were stated; file nodes are not among them. */
  get packages(): number {
    return this.#packages;
  }

  get subjects(): readonly number[] {
    return [...this.#subjects];
  }

  get hasPromoted(): boolean {
    return this.#promoted.size > 0;
  }

  /** Names the document, after its elements: tools that give the document and its package one SPDXID mean the package, but for DESCRIBES. */
  addDocument(id: string | null, pointer: string): void {
    this.#documentId = id === null || id === '' ? 'SPDXRef-DOCUMENT' : id;
    for (const name of [this.#documentId, 'SPDXRef-DOCUMENT'])
      if (!this.#byId.has(name)) this.#byId.set(name, DOCUMENT);
    if (this.#byId.get(this.#documentId) === DOCUMENT) return;
    const message = `The document and one of its elements have the SPDXID ${quoted(this.#documentId)}; relationships other than DESCRIBES go to the element.`;
    this.#context.diagnostics.warning(
      'duplicate-id',
      message,
      this.#context.place(null, `${pointer}/SPDXID`),
    );
  }

  addPackage(entry: Entry, pointer: string): number {
    const component = packageComponent(this.#context, entry, pointer);
    const element = this.components.length * 4 + COMPONENT;
    this.components.push(component);
    this.#packages++;
    this.#name(component.ref, element, entry, pointer);
    if (entry['relationships'] !== undefined)
      this.withOwnRelationships.push({ entry, pointer, id: component.ref });
    const ids =
      pick(entry, NAMES.hasFiles) === undefined
        ? NOTHING
        : list(this.#context, entry, NAMES.hasFiles, pointer);
    if (ids.length > 0) this.#holds.push({ owner: element, ids, entry, pointer });
    for (const [index, item] of list(this.#context, entry, NAMES.files, pointer).entries()) {
      const at = `${pointer}/files/${index}`;
      const file = isEntry(item) && isEntry(item['File']) ? item['File'] : item;
      if (isEntry(file)) this.addFile(file, () => at, at, element);
      else if (typeof file === 'string') this.#holds.push({ owner: element, ids: [file], entry, pointer });
      else notAn(this.#context, 'a file', file, entry, at);
    }
    return element;
  }

  /** `keep` is the pointer of an entry that is not in the top-level list at its own index. */
  addFile(
    entry: Entry,
    pointer: () => string,
    keep: string | null = null,
    owner: number | null = null,
  ): number {
    const element = this.files.length * 4 + FILE;
    const name = pick(entry, NAMES.fileName);
    const path =
      typeof name === 'string' ? name : (text(this.#context, entry, NAMES.fileName, pointer()) ?? '');
    if (path === '')
      this.#context.diagnostics.warning(
        'missing-field',
        'A file has no name.',
        this.#context.place(entry, pointer()),
      );
    const component = owner === null ? null : Math.floor(owner / 4);
    this.files.push({ path, digests: digestsOf(this.#context, entry, pointer), component });
    this.#fileEntries.push({ entry, pointer: keep });
    const id = pick(entry, NAMES.id);
    this.#name(typeof id === 'string' ? id : null, element, entry, pointer);
    if (entry['relationships'] !== undefined) {
      this.withOwnRelationships.push({ entry, pointer: pointer(), id: typeof id === 'string' ? id : null });
    }
    return element;
  }

  addSnippet(entry: Entry, pointer: string): void {
    this.#name(text(this.#context, entry, NAMES.id, pointer), SNIPPET, entry, pointer);
  }

  /** Sets the holder of each file that a package lists; to be called when all elements are known. */
  settle(): void {
    for (const { owner, ids, entry, pointer } of this.#holds) {
      for (const id of ids) {
        const file = typeof id === 'string' ? this.#byId.get(id) : undefined;
        if (file !== undefined && this.isFile(file)) this.setHolder(file, owner);
        else this.#reportMissingFile(id, entry, pointer);
      }
    }
  }

  find(id: string): number | undefined {
    return this.#byId.get(id);
  }

  isDocument(element: number): boolean {
    return element === DOCUMENT;
  }

  isDocumentId(id: string): boolean {
    return id === this.#documentId;
  }

  isComponent(element: number): boolean {
    return element % 4 === COMPONENT;
  }

  isFile(element: number): boolean {
    return element % 4 === FILE;
  }

  isSnippet(element: number): boolean {
    return element === SNIPPET;
  }

  /** Whether edges can name it: a package, or a file that an edge needed. */
  isNode(element: number): boolean {
    return this.isComponent(element) || this.#promoted.has(element);
  }

  /** The component ordinal of a node. */
  ordinal(element: number): number {
    return this.#promoted.get(element) ?? Math.floor(element / 4);
  }

  setHolder(file: number, component: number): void {
    const fact = this.files[Math.floor(file / 4)];
    if (fact !== undefined) fact.component ??= Math.floor(component / 4);
  }

  /** Makes a file a graph node; does nothing for what is one already. */
  promote(element: number): void {
    if (!this.isFile(element) || this.#promoted.has(element)) return;
    const index = Math.floor(element / 4);
    const stored = this.#fileEntries[index];
    if (stored === undefined) return;
    this.#promoted.set(element, this.components.length);
    this.components.push(fileComponent(this.#context, stored.entry, stored.pointer ?? `/files/${index}`));
  }

  /** The files that became nodes, with the component that holds each where one is stated. */
  *promotedFiles(): Generator<{ ordinal: number; holder: number | null }> {
    for (const [element, ordinal] of this.#promoted) {
      yield { ordinal, holder: this.files[Math.floor(element / 4)]?.component ?? null };
    }
  }

  addSubject(element: number): void {
    this.promote(element);
    if (this.isNode(element)) this.#subjects.add(this.ordinal(element));
  }

  /** The first element of an id keeps it: edges of a document with two of them go to the one that readers of other tools take. */
  #name(id: string | null, element: number, entry: Entry, pointer: string | (() => string)): void {
    const known = id === null || id === '' ? undefined : this.#byId.get(id);
    if (id !== null && id !== '' && known === undefined) {
      this.#byId.set(id, element);
      return;
    }
    const at = this.#context.place(entry, typeof pointer === 'string' ? pointer : pointer());
    if (known === undefined) {
      this.#context.diagnostics.warning(
        'missing-field',
        'An element has no SPDXID, so that no relationship can name it.',
        at,
      );
    } else {
      const message = `The SPDXID ${quoted(id ?? '')} is given twice; relationships go to the first element that has it.`;
      this.#context.diagnostics.warning('duplicate-id', message, at);
    }
  }

  #reportMissingFile(id: unknown, entry: Entry, pointer: string): void {
    const named = typeof id === 'string' ? quoted(id) : 'something that is no text';
    const message = `"hasFiles" names ${named}, which is no file of the document.`;
    this.#context.diagnostics.warning(
      'dangling-reference',
      message,
      this.#context.place(entry, `${pointer}/hasFiles`),
    );
  }
}

const COMPONENT = 0;
const FILE = 1;
const DOCUMENT = 2;
const SNIPPET = 3;
const NOTHING: readonly never[] = [];
