import { YamlMap, type YamlValue } from './yaml.ts';

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

/** Thrown inside this file alone: the text needs the full parser. */
class NotPlain extends Error {}

const MAX_DEPTH = 100;

/**
 * Reads the part of YAML that lockfiles are written in: block mappings and sequences, one-line flow collections, plain and quoted one-line
 * scalars, comments on their own line, several documents. Null for anything else, valid or not: the full parser judges it.
 */
export function readPlainYaml(text: string): YamlValue[] | null {
  try {
    return splitDocuments(text).map(lines => {
      if (lines.length === 0) return null;
      const reader = new Reader(lines);
      const value = reader.block(lines[0]?.indent ?? 0, 0);
      if (!reader.done) throw new NotPlain();
      return value;
    });
  } catch (error) {
    if (error instanceof NotPlain) return null;
    throw error;
  }
}

function splitDocuments(text: string): Line[][] {
  const documents: Line[][] = [[]];
  let number = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    number++;
    let stop = end;
    while (stop > start && isBlank(text.charCodeAt(stop - 1))) stop--;
    let first = start;
    while (first < stop && text.charCodeAt(first) === 32) first++;
    if (first < stop) {
      const code = text.charCodeAt(first);
      if (code === 9 || code === 37) throw new NotPlain();
      const content = text.slice(first, stop);
      if (first === start && content === '---') {
        if ((documents.at(-1)?.length ?? 0) > 0 || documents.length > 1) documents.push([]);
      } else if (first === start && (content.startsWith('---') || content.startsWith('...')))
        throw new NotPlain();
      else if (code !== 35) documents.at(-1)?.push({ indent: first - start, text: content, number });
    }
    start = end + 1;
  }
  return documents;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}

class Reader {
  readonly #lines: readonly Line[];
  #next = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  get done(): boolean {
    return this.#next >= this.#lines.length;
  }

  block(indent: number, depth: number): YamlValue {
    if (depth > MAX_DEPTH) throw new NotPlain();
    const line = this.#lines[this.#next];
    if (line === undefined || line.indent !== indent) throw new NotPlain();
    if (line.text === '-' || line.text.startsWith('- ')) return this.#sequence(indent, depth);
    if (splitKey(line.text) !== null) return this.#mapping(indent, depth);
    this.#next++;
    return scalar(line.text);
  }

  #mapping(indent: number, depth: number): YamlMap {
    const map = new YamlMap();
    for (
      let line = this.#lines[this.#next];
      line !== undefined && line.indent === indent;
      line = this.#lines[this.#next]
    ) {
      const found = splitKey(line.text);
      if (found === null) throw new NotPlain();
      if (map.has(found.key)) throw new NotPlain();
      this.#next++;
      map.set(
        found.key,
        found.rest === '' ? this.#nested(indent, depth) : this.#inline(found.rest, indent),
        line.number,
      );
    }
    const after = this.#lines[this.#next];
    if (after !== undefined && after.indent > indent) throw new NotPlain();
    return map;
  }

  /** The value on the lines below a key: deeper, or a sequence at the same indent. */
  #nested(indent: number, depth: number): YamlValue {
    const line = this.#lines[this.#next];
    if (line === undefined || line.indent < indent) return null;
    if (line.indent > indent) return this.block(line.indent, depth + 1);
    return line.text === '-' || line.text.startsWith('- ') ? this.#sequence(indent, depth + 1) : null;
  }

  #sequence(indent: number, depth: number): YamlValue[] {
    const items: YamlValue[] = [];
    for (
      let line = this.#lines[this.#next];
      line !== undefined && line.indent === indent;
      line = this.#lines[this.#next]
    ) {
      if (line.text !== '-' && !line.text.startsWith('- ')) break;
      if (line.text === '-') {
        this.#next++;
        items.push(this.#nested(indent, depth + 1));
        continue;
      }
      const rest = line.text.slice(1);
      const inner = rest.trimStart();
      if (inner.startsWith('- ')) throw new NotPlain();
      if (splitKey(inner) === null) {
        this.#next++;
        items.push(this.#inline(inner, indent));
      } else {
        // The mapping of an item begins on the item's own line: read it as if it stood alone at that column.
        const column = indent + line.text.length - inner.length;
        (this.#lines as Line[])[this.#next] = { indent: column, text: inner, number: line.number };
        items.push(this.#mapping(column, depth + 1));
      }
    }
    return items;
  }

  /** A value on the key's own line; a plain scalar that goes on below is not ours. */
  #inline(text: string, indent: number): YamlValue {
    const next = this.#lines[this.#next];
    if (next !== undefined && next.indent > indent) throw new NotPlain();
    const first = text[0];
    return first === '{' || first === '[' ? new Flow(text).whole() : scalar(text);
  }
}

/** `key: rest`, `"key": rest`, `? key` is not ours. Null when the line is no mapping entry. */
function splitKey(text: string): { readonly key: string; readonly rest: string } | null {
  const first = text[0];
  if (first === '"' || first === "'") {
    const end = closing(text, 0);
    if (text[end + 1] !== ':') return null;
    const rest = text.slice(end + 2);
    return rest === '' || rest.startsWith(' ')
      ? { key: unquote(text.slice(0, end + 1)), rest: rest.trimStart() }
      : null;
  }
  if (first === '?' && (text.length === 1 || text[1] === ' ')) throw new NotPlain();
  if (
    first === '{' ||
    first === '[' ||
    first === '&' ||
    first === '*' ||
    first === '!' ||
    first === '|' ||
    first === '>' ||
    first === '@' ||
    first === '`'
  )
    return null;
  const colon = text.endsWith(':')
    ? Math.min(text.length - 1, positive(text.indexOf(': '), text.length - 1))
    : text.indexOf(': ');
  if (colon <= 0) return null;
  const key = text.slice(0, colon).trimEnd();
  return key.includes(' #') ? null : { key, rest: text.slice(colon + 1).trimStart() };
}

function positive(index: number, otherwise: number): number {
  return index < 0 ? otherwise : index;
}

function scalar(text: string): string | null {
  const first = text[0];
  if (first === '"' || first === "'") {
    const end = closing(text, 0);
    const rest = text.slice(end + 1).trimStart();
    if (rest !== '' && !rest.startsWith('#')) throw new NotPlain();
    return unquote(text.slice(0, end + 1));
  }
  if (first !== undefined && '&*!|>%@`{['.includes(first)) throw new NotPlain();
  const comment = text.indexOf(' #');
  const plain = comment < 0 ? text : text.slice(0, comment).trimEnd();
  // `a: b: c` on one line is an error in YAML; the full parser says where.
  if (plain.includes(': ') || plain.endsWith(':')) throw new NotPlain();
  return plain === '' || plain === '~' || plain === 'null' ? null : plain;
}

function closing(text: string, start: number): number {
  const quote = text[start] as string;
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\' && quote === '"') i++;
    else if (text[i] === quote) {
      if (quote === "'" && text[i + 1] === "'") i++;
      else return i;
    }
  }
  throw new NotPlain();
}

