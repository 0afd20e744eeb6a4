import type { Head } from '../format.ts';

/** How sure the head of a document makes us that it is CycloneDX: 1 by its own statement, less where only the rest fits, 0 when it is not. */
export function detectCycloneDx(head: Head): number {
  if (head.looksLike === 'json') return detectJson(head);
  if (head.looksLike === 'xml') return detectXml(head.text);
  return 0;
}

/** Which encoding a document is to be read as, once it is taken to be CycloneDX. */
export function encodingOf(head: Head): 'json' | 'xml' {
  return head.looksLike === 'xml' ? 'xml' : 'json';
}

function detectJson(head: Head): number {
  if (/"bomFormat"\s*:\s*"CycloneDX"/i.test(head.text)) return 1;
  if (/"\$schema"\s*:\s*"[^"]*cyclonedx\.org\/schema\/bom/.test(head.text)) return 0.95;
  if (!/^\s*\{/.test(head.text)) return 0;
  const keys = new Set(head.topLevelKeys());
  if (keys.has('bomFormat')) return 0.9;
  if (!keys.has('components') && !keys.has('specVersion')) return 0;
  const parts = [
    'specVersion',
    'serialNumber',
    'metadata',
    'dependencies',
    'compositions',
    'vulnerabilities',
    'services',
  ];
  const score = parts.filter(key => keys.has(key)).length;
  return (keys.has('components') && score >= 1) || (keys.has('specVersion') && score >= 2) ? 0.6 : 0;
}

/** The namespace of the root element decides; comments may stand before it. */
function detectXml(text: string): number {
  const root = /<(?:[\w.-]+:)?bom[\s>]/.exec(text);
  if (root === null) return 0;
  return text.includes('http://cyclonedx.org/schema/bom/') ? 1 : 0.3;
}
