import { type FSWatcher, type Stats, statSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { IoError } from '../io/errors.ts';
import { pathFault } from '../io/path-fault.ts';
import { findInside } from '../io/walk.ts';
import { messageOf } from '../model/errors.ts';
import { type AddOptions, addPaths, leftOut } from './add.ts';
import { type AddEvent, unreadableResult } from './result.ts';

/** How long a file must be left alone before it is added: half a file would be kept for good, and writers pause, on a network for a second or more. */
const QUIET_MS = 2000;

/** How often it is looked at what is due, and whether what is watched is there. */
const LOOK_MS = 250;

/**
 * Adds what is there, then what comes, until the signal or until nothing is left to watch: one summary after each round. A file that is still being written is
 * refused by the bounded reader and tried again when it changes next.
 *
 * @throws IoError where a path is not there to be watched
 */
export async function* watchPaths(
  options: AddOptions & { readonly signal: AbortSignal },
): AsyncGenerator<AddEvent> {
  const changes = new Changes(options);
  const folders = foldersOf(options.paths.filter(path => path !== '-'));
  const watched = new Set(folders.map(folder => new Watched(folder, file => changes.note(file, folder))));
  try {
    yield* addPaths(options);
    while (!options.signal.aborted && watched.size > 0) {
      await pause(LOOK_MS, undefined, { signal: options.signal }).catch(() => undefined);
      const lost = [...watched].filter(one => one.fault !== null);
      for (const one of lost) {
        watched.delete(one);
        one.close();
      }
      yield* changes.add(lost.map(({ folder, fault }) => ({ path: folder.path, error: fault as IoError })));
    }
  } finally {
    for (const one of watched) one.close();
  }
}

/** A folder that is watched: as a whole, or for some files in it. A watch of a file itself would not see another one take its name. */
interface Folder {
  readonly path: string;
  readonly stats: Stats;
  /** By name, each as it was given; null for all that is in the folder. */
  readonly files: Map<string, string> | null;
}

function foldersOf(paths: readonly string[]): Folder[] {
  const folders: Folder[] = [];
  const ofFiles = new Map<string, Folder & { readonly files: Map<string, string> }>();
  for (const path of paths) {
    const stats = statsOf(path);
    if (stats.isDirectory()) {
      folders.push({ path, stats, files: null });
      continue;
    }
    const above = dirname(path);
    const folder = ofFiles.get(above) ?? { path: above, stats: statsOf(above), files: new Map() };
    folder.files.set(basename(path), path);
    ofFiles.set(above, folder);
  }
  return [...folders, ...ofFiles.values()];
}

function statsOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    if (!/[*?[{]/.test(path)) throw pathFault(path, error);
    const message = `${path} is no file or folder, and a glob cannot be watched; give the folder that it looks into.`;
    throw new IoError('not-found', message, error);
  }
}

function statsOrNull(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

class Watched {
  readonly folder: Folder;
  readonly #watcher: FSWatcher | null;
  #fault: IoError | null = null;

  /** Callbacks, since the asynchronous iterator of a recursive watch loses what changes while one event is looked at. */
  constructor(folder: Folder, report: (file: string) => void) {
    this.folder = folder;
    const { path, files } = folder;
    try {
      this.#watcher = watch(path, { recursive: files === null }, (_, name) => {
        const file = name === null ? undefined : files === null ? join(path, name) : files.get(name);
        if (file !== undefined) report(file);
      });
      this.#watcher.on('error', error => this.#fail(error));
    } catch (error) {
      this.#watcher = null;
      this.#fail(error);
    }
  }

  /** Why nothing more will be heard of the folder; a watch goes deaf without a word when its folder is removed. */
  get fault(): IoError | null {
    const { path, stats } = this.folder;
    const now = statsOrNull(path);
    if (now?.ino === stats.ino && now.dev === stats.dev) return this.#fault;
    const message = `${path} was removed or replaced and is not watched any more; start the watch again when it is there.`;
    return new IoError('not-found', message);
  }

  close(): void {
    this.#watcher?.close();
  }

  #fail(error: unknown): void {
    const { path } = this.folder;
    const message = `${path} is not watched any more: ${messageOf(error)}; start the watch again.`;
    this.#fault = new IoError('not-readable', message, error);
  }
}

/** What changed, and when it last did. */
class Changes {
  readonly #options: AddOptions;
  readonly #files = new Map<string, { readonly folder: Folder; readonly at: number }>();

  constructor(options: AddOptions) {
    this.#options = options;
  }

  note(file: string, folder: Folder): void {
    this.#files.set(file, { folder, at: performance.now() });
  }

  /** Adds what has been left alone long enough, and tells what else is `lost`. */
  async *add(lost: readonly { readonly path: string; readonly error: IoError }[]): AsyncGenerator<AddEvent> {
    const refused = [...lost];
    const paths = new Set<string>();
    for await (const { path, error } of this.#due()) {
      if (error !== null) refused.push({ path, error });
      else if (!this.#files.has(path)) paths.add(path);
    }
    for (const { path, error } of refused)
      yield { type: 'document', result: unreadableResult(path, error.code, error.message) };
    if (refused.length + paths.size > 0) yield* addPaths({ ...this.#options, paths: [...paths].sort() });
  }

  /** A folder is due with what is in it: what was written there before it was watched was not heard of. */
  async *#due(): ReturnType<typeof findInside> {
    const before = performance.now() - QUIET_MS;
    for (const [file, { folder, at }] of this.#files) {
      if (at > before) continue;
      this.#files.delete(file);
      if (folder.files === null) yield* findInside(folder.path, file, leftOut(this.#options));
      else if (statsOrNull(file)?.isFile() === true) yield { path: file, size: 0, error: null };
    }
  }
}
