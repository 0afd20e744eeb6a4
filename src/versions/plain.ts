import { defineScheme } from './define.ts';
import { compareSemver, parseSemver, type Semver } from './semver.ts';

/** nginx: three numbers. Which branches a range touches is a matter of the range (see native.ts). */
export const nginx = defineScheme<Semver>({
  id: 'nginx',
  ecosystems: [],
  purlTypes: ['nginx'],
  parse: parseSemver,
  compare: compareSemver,
});

/** The vers scheme `lexicographic`: by the bytes of UTF-8, without normalisation. */
export const lexicographic = defineScheme<Uint8Array>({
  id: 'lexicographic',
  ecosystems: [],
  purlTypes: [],
  parse: text => new TextEncoder().encode(text),
  compare: (a, b) => Buffer.compare(a, b),
});

interface Instant {
  readonly seconds: number;
  /** Digits after the point, without trailing zeros: they compare as text, however many there are. */
  readonly fraction: string;
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

/** The vers scheme `datetime`: RFC 3339 timestamps, by the instant they name. */
export const datetime = defineScheme<Instant>({
  id: 'datetime',
  ecosystems: [],
  purlTypes: [],
  parse: text => {
    const match = RFC3339.exec(text);
    if (match === null) return null;
    const [, date = '', time = '', fraction = '', zone = ''] = match;
    const milliseconds = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
    return Number.isNaN(milliseconds)
      ? null
      : { seconds: milliseconds / 1000, fraction: fraction.replace(/0+$/, '') };
  },
  compare: (a, b) =>
    a.seconds - b.seconds || (a.fraction < b.fraction ? -1 : a.fraction > b.fraction ? 1 : 0),
});
