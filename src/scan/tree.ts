import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
} from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { IoError } from '../io/errors.ts';
import { readFileBounded } from '../io/read.ts';
import { decodeText } from '../io/text.ts';
import { messageOf } from '../model/errors.ts';
import { ScanError } from './errors.ts';
import type { Tree, TreeEntry, TreeFile } from './extractor.ts';

/** One file of a tree, at most, unless an extractor asks for more: the biggest lockfiles seen have 5 MiB. */
export const FILE_LIMIT = 64 * 1024 * 1024;

/** A folder on disk as a tree. `root` is resolved once; whatever a path or a link in it says, nothing beyond that folder is opened. */
export class FolderTree implements Tree {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /** @throws ScanError `not-found`, `not-a-file` when the path is no folder */
  static async open(path: string): Promise<FolderTree> {
    const root = await realpath(path).catch((error: unknown) => {
      throw new ScanError('not-found', `${path} does not exist; check the path.`, null, error);
    });
    return new FolderTree(root);
  }

  async file(path: string): Promise<TreeFile | null> {
    const clean = cleanPath(path);
    if (clean === null) return null;
    const full = await this.#inside(clean);
    if (full === null) return null;
    const stats = await stat(full).catch(() => null);
    return stats?.isFile() ? treeFile(clean, full, stats) : null;
  }

