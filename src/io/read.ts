import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { messageOf } from '../model/errors.ts';
import { IoError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { pathFault } from './path-fault.ts';

/**
 * The bytes of a regular file, bounded. A device, a socket or a folder is refused before anything is read from it; a file that
 * shrinks, grows or is rewritten meanwhile is refused too, because what would be kept was never a whole file.
 *
 * @param path as given by the user or found by a walk
 * @param limit bytes, at most
 * @param room memory for so many bytes, for one who reads file after file; where it gives null, new memory is taken
 * @throws IoError `not-found`, `not-readable`, `not-a-file`, `too-large`, `changed-while-read`
 */
export async function readFileBounded(
  path: string,
  limit: number = LIMITS.fileBytes,
  room: (bytes: number) => Uint8Array | null = noRoom,
): Promise<Uint8Array> {
  // Without the thread pool: its hand-overs cost a worker that reads thousands of small files more than the reading does.
  const handle = openForReading(path);
  try {
    const before = fstatSync(handle);
    if (!before.isFile()) {
      throw new IoError(
        'not-a-file',
        `${path} is ${kindOf(before)}, not a regular file; give a file or a folder.`,
      );
    }
    if (before.size > limit) throw tooLarge(path, before.size, limit);
    const bytes = fill(handle, before.size, room);
    const after = fstatSync(handle);
    if (bytes.length !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      throw new IoError(
        'changed-while-read',
        `${path} changed while it was read; add it again when it is complete.`,
      );
    }
    return bytes;
  } catch (error) {
    if (error instanceof IoError) throw error;
    throw new IoError('not-readable', `${path} cannot be read: ${messageOf(error)}.`, error);
  } finally {
    closeSync(handle);
  }
}

/**
 * All bytes of a stream such as standard input, bounded.
 *
 * @throws IoError `too-large` as soon as the bound is passed
 */
export async function readStreamBounded(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  limit: number = LIMITS.fileBytes,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) throw tooLarge(name, size, limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function openForReading(path: string): number {
  try {
    // O_NONBLOCK: opening a FIFO that nobody writes must not hang the run.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw pathFault(path, error);
  }
}

/** Reads up to one byte more than `size`, so that growth shows. */
function fill(handle: number, size: number, room: (bytes: number) => Uint8Array | null): Uint8Array {
  const buffer = room(size + 1) ?? Buffer.allocUnsafeSlow(size + 1);
  let length = 0;
  while (length <= size) {
    const read = readSync(handle, buffer, length, size + 1 - length, length);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

function noRoom(): null {
  return null;
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

function tooLarge(name: string, size: number, limit: number): IoError {
  const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
  const message = `${name} has ${mebibytes(size)}, more than the ${mebibytes(limit)} Larder reads of one file; split it.`;
  return new IoError('too-large', message);
}
