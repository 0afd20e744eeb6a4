import { SaxesParser, type SaxesTagNS } from 'saxes';
import { FormatError } from './errors.ts';
import { LineCounter, type TextPlace } from './json.ts';

/** How deep XML may nest, so that every recursive walk of the tree is safe. */
export const MAX_XML_DEPTH = 512;
/** How many elements one document may have: ten times the largest SBOM known, so that a file of `<a/>` cannot fill memory. */
const MAX_ELEMENTS = 10_000_000;
const MAX_ATTRIBUTES = 1_000;

/** One attribute. Namespace declarations (`xmlns`, `xmlns:*`) are not attributes here. */
export interface XmlAttribute {
  /** Local name, without prefix. */
  readonly name: string;
  /** Namespace URI, empty for none (an attribute has no default namespace). */
  readonly namespace: string;
  readonly value: string;
}

/** One element of a parsed document, with its place. */
export interface XmlElement {
  /** Local name, without prefix. */
  readonly name: string;
  /** Namespace URI, empty for none. */
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Its own character data, CDATA included and in order, without that of its children. */
  readonly text: string;
  readonly parent: XmlElement | null;
  /** Where its start tag begins, from 1. */
  readonly line: number;
  readonly column: number;
}

interface MutableElement extends XmlElement {
  readonly children: MutableElement[];
  text: string;
}

const NONE: readonly never[] = [];

/**
 * Parses XML text to a tree of elements. Namespaces are resolved; comments and processing instructions are dropped. A document type declaration
 * is refused whole (`invalid-xml`): entities it could declare are how billion laughs and external entities get in, and no BOM needs one.
 * Throws FormatError `invalid-xml`, `too-deep` or `too-large` with the line and column.
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: true });
  let root: XmlElement | null = null;
  let current: MutableElement | null = null;
  const lines = new LineCounter(text);
  let start: TextPlace = { line: 1, column: 1 };
  let depth = 0;
  let count = 0;

  function fail(code: 'invalid-xml' | 'too-deep' | 'too-large', reason: string): never {
    const at = `line ${parser.line}, column ${parser.columnIndex + 1}`;
    throw new FormatError(code, `${at}: ${reason}`, at);
  }

  parser.on('error', error => {
    // The library's own words name a list of one; section 2.8 of XML 1.0 is what they mean.
    if (/expected one of version\b/.test(error.message))
      fail('invalid-xml', 'the XML declaration has no version first, as in <?xml version="1.0"?>; add it.');
    const cut = parser.position >= text.trimEnd().length ? '; the file looks cut off' : '';
    fail('invalid-xml', `${error.message.replace(/^(?:\d+:\d+: )/, '').replace(/\.$/, '')}${cut}.`);
  });
  parser.on('doctype', () =>
    fail(
      'invalid-xml',
      'a document type declaration (DOCTYPE) is refused: it may declare entities that expand without bound or read other files.',
    ),
  );
  parser.on('opentagstart', tag => {
    // The parser stands one character behind the name.
    start = lines.place(parser.position - tag.name.length - 2);
  });
  parser.on('opentag', tag => {
    if (++depth > MAX_XML_DEPTH)
      fail('too-deep', `nested deeper than ${MAX_XML_DEPTH} levels, which no document of this kind is.`);
    if (++count > MAX_ELEMENTS)
      fail('too-large', `more than ${MAX_ELEMENTS.toLocaleString('en-US')} elements.`);
    const element: MutableElement = {
      name: tag.local,
      namespace: tag.uri,
      attributes: attributesOf(tag, fail),
      children: [],
      text: '',
      parent: current,
      line: start.line,
      column: start.column,
    };
    if (current === null) root = element;
    else current.children.push(element);
    current = element;
  });
  parser.on('text', data => {
    if (current !== null) current.text += data;
  });
  parser.on('cdata', data => {
    if (current !== null) current.text += data;
  });
  parser.on('closetag', () => {
    depth--;
    current = current?.parent as MutableElement | null;
  });
  parser.write(text).close();
  if (root === null) fail('invalid-xml', 'the document has no element.');
  return root;
}

/** The value of an attribute by local name and namespace (none by default), or null. */
export function xmlAttribute(element: XmlElement, name: string, namespace = ''): string | null {
  for (const attribute of element.attributes) {
    if (attribute.name === name && attribute.namespace === namespace) return attribute.value;
  }
  return null;
}

/** `line 12, column 5: /bom/components/component[3]`: the place of an element, counted among its siblings of the same name where there are several. */
export function xmlPlace(element: XmlElement): string {
  let path = '';
  for (let node: XmlElement | null = element; node !== null; node = node.parent)
    path = `/${step(node)}${path}`;
  return `line ${element.line}, column ${element.column}: ${path}`;
}

function step(element: XmlElement): string {
  const siblings = element.parent?.children ?? NONE;
  let index = 0;
  let total = 0;
  for (const sibling of siblings) {
    if (sibling.name !== element.name) continue;
    total++;
    if (sibling === element) index = total;
  }
  return total > 1 ? `${element.name}[${index}]` : element.name;
}

function attributesOf(
  tag: SaxesTagNS,
  fail: (code: 'too-large', reason: string) => never,
): readonly XmlAttribute[] {
  let attributes: XmlAttribute[] | null = null;
  for (const key in tag.attributes) {
    const attribute = tag.attributes[key];
    if (attribute === undefined || attribute.prefix === 'xmlns' || attribute.name === 'xmlns') continue;
    attributes ??= [];
    if (attributes.length >= MAX_ATTRIBUTES)
      fail('too-large', `an element has more than ${MAX_ATTRIBUTES} attributes.`);
    attributes.push({ name: attribute.local, namespace: attribute.uri, value: attribute.value });
  }
  return attributes ?? NONE;
}
