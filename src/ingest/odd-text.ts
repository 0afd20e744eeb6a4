import type { DocumentInput } from '../formats/format.ts';
import { malformedAt, sniffEncoding } from '../io/text.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ReadResult } from '../model/facts.ts';

/** Encodings of documents that are no text. */
const BINARY = new Set(['none', 'protobuf']);

/** What was mended in the text of a document so that it could be read at all: the reader saw whole characters only and cannot know. */
export function oddText(input: DocumentInput, result: ReadResult): Diagnostic[] {
  if (BINARY.has(result.encoding)) return [];
  const notes: Diagnostic[] = [];
  const byte = malformedAt(input.bytes);
  if (byte !== null) {
    const message = `Byte ${byte.toLocaleString('en')} is no UTF-8; the text was read as Latin-1.`;
    notes.push({ severity: 'warning', code: 'not-utf-8', message, at: `byte ${byte}` });
  }
  const half = result.encoding === 'json' && mayHaveSurrogates(input) ? loneSurrogate(input.text()) : -1;
  if (half !== -1) {
    const at = `line ${lineOf(input.text(), half)}`;
    const message = `${input.text().slice(half, half + 6)} is half of a surrogate pair and no character; it is kept as the replacement character.`;
    notes.push({ severity: 'warning', code: 'lone-surrogate', message, at });
  }
  return notes;
}

/** Whether an escape of a surrogate may be there; looked for in the bytes, so that text which nobody else asks for is not decoded. */
function mayHaveSurrogates({ bytes }: DocumentInput): boolean {
  if (sniffEncoding(bytes) !== 'utf-8') return true;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.includes('\\ud') || buffer.includes('\\uD');
}

/** Where the first escape stands that is one half of a pair (RFC 8259, section 8.2); -1 for none. */
function loneSurrogate(text: string): number {
  const escape = /\\(?:u([0-9a-fA-F]{4})|.)/gs;
  let high = -1;
  for (const { 1: digits, index } of text.matchAll(escape)) {
    const code = digits === undefined ? 0 : Number.parseInt(digits, 16);
    const isLow = code >= 0xdc00 && code <= 0xdfff;
    const follows = high !== -1 && index === high + 6;
    if (high !== -1 && !(isLow && follows)) return high;
    if (isLow && !follows) return index;
    high = code >= 0xd800 && code <= 0xdbff ? index : -1;
  }
  return high;
}

function lineOf(text: string, end: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
