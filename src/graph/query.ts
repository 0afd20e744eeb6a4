import { type Purl, tryPurl } from '../model/purl.ts';
import { GraphError } from './errors.ts';

/** What a question is about, as far as the words say. */
export type Query =
  | { readonly kind: 'purl'; readonly text: string; readonly purl: Purl }
  | { readonly kind: 'cpe'; readonly text: string }
  /** Lower-case hex. */
  | { readonly kind: 'digest'; readonly text: string; readonly value: string }
  | { readonly kind: 'name'; readonly text: string };

const HEX_LENGTHS = new Set([32, 40, 56, 64, 96, 128]);

/**
 * What the words name: a purl, a CPE, a digest (`sha256:HEX`, or bare hex of a digest's length), else a name.
 * @throws GraphError `invalid-query` for words that begin as one of these and are none.
 */
export function parseQuery(words: string): Query {
  const text = words.trim();
  if (text === '')
    throw new GraphError(
      'invalid-query',
      'A question needs a package, a purl, a CPE or a digest to ask for.',
    );
  if (/^pkg:/i.test(text)) {
    const purl = tryPurl(text);
    if (purl === null)
      throw new GraphError(
        'invalid-query',
        `'${text}' cannot be read as a package URL, as in pkg:npm/lodash@4.17.21.`,
      );
    return { kind: 'purl', text, purl };
  }
  if (/^cpe:/i.test(text)) return { kind: 'cpe', text };
  const digest = /^(?:([a-z][a-z0-9-]*):)?([0-9a-f]+)$/i.exec(text);
  const value = digest?.[2]?.toLowerCase() ?? '';
  if (digest?.[1] !== undefined && isAlgorithm(digest[1])) return digestQuery(text, value);
  if (digest !== null && digest[1] === undefined && HEX_LENGTHS.has(value.length))
    return digestQuery(text, value);
  return { kind: 'name', text };
}

function digestQuery(text: string, value: string): Query {
  if (HEX_LENGTHS.has(value.length)) return { kind: 'digest', text, value };
  throw new GraphError(
    'invalid-query',
    `'${text}' has ${value.length} hex digits, which is the length of no digest.`,
  );
}

function isAlgorithm(text: string): boolean {
  return /^(?:sha-?\d+(?:-\d+)?|md[25]|blake[23]\w*(?:-\d+)?|sha3-\d+)$/i.test(text);
}

/**
 * How a name may be meant: as a whole, or with its namespace in front (`org.apache:log4j`, `@angular/core`, `github.com/gin-gonic/gin`).
 * `namespace` undefined means any.
 */
export function readingsOf(name: string): readonly { readonly namespace?: string; readonly name: string }[] {
  const cut = Math.max(name.lastIndexOf('/'), name.lastIndexOf(':'));
  if (cut <= 0 || cut === name.length - 1) return [{ name }];
  return [{ name }, { namespace: name.slice(0, cut), name: name.slice(cut + 1) }];
}

/** `lodash@4.17.21` in its two parts; null for a name alone. */
export function cutVersion(name: string): { readonly name: string; readonly version: string } | null {
  const at = name.lastIndexOf('@');
  return at <= 0 || at === name.length - 1 ? null : { name: name.slice(0, at), version: name.slice(at + 1) };
}
