import type { Diagnostic } from '../model/diagnostic.ts';
import { FormatError } from './errors.ts';
import { asciiJson } from './json-ascii.ts';
import { mayNestDeeper } from './json-depth.ts';

/** How deep JSON may nest. Real documents stay below 40; the bound keeps every recursive walk of a parsed value safe. */
export const MAX_JSON_DEPTH = 512;

/** A place in a text, counted as editors do: from 1, columns in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON text. Throws FormatError `too-deep` before parsing when it nests deeper than MAX_JSON_DEPTH, and `invalid-json` with the byte, the
 * line and what was expected there. `__proto__` keys become own properties, as JSON.parse makes them: read with Object.hasOwn or by known name.
 */
export function parseJson(text: string): unknown {
  const deep = depthExceededAt(text, MAX_JSON_DEPTH);
  if (deep !== -1) {
    const place = placeAt(text, deep);
    const message = `${placeWords(text, deep)}: nested deeper than ${MAX_JSON_DEPTH} levels, which no document of this kind is.`;
    throw new FormatError('too-deep', message, placeText(place));
  }
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw explainFault(text, thrown);
  }
}

/**
 * As `parseJson`, of bytes whose values below 0x80 are those characters, several times as quickly where they are many.
 *
 * @param text the same, decoded, for what is not found at once
 */
export function parseJsonBytes(bytes: Uint8Array, text: () => string): unknown {
  if (bytes.length < WORTH_A_KERNEL || mayNestDeeper(bytes, MAX_JSON_DEPTH)) return parseJson(text());
  const ascii = asciiJson(bytes);
  if (ascii === null) return parseJson(text());
  try {
    return JSON.parse(Buffer.from(ascii.buffer, ascii.byteOffset, ascii.length).toString('latin1'));
  } catch {
    return parseJson(text());
  }
}

/** Below this the kernel is not ready before the text is scanned. */
const WORTH_A_KERNEL = 64 * 1024;

/** The value of JSON text, or of its bytes in UTF-8; null for what `parseJson` refuses. */
export function jsonOrNull(content: string | Uint8Array): unknown {
  try {
    return parseJson(typeof content === 'string' ? content : Buffer.from(content).toString('utf8'));
  } catch (thrown) {
    if (thrown instanceof FormatError) return null;
    throw thrown;
  }
}

/** The names of the keys of a top-level object, in order, from at most `maxChars` of the text; empty for anything else. Faults end the scan. */
export function topLevelKeys(text: string, maxChars = 64 * 1024 * 1024): string[] {
  const keys: string[] = [];
  try {
    walkJson(text, {
      maxChars,
      onKey: (path, key) => {
        if (path.length === 0 && keys.length < 1000) keys.push(key);
      },
    });
  } catch (thrown) {
    if (!(thrown instanceof FormatError)) throw thrown;
  }
  return keys;
}

/**
 * One `error` for each key that an object repeats, at `line 1, column 16: /a/x`. RFC 8259 leaves the meaning
 * of repeats open: parsers keep the first, the last or fail, which an attacker uses to show two tools two documents.
 */
export function duplicateKeys(text: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  const lines = new LineCounter(text);
  walkJson(text, {
    onDuplicate: (path, key, offset) => {
      if (found.length >= 200) return;
      const at = `${placeText(lines.place(offset))}: ${jsonPointer([...path, key])}`;
      const message = `The key "${key}" is given twice in one object.`;
      found.push({ severity: 'error', code: 'duplicate-key', message, at });
    },
  });
  return found;
}

/** The places of the values that `pointers` name, for those that exist. One pass over the text, whatever their number. */
export function jsonPlaces(text: string, pointers: Iterable<string>): Map<string, TextPlace> {
  const wanted = new Set(pointers);
  const places = new Map<string, TextPlace>();
  if (wanted.size === 0) return places;
  const lines = new LineCounter(text);
  walkJson(text, {
    onValue: (path, offset) => {
      const pointer = jsonPointer(path);
      if (wanted.has(pointer)) places.set(pointer, lines.place(offset));
    },
  });
  return places;
}

/** A JSON pointer (RFC 6901) from its parts. */
export function jsonPointer(path: readonly (string | number)[]): string {
  let pointer = '';
  for (const part of path) pointer += `/${escapePointerPart(part)}`;
  return pointer;
}

