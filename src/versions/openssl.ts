import { defineScheme } from './define.ts';
import { compareNum, compareText, type Num, toNum } from './number.ts';
import { comparePrereleases, parseSemver, type Semver } from './semver.ts';

interface OpenSsl {
  readonly numbers: readonly [Num, Num, Num];
  /** The patch letters of 1.1.1 and before: `a` to `z`, then `za` to `zz`. */
  readonly letters: string;
  readonly prerelease: Semver['prerelease'];
}

/** OpenSSL: three numbers, patch letters until 1.1.1, and prereleases after a hyphen. */
function parse(text: string): OpenSsl | null {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?([a-z]*)(-[0-9a-z.-]+)?$/i.exec(text);
  if (match === null) return null;
  const [, major = '', minor = '', fix = '', letters = '', tail = ''] = match;
  const prerelease = parseSemver(`0${tail.toLowerCase().replace(/([a-z])(\d+)$/, '$1.$2')}`)?.prerelease;
  if (prerelease === undefined) return null;
  return { numbers: [toNum(major), toNum(minor), toNum(fix)], letters: letters.toLowerCase(), prerelease };
}

function compare(a: OpenSsl, b: OpenSsl): number {
  return (
    compareNum(a.numbers[0], b.numbers[0]) ||
    compareNum(a.numbers[1], b.numbers[1]) ||
    compareNum(a.numbers[2], b.numbers[2]) ||
    compareText(a.letters, b.letters) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

export const openssl = defineScheme<OpenSsl>({
  id: 'openssl',
  ecosystems: [],
  purlTypes: ['openssl'],
  parse,
  compare,
});
