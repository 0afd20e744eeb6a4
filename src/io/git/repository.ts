import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import zlib from 'node:zlib';
import { IoError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type GitObject, GitPack } from './pack.ts';

const NAME = /^[0-9a-f]{40}$/;
/** Tags of tags, and refs that name refs. */
const MAX_STEPS = 16;

export interface GitEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly object: string;
}

/**
 * A repository of git, read without git: git runs what the configuration of a checkout says, and no stranger's checkout shall run anything. Loose objects and packs, SHA-1; what is
 * not there (a shallow or partial clone, objects kept elsewhere) is an error and never looks empty.
 */
export class GitRepository {
  readonly root: string;
  /** Of this checkout: HEAD. */
  readonly #own: string;
  /** Of all checkouts: refs and objects. */
  readonly #common: string;
  readonly #packs: GitPack[];

  private constructor(root: string, own: string) {
    this.root = root;
    this.#own = own;
    this.#common = resolve(own, text(join(own, 'commondir'))?.trim() ?? '.');
    const folder = join(this.#common, 'objects', 'pack');
    const names = new Set(namesIn(folder));
    // Git writes the pack first and takes it away first: an index alone is of no use.
    this.#packs = [...names]
      .filter(name => name.endsWith('.idx') && names.has(name.replace(/idx$/, 'pack')))
      .map(name => new GitPack(join(folder, name)));
  }

  /** The repository that a folder is in; null when it is in none. @throws IoError `corrupt` */
  static of(folder: string): GitRepository | null {
    for (let root = resolve(folder); ; root = dirname(root)) {
      const path = join(root, '.git');
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats?.isDirectory()) return new GitRepository(root, path);
      // Of a further checkout and of a submodule it is a file that says where.
      const elsewhere = stats?.isFile() ? /^gitdir: (.+)$/m.exec(text(path) ?? '')?.[1] : undefined;
      if (elsewhere !== undefined) return new GitRepository(root, resolve(root, elsewhere));
      if (root === dirname(root)) return null;
    }
  }

