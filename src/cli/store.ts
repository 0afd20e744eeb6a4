import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { StoreLocation } from './context.ts';

/** The folder a larder lives in, found upwards as git finds its own. */
export const STORE_FOLDER = '.larder';

/**
 * Which larder a run uses: `--store`, then LARDER_STORE, then the nearest `.larder` from `cwd` upwards, else the one `add` would
 * make in `cwd`.
 */
export function locateStore(
  cwd: string,
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): StoreLocation {
  if (option !== undefined) return named(cwd, option, 'option');
  const fromEnvironment = env['LARDER_STORE'];
  if (fromEnvironment) return named(cwd, fromEnvironment, 'environment');
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const path = join(folder, STORE_FOLDER);
    if (existsSync(path)) return { path, exists: true, foundBy: 'search' };
    if (folder === dirname(folder)) break;
  }
  return { path: join(resolve(cwd), STORE_FOLDER), exists: false, foundBy: 'default' };
}

function named(cwd: string, given: string, foundBy: 'option' | 'environment'): StoreLocation {
  if (/^[a-z][a-z0-9+.-]+:\/\//.test(given)) return { path: given, exists: true, foundBy };
  const path = resolve(cwd, given);
  return { path, exists: existsSync(path), foundBy };
}
