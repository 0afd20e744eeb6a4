import type { Diagnostics } from '../model/diagnostic.ts';
import { messageOf } from '../model/errors.ts';
import type { Tree, TreeEntry } from './extractor.ts';
import { type IgnoreRule, judge, parseIgnore } from './gitignore.ts';
import { installedSkipReason, skipReason, VENV_MARK, VENV_REASON } from './skips.ts';

/** Bounds of a walk. Real trees stay far below; a hostile one meets them and is told so. */
export const WALK_LIMITS = { depth: 200, entries: 5_000_000, ignoreBytes: 1024 * 1024 } as const;

export interface WalkOptions {
  /** Cheap: asked for the path of every file. */
  readonly wanted: (path: string, name: string) => boolean;
  /** Whether a file that no name tells is wanted by its content; asked for regular files only. */
  readonly sniffed?: (path: string) => boolean;
  readonly honourIgnore: boolean;
  /** Whether folders that hold installed or generated things are passed over; a scan of an installed root walks them. */
  readonly skipInstalled: boolean;
  /** Further patterns in .gitignore spelling, relative to the root. */
  readonly excludes: readonly IgnoreRule[];
}

export interface Walked {
  /** Paths of wanted files in the order of the walk: files of a folder by name, then its folders by name. */
  readonly files: readonly string[];
  /** Folders passed over, with the reason; ignored ones by rule are counted apart. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Wanted files that an ignore rule hides, so that the answer can say so. */
  readonly ignoredFiles: readonly string[];
  readonly counts: { readonly files: number; readonly folders: number; readonly ignored: number };
}

interface Frame {
  readonly path: string;
  readonly depth: number;
  readonly ignores: readonly { readonly base: string; readonly rules: readonly IgnoreRule[] }[];
}

/** Walks a tree without following links. What it passes over is in the result or in `diagnostics`, never silent. */
export async function walkTree(tree: Tree, options: WalkOptions, diagnostics: Diagnostics): Promise<Walked> {
  const found: string[] = [];
  const skipped: { path: string; reason: string }[] = [];
  const ignoredFiles: string[] = [];
  const counts = { files: 0, folders: 0, ignored: 0 };
  const root = options.excludes.length > 0 ? [{ base: '.', rules: options.excludes }] : [];
  const open: Frame[] = [{ path: '.', depth: 0, ignores: root }];
  let seen = 0;
  for (let frame = open.pop(); frame !== undefined; frame = open.pop()) {
    if (++counts.folders % 512 === 0) await new Promise(resolve => setImmediate(resolve));
    const entries = await listFolder(tree, frame.path, diagnostics);
    const names = new Set(entries.map(entry => entry.name));
    if (frame.path !== '.' && options.skipInstalled && names.has(VENV_MARK)) {
      skipped.push({ path: frame.path, reason: VENV_REASON });
      continue;
    }
    const ignores = await ignoresOf(tree, frame, names, options, diagnostics);
    const folders: Frame[] = [];
    for (const entry of entries) {
      if (++seen > WALK_LIMITS.entries) {
        diagnostics.error(
          'too-large',
          `The tree has more than ${WALK_LIMITS.entries} entries; what comes after ${frame.path} is not scanned. Scan its parts one by one.`,
          frame.path,
        );
        open.length = 0;
        break;
      }
      const path = frame.path === '.' ? entry.name : `${frame.path}/${entry.name}`;
      if (entry.kind === 'folder') visitFolder(entry, path, names, ignores, frame, folders);
      else visitFile(entry, path, ignores);
    }
    for (let i = folders.length - 1; i >= 0; i--) open.push(folders[i] as Frame);
  }
  return { files: found, skipped, ignoredFiles, counts };

  function visitFolder(
    entry: TreeEntry,
    path: string,
    names: ReadonlySet<string>,
    ignores: Frame['ignores'],
    frame: Frame,
    folders: Frame[],
  ): void {
    const reason = options.skipInstalled
      ? skipReason(entry.name, names)
      : installedSkipReason(entry.name, path, names);
    if (reason !== null) skipped.push({ path, reason });
    else if (isIgnored(ignores, path, true)) counts.ignored++;
    else if (frame.depth >= WALK_LIMITS.depth) {
      diagnostics.error(
        'too-large',
        `${shorten(path)} lies more than ${WALK_LIMITS.depth} folders deep and is not scanned; scan that folder itself.`,
        shorten(path),
      );
    } else folders.push({ path, depth: frame.depth + 1, ignores });
  }

  function visitFile(entry: TreeEntry, path: string, ignores: Frame['ignores']): void {
    counts.files++;
    if (!options.wanted(path, entry.name)) {
      if (entry.kind === 'file' && !isIgnored(ignores, path, false) && options.sniffed?.(path) === true)
        found.push(path);
      return;
    }
    if (isIgnored(ignores, path, false)) {
      counts.ignored++;
      ignoredFiles.push(path);
    } else if (entry.kind === 'file') found.push(path);
    else if (entry.kind === 'link') {
      diagnostics.info(
        'link-not-followed',
        `${path} is a symbolic link, which a scan does not follow; what it leads to inside the tree is read in its own place.`,
        path,
      );
    } else
      diagnostics.warning('unreadable-file', `${path} is neither a file nor a folder and is not read.`, path);
  }
}

async function listFolder(tree: Tree, path: string, diagnostics: Diagnostics): Promise<readonly TreeEntry[]> {
  try {
    return await tree.list(path);
  } catch (error) {
    diagnostics.error('unreadable-file', messageOf(error), path);
    return [];
  }
}

async function ignoresOf(
  tree: Tree,
  frame: Frame,
  names: ReadonlySet<string>,
  options: WalkOptions,
  diagnostics: Diagnostics,
): Promise<Frame['ignores']> {
  if (!options.honourIgnore || !names.has('.gitignore')) return frame.ignores;
  const path = frame.path === '.' ? '.gitignore' : `${frame.path}/.gitignore`;
  try {
    const file = await tree.file(path);
    if (file === null) return frame.ignores;
    return [
      ...frame.ignores,
      { base: frame.path, rules: parseIgnore(await file.text(WALK_LIMITS.ignoreBytes)) },
    ];
  } catch (error) {
    diagnostics.warning('unreadable-file', `${messageOf(error)} Nothing is ignored by it.`, path);
    return frame.ignores;
  }
}

/** The innermost file whose rules say anything decides (gitignore(5), "Patterns"). */
function isIgnored(ignores: Frame['ignores'], path: string, isFolder: boolean): boolean {
  for (let i = ignores.length - 1; i >= 0; i--) {
    const level = ignores[i] as Frame['ignores'][number];
    const local = level.base === '.' ? path : path.slice(level.base.length + 1);
    const verdict = judge(level.rules, local, isFolder);
    if (verdict !== null) return verdict;
  }
  return false;
}

function shorten(path: string): string {
  return path.length > 120 ? `${path.slice(0, 60)}.../...${path.slice(-40)}` : path;
}
