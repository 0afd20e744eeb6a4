import type { Component, FileFact } from '../../model/facts.ts';
import { type Context, type Entry, quoted } from './values.ts';

/** A FileFact while its holder is still being found. */
interface MutableFile {
  readonly path: string;
  readonly digests: FileFact['digests'];
  component: number | null;
}

/** Makes the node of a file that an edge needs out of its entry. */
type FileNode = (context: Context, entry: Entry, pointer: string) => Component;

/**
 * The elements of one document by id. An element is a number: its index times four plus its kind, so that a document of
 * 100,000 files costs one map of numbers and no objects.
 */
export class Elements {
  readonly components: Component[] = [];
  readonly files: MutableFile[] = [];
  readonly #context: Context;
  readonly #fileNode: FileNode;
  readonly #byId = new Map<string, number>();
  readonly #subjects = new Set<number>();
  /** The entries of `files`, which a file that becomes a node is read from. */
  readonly #fileEntries: Entry[] = [];
  /** Pointers of files that are not in the top-level list at their own index. */
  readonly #filePointers = new Map<number, string>();
  readonly #promoted = new Map<number, number>();
  #packages = 0;
  #documentId = '';

  constructor(context: Context, fileNode: FileNode) {
    this.#context = context;
    this.#fileNode = fileNode;
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

  /** Names the document, after its elements: tools that give the document and its package one id mean the package, but for DESCRIBES. */
  addDocument(id: string, pointer: string): void {
    this.#documentId = id;
    if (!this.#byId.has(id)) this.#byId.set(id, DOCUMENT);
    if (this.#byId.get(id) === DOCUMENT) return;
    const message = `The document and one of its elements have the id ${quoted(id)}; relationships other than DESCRIBES go to the element.`;
    this.#context.diagnostics.warning('duplicate-id', message, this.#context.place(null, pointer));
  }

  /** Another name of the document, where no element has it. */
  addDocumentAlias(id: string): void {
    if (!this.#byId.has(id)) this.#byId.set(id, DOCUMENT);
  }

  addPackage(component: Component, entry: Entry, pointer: string): number {
    const element = this.components.length * 4 + COMPONENT;
    this.components.push(component);
    this.#packages++;
    this.#name(component.ref, element, entry, () => pointer);
    return element;
  }

  /** `keep` is the pointer of an entry that is not in the top-level list of files at its own index. */
  addFile(
    id: string | null,
    fact: FileFact,
    entry: Entry,
    pointer: () => string,
    keep: string | null = null,
  ): number {
    const index = this.files.length;
    this.files.push({ path: fact.path, digests: fact.digests, component: fact.component });
    this.#fileEntries.push(entry);
    if (keep !== null) this.#filePointers.set(index, keep);
    this.#name(id, index * 4 + FILE, entry, pointer);
    return index * 4 + FILE;
  }

  /** Something that relationships may name and that is neither package nor file: a snippet, an agent, a licence. */
  addOther(id: string | null, entry: Entry, pointer: string): void {
    this.#name(id, OTHER, entry, () => pointer);
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

  /** Neither package, file nor document. */
  isOther(element: number): boolean {
    return element === OTHER;
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
    const entry = this.#fileEntries[index];
    if (entry === undefined) return;
    this.#promoted.set(element, this.components.length);
    this.components.push(
      this.#fileNode(this.#context, entry, this.#filePointers.get(index) ?? `/files/${index}`),
    );
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
  #name(id: string | null, element: number, entry: Entry, pointer: () => string): void {
    if (id === null || id === '') {
      const message = 'An element has no id, so that no relationship can name it.';
      this.#context.diagnostics.warning('missing-field', message, this.#context.place(entry, pointer()));
    } else if (!this.#byId.has(id)) this.#byId.set(id, element);
    else {
      const message = `The id ${quoted(id)} is given twice; relationships go to the first element that has it.`;
      this.#context.diagnostics.warning('duplicate-id', message, this.#context.place(entry, pointer()));
    }
  }
}

const COMPONENT = 0;
const FILE = 1;
const DOCUMENT = 2;
const OTHER = 3;
