import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { scan } from './run.ts';
import { FolderTree } from './tree.ts';

/** How many folders above a file are looked at. */
const MAX_UP = 16;

/** For each manifest, the lockfiles that a workspace keeps at its root. */
const LOCKS: ReadonlyMap<string, readonly string[]> = new Map([
  ['package.json', ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock']],
  ['Cargo.toml', ['Cargo.lock']],
  ['pyproject.toml', ['uv.lock']],
  ['pubspec.yaml', ['pubspec.lock']],
]);

/**
 * The folder that a scan of this one file may look into: its own, and for a POM those above it for as long as they hold a pom.xml, because parents are named
 * by relative paths. A folder with `.git` is the last one.
 */
export async function enclosingRoot(file: string): Promise<{ readonly root: string; readonly file: string }> {
  const name = basename(file);
  const own = await realpath(dirname(file)).catch(() => dirname(file));
  if (name !== 'pom.xml') return { root: own, file: name };
  let root = own;
  for await (const folder of foldersAbove(own)) {
    if (!(await has(folder, 'pom.xml'))) break;
    root = folder;
  }
  return { root, file: relative(root, join(own, name)).split(sep).join('/') };
}

/** A lockfile above a manifest, and the folder of the manifest as the lockfile's tree calls it. */
export interface LockAbove {
  readonly folder: string;
  readonly file: string;
  readonly member: string;
}

/** The lockfile at or above the folder of a manifest that covers it, as a workspace's root has one; null when there is none. */
export async function lockAbove(manifest: string): Promise<LockAbove | null> {
  const names = LOCKS.get(basename(manifest));
  if (names === undefined) return null;
  const own = await realpath(dirname(manifest)).catch(() => null);
  if (own === null) return null;
  for await (const folder of foldersAbove(own, true)) {
    for (const file of names) {
      if (!(await has(folder, file))) continue;
      const member = relative(folder, own).split(sep).join('/') || '.';
      const { projects } = await scan(await FolderTree.open(folder), { file });
      if (projects.some(project => project.covers.includes(member))) return { folder, file, member };
    }
  }
  return null;
}

/** The folders above one, from the inside out, up to the first that is a checkout. */
async function* foldersAbove(own: string, withOwn = false): AsyncGenerator<string> {
  if (withOwn) yield own;
  let folder = own;
  for (let up = 0; up < MAX_UP; up++) {
    if (await has(folder, '.git')) return;
    const above = dirname(folder);
    if (above === folder) return;
    yield above;
    folder = above;
  }
}

function has(folder: string, name: string): Promise<boolean> {
  return lstat(join(folder, name)).then(
    () => true,
    () => false,
  );
}
