import { ScanError } from '../errors.ts';

/** A term of Elixir or Erlang as lockfiles write them. Atoms and strings are both texts; a map is a list of pairs. */
export type Term = string | number | readonly Term[] | TermTuple;

export interface TermTuple {
  readonly tuple: readonly Term[];
  readonly line: number;
}

const MAX_DEPTH = 64;

/** Reads terms: `{...}`, `[...]`, `%{...}`, `<<"...">>`, `"..."`, `:atom`, `key: value`, `"key": value`, `a => b`, numbers. A full stop ends one. */
export function readTerms(path: string, text: string): Term[] {
  const reader = new TermReader(path, text);
  const terms: Term[] = [];
  while (!reader.done()) terms.push(reader.term(0));
  return terms;
}

export function isTuple(term: Term | undefined): term is TermTuple {
  return typeof term === 'object' && 'tuple' in term;
}

export function termList(term: Term | undefined): readonly Term[] {
  return Array.isArray(term) ? (term as readonly Term[]) : [];
}

class TermReader {
  readonly #path: string;
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  done(): boolean {
    this.#skip();
    while (this.#text[this.#at] === '.') {
      this.#at++;
      this.#skip();
    }
    return this.#at >= this.#text.length;
  }

  term(depth: number): Term {
    if (depth > MAX_DEPTH) this.#fail('nests too deep');
    this.#skip();
    const rest = this.#text.slice(this.#at, this.#at + 3);
    if (rest.startsWith('%{')) return this.#sequence('}', 2, depth);
    if (rest.startsWith('{')) {
      const line = this.#line;
      return { tuple: this.#sequence('}', 1, depth), line };
    }
    if (rest.startsWith('[')) return this.#sequence(']', 1, depth);
    if (rest.startsWith('<<')) {
      this.#at += 2;
      this.#skip();
      const value = this.#text[this.#at] === '"' ? this.#string() : '';
      this.#skip();
      if (!this.#text.startsWith('>>', this.#at)) this.#fail('a binary does not end');
      this.#at += 2;
      return value;
    }
    if (rest.startsWith('"') || rest.startsWith("'")) return this.#string();
    const match = /:?[A-Za-z_][A-Za-z0-9_@.?!]*|:"[^"\n]*"|-?[0-9][0-9_.]*/y;
    match.lastIndex = this.#at;
    const found = match.exec(this.#text)?.[0];
    if (found === undefined) this.#fail('a term was expected');
    const word = found.endsWith('.') ? found.slice(0, -1) : found;
    this.#at += word.length;
    if (/^-?[0-9]/.test(word)) return Number(word.replaceAll('_', ''));
    return word.startsWith(':') ? word.slice(1).replace(/^"|"$/g, '') : word;
  }

  /** Items up to `close`. `key: value` and `key => value` become pairs. */
  #sequence(close: string, skip: number, depth: number): Term[] {
    this.#at += skip;
    const items: Term[] = [];
    for (;;) {
      this.#skip();
      if (this.#text[this.#at] === close) {
        this.#at++;
        return items;
      }
      const line = this.#line;
      const first = this.term(depth + 1);
      this.#skip();
      const arrow = this.#text.startsWith('=>', this.#at);
      if (arrow || (this.#text[this.#at] === ':' && typeof first === 'string')) {
        this.#at += arrow ? 2 : 1;
        items.push({ tuple: [first, this.term(depth + 1)], line });
        this.#skip();
      } else items.push(first);
      if (this.#text[this.#at] === ',') this.#at++;
      else if (this.#text[this.#at] !== close) this.#fail(`a comma or ${close} was expected`);
    }
  }

  #string(): string {
    const quote = this.#text[this.#at] as string;
    let value = '';
    for (let i = this.#at + 1; i < this.#text.length; i++) {
      const char = this.#text[i] as string;
      if (char === quote) {
        this.#at = i + 1;
        return value;
      }
      if (char === '\n') this.#line++;
      if (char === '\\') i++;
      value += this.#text[i] ?? '';
    }
    return this.#fail('a string does not end');
  }

  #skip(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at];
      if (char === '\n') this.#line++;
      else if (char === '#' || char === '%') {
        // `%{` opens a map of Elixir; any other `%` is a comment of Erlang.
        if (char === '%' && this.#text[this.#at + 1] === '{') return;
        while (this.#at + 1 < this.#text.length && this.#text[this.#at + 1] !== '\n') this.#at++;
      } else if (char !== ' ' && char !== '\t' && char !== '\r') return;
    }
  }

  #fail(what: string): never {
    throw new ScanError('malformed-file', `${this.#path} cannot be read: ${what}.`, `line ${this.#line}`);
  }
}
