import { createRequire } from 'node:module';
import type { Document, LineCounter, ParsedNode } from 'yaml';
import { Diagnostics } from '../../model/diagnostic.ts';
import { messageOf } from '../../model/errors.ts';
import { FormatError } from '../errors.ts';
import type { DocumentInput } from '../format.ts';
import type { Parsed } from './read.ts';
import { type Context, quoted } from './values.ts';

/** How many values aliases may add: SPDX needs none, writers that share lists make some, and nested ones are how a small file becomes gigabytes. */
const MAX_ADDED = 1_000_000;
/** How deep flow collections may nest; the YAML library recurses. */
const MAX_DEPTH = 200;
const MAX_CHARS = 128 * 1024 * 1024;

/**
 * Parses YAML into the shape of the JSON encoding. Numbers stay the text they were written as, so that the version `1.10`
 * does not become 1.1. Throws FormatError `invalid-yaml`, `too-deep` or `too-large`.
 */
export function parseYaml(input: DocumentInput): Parsed {
  const text = input.text();
  if (text.length > MAX_CHARS)
    throw new FormatError('too-large', `The YAML document has more than ${MAX_CHARS} characters.`);
  refuseDepth(text);
  const { parseDocument, LineCounter } = yaml();
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      schema: 'core',
      customTags: tags => tags.filter(tag => !isNumberTag(tag)),
      lineCounter: lines,
      logLevel: 'silent',
      // The library compares every key of a map with every other; validation has its own, linear, check.
      uniqueKeys: false,
      prettyErrors: false,
    });
    const [fault] = document.errors;
    if (fault !== undefined) throw faultAt(fault.message, lines, fault.pos[0]);
    const root = plain(document.contents, lines);
    const diagnostics = new Diagnostics();
    reportRepeats(document, lines, diagnostics);
    return { root, encoding: 'yaml', diagnostics, place: places(document, lines) };
  } catch (thrown) {
    throw thrown instanceof FormatError ? thrown : explain(thrown);
  }
}

interface Plain {
  readonly value: unknown;
  /** How many values it holds where each alias is one more copy. */
  readonly size: number;
}

/**
 * The values of a tree of YAML, aliases as the values they name. The library's own conversion searches the document at each alias; here what is shared stays one
 * value, and how large it would be without sharing is bounded, since whoever reads it walks every copy.
 */
function plain(root: ParsedNode | null, lines: LineCounter): unknown {
  const { isAlias, isMap, isScalar, isSeq } = yaml();
  const anchors = new Map<string, Plain>();
  let nodes = 0;
  const within = (items: readonly Plain[]): number => items.reduce((sum, item) => sum + item.size, 1);
  const convert = (node: unknown): Plain => {
    if (isAlias(node)) {
      const named = anchors.get(node.source);
      if (named === undefined)
        throw faultAt(`the alias *${node.source} names nothing before it`, lines, rangeStart(node) ?? 0);
      return named;
    }
    nodes++;
    let found: Plain = { value: null, size: 1 };
    if (isScalar(node)) found = { value: node.value, size: 1 };
    else if (isSeq(node)) {
      const items = node.items.map(convert);
      found = { value: items.map(item => item.value), size: within(items) };
    } else if (isMap(node)) {
      const items = node.items.map(pair => [keyOf(pair.key), convert(pair.value)] as const);
      // Names like __proto__ become fields like any other.
      const value: unknown = Object.fromEntries(items.map(([key, item]) => [key, item.value]));
      found = { value, size: within(items.map(([, item]) => item)) };
    }
    const { anchor } = node as { readonly anchor?: string };
    if (anchor !== undefined) anchors.set(anchor, found);
    return found;
  };
  if (root === null) return null;
  const { value, size } = convert(root);
  if (size > nodes + MAX_ADDED)
    throw new FormatError(
      'too-large',
      'The aliases of the YAML document would make it larger than any SPDX document is.',
    );
  return value;
}

/** A key as text; a list or map as a key has no meaning in SPDX. */
function keyOf(key: unknown): string {
  const { isScalar } = yaml();
  return isScalar(key) && key.value !== null ? String(key.value) : '';
}

/** Repeated keys, map by map; the last of them holds. */
function reportRepeats(
  document: Document.Parsed<ParsedNode>,
  lines: LineCounter,
  diagnostics: Diagnostics,
): void {
  yaml().visit(document, {
    Map(_key, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const name = typeof key === 'object' && key !== null && 'value' in key ? key.value : undefined;
        if (name === undefined || !seen.has(name)) {
          seen.add(name);
          continue;
        }
        const { line, col } = lines.linePos(rangeStart(key) ?? 0);
        const message = `The key ${quoted(String(name))} is given twice in one mapping; the last holds.`;
        diagnostics.warning('duplicate-key', message, `line ${line}, column ${col}`);
      }
    },
  });
}

function isNumberTag(tag: unknown): boolean {
  const name = typeof tag === 'object' && tag !== null && 'tag' in tag ? tag.tag : null;
  return name === 'tag:yaml.org,2002:int' || name === 'tag:yaml.org,2002:float';
}

function explain(thrown: unknown): FormatError {
  if (thrown instanceof RangeError) {
    return new FormatError(
      'too-deep',
      `The YAML document nests deeper than any SPDX document does.`,
      null,
      thrown,
    );
  }
  return new FormatError(
    'invalid-yaml',
    `The document is not YAML Larder reads: ${messageOf(thrown)}.`,
    null,
    thrown,
  );
}

function faultAt(reason: string, lines: LineCounter, offset: number): FormatError {
  const { line, col } = lines.linePos(offset);
  const at = `line ${line}, column ${col}`;
  return new FormatError('invalid-yaml', `${at}: ${reason.replace(/\.$/, '')}.`, at);
}

/** Bounds what the library recurses over: brackets, and `- - -` on one line. Quotes are not minded, which can only refuse too early far beyond real documents. */
function refuseDepth(text: string): void {
  let depth = 0;
  let dashes = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x5b || char === 0x7b) depth++;
    else if (char === 0x5d || char === 0x7d) depth--;
    else if (char === 0x0a) dashes = 0;
    else if ((char === 0x2d || char === 0x3f || char === 0x3a) && text.charCodeAt(i + 1) === 0x20) dashes++;
    if (depth > MAX_DEPTH * 10 || dashes > MAX_DEPTH * 10) {
      throw new FormatError('too-deep', 'The YAML document nests deeper than any SPDX document does.');
    }
  }
}

/** The line and column of what a pointer names, or of the nearest thing around it that is there. */
function places(document: Document.Parsed<ParsedNode>, lines: LineCounter): Context['place'] {
  return (_entry, pointer) => {
    const path = pointer.split('/').slice(1);
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      const start = rangeStart(node);
      if (start === null) continue;
      const { line, col } = lines.linePos(start);
      return `line ${line}, column ${col}`;
    }
    return pointer;
  };
}

function rangeStart(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return null;
  const [start] = node.range as unknown[];
  return typeof start === 'number' ? start : null;
}

let loaded: typeof import('yaml') | null = null;

/** Loaded at the first YAML document: few workers ever meet one. */
function yaml(): typeof import('yaml') {
  loaded ??= createRequire(import.meta.url)('yaml') as typeof import('yaml');
  return loaded;
}
