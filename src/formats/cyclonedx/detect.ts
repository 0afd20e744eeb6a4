import type { Head } from '../format.ts';
import { protoMessage } from './proto-schema.ts';

/** How sure the head of a document makes us that it is CycloneDX: 1 by its own statement, less where only the rest fits, 0 when it is not. */
export function detectCycloneDx(head: Head): number {
  if (head.looksLike === 'json') return detectJson(head);
  if (head.looksLike === 'xml') return detectXml(head.text);
  if (isWire(head.bytes)) return 0.95;
  return head.looksLike === 'text' ? detectProtoText(head.text) : 0;
}

/** Which encoding a document is to be read as, once it is taken to be CycloneDX. */
export function encodingOf(head: Head): 'json' | 'xml' | 'protobuf' | 'textproto' {
  if (head.looksLike === 'xml' || head.looksLike === 'json') return head.looksLike;
  if (isWire(head.bytes)) return 'protobuf';
  return head.looksLike === 'text' && detectProtoText(head.text) > 0 ? 'textproto' : 'json';
}

function detectJson(head: Head): number {
  if (/"bomFormat"\s*:\s*"CycloneDX"/i.test(head.text)) {
    // Deeper down it is a BOM inside something else, which may have a reader of its own.
    const root = head.root();
    return root === null || Object.hasOwn(root, 'bomFormat') ? 1 : 0.2;
  }
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

/** The first field of a `Bom` is `spec_version`, a text of three bytes: every serializer writes fields by number. */
function isWire(bytes: Uint8Array): boolean {
  return (
    bytes[0] === 0x0a &&
    bytes[1] === 3 &&
    bytes[2] === 0x31 &&
    bytes[3] === 0x2e &&
    (bytes[4] ?? 0) >= 0x30 &&
    (bytes[4] ?? 0) <= 0x39
  );
}

/** The text format has no mark of its own: the first field must be one of a `Bom`, and the rest must be CycloneDX's own words. Fields come in any order. */
function detectProtoText(text: string): number {
  const code = text.split('\n').find(line => line.trim() !== '' && !line.trimStart().startsWith('#'));
  const first = /^\s*([a-z_]+)\s*[:{<]/.exec(code ?? '')?.[1];
  if (first === undefined || !protoMessage('Bom').byName.has(first)) return 0;
  if (/^\s*spec_version\s*:\s*["']1\.[0-9]["']/m.test(text)) return 1;
  if (/^#\s*proto-file:.*\bbom-1\.[0-9]/m.test(text)) return 1;
  return /\btype\s*:\s*CLASSIFICATION_[A-Z]/.test(text) ? 0.8 : 0;
}
