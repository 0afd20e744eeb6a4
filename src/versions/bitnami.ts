import { defineScheme } from './define.ts';
import { compareLists, compareNum, isDigits, type Num, toNum, ZERO } from './number.ts';
import { compareSemver, parseSemver, type Semver } from './semver.ts';

interface Bitnami {
  readonly version: Semver;
  readonly revision: readonly Num[];
}

/** Bitnami: Semantic Versioning, but `-4` and `-r4` count revisions of the package, which come after the plain version. */
export const bitnami = defineScheme<Bitnami>({
  id: 'bitnami',
  ecosystems: ['Bitnami'],
  purlTypes: ['bitnami'],
  parse: text => {
    const hyphen = text.lastIndexOf('-');
    const tail = hyphen < 0 ? '' : text.slice(hyphen + 1).replace(/^r/, '');
    const version = parseSemver(isDigits(tail) ? text.slice(0, hyphen) : text);
    return version === null ? null : { version, revision: isDigits(tail) ? [toNum(tail)] : [] };
  },
  compare: (a, b) =>
    compareSemver(a.version, b.version) || compareLists(a.revision, b.revision, compareNum, ZERO),
});
