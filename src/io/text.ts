import { isAscii, isUtf8 } from 'node:buffer';
import { IoError } from './errors.ts';

export type TextEncodingName = SniffedEncoding | 'utf-8' | 'latin-1' | 'declared';

type SniffedEncoding = 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** Decoded text. `malformedAt` is the offset of the first byte that was no UTF-8, when the text was therefore read as Latin-1. */
export interface Decoded {
  readonly text: string;
  readonly encoding: TextEncodingName;
  readonly malformedAt: number | null;
}

/**
 * Decodes a document's bytes as text: by byte order mark, by the zero bytes that UTF-16 and UTF-32 show without one (RFC 4627 section 3, which also holds
 * for XML and tag-value), else UTF-8; bytes that are no UTF-8 are read as an XML declaration says, else as Latin-1, where every byte is a character, so that nothing is
 * lost, and the place is told.
 *
 * @param name for messages only
 * @throws IoError `corrupt` for binary content (NUL bytes that no encoding explains)
 */
export function decodeText(bytes: Uint8Array, name: string): Decoded {
  const encoding = sniffEncoding(bytes);
  if (encoding !== 'utf-8') return { text: decodeWide(bytes, encoding, name), encoding, malformedAt: null };
  // ASCII is most of what comes, and the same text in Latin-1, which is copied and not decoded.
  if (isAscii(bytes)) return { text: view(bytes).toString('latin1'), encoding, malformedAt: null };
  if (isUtf8(bytes)) return { text: withoutMark(view(bytes).toString('utf8')), encoding, malformedAt: null };
  if (bytes.subarray(0, 65_536).includes(0)) {
    throw new IoError('corrupt', `${name} is binary, not text; Larder has no reader for it.`);
  }
  const declared = declaredDecoder(bytes);
  if (declared !== null) return { text: declared.decode(bytes), encoding: 'declared', malformedAt: null };
  return { text: view(bytes).toString('latin1'), encoding: 'latin-1', malformedAt: firstMalformed(bytes) };
}

/** The first byte that is no UTF-8 in what is neither UTF-16 nor UTF-32; null when there is none. */
export function malformedAt(bytes: Uint8Array): number | null {
  if (isUtf8(bytes) || sniffEncoding(bytes) !== 'utf-8' || declaredDecoder(bytes) !== null) return null;
  return firstMalformed(bytes);
}

/** The decoder of an encoding that an XML declaration names (XML 1.0, section 4.3.3), if it is none of Unicode's: those the bytes have been looked at for. */
function declaredDecoder(bytes: Uint8Array): { readonly decode: (bytes: Uint8Array) => string } | null {
  const start = view(bytes.subarray(0, 256)).toString('latin1');
  const label = /^<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z][\w.-]{0,40})["']/.exec(start)?.[1];
  if (label === undefined) return null;
  try {
    const decoder = new TextDecoder(label);
    return decoder.encoding.startsWith('utf-') ? null : decoder;
  } catch {
    return null;
  }
}

/** The encoding that the first bytes tell. */
export function sniffEncoding(bytes: Uint8Array): SniffedEncoding | 'utf-8' {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return 'utf-32le';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (bytes.length < 4) return 'utf-8';
  if (a !== 0 && b === 0 && c === 0 && d === 0) return 'utf-32le';
  if (a === 0 && b === 0 && c === 0 && d !== 0) return 'utf-32be';
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return 'utf-16le';
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return 'utf-16be';
  return 'utf-8';
}

function decodeWide(bytes: Uint8Array, encoding: SniffedEncoding, name: string): string {
  if (encoding === 'utf-16le')
    return withoutMark(view(bytes.subarray(0, bytes.length & ~1)).toString('utf16le'));
  if (encoding === 'utf-16be')
    return withoutMark(
      Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString('utf16le'),
    );
  throw new IoError(
    'corrupt',
    `${name} is encoded in ${encoding.toUpperCase()}; convert it to UTF-8 and add it again.`,
  );
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** The first byte that no UTF-8 sequence explains, found by halving: a prefix is well-formed up to at most three bytes of a cut sequence. */
function firstMalformed(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 4) {
    const middle = (good + bad) >>> 1;
    if (isUtf8(wholeSequences(bytes, middle))) good = middle;
    else bad = middle;
  }
  while (good < bad && isUtf8(wholeSequences(bytes, good + 1))) good++;
  return good;
}

/** The bytes before `end`, less a multi-byte sequence that `end` cuts. */
function wholeSequences(bytes: Uint8Array, end: number): Uint8Array {
  let start = end;
  while (start > 0 && end - start < 3 && ((bytes[start - 1] ?? 0) & 0xc0) === 0x80) start--;
  const lead = start > 0 ? (bytes[start - 1] ?? 0) : 0;
  const length = lead >= 0xf8 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return bytes.subarray(0, length > end - start + 1 ? start - 1 : end);
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
