import { type Dirent, type Stats, statSync } from 'node:fs';
import { glob, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
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
 */
export async function* findFiles(paths: readonly string[]): AsyncGenerator<Found> {
  for (const path of paths) {
    if (path === '-') yield { path, size: 0, error: null };
    else yield* findPath(path);
  }
}

async function* findPath(path: string): AsyncGenerator<Found> {
  const stats = statOf(path);
  if (stats instanceof IoError && /[*?[{]/.test(path)) yield* findGlob(path);
  else yield* findGiven(path, stats);
}

async function* findGiven(path: string, stats: Stats | IoError): AsyncGenerator<Found> {
  if (stats instanceof IoError) yield { path, size: 0, error: stats };
  else if (stats.isDirectory()) yield* walkInto(path, await realpath(path), 0);
  else if (stats.isFile()) yield { path, size: stats.size, error: null };
  else
    yield failed(
      path,
      'not-a-file',
      `${path} is neither a file nor a folder; give a file, a folder or a glob.`,
    );
}

async function* findGlob(pattern: string): AsyncGenerator<Found> {
  const matches: string[] = [];
  for await (const match of glob(pattern)) matches.push(match);
  if (matches.length === 0)
    yield failed(pattern, 'not-found', `${pattern} matches no file; check the pattern.`);
  const walked = new Set<string>();
  for (const match of matches.sort()) {
    const stats = statOf(match);
    const isFolder = !(stats instanceof IoError) && stats.isDirectory();
    if (isWalked(match, isFolder, walked)) continue;
    if (isFolder) walked.add(match);
    yield* findGiven(match, stats);
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

async function* walkInto(folder: string, root: string, depth: number): AsyncGenerator<Found> {
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
    yield* visit(join(folder, entry.name), entry, root, depth);
}

async function* visit(path: string, entry: Dirent, root: string, depth: number): AsyncGenerator<Found> {
  if (entry.isDirectory()) {
    if (!entry.name.startsWith('.')) yield* walkInto(path, root, depth + 1);
  } else if (entry.isSymbolicLink()) {
    yield* followLink(path, root);
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
async function* followLink(path: string, root: string): AsyncGenerator<Found> {
  const target = await realpath(path).catch((error: unknown) => pathFault(path, error));
  if (target instanceof IoError) {
    const message = `${path} is a symbolic link that leads nowhere; it was passed over.`;
    yield target.code === 'not-found' ? failed(path, 'not-found', message) : { path, size: 0, error: target };
    return;
  }
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
