import { Recent } from '../model/recent.ts';
import type { VersionScheme } from './scheme.ts';

/** Longer texts are no version anyone released; the bound keeps a hostile one from costing more than a glance. */
export const MAX_VERSION_LENGTH = 4_096;

/** The advisories on one package name the same few versions again and again: about twice so many of them are remembered parsed, so long ones at most. */
const REMEMBERED = 250;
const REMEMBERED_LENGTH = 40;

/** A scheme whose parser never sees an empty or overlong text, nor space around it. */
export function defineScheme<Parsed>(scheme: VersionScheme<Parsed>): VersionScheme<Parsed> {
  const remembered = new Recent<string, Parsed | null>(REMEMBERED);
  const parse = (text: string): Parsed | null => {
    if (text.length > MAX_VERSION_LENGTH) return null;
    const trimmed = text.trim();
    return trimmed === '' ? null : scheme.parse(trimmed);
  };
  return {
    ...scheme,
    parse: text => {
      if (text.length > REMEMBERED_LENGTH) return parse(text);
      const known = remembered.get(text);
      if (known !== undefined) return known;
      const parsed = parse(text);
      remembered.set(text, parsed);
      return parsed;
    },
  };
}
