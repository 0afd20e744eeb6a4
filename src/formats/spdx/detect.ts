import type { Head } from '../format.ts';

export type Encoding = 'json' | 'yaml' | 'xml' | 'rdf-xml' | 'tag-value';

/** How sure we are that a document is SPDX 2, by its head. */
export function detect(head: Head): number {
  if (head.looksLike === 'binary') return 0;
  if (head.looksLike === 'json') return detectJson(head);
  if (head.looksLike === 'xml') return detectXml(head.text);
  if (TAG_MARK.test(head.text)) return 0.95;
  return YAML_MARK.test(head.text) ? 0.9 : 0;
}

/** The encoding of a document that is SPDX 2 or claims to be. */
export function encodingOf(head: Head): Encoding {
  if (head.looksLike === 'json') return 'json';
  if (head.looksLike === 'xml') return head.text.includes(RDF_NAMESPACE) ? 'rdf-xml' : 'xml';
  return !TAG_MARK.test(head.text) && YAML_MARK.test(head.text) ? 'yaml' : 'tag-value';
}

const RDF_NAMESPACE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** Tags that no other text format has at the start of a line. `SPDXVersion` comes first by the specification, but not in fact. */
const TAG_MARK = /^[ \t]{0,8}(?:SPDXVersion|DocumentNamespace|DocumentName|PackageName)[ \t]{0,8}:/m;
const YAML_MARK = /^[ \t]{0,8}["']?(?:spdxVersion|SPDXID)["']?[ \t]{0,8}:/m;

/** RDF that speaks of an SPDX document, or the XML encoding by its field names. An ontology of SPDX is not a document. */
function detectXml(text: string): number {
  if (text.includes(RDF_NAMESPACE)) {
    if (!text.includes('http://spdx.org/rdf/terms')) return 0;
    return /<(?:[A-Za-z0-9_]{1,32}:)?SpdxDocument\b/.test(text) ? 0.95 : 0.5;
  }
  return /<(?:spdxVersion|SPDXID)>/.test(text) ? 0.95 : 0;
}

const WRAPPERS = new Set(['sbom', 'Document', 'SPDX']);
const MARKS = ['"spdxVersion"', '"SPDXVersion"', '"SPDXID"'];

function detectJson(head: Head): number {
  let best = 0;
  for (const mark of MARKS) {
    const at = head.text.indexOf(mark);
    if (at !== -1) best = Math.max(best, scoreOf(keyPath(head.text, at)));
  }
  if (best > 0) return best;
  const keys = head.topLevelKeys();
  if (keys.includes('spdxVersion') || keys.includes('SPDXVersion')) return 0.95;
  if (keys.includes('SPDXID')) return 0.9;
  return keys.length === 1 && WRAPPERS.has(keys[0] ?? '') && head.text.includes('SPDX') ? 0.6 : 0;
}

function scoreOf(path: readonly string[] | null): number {
  if (path === null) return 0;
  if (path.length === 0) return 0.95;
  return path.length === 1 && WRAPPERS.has(path[0] ?? '') ? 0.9 : 0;
}

/**
 * The keys of the objects that are open at `end` of a JSON text, null where an array is among them. An in-toto statement
 * has an SPDX document inside it and is not one, so the depth of a mark matters.
 */
function keyPath(json: string, end: number): string[] | null {
  const path: (string | null)[] = [];
  let last: string | null = null;
  for (let i = 0; i < end; i++) {
    const char = json.charCodeAt(i);
    if (char === 0x22) {
      const close = closingQuote(json, i);
      if (close === -1 || close >= end) return null;
      last = json.slice(i + 1, close);
      i = close;
    } else if (char === 0x7b) path.push(last);
    else if (char === 0x5b) path.push(null);
    else if (char === 0x7d || char === 0x5d) path.pop();
  }
  const keys = path.slice(1);
  return keys.every(key => key !== null) ? keys : null;
}

function closingQuote(json: string, open: number): number {
  for (let i = open + 1; i < json.length; i++) {
    const char = json.charCodeAt(i);
    if (char === 0x5c) i++;
    else if (char === 0x22) return i;
  }
  return -1;
}
