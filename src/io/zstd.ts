import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { LIMITS } from './limits.ts';

const decode = promisify(zlib.zstdDecompress);

/** Handing a frame to the thread pool and back costs eight times what decoding so small a one does, and there may be very many. */
const SMALL = 1024;

/** Whether a frame begins here, one of data or one to skip (RFC 8878, sections 3.1.1 and 3.1.2). */
export function isZstd(bytes: Uint8Array, at = 0): boolean {
  return isDataFrame(bytes, at) || isSkippable(bytes, at);
}

/**
 * What all frames of a stream hold, one after the other (RFC 8878, section 3.1): pzstd and `cat` write several, and Node stops after the first without
 * a word.
 *
 * @param bound bytes of output, at most
 * @throws with zlib's code `ERR_BUFFER_TOO_LARGE` where the bound is passed
 */
export async function* zstdFrames(bytes: Uint8Array, bound: number): AsyncGenerator<Uint8Array> {
  let left = bound;
  let frames = 0;
  for (let at = 0; at < bytes.length; ) {
    // Frames of nothing are nine bytes long: millions of them would cost minutes and pass no bound.
    if (++frames > LIMITS.entries) throw new Error(`it has more than ${LIMITS.entries} frames`);
    const end = isSkippable(bytes, at) ? at + 8 + u32(bytes, at + 4) : endOfFrame(bytes, at);
    if (end > bytes.length) throw new Error('the stream ends too early');
    if (!isSkippable(bytes, at)) {
      const frame = bytes.subarray(at, end);
      const bounds = { maxOutputLength: Math.max(1, left) };
      const content =
        frame.length > SMALL ? await decode(frame, bounds) : zlib.zstdDecompressSync(frame, bounds);
      left -= content.length;
      yield content;
    }
    at = end;
  }
}

const RAW_SIZES = [0, 2, 4, 8];
const DICTIONARY_SIZES = [0, 1, 2, 4];
const RLE = 1;

/** Where the frame ends that begins at `at`; past the end of the bytes when it is cut off. */
function endOfFrame(bytes: Uint8Array, at: number): number {
  if (!isDataFrame(bytes, at)) throw new Error(`what stands at byte ${at} is no frame`);
  const descriptor = bytes[at + 4] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const size = isSingleSegment && descriptor < 0x40 ? 1 : (RAW_SIZES[descriptor >> 6] ?? 0);
  let next = at + 5 + (isSingleSegment ? 0 : 1) + (DICTIONARY_SIZES[descriptor & 3] ?? 0) + size;
  for (let isLast = false; !isLast; ) {
    if (next + 3 > bytes.length) return Number.POSITIVE_INFINITY;
    const header = u24(bytes, next);
    isLast = (header & 1) === 1;
    next += 3 + (((header >> 1) & 3) === RLE ? 1 : header >> 3);
  }
  return next + ((descriptor & 0x04) === 0 ? 0 : 4);
}

function isDataFrame(bytes: Uint8Array, at: number): boolean {
  return u32(bytes, at) === 0xfd2fb528;
}

function isSkippable(bytes: Uint8Array, at: number): boolean {
  return u32(bytes, at) >>> 4 === 0x184d2a5;
}

function u24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
}

function u32(bytes: Uint8Array, at: number): number {
  return (u24(bytes, at) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
}
