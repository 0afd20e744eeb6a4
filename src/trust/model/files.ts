import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { TrustError } from '../errors.ts';

/** One file of a model: its name in the signature (relative, `/`), where it is read from, and what tells whether it changed. */
export interface ModelFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
}

export interface ListRule {
  /** Exact relative paths that are left out, with everything below them. */
  readonly ignore: readonly string[];
  readonly allowSymlinks: boolean;
}

/** What version control keeps beside a model; only at the top, as the specification says: `sub/.git` is part of the model. */
export const GIT_PATHS: readonly string[] = ['.git', '.gitignore', '.gitattributes', '.github'];

const MOST_FILES = 1_000_000;
const DEEPEST = 256;

/**
 * Lists the files of a model (OMS v1.0 §6.1, §6.2): a folder, or a single file under its own name. Symbolic links are refused unless allowed or unless they are those of
 * a hub cache, where `snapshots/` holds nothing but links into `blobs/` of the same model. Anything that is neither file nor folder is refused.
 */
export async function listModel(model: string, rule: ListRule): Promise<ModelFile[]> {
  const top = await stat(model);
  if (top.isFile()) return [{ name: basename(resolve(model)), path: model, size: top.size }];
  const found: ModelFile[] = [];
  await listFolder(
    { root: model, rule, blobs: await hubBlobs(model), seen: new Set([await realpath(model)]) },
    '',
    found,
    0,
  );
  return found.sort((a, b) => compareNames(a.name, b.name));
}

/** Code point order, which is the byte order of UTF-8 (JavaScript's own order differs above U+FFFF). */
export function compareNames(first: string, second: string): number {
  return Buffer.compare(Buffer.from(first), Buffer.from(second));
}

/** `owner/name` as the path of a hub cache claims it (`models--owner--name/snapshots/REVISION`); null elsewhere. */
export function claimedModel(model: string): string | null {
  const found = /(?:^|\/)(?:models|datasets)--([^/]+?)--([^/]+)\/snapshots\/[^/]+\/?$/.exec(
    resolve(model).split(sep).join('/'),
  );
  return found === null ? null : `${found[1]}/${found[2]}`;
}

interface Listing {
  readonly root: string;
  readonly rule: ListRule;
  readonly blobs: string | null;
  readonly seen: Set<string>;
}

async function listFolder(
  listing: Listing,
  folder: string,
  found: ModelFile[],
  depth: number,
): Promise<void> {
  if (depth > DEEPEST)
    throw new TrustError('model-path-unsafe', `${folder}: folders are nested more than ${DEEPEST} deep.`);
  for (const entry of await readdir(join(listing.root, folder), { withFileTypes: true })) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.name.includes('\ufffd') || entry.name.includes('\\'))
      throw new TrustError(
        'model-path-unsafe',
        `${JSON.stringify(name)}: the name is not UTF-8 or holds a backslash.`,
      );
    if (listing.rule.ignore.includes(name)) continue;
    const path = join(listing.root, name);
    if (entry.isDirectory()) await listFolder(listing, name, found, depth + 1);
    else if (entry.isFile()) found.push({ name, path, size: (await lstat(path)).size });
    else if (entry.isSymbolicLink()) await listLink(listing, name, path, found, depth);
    else throw new TrustError('model-path-unsafe', `${name}: it is neither file nor folder.`);
    if (found.length > MOST_FILES)
      throw new TrustError('model-path-unsafe', `The model has more than ${MOST_FILES} files.`);
  }
}

async function listLink(
  listing: Listing,
  name: string,
  path: string,
  found: ModelFile[],
  depth: number,
): Promise<void> {
  const target = await realpath(path).catch(() => null);
  if (target === null) throw new TrustError('model-symlink', `${name} is a symbolic link to nowhere.`);
  const inCache = listing.blobs !== null && dirname(target) === listing.blobs;
  if (!inCache && !listing.rule.allowSymlinks)
    throw new TrustError(
      'model-symlink',
      `${name} is a symbolic link, and the signature does not allow links; sign with --allow-symlinks or replace it by what it points to.`,
    );
  const kind = await stat(target);
  if (kind.isFile()) found.push({ name, path: target, size: kind.size });
  else if (kind.isDirectory()) {
    // A link to a folder above itself would never end.
    if (listing.seen.has(target)) throw new TrustError('model-symlink', `${name} leads back into the model.`);
    listing.seen.add(target);
    await listFolder(listing, name, found, depth + 1);
  } else throw new TrustError('model-path-unsafe', `${name}: it points to neither file nor folder.`);
}

/** The blob folder of a hub cache that `model` is a snapshot of. */
async function hubBlobs(model: string): Promise<string | null> {
  if (claimedModel(model) === null) return null;
  return realpath(join(resolve(model), '..', '..', 'blobs')).catch(() => null);
}

/** A path as its name in the model; null when it is not inside. */
export function nameInside(model: string, path: string): string | null {
  const name = relative(resolve(model), resolve(path)).split(sep).join('/');
  return name === '' || name === '..' || name.startsWith('../') ? null : name;
}
