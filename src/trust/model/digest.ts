import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { TrustError } from '../errors.ts';
import { Blake3 } from './blake3.ts';

export type ModelHash = 'sha256' | 'blake2b' | 'blake3';

/** One thing to hash: a whole file, or a shard of it. */
export interface HashTask {
  readonly path: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly hash: ModelHash;
}

/** What a file was when it was hashed; two equal stamps mean the same content, as far as a file system can tell. */
export interface FileStamp {
  readonly device: string;
  readonly inode: string;
  readonly size: string;
  readonly modified: string;
  readonly changed: string;
}

export interface Hashed {
  readonly digest: string;
  readonly stamp: FileStamp;
}

/** Small enough to stay in the core's own cache between reading and hashing. */
const CHUNK = 512 * 1024;

interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/**
 * Hashes one range of a file, without giving the thread away: it runs in a worker, or over little. Throws `model-changing` when the file is not the same before and after: what is signed or verified must be one state of it.
 */
export function hashRange(task: HashTask, progress: (bytes: number) => void = () => {}): Hashed {
  const file = openSync(task.path, 'r');
  try {
    const before = stampOf(fstatSync(file, { bigint: true }));
    const hasher = newHasher(task.hash);
    const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(CHUNK, task.end - task.start)));
    for (let at = task.start; at < task.end; ) {
      const bytesRead = readSync(file, buffer, 0, Math.min(buffer.length, task.end - at), at);
      if (bytesRead === 0)
        throw new TrustError(
          'model-changing',
          `${task.path} became shorter while it was read; try again when nothing writes to it.`,
        );
      hasher.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
      progress(bytesRead);
    }
    const after = stampOf(fstatSync(file, { bigint: true }));
    if (!sameStamp(before, after))
      throw new TrustError(
        'model-changing',
        `${task.path} changed while it was read; try again when nothing writes to it.`,
      );
    return { digest: Buffer.from(hasher.digest()).toString('hex'), stamp: after };
  } finally {
    closeSync(file);
  }
}

export function sameStamp(first: FileStamp, second: FileStamp): boolean {
  return (
    first.device === second.device &&
    first.inode === second.inode &&
    first.size === second.size &&
    first.modified === second.modified &&
    first.changed === second.changed
  );
}

export function stampOf(stats: {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}): FileStamp {
  return {
    device: String(stats.dev),
    inode: String(stats.ino),
    size: String(stats.size),
    modified: String(stats.mtimeNs),
    changed: String(stats.ctimeNs),
  };
}

function newHasher(hash: ModelHash): Hasher {
  if (hash === 'blake3') return new Blake3();
  return createHash(hash === 'blake2b' ? 'blake2b512' : 'sha256');
}
