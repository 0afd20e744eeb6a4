import { defineScheme } from './define.ts';
import {
  compareLists,
  compareNum,
  comparePrefixed,
  compareText,
  isDigits,
  type Num,
  toNum,
  ZERO,
} from './number.ts';

/** A version in the shape of Semantic Versioning 2.0.0, with any number of leading numbers. */
export interface Semver {
  readonly numbers: readonly Num[];
  readonly prerelease: readonly (Num | { readonly text: string })[];
  readonly build: readonly (Num | { readonly text: string })[];
}

/**
 * Semantic Versioning, read as leniently as registries do: a leading `v` or `=`, missing numbers are zero, more than three count on, and
 * a prerelease may lack its hyphen (`1.2.3beta`).
 */
const SHAPE =
  /^=?[vV]?(\d+(?:\.\d+)*)\.?(?:-?([A-Za-z~_][0-9A-Za-z~_.-]*)|-([0-9.-][0-9A-Za-z~_.-]*))?-?(?:\+([0-9A-Za-z~_.+-]*))?$/;

export function parseSemver(text: string): Semver | null {
  if (isCommit(text)) return null;
  const match = SHAPE.exec(text);
  if (match === null) return null;
  const [, numbers = '', word, number, build] = match;
  return {
    numbers: numbers.split('.').map(toNum),
    prerelease: identifiers(word ?? number),
    build: identifiers(build),
  };
}

/** A git hash, which may well start with digits: it stands for no place in any order. */
function isCommit(text: string): boolean {
  return text.length >= 7 && /^[0-9a-f]+$/i.test(text) && /[a-f]/i.test(text);
}

/** Semantic Versioning §11; build metadata does not count. */
export function compareSemver(a: Semver, b: Semver): number {
  return (
    compareLists(a.numbers, b.numbers, compareNum, ZERO) || comparePrereleases(a.prerelease, b.prerelease)
  );
}

/** As compareSemver, and then by build metadata: none before some, else identifier by identifier, as Pub and Julia do. */
export function compareSemverWithBuild(a: Semver, b: Semver): number {
  return compareSemver(a, b) || comparePrefixed(a.build, b.build, compareIdentifiers);
}

type Identifiers = Semver['prerelease'];

/** A release follows all its prereleases. */
export function comparePrereleases(a: Identifiers, b: Identifiers): number {
  if (a.length === 0 || b.length === 0) return Number(a.length === 0) - Number(b.length === 0);
  return comparePrefixed(a, b, compareIdentifiers);
}

function identifiers(text: string | undefined): Identifiers {
  if (text === undefined || text === '') return [];
  return text.split('.').map(part => (isDigits(part) ? toNum(part) : { text: part }));
}

/** Numbers precede words. */
function compareIdentifiers(a: Identifiers[number], b: Identifiers[number]): number {
  if (typeof a !== 'object') return typeof b !== 'object' ? compareNum(a, b) : -1;
  return typeof b !== 'object' ? 1 : compareText(a.text, b.text);
}

export const semver = defineScheme<Semver>({
  id: 'semver',
  ecosystems: [
    'npm',
    'crates.io',
    'Hex',
    'SwiftURL',
    'GitHub Actions',
    'Kubernetes',
    'Linux',
    'VSCode',
    'Bioconductor',
  ],
  purlTypes: [
    'npm',
    'cargo',
    'hex',
    'swift',
    'github',
    'githubactions',
    'cocoapods',
    'vscode-extension',
    'otp',
    'chrome-extension',
  ],
  parse: parseSemver,
  compare: compareSemver,
});

/** Dart's Pub and Julia order builds of one version too (pub_semver, Base.VersionNumber). */
export const pub = defineScheme<Semver>({
  id: 'pub',
  ecosystems: ['Pub', 'Julia'],
  purlTypes: ['pub', 'julia'],
  parse: parseSemver,
  compare: compareSemverWithBuild,
});
