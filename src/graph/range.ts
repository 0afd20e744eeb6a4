import { compareVersions as compareIn, schemeForPurlType } from '../versions/list.ts';
import { isInConstraint, parseConstraint } from '../versions/range.ts';
import type { VersionTest } from './resolve.ts';

/** What a question asks for: the words that name it, and which of its versions. */
export interface Asked {
  readonly words: string;
  readonly wants: VersionTest | null;
}

/**
 * The package and the versions that a user asks for: a range beside the words, or as the version of a purl (`pkg:npm/a@vers:npm/<2`).
 * @throws VersionError `invalid-range`
 */
export function asked(words: string, range: string | undefined): Asked {
  const inside = /^(pkg:[^?#]*?[^/?#])@(vers:.+)$/i.exec(words.trim());
  if (range !== undefined || inside === null)
    return { words, wants: range === undefined ? null : versionTest(range) };
  return { words: inside[1] ?? words, wants: versionTest(inside[2] ?? '') };
}

// One version, which can be equal without any order.
const EXACT = /^={0,2}\s*([^\s<>=!^~|,*()[\]]+)$/;

/**
 * The versions that a range wants, by the order of each package's own ecosystem. A version that its ecosystem cannot order, and a package of an
 * ecosystem without an order, are not compared: the test gives null. Only one exact version is also found by its text.
 * @throws VersionError `invalid-range`
 */
export function versionTest(range: string): VersionTest {
  const wanted = parseConstraint(range);
  const exact = EXACT.exec(range.trim())?.[1];
  return (type, version) => {
    if (version === null) return null;
    const scheme = type === null ? null : schemeForPurlType(type);
    if (scheme !== null) return isInConstraint(wanted, scheme, version);
    return exact === undefined ? null : exact === version;
  };
}

/** The order of two versions of one purl type; null when it has none or cannot read one of them. */
export function compareVersions(type: string | null, a: string, b: string): number | null {
  const scheme = type === null ? null : schemeForPurlType(type);
  return scheme === null ? null : compareIn(scheme, a, b);
}
