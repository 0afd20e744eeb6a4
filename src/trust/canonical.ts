import { TrustError } from './errors.ts';

/**
 * The canonical JSON of in-toto's and TUF's old signed wrapper (OLPC): keys sorted by code point, no white space, in strings only `"` and `\` escaped, whole numbers only.
 * Throws `evidence-malformed` for values it does not have.
 */
export function canonicalJson(value: unknown): Buffer {
  return Buffer.from(encode(value));
}

function encode(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(encode).join(',')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, member]) => [key, encode(member)] as const)
      .sort(([a], [b]) => byCodePoint(a, b))
      .map(([key, member]) => `${encode(key)}:${member}`)
      .join(',')}}`;
  throw new TrustError(
    'evidence-malformed',
    'What was signed holds a number that is not whole or too large, which its canonical form does not have.',
  );
}

/** JavaScript compares UTF-16 units, which is another order beyond the basic plane. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
