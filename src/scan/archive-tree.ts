import { archiveOf, type Member, members } from '../io/archive.ts';
import { Budget } from '../io/budget.ts';
import { compressionOf, decompress } from '../io/compression.ts';
import { IoError } from '../io/errors.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { Diagnostics } from '../model/diagnostic.ts';
import { ScanError } from './errors.ts';
import type { Tree } from './extractor.ts';
import { MemoryTree } from './tree.ts';

export interface ArchiveTree {
  readonly tree: Tree;
  /** The one folder that everything lies in, as archives of a release have it; it is left out of the paths. Null when there is none. */
  readonly top: string | null;
  /** Members that could not be had. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A tar or zip, compressed or not, as a tree in memory. Nothing is unpacked to disk; links in it are not followed. A bound that is passed, or damage, ends
 * reading with an error diagnostic, and the members before it are scanned.
 *
 * @param name for messages
 * @throws ScanError `malformed-file` when the bytes are no archive; IoError when its compression cannot be undone
 */
export async function openArchive(bytes: Uint8Array, name: string): Promise<ArchiveTree> {
  const compression = compressionOf(bytes);
  // One for both layers: a zip in a gzip would else be measured by what the gzip became.
  const whole = Budget.ofWhole(name, bytes.length);
  const plain = compression === null ? bytes : await decompress(bytes, compression, name, undefined, whole);
  const kind = archiveOf(plain);
  if (kind === null)
    throw new ScanError(
      'malformed-file',
      `${name} is neither a tar nor a zip archive; for a git revision, git archive REF | larder scan - gives one.`,
    );
  const diagnostics = new Diagnostics();
  const found = new Map<string, Member>();
  try {
    for await (const member of members(plain, kind, name, undefined, undefined, whole)) {
      const path = member.path.replace(/^(?:\.\/)+/, '');
      if (member.problem === null) found.set(path, member);
      else diagnostics.error('unreadable-file', member.problem.message, path);
    }
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    diagnostics.error(error.code === 'corrupt' ? 'malformed-file' : 'too-large', error.message, name);
  }
  const top = commonFolder(found.keys());
  const cut = top === null ? 0 : top.length + 1;
  const files = [...found].map(([path, member]) => [path.slice(cut), member] as const);
  return { tree: new MemoryTree(new Map(files)), top, diagnostics: diagnostics.list() };
}

function commonFolder(paths: Iterable<string>): string | null {
  let top: string | null = null;
  for (const path of paths) {
    const slash = path.indexOf('/');
    if (slash <= 0 || (top !== null && path.slice(0, slash) !== top)) return null;
    top = path.slice(0, slash);
  }
  return top;
}
