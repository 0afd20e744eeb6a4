import type { Head } from '../format.ts';

/** How sure we are that a document is SPDX 3 JSON-LD, by its context, else by the names of its classes. */
export function detect(head: Head): number {
  if (head.looksLike !== 'json') return 0;
  const { text } = head;
  if (
    /"@context"\s{0,100}:\s{0,100}\[?\s{0,100}"https?:\/\/spdx\.(?:org|github\.io)\/[^"]{0,200}\bspdx-context/.test(
      text,
    )
  )
    return 0.98;
  if (CLASSES.some(name => text.includes(name))) return 0.9;
  const keys = head.topLevelKeys();
  if (!keys.includes('@graph')) return 0;
  return text.includes('spdx.org/rdf/3') || text.includes('spdxId') ? 0.7 : 0;
}

/** Class names no other JSON-LD has. */
const CLASSES = [
  '"SpdxDocument"',
  '"software_Package"',
  '"software_Sbom"',
  '"software_File"',
  '/terms/Core/SpdxDocument"',
  '/terms/Software/Package"',
];
