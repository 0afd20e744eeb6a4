import { FormatError } from '../errors.ts';
import { LineCounter, placeText } from '../json.ts';

/** How deep messages may nest, so that every recursive walk is safe. */
export const MAX_PROTO_DEPTH = 256;

/** A message as written: fields in order, before any schema. */
export interface RawMessage {
  readonly fields: readonly RawField[];
}

export interface RawField {
  readonly name: string;
  readonly value: RawMessage | RawScalar;
  /** `line 3, column 5` or `byte 12`. */
  readonly at: string;
}

/** `token` is the text of a string, or the word or number as written. */
export interface RawScalar {
  readonly kind: 'string' | 'word' | 'number';
  readonly token: string;
}

export function isMessage(value: RawMessage | RawScalar): value is RawMessage {
  return 'fields' in value;
}

/** Parses the protobuf text format (protobuf.dev, "Text Format Language Specification"), without extensions and Any. Throws FormatError with line and column. */
export function parseProtoText(text: string): RawMessage {
  const parser = new Parser(text);
  return parser.message(null, 0);
}

const SPACE = /[ \t\r\n\f\v]+|#[^\n]*/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER =
  /-?\s*(?:0[xX][0-9a-fA-F]+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fF]?|inf(?:inity)?\b|nan\b)/y;
const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '?': 63,
  '\\': 92,
  "'": 39,
  '"': 34,
};

class Parser {
  readonly #text: string;
  readonly #lines: LineCounter;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#lines = new LineCounter(text);
  }

  /** The fields up to `close`, or to the end of the text when that is null. */
  message(close: string | null, depth: number): RawMessage {
    if (depth > MAX_PROTO_DEPTH) this.#fail(`no more than ${MAX_PROTO_DEPTH} levels`, 'too-deep');
    const fields: RawField[] = [];
    for (;;) {
      this.#space();
      if (this.#at >= this.#text.length) {
        if (close !== null) this.#fail(`'${close}'`);
        return { fields };
      }
      if (close !== null && this.#take(close)) return { fields };
      this.#field(fields, depth);
      this.#space();
      if (!this.#take(',')) this.#take(';');
    }
  }

  #field(into: RawField[], depth: number): void {
    const at = placeText(this.#lines.place(this.#at));
    const name = this.#match(WORD);
    if (name === null) this.#fail('the name of a field');
    this.#space();
    const colon = this.#take(':');
    this.#space();
    if (this.#take('[')) {
      this.#list(name, at, into, depth);
      return;
    }
    const value = this.#value(depth, colon);
    into.push({ name, value, at });
  }

  #list(name: string, at: string, into: RawField[], depth: number): void {
    this.#space();
    if (this.#take(']')) return;
    for (;;) {
      this.#space();
      into.push({ name, value: this.#value(depth, true), at });
      this.#space();
      if (this.#take(']')) return;
      if (!this.#take(',')) this.#fail("',' or ']'");
    }
  }

  #value(depth: number, scalarAllowed: boolean): RawMessage | RawScalar {
    if (this.#take('{')) return this.message('}', depth + 1);
    if (this.#take('<')) return this.message('>', depth + 1);
    if (!scalarAllowed) this.#fail("':' or '{'");
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") return { kind: 'string', token: this.#strings() };
    const number = this.#match(NUMBER);
    if (number !== null) return { kind: 'number', token: number.replaceAll(/\s/g, '') };
    const word = this.#match(WORD);
    if (word === null) this.#fail('a value');
    return { kind: 'word', token: word };
  }

  /** One string, or several that stand side by side and are one. Escapes give bytes, which are UTF-8. */
  #strings(): string {
    const parts: Buffer[] = [];
    for (;;) {
      const quote = this.#text[this.#at];
      if (quote !== '"' && quote !== "'") return Buffer.concat(parts).toString('utf8');
      this.#at++;
      this.#string(quote, parts);
      this.#space();
    }
  }

  #string(quote: string, parts: Buffer[]): void {
    for (;;) {
      const start = this.#at;
      while (this.#at < this.#text.length && !`${quote}\\\n`.includes(this.#text[this.#at] as string))
        this.#at++;
      parts.push(Buffer.from(this.#text.slice(start, this.#at), 'utf8'));
      const char = this.#text[this.#at];
      if (char === undefined || char === '\n') this.#fail(`a closing ${quote}`);
      this.#at++;
      if (char === quote) return;
      parts.push(this.#escape());
    }
  }

  #escape(): Buffer {
    const rest = this.#text.slice(this.#at, this.#at + 9);
    const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
    const hex = /^[xX]([0-9a-fA-F]{1,2})/.exec(rest);
    const unicode = /^(?:u([0-9a-fA-F]{4})|U(0010[0-9a-fA-F]{4}|000[0-9a-fA-F]{5}))/.exec(rest);
    const simple = SIMPLE_ESCAPES[rest[0] ?? ''];
    if (octal !== undefined) {
      this.#at += octal.length;
      return Buffer.from([Number.parseInt(octal, 8) & 0xff]);
    }
    if (hex !== null) {
      this.#at += hex[0].length;
      return Buffer.from([Number.parseInt(hex[1] as string, 16)]);
    }
    if (unicode !== null) {
      this.#at += unicode[0].length;
      return Buffer.from(
        String.fromCodePoint(Number.parseInt((unicode[1] ?? unicode[2]) as string, 16)),
        'utf8',
      );
    }
    if (simple === undefined) this.#fail('an escape that the text format knows');
    this.#at++;
    return Buffer.from([simple]);
  }

  #space(): void {
    while (this.#match(SPACE) !== null);
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  #fail(expected: string, code: 'invalid-protobuf' | 'too-deep' = 'invalid-protobuf'): never {
    const at = placeText(this.#lines.place(this.#at));
    const cut = this.#at >= this.#text.trimEnd().length ? '; the file looks cut off' : '';
    throw new FormatError(code, `${at}: expected ${expected} here${cut}.`, at);
  }
}
