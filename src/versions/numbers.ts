import { defineScheme } from './define.ts';
import { compareLists, compareNum, comparePrefixed, type Num, toNum, ZERO } from './number.ts';

/** CRAN's package_version: numbers between dots and hyphens; the longer of two that start alike is later. */
export const cran = defineScheme<readonly Num[]>({
  id: 'cran',
  ecosystems: ['CRAN'],
  purlTypes: ['cran'],
  parse: text => parseNumbers(text.replaceAll('-', '.')),
  compare: (a, b) => comparePrefixed(a, b, compareNum),
});

/** Haskell's Data.Version (PVP): numbers between dots, ordered as lists. */
export const hackage = defineScheme<readonly Num[]>({
  id: 'hackage',
  ecosystems: ['Hackage', 'GHC'],
  purlTypes: ['hackage'],
  parse: parseNumbers,
  compare: (a, b) => comparePrefixed(a, b, compareNum),
});

/** The vers scheme `intdot`: numbers between dots, missing ones zero, nothing else read. */
export const intdot = defineScheme<readonly Num[]>({
  id: 'intdot',
  ecosystems: [],
  purlTypes: [],
  parse: text => {
    const match = /^\d+(?:\.\d+)*/.exec(text);
    return match === null ? null : match[0].split('.').map(toNum);
  },
  compare: (a, b) => compareLists(a, b, compareNum, ZERO),
});

function parseNumbers(text: string): Num[] | null {
  return /^\d+(?:\.\d+)*$/.test(text) ? text.split('.').map(toNum) : null;
}
