import { type Dirent, lstatSync, type Stats, statSync } from 'node:fs';
import { glob, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { messageOf } from '../model/errors.ts';
import { IoError, type IoErrorCode } from './errors.ts';
import { LIMITS } from './limits.ts';
import { pathFault } from './path-fault.ts';

/** A file that a walk found, or a path it could not go on with. */
export type Found =
  | { readonly path: string; readonly size: number; readonly error: null }
  | { readonly path: string; readonly size: 0; readonly error: IoError };

/**
 * Every regular file that the given paths name: files, folders (walked in the order of names, so that runs are alike) and globs, each match of which is as
 * if it had been given.
 * `-` is passed through as it is, for standard input. A symbolic link inside a folder is followed only when it leads to a file within
 * that folder; what leads outside, a device or an unreadable folder is yielded as an error, and the walk goes on.
 * Dot folders (`.git`, `.larder`) inside a walked folder are left out.
 *
 * @param leaveOut files and folders that are not looked at where a walk or a glob comes to them: what the run itself writes
 */
export async function* findFiles(
  paths: readonly string[],
  leaveOut: readonly string[] = [],
): AsyncGenerator<Found> {
  const left = new Set(await Promise.all(leaveOut.map(realOf)));
  for (const path of paths) {
    if (path === '-') yield { path, size: 0, error: null };
    else for await (const found of findPath(path, left)) yield notStdin(found);
  }
}

/** A file may be named `-` too. */
function notStdin(found: Found): Found {
  return found.path === '-' ? { ...found, path: `.${sep}-` } : found;
}

/** What the walk of a folder would say of one path in it, such as a watch reports; nothing of what it would not come to. */
export async function* findInside(
  folder: string,
  path: string,
  leaveOut: readonly string[] = [],
): AsyncGenerator<Found> {
  const above = relative(folder, dirname(path))
    .split(sep)
    .filter(name => name !== '');
  const root = await realOf(folder);
  const real = join(root, ...above);
  const left = new Set(await Promise.all(leaveOut.map(realOf)));
  // Another path to it: a link to a folder, which a walk passes over.
  if (above.some(name => name.startsWith('.')) || (await realOf(dirname(path))) !== real) return;
  if (lies(join(real, basename(path)), left)) return;
  let entry: Entry;
  try {
    entry = Object.assign(lstatSync(path), { name: basename(path) });
  } catch {
    // Gone again already.
    return;
  }
  yield* visit(path, real, entry, { root, left }, above.length);
}

type Entry = Pick<Dirent, 'name' | 'isDirectory' | 'isFile' | 'isSymbolicLink'>;

/** One walk: the real folder that it stays in, and the real paths that it leaves out. */
interface Walk {
  readonly root: string;
  readonly left: ReadonlySet<string>;
}

/** The real path, also of a file that is not there yet. */
async function realOf(path: string): Promise<string> {
  const whole = resolve(path);
  return realpath(whole).catch(async () =>
    join(await realpath(dirname(whole)).catch(() => dirname(whole)), basename(whole)),
  );
}

/** Whether a real path is one of these, or lies in one of them. */
function lies(real: string, left: ReadonlySet<string>): boolean {
  for (let at = real; left.size > 0; at = dirname(at)) {
    if (left.has(at)) return true;
    if (dirname(at) === at) return false;
  }
  return false;
}

async function* findPath(path: string, left: ReadonlySet<string>): AsyncGenerator<Found> {
  const stats = statOf(path);
  if (stats instanceof IoError && /[*?[{]/.test(path)) yield* findGlob(path, left);
  else if (left.size === 0 || !left.has(await realOf(path))) yield* findGiven(path, stats, left);
}

async function* findGiven(
  path: string,
  stats: Stats | IoError,
  left: ReadonlySet<string>,
): AsyncGenerator<Found> {
  if (stats instanceof IoError) yield { path, size: 0, error: stats };
  else if (stats.isDirectory()) {
    const root = await realpath(path);
    yield* walkInto(path, root, { root, left }, 0);
  } else if (stats.isFile()) yield { path, size: stats.size, error: null };
  else
    yield failed(
      path,
      'not-a-file',
      `${path} is neither a file nor a folder; give a file, a folder or a glob.`,
    );
}

async function* findGlob(pattern: string, left: ReadonlySet<string>): AsyncGenerator<Found> {
  const matches: string[] = [];
  for await (const match of glob(pattern)) matches.push(match);
  if (matches.length === 0)
    yield failed(pattern, 'not-found', `${pattern} matches no file; check the pattern.`);
  const walked = new Set<string>();
  for (const match of matches.sort()) {
    const stats = statOf(match);
    const isFolder = !(stats instanceof IoError) && stats.isDirectory();
    if (isWalked(match, isFolder, walked)) continue;
    if (left.size > 0 && lies(await realOf(match), left)) continue;
    if (isFolder) walked.add(match);
    yield* findGiven(match, stats, left);
  }
}

/** Whether the walk of a folder that matched too has come to this: `**` matches a folder and all that it holds. Dot folders it left out. */
function isWalked(match: string, isFolder: boolean, walked: ReadonlySet<string>): boolean {
  for (let at = match; ; at = dirname(at)) {
    if ((isFolder || at !== match) && basename(at).startsWith('.')) return false;
    if (walked.has(dirname(at))) return true;
    if (dirname(at) === at) return false;
  }
}

async function* walkInto(folder: string, real: string, walk: Walk, depth: number): AsyncGenerator<Found> {
  if (depth > LIMITS.folderDepth) {
    yield failed(
      folder,
      'too-deep',
      `${folder} lies more than ${LIMITS.folderDepth} folders deep; give that folder itself.`,
    );
    return;
  }
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    yield failed(folder, 'not-readable', `${folder} cannot be listed: ${messageOf(error)}.`);
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1)))
    yield* visit(join(folder, entry.name), real, entry, walk, depth);
}

