import { defineScheme } from './define.ts';
import {
  compareNum,
  comparePrefixed,
  compareSuffixes,
  compareText,
  type Num,
  type Suffix,
  toNum,
} from './number.ts';

interface Gentoo {
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly Suffix[];
  readonly revision: Num;
}

const SHAPE = /^(\d+(?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|p)\d*)*)(?:-r(\d+))?$/;
const RANKS: Readonly<Record<string, number>> = { alpha: -4, beta: -3, pre: -2, rc: -1, p: 1 };

/** Gentoo ebuilds: Package Manager Specification, section 3.3 "Version comparison". */
function parse(text: string): Gentoo | null {
  const match = SHAPE.exec(text);
  if (match === null) return null;
  const [, numbers = '', letter = '', suffixes = '', revision = ''] = match;
  const parts = suffixes.matchAll(/_([a-z]+)(\d*)/g);
  return {
    numbers: numbers.split('.'),
    letter,
    suffixes: [...parts].map(([, name = '', number = '']) => [RANKS[name] ?? 0, toNum(number)] as const),
    revision: toNum(revision),
  };
}

function compare(a: Gentoo, b: Gentoo): number {
  return (
    compareNum(toNum(a.numbers[0] ?? ''), toNum(b.numbers[0] ?? '')) ||
    comparePrefixed(a.numbers.slice(1), b.numbers.slice(1), compareLaterNumbers) ||
    compareText(a.letter, b.letter) ||
    compareSuffixes(a.suffixes, b.suffixes) ||
    compareNum(a.revision, b.revision)
  );
}

/** Algorithm 3.3: with a leading zero as fractions, without trailing zeros; else by value. */
function compareLaterNumbers(a: string, b: string): number {
  if (!a.startsWith('0') && !b.startsWith('0')) return compareNum(toNum(a), toNum(b));
  return compareText(withoutTrailingZeros(a), withoutTrailingZeros(b));
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end--;
  return digits.slice(0, end);
}

export const gentoo = defineScheme<Gentoo>({
  id: 'gentoo',
  ecosystems: ['Gentoo'],
  purlTypes: ['ebuild'],
  parse,
  compare,
});
