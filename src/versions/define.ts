import type { VersionScheme } from './scheme.ts';

/** Longer texts are no version anyone released; the bound keeps a hostile one from costing more than a glance. */
export const MAX_VERSION_LENGTH = 4_096;

/** A scheme whose parser never sees an empty or overlong text, nor space around it. */
export function defineScheme<Parsed>(scheme: VersionScheme<Parsed>): VersionScheme<Parsed> {
  return {
    ...scheme,
    parse: text => {
      if (text.length > MAX_VERSION_LENGTH) return null;
      const trimmed = text.trim();
      return trimmed === '' ? null : scheme.parse(trimmed);
    },
  };
}
