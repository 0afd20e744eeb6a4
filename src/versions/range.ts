import { type Alternatives, isInAlternatives } from './constraint.ts';
import type { AnyScheme } from './list.ts';
import { schemeByName } from './list.ts';
import { parseNative } from './native.ts';
import { isInVers, parseVers, type VersRange } from './vers.ts';

/** A range a person wrote: a VERS, or the native notation of whatever package it is applied to. */
export type UserRange =
  | { readonly kind: 'vers'; readonly vers: VersRange }
  | { readonly kind: 'native'; readonly text: string };

/**
 * Reads what a person gives for versions: `<2.17.1`, `>=2.0, <2.17.1`, `1.2.3`, `^1.2`, `~> 2.1`, `[1.0,2.0)`, `1.x || 3`, `vers:maven/<2.17.1`.
 * @throws VersionError `invalid-range` with a sentence that shows how to write one.
 */
export function parseConstraint(text: string): UserRange {
  const trimmed = text.trim();
  if (trimmed.startsWith('vers:')) return { kind: 'vers', vers: parseVers(trimmed) };
  alternativesFor(trimmed, '');
  return { kind: 'native', text: trimmed };
}

/**
 * Whether a version of a package with this order is in the range: true, false, or null when it cannot be compared. A VERS of another scheme says
 * nothing about the package: null.
 */
export function isInConstraint(range: UserRange, scheme: AnyScheme, version: string): boolean | null {
  if (range.kind === 'vers')
    return schemeByName(range.vers.scheme)?.id === scheme.id ? isInVers(range.vers, version) : null;
  return isInAlternatives(alternativesFor(range.text, scheme.id), scheme, version);
}

/** The parsed text by scheme, kept because one question asks it for every version of a package. */
const recent = new Map<string, Alternatives>();
const KEPT = 64;

function alternativesFor(text: string, scheme: string): Alternatives {
  const key = `${scheme} ${text}`;
  const known = recent.get(key);
  if (known !== undefined) return known;
  const parsed = parseNative(text, scheme);
  if (recent.size >= KEPT) recent.clear();
  recent.set(key, parsed);
  return parsed;
}
