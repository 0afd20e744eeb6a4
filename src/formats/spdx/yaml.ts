import { createRequire } from 'node:module';
import type { Document, LineCounter, ParsedNode } from 'yaml';
import { Diagnostics } from '../../model/diagnostic.ts';
import { messageOf } from '../../model/errors.ts';
import { FormatError } from '../errors.ts';
import type { DocumentInput } from '../format.ts';
import { MAX_JSON_DEPTH } from '../json.ts';
import type { Parsed } from './read.ts';
import { type Context, quoted } from './values.ts';

/** How many values aliases may add: SPDX needs none, writers that share lists make some, and nested ones are how a small file becomes gigabytes. */
const MAX_ADDED = 1_000_000;
/** How deep collections may nest, as in JSON; the YAML library recurses, and some 1,400 levels are all it can. */
const MAX_DEPTH = MAX_JSON_DEPTH;
const MAX_CHARS = 128 * 1024 * 1024;

/**
 * Parses YAML into the shape of the JSON encoding. Numbers stay the text they were written as, so that the version `1.10`
 * does not become 1.1. Throws FormatError `invalid-yaml`, `too-deep` or `too-large`.
 */
export function parseYaml(input: DocumentInput): Parsed {
  const text = input.text();
  if (text.length > MAX_CHARS)
    throw new FormatError('too-large', `The YAML document has more than ${MAX_CHARS} characters.`);
  const lines = new (yaml().LineCounter)();
  try {
    const document = compose(text, lines);
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

/**
 * The first document of a text, as the library's parseDocument makes it, with what is open counted as the parser goes: it keeps that on a stack, whereas what
 * composes the tree recurses.
 */
function compose(text: string, lines: LineCounter): Document.Parsed<ParsedNode> {
  const { Composer, Parser } = yaml();
  class BoundedParser extends Parser {
    override *next(source: string): ReturnType<InstanceType<typeof Parser>['next']> {
      if (this.stack.length > MAX_DEPTH) throw tooDeep();
      yield* super.next(source);
    }
  }
  const composer = new Composer({
    schema: 'core',
    customTags: tags => tags.filter(tag => !isNumberTag(tag)),
    lineCounter: lines,
    logLevel: 'silent',
    // The library compares every key of a map with every other; validation has its own, linear, check.
    uniqueKeys: false,
    prettyErrors: false,
  });
  const tokens = new BoundedParser(lines.addNewLine).parse(text);
  const [document] = composer.compose(tokens, true, text.length);
  return document as Document.Parsed<ParsedNode>;
}

interface Plain {
  readonly value: unknown;
  /** How many values it holds where each alias is one more copy. */
  readonly size: number;
  /** How deep it nests: aliases of aliases go as deep as they are many. */
  readonly depth: number;
}

/**
 * The values of a tree of YAML, aliases as the values they name. The library's own conversion searches the document at each alias; here what is shared stays one
 * value, and how large it would be without sharing is bounded, since whoever reads it walks every copy.
 */
function plain(root: ParsedNode | null, lines: LineCounter): unknown {
  const { isAlias, isMap, isScalar, isSeq } = yaml();
  const anchors = new Map<string, Plain>();
  let nodes = 0;
  const holding = (value: unknown, items: readonly Plain[]): Plain => {
    const depth = items.reduce((deepest, item) => Math.max(deepest, item.depth), 0) + 1;
    if (depth > MAX_DEPTH) throw tooDeep();
    return { value, size: items.reduce((sum, item) => sum + item.size, 1), depth };
  };
  const convert = (node: unknown): Plain => {
    if (isAlias(node)) {
      const named = anchors.get(node.source);
      if (named === undefined)
        throw faultAt(`the alias *${node.source} names nothing before it`, lines, rangeStart(node) ?? 0);
      return named;
    }
    nodes++;
    let found: Plain = { value: null, size: 1, depth: 0 };
    if (isScalar(node)) found = { ...found, value: node.value };
    else if (isSeq(node)) {
      const items = node.items.map(convert);
      found = holding(
        items.map(item => item.value),
        items,
      );
    } else if (isMap(node)) {
      const items = node.items.map(pair => [keyOf(pair.key), convert(pair.value)] as const);
      // Names like __proto__ become fields like any other.
      const value: unknown = Object.fromEntries(items.map(([key, item]) => [key, item.value]));
      found = holding(
        value,
        items.map(([, item]) => item),
      );
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
  return new FormatError(
    'invalid-yaml',
    `The document is not YAML Larder reads: ${messageOf(thrown)}.`,
    null,
    thrown,
  );
}

function tooDeep(): FormatError {
  return new FormatError('too-deep', 'The YAML document nests deeper than any SPDX document does.');
}

function faultAt(reason: string, lines: LineCounter, offset: number): FormatError {
  const { line, col } = lines.linePos(offset);
  const at = `line ${line}, column ${col}`;
  return new FormatError('invalid-yaml', `${at}: ${reason.replace(/\.$/, '')}.`, at);
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
