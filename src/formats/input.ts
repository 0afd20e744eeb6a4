import { IoError } from '../io/errors.ts';
import { decodeText, sniffEncoding } from '../io/text.ts';
import { FormatError } from './errors.ts';
import { isObject, type JsonObject } from './fields.ts';
import type { DocumentInput, Head } from './format.ts';
import { parseJson, parseJsonBytes, topLevelKeys } from './json.ts';

/** How much of a document detection looks at. */
const HEAD_BYTES = 16 * 1024;

/** The input of a reader for one document's bytes: decoded and parsed when first asked, once; a fault is thrown again at each asking. */
export function documentInput(bytes: Uint8Array, name: string): DocumentInput {
  const text = once(() => decode(bytes, name));
  const json = once(() => (hasAsciiBytes(bytes) ? parseJsonBytes(bytes, text) : parseJson(text())));
  return { bytes, text, json, name };
}

/** What detection sees of a document. */
export function headOf(input: DocumentInput): Head {
  const start = input.bytes.subarray(0, HEAD_BYTES);
  const text = decodeHead(start);
  const looks = looksLike(text);
  return {
    bytes: start,
    text,
    looksLike: looks,
    root: once(() => (looks === 'json' ? rootOf(input) : null)),
    topLevelKeys: once(() => keysOf(input)),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Whether each byte below 0x80 is that character: so it is not in UTF-16. */
function hasAsciiBytes(bytes: Uint8Array): boolean {
  return sniffEncoding(bytes) === 'utf-8';
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return decodeText(bytes, name).text;
  } catch (thrown) {
    if (thrown instanceof IoError) throw new FormatError('not-text', thrown.message, null, thrown);
    throw thrown;
  }
}

function rootOf(input: DocumentInput): JsonObject | null {
  try {
    const value = input.json();
    return isObject(value) ? value : null;
  } catch (thrown) {
    if (thrown instanceof FormatError) return null;
    throw thrown;
  }
}

/** Parsing, which the reader needs anyway, is four times as quick as scanning; the scan serves text that does not parse whole. */
function keysOf(input: DocumentInput): readonly string[] {
  const root = rootOf(input);
  if (root !== null) return Object.keys(root);
  try {
    return topLevelKeys(input.text());
  } catch (thrown) {
    if (thrown instanceof FormatError) return [];
    throw thrown;
  }
}

/** Lenient: malformed bytes become the replacement character, and a sequence cut at the end is dropped. */
function decodeHead(start: Uint8Array): string {
  const encoding = sniffEncoding(start);
  const known = encoding === 'utf-16le' || encoding === 'utf-16be' ? encoding : 'utf-8';
  return new TextDecoder(known).decode(start, { stream: true });
}

function looksLike(text: string): Head['looksLike'] {
  // A NUL in what begins like JSON or XML is a fault of that text, with a place.
  const first = /\S/.exec(text)?.[0];
  if (first === '{' || first === '[') return 'json';
  if (first === '<') return 'xml';
  return text.includes('\0') ? 'binary' : 'text';
}
