import zlib from 'node:zlib';
import { messageOf } from '../model/errors.ts';
import { type ArchiveBounds, Budget } from './budget.ts';
import { IoError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { isSparse, markSparse } from './tar-sparse.ts';

export type ArchiveKind = 'zip' | 'tar';

/** One file of an archive. `problem` says why it cannot be had (a path that leaves the archive, a bound, damage); then `bytes` is empty. */
export interface Member {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** When it was last changed, in milliseconds since 1970, as a tar says; null of a zip, whose times have no zone. */
  readonly modified: number | null;
  readonly problem: IoError | null;
}

/** Which archive the first bytes tell; null for none. Tar is told by its `ustar` magic. */
export function archiveOf(bytes: Uint8Array): ArchiveKind | null {
  const [a, b, c, d] = bytes;
  if (a === 0x50 && b === 0x4b && ((c === 0x03 && d === 0x04) || (c === 0x05 && d === 0x06))) return 'zip';
  if (
    bytes.length >= 512 &&
    Buffer.from(bytes.buffer, bytes.byteOffset + 257, 5).toString('latin1') === 'ustar'
  )
    return 'tar';
  return null;
}

/**
 * The files of an archive, one by one, decoded in memory and bounded in number, size, total and expansion ratio. Nothing is written anywhere.
 * Links, devices and folders are passed over.
 *
 * @param name for messages only
 * @param wanted members it does not name are counted but not decoded
 * @param whole of the given file that the archive lies in
 * @throws IoError `corrupt` when the archive's own structure is damaged, `too-many` and `too-large` when a bound of the whole is passed;
 *   the members before it have been yielded by then
 */
export async function* members(
  bytes: Uint8Array,
  kind: ArchiveKind,
  name: string,
  wanted: (path: string) => boolean = () => true,
  bounds: ArchiveBounds = LIMITS,
  whole: Budget | null = null,
): AsyncGenerator<Member> {
  const budget = new Budget(name, bytes.length, bounds, whole);
  try {
    yield* kind === 'zip' ? zipMembers(bytes, budget, wanted) : tarMembers(bytes, budget, wanted);
  } catch (error) {
    if (error instanceof IoError) throw error;
    throw new IoError(
      'corrupt',
      `${name} is damaged or cut off: its ${kind} structure cannot be read (${messageOf(error)}); fetch it again.`,
      error,
    );
  }
}

async function* zipMembers(
  bytes: Uint8Array,
  budget: Budget,
  wanted: (path: string) => boolean,
): AsyncGenerator<Member> {
  const { default: yauzl } = await import('yauzl');
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
    decodeStrings: false,
  });
  let packed = 0;
  for await (const entry of zip.eachEntry()) {
    const path = entry.fileName.toString('utf8');
    if (path.endsWith('/') || isZipLink(entry)) continue;
    budget.countEntry();
    if (!wanted(path)) continue;
    const problem =
      problemOfPath(path, budget.name) ??
      (entry.isEncrypted() ? encrypted(path, budget.name) : null) ??
      (isReadMethod(entry) ? null : unreadMethod(path, budget.name));
    if (problem) {
      yield { path, bytes: new Uint8Array(), modified: null, problem };
      continue;
    }
    packed += entry.compressedSize;
    if (packed > bytes.length) throw overlapping(budget.name);
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    yield inflate(path, entry, bytes.subarray(fileDataStart, fileDataStart + entry.compressedSize), budget);
  }
}

