import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { StoreLocation } from './context.ts';
import { usage } from './errors.ts';

/** The folder a larder lives in, found upwards as git finds its own. */
export const STORE_FOLDER = '.larder';

/** What makes the folder a larder: without it, it only holds decisions beside the code. */
const DATABASE = 'larder.db';

/**
 * Which larder a run uses: `--store`, then LARDER_STORE, then the nearest `.larder` from `cwd` upwards that is one, else the one `add` would make: in the nearest `.larder` that
 * is there, or in `cwd`. @throws CliError `usage` where the one named can be none
 */
export function locateStore(
  cwd: string,
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): StoreLocation {
  if (option !== undefined) return named(cwd, option, 'option');
  const fromEnvironment = env['LARDER_STORE'];
  if (fromEnvironment) return named(cwd, fromEnvironment, 'environment');
  let nearest: string | null = null;
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const path = join(folder, STORE_FOLDER);
    if (isLarder(path)) return { path, exists: true, foundBy: 'search' };
    if (nearest === null && existsSync(path)) nearest = path;
    if (folder === dirname(folder)) break;
  }
  return { path: nearest ?? join(resolve(cwd), STORE_FOLDER), exists: false, foundBy: 'default' };
}

function isLarder(path: string): boolean {
  return existsSync(join(path, DATABASE));
}

function named(cwd: string, given: string, foundBy: 'option' | 'environment'): StoreLocation {
  const option = foundBy === 'option' ? '--store' : 'LARDER_STORE';
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(given))
    throw usage(`${option} takes the folder of a larder, not a URL as ${given}`);
  const path = resolve(cwd, given);
  if (statSync(path, { throwIfNoEntry: false })?.isFile())
    throw usage(
      `${option} takes the folder of a larder, and ${given} is a file; give the folder that it is in`,
    );
  return { path, exists: isLarder(path), foundBy };
}
