import type { Head } from '../format.ts';

/** How sure we are that a document is SPDX 2, by its head; the encoding is decided again when it is read. */
export function detect(head: Head): number {
  if (head.looksLike === 'json') return detectJson(head);
  return 0;
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