function unquote(text: string): string {
  const inner = text.slice(1, -1);
  if (text[0] === "'") return inner.replaceAll("''", "'");
  if (!inner.includes('\\')) return inner;
  try {
    return String(JSON.parse(text));
  } catch {
    throw new NotPlain();
  }
}

/** One-line flow collections: `{a: b, 'c': [d, e]}`. */
class Flow {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): YamlValue {
    const value = this.#value(0);
    this.#blanks();
    if (this.#at < this.#text.length && this.#text[this.#at] !== '#') throw new NotPlain();
    return value;
  }

  #value(depth: number): YamlValue {
    if (depth > MAX_DEPTH) throw new NotPlain();
    this.#blanks();
    const first = this.#text[this.#at];
    if (first === '{') return this.#map(depth);
    if (first === '[') return this.#list(depth);
    return this.#atom();
  }

  #map(depth: number): YamlMap {
    const map = new YamlMap();
    this.#at++;
    for (;;) {
      this.#blanks();
      if (this.#take('}')) return map;
      const key = this.#atom() ?? '';
      this.#blanks();
      if (!this.#take(':')) throw new NotPlain();
      map.set(key, this.#value(depth + 1), 0);
      this.#blanks();
      if (!this.#take(',') && this.#text[this.#at] !== '}') throw new NotPlain();
    }
  }

  #list(depth: number): YamlValue[] {
    const items: YamlValue[] = [];
    this.#at++;
    for (;;) {
      this.#blanks();
      if (this.#take(']')) return items;
      items.push(this.#value(depth + 1));
      this.#blanks();
      if (!this.#take(',') && this.#text[this.#at] !== ']') throw new NotPlain();
    }
  }

  #atom(): string | null {
    const first = this.#text[this.#at];
    if (first === '"' || first === "'") {
      const end = closing(this.#text, this.#at);
      const text = unquote(this.#text.slice(this.#at, end + 1));
      this.#at = end + 1;
      return text;
    }
    let end = this.#at;
    for (; end < this.#text.length; end++) {
      const char = this.#text[end] as string;
      if (',}]{['.includes(char)) break;
      if (char === ':' && (end + 1 >= this.#text.length || ' ,}]'.includes(this.#text[end + 1] as string)))
        break;
      if (char === '#') throw new NotPlain();
    }
    if (end >= this.#text.length) throw new NotPlain();
    const text = this.#text.slice(this.#at, end).trimEnd();
    this.#at = end;
    return text === '' || text === '~' || text === 'null' ? null : text;
  }

  #blanks(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }
}
