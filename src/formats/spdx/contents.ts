import type { FileFact } from '../../model/facts.ts';
import { digestsOf } from './digests.ts';
import { Elements } from './elements.ts';
import { NAMES } from './names.ts';
import { fileComponent, packageComponent } from './packages.ts';
import { type Context, type Entry, isEntry, list, notAn, ownList, pick, quoted, text } from './values.ts';

/** An element with its pointer, kept only where relationships stand inside it. */
export interface Owner {
  readonly entry: Entry;
  readonly pointer: string;
  readonly id: string | null;
}

/** Reads the packages, files and snippets of a document, in that order, so that everything is known when it is named. */
export class Contents {
  readonly elements: Elements;
  readonly withOwnRelationships: Owner[] = [];
  readonly #context: Context;
  /** `hasFiles` of packages, until all files are known. */
  readonly #holds: { readonly owner: number; readonly ids: readonly unknown[]; readonly at: Owner }[] = [];

  constructor(context: Context) {
    this.#context = context;
    this.elements = new Elements(context, fileComponent);
  }

  read(root: Entry, pointer: string): void {
    this.#addPackages(list(this.#context, root, NAMES.packages, pointer), pointer);
    this.#addFiles(list(this.#context, root, NAMES.files, pointer), pointer);
    for (const [index, item] of list(this.#context, root, NAMES.snippets, pointer).entries()) {
      const at = `${pointer}/snippets/${index}`;
      if (isEntry(item)) this.elements.addOther(text(this.#context, item, NAMES.id, at), item, at);
      else notAn(this.#context, 'a snippet', item, null, at);
    }
    this.#describe(root, pointer);
    this.elements.addDocument(
      text(this.#context, root, NAMES.id, pointer) || 'SPDXRef-DOCUMENT',
      `${pointer}/SPDXID`,
    );
    this.elements.addDocumentAlias('SPDXRef-DOCUMENT');
    this.#settle();
  }

  #addPackages(items: readonly unknown[], pointer: string): void {
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      const at = `${pointer}/packages/${index}`;
      const entry = isEntry(item) && isEntry(item['Package']) ? item['Package'] : item;
      if (isEntry(entry)) this.#addPackage(entry, at);
      else notAn(this.#context, 'a package', item, null, at);
    }
  }

  #addPackage(entry: Entry, pointer: string): number {
    const context = this.#context;
    const component = packageComponent(context, entry, pointer);
    const element = this.elements.addPackage(component, entry, pointer);
    if (entry['relationships'] !== undefined)
      this.withOwnRelationships.push({ entry, pointer, id: component.ref });
    const ids = ownList(context, entry, entry['hasFiles'], 'hasFiles', pointer);
    if (ids.length > 0) this.#holds.push({ owner: element, ids, at: { entry, pointer, id: component.ref } });
    if (entry['files'] !== undefined) this.#addOwnFiles(entry, element, component.ref, pointer);
    return element;
  }

  /** The files that stand inside a package (SPDX 2.0). */
  #addOwnFiles(entry: Entry, owner: number, id: string | null, pointer: string): void {
    const stated = ownList(this.#context, entry, entry['files'], 'files', pointer);
    for (const [index, item] of stated.entries()) {
      const at = `${pointer}/files/${index}`;
      const file = isEntry(item) && isEntry(item['File']) ? item['File'] : item;
      if (isEntry(file)) this.#addFile(file, () => at, at, this.elements.ordinal(owner));
      else if (typeof file === 'string') this.#holds.push({ owner, ids: [file], at: { entry, pointer, id } });
      else notAn(this.#context, 'a file', file, entry, at);
    }
  }

  #addFiles(items: readonly unknown[], pointer: string): void {
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      const at = () => `${pointer}/files/${index}`;
      if (isEntry(item)) this.#addFile(item, at, pointer === '' ? null : at(), null);
      else notAn(this.#context, 'a file', item, null, at());
    }
  }

  #addFile(entry: Entry, pointer: () => string, keep: string | null, component: number | null): number {
    const context = this.#context;
    const name = entry['fileName'];
    const path = typeof name === 'string' ? name : (text(context, entry, NAMES.fileName, pointer()) ?? '');
    if (path === '')
      context.diagnostics.warning('missing-field', 'A file has no name.', context.place(entry, pointer()));
    const stated = entry['SPDXID'] ?? pick(entry, NAMES.id);
    const id = typeof stated === 'string' ? stated : null;
    const fact: FileFact = { path, digests: digestsOf(context, entry, pointer), component };
    if (entry['relationships'] !== undefined)
      this.withOwnRelationships.push({ entry, pointer: pointer(), id });
    return this.elements.addFile(id, fact, entry, pointer, keep);
  }

  /** `documentDescribes`: ids, or in SPDX 2.0 JSON whole packages and files. */
  #describe(root: Entry, pointer: string): void {
    for (const [index, item] of list(this.#context, root, NAMES.describes, pointer).entries()) {
      const at = `${pointer}/documentDescribes/${index}`;
      const element = this.#described(item, at);
      if (element !== undefined) this.elements.addSubject(element);
      else if (typeof item === 'string') {
        const message = `"documentDescribes" names ${quoted(item)}, which the document does not have.`;
        this.#context.diagnostics.warning('dangling-reference', message, this.#context.place(root, at));
      } else notAn(this.#context, 'the SPDXID of an element', item, null, at);
    }
  }

  #described(item: unknown, pointer: string): number | undefined {
    if (typeof item === 'string') return this.elements.find(item);
    if (!isEntry(item)) return undefined;
    const nested = item['Package'] ?? item['package'];
    if (isEntry(nested)) return this.#addPackage(nested, `${pointer}/Package`);
    const file = item['File'] ?? item['file'];
    if (isEntry(file)) return this.#addFile(file, () => `${pointer}/File`, `${pointer}/File`, null);
    const id = pick(item, NAMES.id);
    return typeof id === 'string' ? this.elements.find(id) : undefined;
  }

  /** Sets the holder of each file that a package lists. */
  #settle(): void {
    for (const { owner, ids, at } of this.#holds) for (const id of ids) this.#hold(owner, id, at);
  }

  #hold(owner: number, id: unknown, at: Owner): void {
    const file = typeof id === 'string' ? this.elements.find(id) : undefined;
    if (file !== undefined && this.elements.isFile(file)) this.elements.setHolder(file, owner);
    else this.#reportMissingFile(id, at);
  }

  #reportMissingFile(id: unknown, at: Owner): void {
    const named = typeof id === 'string' ? quoted(id) : 'something that is no text';
    const message = `"hasFiles" names ${named}, which is no file of the document.`;
    const place = this.#context.place(at.entry, `${at.pointer}/hasFiles`);
    this.#context.diagnostics.warning('dangling-reference', message, place);
  }
}
