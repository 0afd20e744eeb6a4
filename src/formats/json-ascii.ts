import { isAscii, isUtf8 } from 'node:buffer';

/** What is looked through at a time for the next byte that is not ASCII. */
const PIECE = 16 * 1024;

/** Text with more than one run of other characters in so many bytes is quicker decoded. */
const BYTES_PER_RUN = 1024;

/**
 * The same JSON in ASCII, with the few characters of UTF-8 that are none written as escapes (RFC 8259, section 7); null where they are not few, where a key has one, or where the bytes are
 * no UTF-8.
 * The engine keeps a text with a single curly quote in two bytes for each character, and so each text that is parsed from it: megabytes of package names for one person's.
 */
export function asciiJson(bytes: Uint8Array): Uint8Array | null {
  if (isAscii(bytes)) return bytes;
  const runs = otherRuns(bytes, bytes.length / BYTES_PER_RUN);
  if (runs === null || !isUtf8(bytes) || areInKeys(bytes, runs)) return null;
  const escapes = runs.map(([start, end]) => escaped(bytes.subarray(start, end)));
  const more = runs.reduce((sum, [start, end], at) => sum + (escapes[at]?.length ?? 0) - (end - start), 0);
  const ascii = Buffer.allocUnsafe(bytes.length + more);
  let from = 0;
  let to = 0;
  for (const [at, [start, end]] of runs.entries()) {
    ascii.set(bytes.subarray(from, start), to);
    to += start - from;
    to += ascii.write(escapes[at] ?? '', to, 'latin1');
    from = end;
  }
  ascii.set(bytes.subarray(from), to);
  return ascii;
}

/** Where runs of bytes that are not ASCII start and end; null when there are more than `most`. */
function otherRuns(bytes: Uint8Array, most: number): [start: number, end: number][] | null {
  const runs: [number, number][] = [];
  for (let start = nextOther(bytes, 0); start !== -1; ) {
    let end = start + 1;
    while ((bytes[end] ?? 0) >= 0x80) end++;
    if (runs.push([start, end]) > most) return null;
    start = nextOther(bytes, end);
  }
  return runs;
}

/**
 * Whether one of the runs stands in a key. V8 13.6 takes an escape in a key for a backslash once an object of the same keys had a backslash there, so that keys are left as they are.
 */
function areInKeys(bytes: Uint8Array, runs: readonly (readonly [start: number, end: number])[]): boolean {
  let closed = 0;
  for (const [start, end] of runs) {
    // Runs of one string are looked at once.
    if (start < closed) continue;
    for (closed = end; closed < bytes.length && bytes[closed] !== QUOTE; closed++)
      if (bytes[closed] === BACKSLASH) closed++;
    let next = closed + 1;
    while (WHITESPACE.has(bytes[next] ?? 0)) next++;
    if (bytes[next] === COLON) return true;
  }
  return false;
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const WHITESPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** The first byte from `from` on that is not ASCII, by halving; -1 for none. */
function nextOther(bytes: Uint8Array, from: number): number {
  for (let start = from; start < bytes.length; start += PIECE) {
    if (isAscii(bytes.subarray(start, start + PIECE))) continue;
    let low = start;
    let high = Math.min(start + PIECE, bytes.length);
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (isAscii(bytes.subarray(low, middle))) low = middle;
      else high = middle;
    }
    return low;
  }
  return -1;
}

function escaped(utf8: Uint8Array): string {
  const text = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length).toString('utf8');
  let escapes = '';
  for (let at = 0; at < text.length; at++)
    escapes += `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escapes;
}
