import type { GitEntry, GitRepository } from '../io/git/repository.ts';
import type { Tree, TreeEntry, TreeFile } from './extractor.ts';
import { boundedBytes, cleanPath, folderOf, nameOf, textOf } from './tree.ts';

/** A folder of a commit as a tree; nothing is checked out. Links are not followed. */
export class GitTree implements Tree {
  readonly #repository: GitRepository;
  readonly #folders: Map<string, ReadonlyMap<string, GitEntry>>;

  /** @param top the object of the folder */
  constructor(repository: GitRepository, top: string) {
    this.#repository = repository;
    this.#folders = new Map([['.', byName(repository.entries(top))]]);
  }

  async file(path: string): Promise<TreeFile | null> {
    const clean = cleanPath(path);
    const entry = clean === null ? undefined : this.#entry(clean);
    if (clean === null || entry?.kind !== 'file') return null;
    const bytes = this.#repository.blob(entry.object);
    return {
      path: clean,
      size: bytes.length,
      modified: null,
      bytes: async limit => boundedBytes(clean, bytes, limit),
      text: async limit => textOf(clean, boundedBytes(clean, bytes, limit)),
      range: async (offset, length) => bytes.subarray(offset, offset + length),
    };
  }

  head(path: string, length: number): Uint8Array | null {
    const entry = this.#entry(cleanPath(path) ?? '');
    return entry?.kind === 'file' ? this.#repository.blob(entry.object).subarray(0, length) : null;
  }

  async list(folder: string): Promise<readonly TreeEntry[]> {
    const clean = cleanPath(folder);
    const entries = clean === null ? [] : [...this.#entriesOf(clean).values()];
    return entries.map(({ name, kind }) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #entry(path: string): GitEntry | undefined {
    return path === '' || path === '.' ? undefined : this.#entriesOf(folderOf(path)).get(nameOf(path));
  }

  #entriesOf(folder: string): ReadonlyMap<string, GitEntry> {
    let entries = this.#folders.get(folder);
    if (entries === undefined) {
      const entry = this.#entry(folder);
      entries = byName(entry?.kind === 'folder' ? this.#repository.entries(entry.object) : []);
      this.#folders.set(folder, entries);
    }
    return entries;
  }
}

function byName(entries: readonly GitEntry[]): ReadonlyMap<string, GitEntry> {
  return new Map(entries.map(entry => [entry.name, entry]));
}
