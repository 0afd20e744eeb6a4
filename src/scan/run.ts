import { FormatError } from '../formats/errors.ts';
import { type Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import { messageOf } from '../model/errors.ts';
import { ScanError } from './errors.ts';
import type {
  Extractor,
  ExtractorEntry,
  IncompleteReason,
  OnlineRegistries,
  Project,
  Tree,
} from './extractor.ts';
import type { IgnoreRule } from './gitignore.ts';
import { EXTRACTORS } from './list.ts';
import { Matcher } from './match.ts';
import { attribute, type FoundProject, isInstalledRoot } from './root.ts';
import { isInstalledPlace } from './skips.ts';
import { NO_SUBJECT } from './support/lock-graph.ts';
import { folderOf, nameOf } from './tree.ts';
import { type Walked, walkTree } from './walk.ts';

export interface ScanOptions {
  /** One file of the tree to read instead of walking it. */
  readonly file?: string;
  /** The extractor to read that file with, whatever its name. */
  readonly as?: string;
  readonly honourIgnore?: boolean;
  /** Whether installed packages are passed over, as in a tree of sources; asked of the tree itself when not said. */
  readonly skipInstalled?: boolean;
  readonly excludes?: readonly IgnoreRule[];
  /** The registries that extractors may ask to complete themselves; none when not given. */
  readonly online?: OnlineRegistries;
  readonly signal?: AbortSignal;
  readonly onFile?: (done: number, total: number) => void;
}

/** What one extractor did with one file. */
export interface FileStatus {
  readonly file: string;
  readonly extractor: string;
  readonly status: 'complete' | 'partial' | 'failed' | 'empty';
}

export interface ScanResult {
  readonly projects: readonly Project[];
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly FileStatus[];
  readonly skipped: Walked['skipped'];
  /** How many files and folders ignore rules hid, and which of them an extractor would have read. */
  readonly ignored: { readonly count: number; readonly files: readonly string[] };
  readonly walked: { readonly files: number; readonly folders: number };
  /** How many packages lie in files of an operating system's packages and are not listed a second time. */
  readonly attributed: number;
  /** When the newest file that was read was last changed; null where the tree does not say. */
  readonly modified: number | null;
}

/**
 * Scans a tree: walks it, reads what the extractors declare, and gives every project with its completeness. A file that cannot be read or
 * understood gives a `failed` project and an error diagnostic; nothing in a tree ends a scan.
 *
 * @throws ScanError `no-match` when `file` is named and no extractor reads it, or `as` is unknown
 */
export async function scan(tree: Tree, options: ScanOptions = {}): Promise<ScanResult> {
  const walkNotes = new Diagnostics();
  const matcher = new Matcher(EXTRACTORS, (path, length) => tree.head(path, length));
  const skipInstalled = options.skipInstalled ?? !(await isInstalledRoot(tree));
  const walked =
    options.file === undefined
      ? await walk(tree, matcher, { ...options, skipInstalled }, walkNotes)
      : single(options.file);
  const diagnostics: Diagnostic[] = walkNotes.list();
  const files: FileStatus[] = [];
  let modified: number | null = null;
  const found: Found[] = [];
  const readings = readingsOf(walked.files, matcher, options);
  for (const [done, { path, entry, together }] of readings.entries()) {
    options.signal?.throwIfAborted();
    options.onFile?.(done, readings.length);
    const read = await readOne(tree, path, entry, {
      alone: options.file !== undefined,
      online: options.online ?? null,
      together,
    });
    for (const diagnostic of read.diagnostics) diagnostics.push(diagnostic);
    for (const project of read.projects) found.push({ project, entry, extractor: read.extractor, together });
    if (read.modified !== null) modified = Math.max(modified ?? 0, read.modified);
    files.push({ file: path, extractor: entry.id, status: statusOf(read.projects) });
  }
  const attributed = await attribute(tree, found);
  for (const note of attributed.diagnostics) diagnostics.push(note);
  const owned = new Set(attributed.dropped);
  const { kept, dropped } = withoutCovered(attributed.kept);
  const ignored = { count: walked.counts.ignored, files: walked.ignoredFiles };
  return {
    projects: kept,
    diagnostics: diagnostics.filter(
      note =>
        !dropped.some(file => note.code !== 'malformed-file' && note.at?.startsWith(`${file}:`) === true) &&
        !owned.has(note.at?.slice(0, note.at.indexOf(':')) ?? ''),
    ),
    files,
    skipped: walked.skipped,
    ignored,
    walked: { files: walked.counts.files, folders: walked.counts.folders },
    attributed: attributed.count,
    modified,
  };
}

function walk(tree: Tree, matcher: Matcher, options: ScanOptions, notes: Diagnostics): Promise<Walked> {
  return walkTree(
    tree,
    {
      wanted: (path, name) => matcher.wants(path, name),
      sniffed: path => matcher.sniffs(path),
      // What is installed is ignored by rule nearly everywhere, and is what such a scan is for.
      honourIgnore: options.skipInstalled !== false && (options.honourIgnore ?? true),
      skipInstalled: options.skipInstalled ?? true,
      excludes: options.excludes ?? [],
    },
    notes,
  );
}

function single(file: string): Walked {
  return { files: [file], skipped: [], ignoredFiles: [], counts: { files: 1, folders: 0, ignored: 0 } };
}

function entriesFor(path: string, matcher: Matcher, options: ScanOptions): readonly ExtractorEntry[] {
  if (options.as !== undefined) {
    const entry = EXTRACTORS.find(candidate => candidate.id === options.as);
    if (entry !== undefined) return [entry];
    const known = EXTRACTORS.map(candidate => candidate.id).join(', ');
    throw new ScanError('no-match', `There is no extractor ${options.as}; there are ${known}.`);
  }
  const entries = matcher.entries(path, nameOf(path));
  if (options.file === undefined)
    return entries.filter(entry => entry.kind === 'installed' || !isInstalledPlace(path));
  if (entries.length === 0) {
    throw new ScanError(
      'no-match',
      `${path} has the name of no file that a scan reads; say what it is with --as, as in --as npm-package-lock.`,
    );
  }
  return entries;
}

interface Found extends FoundProject {
  readonly entry: ExtractorEntry;
}

interface Reading {
  readonly path: string;
  readonly entry: ExtractorEntry;
  readonly together: readonly string[];
}

/** What is read with what, in the order of the walk; the files of one place are one reading. */
function readingsOf(paths: readonly string[], matcher: Matcher, options: ScanOptions): Reading[] {
  const found: Reading[] = [];
  const places = new Map<string, string[]>();
  for (const path of paths) {
    for (const entry of entriesFor(path, matcher, options)) {
      const key = entry.place === undefined ? null : `${entry.id}\0${entry.place(path)}`;
      const known = key === null ? undefined : places.get(key);
      if (known !== undefined) {
        known.push(path);
        continue;
      }
      const together = [path];
      if (key !== null) places.set(key, together);
      found.push({ path, entry, together });
    }
  }
  return found;
}

interface Read {
  readonly extractor: Extractor;
  readonly projects: readonly Project[];
  readonly diagnostics: readonly Diagnostic[];
  readonly modified: number | null;
}

async function readOne(
  tree: Tree,
  path: string,
  entry: ExtractorEntry,
  asked: {
    readonly alone: boolean;
    readonly online: OnlineRegistries | null;
    readonly together: readonly string[];
  },
): Promise<Read> {
  const diagnostics = new Diagnostics();
  const { extractor } = await entry.load();
  let modified: number | null = null;
  try {
    const file = await tree.file(path);
    if (file === null) throw new ScanError('unreadable-file', `${path} is gone, or leads outside the tree.`);
    modified = file.modified;
    const projects = await extractor.extract(file, { tree, diagnostics, ...asked });
    return {
      extractor,
      projects,
      diagnostics: diagnostics.list().map(note => placed(note, path)),
      modified,
    };
  } catch (error) {
    const failed = failure(error, path);
    diagnostics.error(failed.reason, failed.message, failed.at);
    return {
      extractor,
      projects: [failedProject(path, entry, failed)],
      diagnostics: diagnostics.list().map(note => placed(note, path)),
      modified,
    };
  }
}

/** Puts the file before the place in it: `web/yarn.lock:12`, the form editors open. */
function placed(note: Diagnostic, path: string): Diagnostic {
  const line = note.at === null ? null : (/^line (\d+)/.exec(note.at)?.[1] ?? null);
  const at = note.at === null ? `${path}:1` : line === null ? `${path}:${note.at}` : `${path}:${line}`;
  return { ...note, at };
}

interface Failure {
  readonly reason: IncompleteReason;
  readonly message: string;
  readonly at: string | null;
}

function failure(error: unknown, path: string): Failure {
  if (error instanceof ScanError) {
    const reason = REASONS.find(code => code === error.code) ?? 'malformed-file';
    return { reason, message: error.message, at: error.at };
  }
  if (error instanceof FormatError)
    return { reason: 'malformed-file', message: `${path}: ${error.message}`, at: error.at };
  return {
    reason: 'malformed-file',
    message: `${path} cannot be understood: ${messageOf(error)}.`,
    at: null,
  };
}

const REASONS: readonly IncompleteReason[] = [
  'unsupported-lock-version',
  'unreadable-file',
  'malformed-file',
  'malformed-entry',
  'too-large',
  'missing-include',
];

function failedProject(path: string, entry: ExtractorEntry, reason: Failure): Project {
  return {
    path: folderOf(path),
    file: path,
    ecosystem: entry.ecosystem,
    subject: NO_SUBJECT,
    completeness: 'failed',
    reasons: [reason],
    components: [],
    dependencies: [],
    links: [],
    covers: [folderOf(path)],
  };
}

function statusOf(projects: readonly Project[]): FileStatus['status'] {
  const statuses = projects.map(project => project.completeness);
  if (statuses.length === 0) return 'empty';
  return statuses.includes('failed') ? 'failed' : statuses.includes('partial') ? 'partial' : 'complete';
}

/** Manifests are wishes: where a lockfile of the same ecosystem covers their folder, the lockfile is the answer. */
function withoutCovered(found: readonly Found[]): {
  readonly kept: Project[];
  readonly dropped: readonly string[];
} {
  const covered = new Set<string>();
  for (const { project, entry } of found) {
    if (entry.kind !== 'lockfile') continue;
    for (const path of project.covers) covered.add(`${project.ecosystem}\0${path}`);
  }
  const isCovered = (project: Project, entry: ExtractorEntry): boolean =>
    entry.kind === 'manifest' &&
    project.completeness !== 'failed' &&
    covered.has(`${project.ecosystem}\0${project.path}`);
  return {
    kept: found.filter(({ project, entry }) => !isCovered(project, entry)).map(({ project }) => project),
    dropped: found
      .filter(({ project, entry }) => isCovered(project, entry))
      .map(({ project }) => project.file),
  };
}