/** The line and column of an offset of a text. Linear in the offset; for many places use jsonPlaces. */
export function placeAt(text: string, offset: number): TextPlace {
  return new LineCounter(text).place(offset);
}

/** `line 388, column 12`, the form diagnostics use. */
export function placeText(place: TextPlace): string {
  return `line ${place.line}, column ${place.column}`;
}

/** What a walk of JSON text reports. `path` is reused: copy it to keep it. */
interface JsonVisitor {
  readonly maxChars?: number;
  readonly onValue?: (path: readonly (string | number)[], offset: number) => void;
  readonly onKey?: (path: readonly (string | number)[], key: string) => void;
  readonly onDuplicate?: (path: readonly (string | number)[], key: string, offset: number) => void;
}

/** Walks JSON text by the grammar of RFC 8259 without recursion. Throws FormatError `invalid-json` at the first fault, `too-deep` beyond the bound. */
function walkJson(text: string, visitor: JsonVisitor): void {
  const scanner = new JsonScanner(text, visitor.maxChars ?? text.length);
  const path: (string | number)[] = [];
  const open: { readonly array: boolean; readonly keys: Set<string> | null }[] = [];
  let offset = scanner.token('a value');
  for (;;) {
    visitor.onValue?.(path, offset);
    const first = text.charCodeAt(offset);
    if (first === 0x7b || first === 0x5b) {
      if (open.length >= MAX_JSON_DEPTH)
        scanner.fail(offset, `no more than ${MAX_JSON_DEPTH} levels`, 'too-deep');
      open.push({ array: first === 0x5b, keys: first === 0x7b && visitor.onDuplicate ? new Set() : null });
      scanner.position = offset + 1;
      const next = scanner.token(first === 0x5b ? "a value or ']'" : "a key or '}'");
      if (text.charCodeAt(next) !== first + 2) {
        if (first === 0x5b) {
          path.push(0);
          offset = next;
        } else offset = member(next, "a key or '}'");
        continue;
      }
      scanner.position = next + 1;
      open.pop();
    } else scanner.scalar(offset);

    for (;;) {
      const top = open.at(-1);
      if (top === undefined) {
        scanner.end();
        return;
      }
      const close = top.array ? ']' : '}';
      const next = scanner.token(`',' or '${close}'`);
      const char = text[next];
      scanner.position = next + 1;
      if (char === close) {
        open.pop();
        path.pop();
        continue;
      }
      if (char !== ',') scanner.fail(next, `',' or '${close}'`);
      if (top.array) {
        path[path.length - 1] = (path[path.length - 1] as number) + 1;
        offset = scanner.token('a value');
      } else {
        path.pop();
        offset = member(scanner.token('a key'), 'a key');
      }
      break;
    }
  }

  function member(at: number, expected: string): number {
    if (text.charCodeAt(at) !== QUOTE) scanner.fail(at, expected);
    const key = scanner.string(at);
    visitor.onKey?.(path, key);
    const keys = open.at(-1)?.keys;
    if (keys?.has(key)) visitor.onDuplicate?.(path, key, at);
    keys?.add(key);
    path.push(key);
    const colon = scanner.token("':'");
    if (text[colon] !== ':') scanner.fail(colon, "':'");
    scanner.position = colon + 1;
    return scanner.token('a value');
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERALS = ['true', 'false', 'null'] as const;

/** The lexical level: whitespace, strings, numbers, literals. */
class JsonScanner {
  readonly #text: string;
  readonly #limit: number;
  position = 0;

  constructor(text: string, limit: number) {
    this.#text = text;
    this.#limit = Math.min(limit, text.length);
  }

  /** Skips whitespace and gives the offset of the next token; `expected` is what to say when there is none. */
  token(expected: string): number {
    const text = this.#text;
    let i = this.position;
    while (i < this.#limit) {
      const char = text.charCodeAt(i);
      if (char !== 0x20 && char !== 0x0a && char !== 0x0d && char !== 0x09) break;
      i++;
    }
    this.position = i;
    if (i >= this.#limit) this.fail(i, expected);
    return i;
  }

  /** Only whitespace may follow. */
  end(): void {
    const rest = /\S/.exec(this.#text.slice(this.position, this.#limit));
    if (rest !== null) this.fail(this.position + rest.index, 'the end of the document');
  }

  scalar(offset: number): void {
    const text = this.#text;
    if (text.charCodeAt(offset) === QUOTE) {
      this.string(offset);
      return;
    }
    const literal = LITERALS.find(word => text.startsWith(word, offset));
    if (literal !== undefined) {
      this.position = offset + literal.length;
      return;
    }
    NUMBER.lastIndex = offset;
    const number = NUMBER.exec(text);
    if (number === null) this.fail(offset, 'a value');
    this.position = offset + number[0].length;
  }

  string(offset: number): string {
    const text = this.#text;
    let i = offset + 1;
    for (; ; i++) {
      if (i >= this.#limit) this.fail(this.#limit, "a closing '\"'");
      const char = text.charCodeAt(i);
      if (char === QUOTE) break;
      if (char < 0x20) this.fail(i, "a closing '\"' or an escaped control character");
      if (char === BACKSLASH) {
        i++;
        if (i >= this.#limit) this.fail(this.#limit, "a closing '\"'");
        const escape = text[i] as string;
        if (escape === 'u') {
          if (!/^[0-9a-fA-F]{4}$/.test(text.slice(i + 1, i + 5))) this.fail(i + 1, 'four hexadecimal digits');
          i += 4;
        } else if (!'"\\/bfnrt'.includes(escape)) this.fail(i, 'an escape that JSON knows');
      }
    }
    this.position = i + 1;
    const raw = text.slice(offset + 1, i);
    return raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
  }

  fail(offset: number, expected: string, code: 'invalid-json' | 'too-deep' = 'invalid-json'): never {
    const cut = offset >= this.#text.trimEnd().length;
    const message = `${placeWords(this.#text, offset)}: expected ${expected} here${cut ? '; the file looks cut off' : ''}.`;
    throw new FormatError(code, message, placeText(placeAt(this.#text, offset)));
  }
}

/** Turns offsets of a text into lines and columns. Counts forward: asking in rising order is linear in the text altogether. */
export class LineCounter {
  readonly #text: string;
  #line = 1;
  #start = 0;
  /** Where the current line ends; kept, so that a document of one long line is not searched at every asking. */
  #end = -1;

  constructor(text: string) {
    this.#text = text;
  }

  place(offset: number): TextPlace {
    if (offset < this.#start) {
      this.#line = 1;
      this.#start = 0;
      this.#end = -1;
    }
    for (;;) {
      if (this.#end < this.#start) {
        const next = this.#text.indexOf('\n', this.#start);
        this.#end = next === -1 ? this.#text.length : next;
      }
      if (this.#end >= offset || this.#end === this.#text.length)
        return { line: this.#line, column: offset - this.#start + 1 };
      this.#line++;
      this.#start = this.#end + 1;
    }
  }
}

function explainFault(text: string, thrown: unknown): FormatError {
  if (text.trim() === '')
    return new FormatError('invalid-json', 'The document is empty.', 'line 1, column 1', thrown);
  try {
    walkJson(text, {});
  } catch (fault) {
    if (fault instanceof FormatError) return fault;
    throw fault;
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new FormatError('invalid-json', `The document is not JSON: ${detail}.`, null, thrown);
}

/** The offset of the bracket that opens level `limit + 1`, or -1. Strings are skipped by indexOf, so that this runs several times faster than parsing. */
function depthExceededAt(text: string, limit: number): number {
  const length = text.length;
  let depth = 0;
  for (let i = 0; i < length; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) {
      i = closingQuote(text, i);
      if (i === -1) return -1;
    } else if ((char | 0x20) === 0x7b) {
      if (++depth > limit) return i;
    } else if ((char | 0x20) === 0x7d) depth--;
  }
  return -1;
}

function closingQuote(text: string, start: number): number {
  let i = start;
  for (;;) {
    i = text.indexOf('"', i + 1);
    if (i === -1 || text.charCodeAt(i - 1) !== BACKSLASH) return i;
    let slash = i - 1;
    while (text.charCodeAt(slash) === BACKSLASH) slash--;
    if ((i - slash) % 2 === 1) return i;
  }
}

/** `byte 10,412 (line 388, column 12)`: the byte as the text is in UTF-8. */
function placeWords(text: string, offset: number): string {
  const byte = Buffer.byteLength(text.slice(0, offset), 'utf8');
  return `byte ${byte.toLocaleString('en-US')} (${placeText(placeAt(text, offset))})`;
}

function escapePointerPart(part: string | number): string {
  return typeof part === 'number' ? String(part) : part.replaceAll('~', '~0').replaceAll('/', '~1');
}