  async list(folder: string): Promise<readonly TreeEntry[]> {
    const clean = cleanPath(folder);
    if (clean === null) return [];
    const full = join(this.#root, clean);
    let entries: Dirent[];
    try {
      // A walk lists thousands of folders one after the other: the synchronous call is three times faster and holds nobody up in a command.
      entries = readdirSync(full, { withFileTypes: true });
    } catch (error) {
      if (isMissing(error)) return [];
      throw new ScanError(
        'unreadable-file',
        `The folder ${folder} cannot be listed: ${messageOf(error)}.`,
        null,
        error,
      );
    }
    return entries
      .map(entry => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  head(path: string, length: number): Uint8Array | null {
    const clean = cleanPath(path);
    if (clean === null) return null;
    let descriptor: number | null = null;
    try {
      // No link is followed, and a FIFO that nobody writes must not hang the run.
      descriptor = openSync(
        join(this.#root, clean),
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
      if (!fstatSync(descriptor).isFile()) return null;
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, 0));
    } catch {
      return null;
    } finally {
      if (descriptor !== null) closeSync(descriptor);
    }
  }

  /** The real path of a clean path, or null when there is nothing or it leads outside. */
  async #inside(clean: string): Promise<string | null> {
    const real = await realpath(join(this.#root, clean)).catch(() => null);
    if (real === null) return null;
    const inside = relative(this.#root, real);
    return inside === '..' || inside.startsWith(`..${sep}`) ? null : real;
  }
}

export interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly modified: number | null;
}

/** A tree of the files given, for tests and for content that is in memory already. */
export class MemoryTree implements Tree {
  readonly #files = new Map<string, MemoryFile>();
  #folders: ReadonlyMap<string, ReadonlyMap<string, TreeEntry>> | null = null;

  /** Paths that leave the tree are left out. A path that is a folder of another one counts as that folder. */
  constructor(files: Readonly<Record<string, string | Uint8Array>> | ReadonlyMap<string, MemoryFile>) {
    for (const [path, content] of files instanceof Map ? files : Object.entries(files)) {
      const clean = cleanPath(path);
      if (clean === null) continue;
      if (typeof content === 'string')
        this.#files.set(clean, { bytes: Buffer.from(content), modified: null });
      else
        this.#files.set(clean, content instanceof Uint8Array ? { bytes: content, modified: null } : content);
    }
  }

  async file(path: string): Promise<TreeFile | null> {
    const clean = cleanPath(path);
    const known = clean === null ? undefined : this.#files.get(clean);
    if (clean === null || known === undefined) return null;
    const { bytes, modified } = known;
    return {
      path: clean,
      size: bytes.length,
      modified,
      bytes: async limit => boundedBytes(clean, bytes, limit),
      text: async limit => textOf(clean, boundedBytes(clean, bytes, limit)),
      range: async (offset, length) => bytes.subarray(offset, offset + length),
    };
  }

  head(path: string, length: number): Uint8Array | null {
    return this.#files.get(cleanPath(path) ?? '')?.bytes.subarray(0, length) ?? null;
  }

  async list(folder: string): Promise<readonly TreeEntry[]> {
    const clean = cleanPath(folder);
    if (clean === null) return [];
    this.#folders ??= foldersOf(this.#files.keys());
    return [...(this.#folders.get(clean)?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function foldersOf(paths: Iterable<string>): ReadonlyMap<string, ReadonlyMap<string, TreeEntry>> {
  const folders = new Map<string, Map<string, TreeEntry>>();
  for (const path of paths) {
    let kind: TreeEntry['kind'] = 'file';
    for (let child = path; child !== '.'; child = folderOf(child)) {
      const name = child.slice(child.lastIndexOf('/') + 1);
      const folder = folderOf(child);
      let entries = folders.get(folder);
      const isKnown = entries?.get(name)?.kind === 'folder';
      if (isKnown) break;
      if (entries === undefined) folders.set(folder, (entries = new Map()));
      entries.set(name, { name, kind });
      kind = 'folder';
    }
  }
  return folders;
}

/** A path in `/`-separated normal form, or null when it would leave the tree or is none. `.` is the root. */
export function cleanPath(path: string): string | null {
  if (path.includes('\0') || path.startsWith('/') || /^[A-Za-z]:/.test(path)) return null;
  const parts: string[] = [];
  for (const part of path.split(/[/\\]/)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? '.' : parts.join('/');
}

/** The folder of a path, `.` at the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

/** A path relative to a folder of the tree, or null when it would leave the tree. */
export function joinPath(folder: string, path: string): string | null {
  return path.startsWith('/') ? null : cleanPath(`${folder}/${path}`);
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return basename(path);
}

function treeFile(path: string, full: string, stats: Stats): TreeFile {
  const bytes = (limit = FILE_LIMIT): Promise<Uint8Array> => readWithin(path, full, limit);
  return {
    path,
    size: stats.size,
    modified: Math.floor(stats.mtimeMs),
    bytes,
    text: async limit => textOf(path, await bytes(limit)),
    range: (offset, length) => readRange(path, full, offset, Math.min(length, stats.size - offset)),
  };
}

async function readRange(path: string, full: string, offset: number, length: number): Promise<Uint8Array> {
  if (!Number.isSafeInteger(offset) || offset < 0 || length <= 0) return new Uint8Array();
  if (length > FILE_LIMIT) throw tooLargeError(path, FILE_LIMIT);
  try {
    const handle = await open(full, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      return bytes.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new ScanError('unreadable-file', `${path} cannot be read: ${messageOf(error)}`, null, error);
  }
}

async function readWithin(path: string, full: string, limit: number): Promise<Uint8Array> {
  try {
    return await readFileBounded(full, limit);
  } catch (error) {
    const tooLarge = error instanceof IoError && error.code === 'too-large';
    if (tooLarge) throw tooLargeError(path, limit, error);
    const message = `${path} cannot be read: ${messageOf(error)}`;
    throw new ScanError('unreadable-file', message, null, error);
  }
}

export function boundedBytes(path: string, bytes: Uint8Array, limit = FILE_LIMIT): Uint8Array {
  if (bytes.length > limit) throw tooLargeError(path, limit);
  return bytes;
}

function tooLargeError(path: string, limit: number, cause?: unknown): ScanError {
  const message = `${path} is larger than the ${limit / 1024 / 1024} MiB that a scan reads of such a file.`;
  return new ScanError('too-large', message, null, cause);
}

export function textOf(path: string, bytes: Uint8Array): string {
  try {
    return decodeText(bytes, path).text;
  } catch (error) {
    throw new ScanError('malformed-file', messageOf(error), null, error);
  }
}

function kindOf(entry: Dirent): TreeEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
