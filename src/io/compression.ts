import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { messageOf } from '../model/errors.ts';
import { type Budget, decodedLimit } from './budget.ts';
import { IoError } from './errors.ts';
import { isZstd, zstdFrames } from './zstd.ts';

export type Compression = 'gzip' | 'zstd' | 'bzip2' | 'xz';

const gunzip = promisify(zlib.gunzip);

/** Which compression the first bytes tell, by magic number; null for none we know. */
export function compressionOf(bytes: Uint8Array): Compression | null {
  const [a, b, c, d, e, f] = bytes;
  if (a === 0x1f && b === 0x8b && c === 0x08) return 'gzip';
  if (isZstd(bytes)) return 'zstd';
  if (a === 0x42 && b === 0x5a && c === 0x68 && d !== undefined && d >= 0x31 && d <= 0x39) return 'bzip2';
  if (a === 0xfd && b === 0x37 && c === 0x7a && d === 0x58 && e === 0x5a && f === 0x00) return 'xz';
  return null;
}

/**
 * Decompresses within bounds.
 *
 * @param name for messages only
 * @param limit bytes of output, at most; the expansion ratio bounds it further
 * @param whole of the given file that the stream lies in
 * @throws IoError `too-large` when a bound is passed, `corrupt` when the stream is damaged or cut off
 */
export async function decompress(
  bytes: Uint8Array,
  compression: Compression,
  name: string,
  limit?: number,
  whole: Budget | null = null,
): Promise<Uint8Array> {
  const own = decodedLimit(bytes.length, limit);
  const bound = Math.min(own, whole?.left ?? own);
  try {
    const decoded = await decoders[compression](bytes, bound);
    whole?.countBytes(decoded.length, true);
    return decoded;
  } catch (error) {
    if (error instanceof IoError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      if (whole !== null && bound < own) throw whole.exceeded();
      const size = `${Math.round(bound / 1024 / 1024)} MiB`;
      throw new IoError(
        'too-large',
        `${name} expands from ${bytes.length} bytes to more than ${size}; it looks like a decompression bomb and was not opened.`,
      );
    }
    throw new IoError(
      'corrupt',
      `${name} is damaged or cut off: its ${compression} data cannot be decoded${reason(compression, error)}; fetch it again.`,
      error,
    );
  }
}

/** The other two have jokes and numbers for reasons. */
function reason(compression: Compression, error: unknown): string {
  return compression === 'gzip' || compression === 'zstd' ? ` (${messageOf(error)})` : '';
}

const decoders: Record<Compression, (bytes: Uint8Array, bound: number) => Promise<Uint8Array>> = {
  gzip: (bytes, bound) => gunzip(bytes, { maxOutputLength: bound }),
  zstd: unzstd,
  bzip2: unbzip2,
  xz: unxz,
};

async function unzstd(bytes: Uint8Array, bound: number): Promise<Uint8Array> {
  const output = new Bounded(bound);
  for await (const content of zstdFrames(bytes, bound)) output.push(content);
  return output.take();
}

async function unxz(bytes: Uint8Array, bound: number): Promise<Uint8Array> {
  const { default: xz } = await import('xz-decompress');
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const output = new Bounded(bound);
  const reader = new xz.XzReadableStream(source).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) output.push(part.value);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return output.take();
}

/**
 * The library's stream holds each block as a list of numbers until it is whole; a block of run lengths grows 50 times, so 113 bytes of a bomb took
 * gigabytes. Its decoder is called directly instead, and every byte passes the bound.
 */
async function unbzip2(bytes: Uint8Array, bound: number): Promise<Uint8Array> {
  const [{ default: decoder }, { default: bitsOf }] = await Promise.all([
    import('unbzip2-stream/lib/bzip2.js'),
    import('unbzip2-stream/lib/bit_iterator.js'),
  ]);
  const output = new Bounded(bound);
  let given = false;
  const bits = bitsOf(() => {
    if (given) throw new Error('the stream ends too early');
    given = true;
    return bytes;
  });
  const put = (byte: number) => output.pushByte(byte);
  while (bits.bytesRead < bytes.length) {
    const size = decoder.header(bits) * 100_000;
    const block = new Int32Array(size);
    let checksum: number | null = 0;
    while (checksum !== null) checksum = decoder.decompress(bits, put, block, size, checksum);
  }
  return output.take();
}

const OPEN_BYTES = 65_536;

/** Collects chunks and stops at a bound with zlib's own error code, so that one place words the sentence. */
class Bounded {
  readonly #chunks: Uint8Array[] = [];
  readonly #bound: number;
  #size = 0;
  #open = new Uint8Array(0);
  #filled = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  push(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size > this.#bound)
      throw Object.assign(new Error('the bound is passed'), { code: 'ERR_BUFFER_TOO_LARGE' });
    this.#chunks.push(chunk);
  }

  /** One byte; they are gathered, and pass the bound chunk by chunk. */
  pushByte(byte: number): void {
    if (this.#filled === this.#open.length) this.#close();
    this.#open[this.#filled++] = byte;
  }

  take(): Uint8Array {
    this.#close();
    return Buffer.concat(this.#chunks, this.#size);
  }

  #close(): void {
    if (this.#filled > 0) this.push(this.#open.subarray(0, this.#filled));
    this.#open = new Uint8Array(OPEN_BYTES);
    this.#filled = 0;
  }
}
