import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isObject } from '../../formats/sigstore/fields.ts';
import type { FileStamp, HashTask } from './digest.ts';

/**
 * Digests of files that have not changed since they were hashed. A file is known again by device, inode, size and both times to the nanosecond; a
 * file that changed within the last seconds before it was hashed is never kept, since a write in the same tick would not show.
 */
export interface HashCache {
  readonly get: (task: HashTask, stamp: FileStamp) => string | null;
  readonly set: (task: HashTask, stamp: FileStamp, digest: string, now: number) => void;
  /** Writes what is new. The file is the user's alone (0600). */
  readonly save: () => Promise<void>;
}

const MOST_ENTRIES = 500_000;
const SETTLED = 2_000_000_000n;

/** Opens the cache at `path`; one that is damaged or not there is empty. */
export async function openHashCache(path: string): Promise<HashCache> {
  const known = await load(path);
  let changed = false;
  return {
    get: (task, stamp) => known.get(keyOf(task, stamp)) ?? null,
    set: (task, stamp, digest, now) => {
      const latest =
        BigInt(stamp.modified) > BigInt(stamp.changed) ? BigInt(stamp.modified) : BigInt(stamp.changed);
      if (BigInt(now) * 1_000_000n - latest < SETTLED) return;
      known.set(keyOf(task, stamp), digest);
      changed = true;
    },
    save: async () => {
      if (!changed) return;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const entries = [...known].slice(-MOST_ENTRIES);
      const next = `${path}.${process.pid}`;
      await writeFile(next, JSON.stringify({ version: 1, entries }), { mode: 0o600 });
      await rename(next, path);
    },
  };
}

/** A cache that knows nothing and keeps nothing. */
export const NO_CACHE: HashCache = { get: () => null, set: () => {}, save: async () => {} };

function keyOf(task: HashTask, stamp: FileStamp): string {
  return [
    task.hash,
    task.start,
    task.end,
    stamp.device,
    stamp.inode,
    stamp.size,
    stamp.modified,
    stamp.changed,
  ].join(' ');
}

async function load(path: string): Promise<Map<string, string>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    const entries =
      isObject(value) && value['version'] === 1 && Array.isArray(value['entries']) ? value['entries'] : [];
    return new Map(
      entries.filter(
        (entry): entry is [string, string] =>
          Array.isArray(entry) && entry.every(part => typeof part === 'string'),
      ),
    );
  } catch {
    return new Map();
  }
}