  close(): void {
    for (const pack of this.#packs) pack.close();
  }

  /**
   * The commit that a revision names: a branch, a tag, a commit by its first digits, each followed by any of `~N`, `^`, `^N`. Null when there is none.
   * @throws IoError `corrupt`, `not-found` when a step leads to a commit that is not here
   */
  commit(revision: string): string | null {
    const cut = revision.search(/[~^]/);
    const [start, steps] = cut < 0 ? [revision, ''] : [revision.slice(0, cut), revision.slice(cut)];
    if (!/^[\w./@+-]+$/.test(start) || !/^[~^\d]*$/.test(steps)) return null;
    const found = start.includes('..') ? null : this.#named(start === '@' ? 'HEAD' : start);
    let commit = found === null ? null : this.#peeled(found);
    for (const [, kind, digits = ''] of steps.matchAll(/([~^])(\d*)/g)) {
      const count = digits === '' ? 1 : Number(digits);
      if (kind === '^' && count !== 0) commit = this.#parents(commit)[count - 1] ?? null;
      for (let step = 0; kind === '~' && step < count && commit !== null; step++)
        commit = this.#parents(commit)[0] ?? null;
      if (commit === null) return null;
    }
    return commit;
  }

  /** The folder at a path of a commit; null when it has none. */
  folder(commit: string, path: readonly string[]): string | null {
    const top = /^tree ([0-9a-f]{40})$/m.exec(this.#typed(commit, 'commit').toString('latin1'))?.[1];
    let object = top ?? null;
    for (const name of path) {
      if (object === null) return null;
      object =
        this.entries(object).find(entry => entry.name === name && entry.kind === 'folder')?.object ?? null;
    }
    return object;
  }

  entries(tree: string): GitEntry[] {
    const bytes = this.#typed(tree, 'tree');
    const found: GitEntry[] = [];
    for (let at = 0; at < bytes.length; ) {
      const space = bytes.indexOf(0x20, at);
      const end = bytes.indexOf(0, space);
      if (space < 0 || end < 0 || end + 21 > bytes.length)
        throw new IoError('corrupt', `The git object ${tree} is a tree that is cut off; run git fsck.`);
      const mode = bytes.toString('latin1', at, space);
      const object = bytes.toString('hex', end + 1, end + 21);
      found.push({ name: bytes.toString('utf8', space + 1, end), kind: kindOf(mode), object });
      at = end + 21;
    }
    return found;
  }

  blob(object: string): Buffer {
    return this.#typed(object, 'blob');
  }

  #typed(name: string, type: GitObject['type']): Buffer {
    const object = this.#object(name);
    if (object.type !== type)
      throw new IoError(
        'corrupt',
        `The git object ${name} is a ${object.type}, not a ${type}; run git fsck.`,
      );
    return object.bytes;
  }

  #object(name: string, depth = 0): GitObject {
    const loose = this.#loose(name);
    if (loose !== null) return loose;
    for (const pack of this.#packs) {
      const offset = pack.find(name);
      if (offset !== null && depth < MAX_STEPS)
        return pack.read(offset, other => this.#object(other, depth + 1));
    }
    throw new IoError(
      'not-found',
      `The git object ${name} is not in ${this.#common}: the clone is shallow, partial or borrows from another; fetch the revision whole, for example with git fetch --unshallow.`,
    );
  }

  #loose(name: string): GitObject | null {
    const path = join(this.#common, 'objects', name.slice(0, 2), name.slice(2));
    const packed = bytesOf(path);
    if (packed === null) return null;
    let bytes: Buffer;
    try {
      bytes = zlib.inflateSync(packed, { maxOutputLength: LIMITS.fileBytes });
    } catch (error) {
      throw new IoError('corrupt', `${path} is damaged or too large; run git fsck.`, error);
    }
    const end = bytes.indexOf(0);
    const [, type] = /^(commit|tree|blob|tag) \d+$/.exec(bytes.toString('latin1', 0, Math.max(0, end))) ?? [];
    if (type === undefined) throw new IoError('corrupt', `${path} is no git object; run git fsck.`);
    return { type: type as GitObject['type'], bytes: bytes.subarray(end + 1) };
  }

  #named(start: string): string | null {
    const paths = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/'].map(
      prefix => `${prefix}${start}`,
    );
    for (const path of [...paths, `refs/remotes/${start}/HEAD`]) {
      const found = this.#ref(path, 0);
      if (found !== null) return found;
    }
    return /^[0-9a-f]{4,40}$/.test(start) ? this.#abbreviated(start) : null;
  }

  #ref(path: string, depth: number): string | null {
    // Beside refs only names in capitals are refs: HEAD, ORIG_HEAD.
    if (depth > MAX_STEPS || !/^(?:refs\/.+|[A-Z_]+)$/.test(path) || path.includes('..')) return null;
    const content = (text(join(this.#own, path)) ?? text(join(this.#common, path)))?.trim();
    const further = /^ref: (\S+)$/.exec(content ?? '')?.[1];
    if (further !== undefined) return this.#ref(further, depth + 1);
    if (content !== undefined && NAME.test(content)) return content;
    const packed = text(join(this.#common, 'packed-refs')) ?? '';
    for (const line of packed.split('\n'))
      if (line.slice(41) === path && NAME.test(line.slice(0, 40))) return line.slice(0, 40);
    return null;
  }

  #abbreviated(digits: string): string | null {
    const found = new Set(this.#packs.flatMap(pack => pack.namesFrom(digits)));
    for (const rest of namesIn(join(this.#common, 'objects', digits.slice(0, 2))))
      if (rest.startsWith(digits.slice(2))) found.add(digits.slice(0, 2) + rest);
    const commits = [...found].filter(name => /^(?:commit|tag)$/.test(this.#object(name).type));
    return commits.length === 1 ? (commits[0] ?? null) : null;
  }

  /** The commit that a tag is of. */
  #peeled(name: string): string | null {
    let object = this.#object(name);
    let at = name;
    for (let step = 0; object.type === 'tag' && step < MAX_STEPS; step++) {
      at = /^object ([0-9a-f]{40})$/m.exec(object.bytes.toString('latin1'))?.[1] ?? '';
      object = this.#object(at);
    }
    return object.type === 'commit' ? at : null;
  }

  #parents(commit: string | null): string[] {
    if (commit === null) return [];
    const [head = ''] = this.#typed(commit, 'commit').toString('latin1').split('\n\n');
    return [...head.matchAll(/^parent ([0-9a-f]{40})$/gm)].map(match => match[1] ?? '');
  }
}

function kindOf(mode: string): GitEntry['kind'] {
  if (mode === '40000') return 'folder';
  if (mode === '120000') return 'link';
  return mode.startsWith('100') ? 'file' : 'other';
}

function bytesOf(path: string): Buffer | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size <= LIMITS.fileBytes ? readFileSync(path) : null;
}

function text(path: string): string | null {
  return bytesOf(path)?.toString('utf8') ?? null;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