/** @param folder the real one that it lies in */
async function* visit(
  path: string,
  folder: string,
  entry: Entry,
  walk: Walk,
  depth: number,
): AsyncGenerator<Found> {
  const real = join(folder, entry.name);
  if (walk.left.has(real)) return;
  if (entry.isDirectory()) {
    if (!entry.name.startsWith('.')) yield* walkInto(path, real, walk, depth + 1);
  } else if (entry.isSymbolicLink()) {
    yield* followLink(path, walk);
  } else if (entry.isFile()) {
    const stats = statOf(path);
    yield stats instanceof IoError
      ? { path, size: 0, error: stats }
      : { path, size: stats.size, error: null };
  } else {
    yield failed(path, 'not-a-file', `${path} is neither a file nor a folder; it was passed over.`);
  }
}

/** A link to a folder is passed over: what it leads to inside the tree is walked anyway, and only such links make loops. */
async function* followLink(path: string, { root, left }: Walk): AsyncGenerator<Found> {
  const target = await realpath(path).catch((error: unknown) => pathFault(path, error));
  if (target instanceof IoError) {
    const message = `${path} is a symbolic link that leads nowhere; it was passed over.`;
    yield target.code === 'not-found' ? failed(path, 'not-found', message) : { path, size: 0, error: target };
    return;
  }
  if (lies(target, left)) return;
  const inside = relative(root, target);
  if (inside === '..' || inside.startsWith(`..${sep}`)) {
    const message = `${path} is a symbolic link that leads outside the folder given; add its target by its own path.`;
    yield failed(path, 'unsafe-path', message);
    return;
  }
  const stats = statOf(target);
  if (!(stats instanceof IoError) && stats.isFile()) yield { path, size: stats.size, error: null };
}

/** Without the thread pool, whose hand-overs cost more than the call. */
function statOf(path: string): Stats | IoError {
  try {
    return statSync(path);
  } catch (error) {
    return pathFault(path, error);
  }
}

function failed(path: string, code: IoErrorCode, message: string): Found {
  return { path, size: 0, error: new IoError(code, message) };
}