/** Decodes one zip member from memory at once: a mirror has hundreds of thousands of small ones, and a stream for each costs ten times the inflation. */
function inflate(
  path: string,
  entry: { readonly compressionMethod: number; readonly crc32: number },
  data: Uint8Array,
  budget: Budget,
): Member {
  try {
    const bytes =
      entry.compressionMethod === 0 ? data : zlib.inflateRawSync(data, { maxOutputLength: budget.left });
    budget.countBytes(bytes.length, entry.compressionMethod !== 0);
    if (zlib.crc32(bytes) !== entry.crc32) throw new Error('its checksum does not match');
    return { path, bytes, modified: null, problem: null };
  } catch (error) {
    if (error instanceof IoError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw budget.exceeded();
    return damaged(path, budget.name, error);
  }
}

async function* tarMembers(
  bytes: Uint8Array,
  budget: Budget,
  wanted: (path: string) => boolean,
): AsyncGenerator<Member> {
  const { createTarDecoder } = await import('modern-tar');
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of markSparse(bytes)) controller.enqueue(piece as Uint8Array<ArrayBuffer>);
      controller.close();
    },
  });
  for await (const entry of source.pipeThrough(createTarDecoder({ strict: true }))) {
    if (entry.header.type !== undefined && entry.header.type !== 'file') {
      await entry.body.cancel();
      continue;
    }
    budget.countEntry();
    const { header } = entry;
    const path = header.pax?.['GNU.sparse.name'] ?? header.name;
    if (!wanted(path)) {
      await entry.body.cancel();
      continue;
    }
    const problem = problemOfPath(path, budget.name) ?? (isSparse(header) ? sparse(path, budget.name) : null);
    if (problem) {
      await entry.body.cancel();
      yield { path, bytes: new Uint8Array(), modified: null, problem };
    } else {
      const member = await collect(path, async () => entry.body, budget);
      yield { ...member, modified: header.mtime?.getTime() ?? null };
    }
  }
}

/** Reads one tar member; damage in it is its own problem, a bound of the whole archive is thrown. */
async function collect(
  path: string,
  open: () => Promise<AsyncIterable<Uint8Array>>,
  budget: Budget,
): Promise<Member> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of await open()) {
      budget.countBytes(chunk.length, false);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof IoError) throw error;
    return damaged(path, budget.name, error);
  }
  return { path, bytes: Buffer.concat(chunks), modified: null, problem: null };
}

function damaged(path: string, archive: string, error: unknown): Member {
  const message = `${path} in ${archive} is damaged: ${messageOf(error)}; fetch the archive again.`;
  return { path, bytes: new Uint8Array(), modified: null, problem: new IoError('corrupt', message, error) };
}

/** A member's path is only a name to us, but one that climbs out of the archive was made to hurt whoever unpacks it, and is not trusted. */
function problemOfPath(path: string, archive: string): IoError | null {
  const climbs =
    path.split(/[/\\]/).includes('..') ||
    path.startsWith('/') ||
    path.startsWith('\\') ||
    /^[A-Za-z]:/.test(path);
  if (!climbs && !path.includes('\0')) return null;
  return new IoError(
    'unsafe-path',
    `${JSON.stringify(path)} in ${archive} is a path that leaves the archive; the member was not read.`,
  );
}

/** Members that share their bytes make a bomb of any size in one layer (Fifield, A better zip bomb, 2019). */
function overlapping(archive: string): IoError {
  const message = `${archive} has members that lie over one another; it looks like a decompression bomb, and the rest was not read.`;
  return new IoError('too-large', message);
}

function encrypted(path: string, archive: string): IoError {
  return new IoError(
    'not-readable',
    `${path} in ${archive} is encrypted; decrypt the archive and add it again.`,
  );
}

/** Stored or deflated (APPNOTE 4.4.5). */
function isReadMethod(entry: { readonly compressionMethod: number }): boolean {
  return entry.compressionMethod === 0 || entry.compressionMethod === 8;
}

function unreadMethod(path: string, archive: string): IoError {
  const message = `${path} in ${archive} is compressed in a way that Larder does not read; unpack it and add what it holds.`;
  return new IoError('not-readable', message);
}

function sparse(path: string, archive: string): IoError {
  const message = `${path} in ${archive} is a sparse file, of which the archive holds only parts; unpack it and add what it holds.`;
  return new IoError('not-readable', message);
}

/** Unix mode in the high 16 bits of the external attributes; S_IFLNK is 0o120000. */
function isZipLink(entry: {
  readonly externalFileAttributes: number;
  readonly versionMadeBy: number;
}): boolean {
  return entry.versionMadeBy >> 8 === 3 && ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}
