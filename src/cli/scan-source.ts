import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { OnlineRegistries, Tree } from '../scan/extractor.ts';
import type { Context } from './context.ts';
import { CliError, usage } from './errors.ts';
import { cacheFolder } from './trust.ts';

/** What words on the command line name for a scan. */
export interface ScanSource {
  readonly tree: Tree;
  /** The one file of the tree that was asked for; null for all of it. */
  readonly file: string | null;
  /** What the tree is called where no project in it has a name. */
  readonly name: string;
  /** The folder on disk that its decisions and settings belong to. */
  readonly folder: string;
  /** What making the tree brought up. */
  readonly diagnostics: readonly Diagnostic[];
}

const ARCHIVE = /\.(?:tar(?:\.(?:gz|xz|bz2|zst))?|t(?:gz|xz|bz2|zst)|zip)$/i;
/** The largest POM or index page that a scan takes from a registry. */
const ANSWER_LIMIT = 8 * 1024 * 1024;

/** Opens a folder, a file, an archive, or with `-` an archive from standard input. @throws CliError, ScanError, IoError */
export async function openSource(
  context: Context,
  path: string,
  as: string | undefined,
): Promise<ScanSource> {
  if (path === '-') {
    if (as !== undefined) throw usage('--as says what one file is; give the file, not -');
    return archiveSource(await readInput(context), 'standard input', context.cwd, 'root');
  }
  const full = context.resolve(path);
  const isFile = (await stat(full)).isFile();
  const { FolderTree } = await import('../scan/tree.ts');
  if (!isFile) {
    if (as !== undefined) throw usage('--as says what one file is; give the file, not a folder');
    const { realpath } = await import('node:fs/promises');
    const tree = await FolderTree.open(full);
    return {
      tree,
      file: null,
      name: basename(await realpath(full)) || 'root',
      folder: full,
      diagnostics: [],
    };
  }
  if (as === undefined && ARCHIVE.test(path)) {
    const { readFileBounded } = await import('../io/read.ts');
    const bytes = await readFileBounded(full);
    return archiveSource(bytes, path, dirname(full), basename(full).replace(ARCHIVE, ''));
  }
  return fileSource(full, path);
}

/** One file, in the folder where what it refers to by a relative path still is inside the tree. */
async function fileSource(full: string, shown: string): Promise<ScanSource> {
  const { FolderTree } = await import('../scan/tree.ts');
  const { enclosingRoot, lockAbove } = await import('../scan/enclosing.ts');
  const { root, file } = await enclosingRoot(full);
  const lock = await lockAbove(full);
  const note = (): Diagnostic => ({
    severity: 'info',
    code: 'lock-elsewhere',
    message: `${shown} is locked by ${lock?.file} in ${lock?.folder}; larder scan ${lock?.folder} --project ${lock?.member} reads what is locked.`,
    at: `${file}:1`,
  });
  return {
    tree: await FolderTree.open(root),
    file,
    name: basename(dirname(full)) || 'root',
    folder: dirname(full),
    diagnostics: lock === null ? [] : [note()],
  };
}

async function archiveSource(
  bytes: Uint8Array,
  shown: string,
  folder: string,
  fallback: string,
): Promise<ScanSource> {
  const { openArchive } = await import('../scan/archive-tree.ts');
  const { tree, top, diagnostics } = await openArchive(bytes, shown);
  return { tree, file: null, name: top ?? fallback, folder, diagnostics };
}

async function readInput(context: Context): Promise<Uint8Array> {
  const { LIMITS } = await import('../io/limits.ts');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of context.stdin()) {
    size += chunk.length;
    if (size > LIMITS.fileBytes)
      throw new CliError(
        'unreadable',
        'Standard input is larger than the 512 MiB that are read of it; unpack the archive and scan the folder.',
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The registries of the user's own configuration, with the user's cache; with `--offline` only the cache answers. The tree is not asked where its registries
 * are: a stranger's tree would choose whom this machine calls.
 */
export function onlineRegistries(context: Context): OnlineRegistries {
  return async id => {
    const { homedir } = await import('node:os');
    const { join } = await import('node:path');
    const { cachedFetch } = await import('../registries/cache.ts');
    const { openRegistry } = await import('../registries/list.ts');
    const home = context.env['HOME'] || homedir();
    const folder = join(cacheFolder(context), 'registries');
    const fetch = cachedFetch({ folder, offline: context.offline, limit: ANSWER_LIMIT });
    return openRegistry(id, { env: context.env, home, project: home }, fetch);
  };
}
