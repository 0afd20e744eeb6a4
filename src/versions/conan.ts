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

type Part = Num | { readonly number: Num | null; readonly text: string };

interface Conan {
  readonly parts: readonly Part[];
  readonly prerelease: readonly Part[] | null;
  readonly build: readonly Part[];
}

/** Conan 2: any number of parts between dots, words among them, `-prerelease`, `+build`, each ordered as a version is (docs, "Versioning"). */
function parse(text: string): Conan {
  const lower = text.toLowerCase();
  const plus = lower.lastIndexOf('+');
  const rest = plus < 0 ? lower : lower.slice(0, plus);
  const hyphen = rest.lastIndexOf('-');
  return {
    parts: toParts(hyphen < 0 ? rest : rest.slice(0, hyphen)),
    prerelease: hyphen < 0 ? null : toParts(rest.slice(hyphen + 1)),
    build: plus < 0 ? [] : toParts(lower.slice(plus + 1)),
  };
}

function toParts(text: string): Part[] {
  const parts = text === '' ? [] : text.split('.').map(toPart);
  while (parts.at(-1) === 0) parts.pop();
  return parts;
}

function toPart(text: string): Part {
  if (isDigits(text)) return toNum(text);
  const digits = /^\d*/.exec(text)?.[0] ?? '';
  return { number: digits === '' ? null : toNum(digits), text: text.slice(digits.length) };
}

function compare(a: Conan, b: Conan): number {
  return (
    compareLists(a.parts, b.parts, compareParts, ZERO) ||
    comparePrereleases(a.prerelease, b.prerelease) ||
    comparePrefixed(a.build, b.build, compareParts)
  );
}

function comparePrereleases(a: Conan['prerelease'], b: Conan['prerelease']): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return comparePrefixed(a, b, compareParts);
}

/**
 * By leading number, then the rest; words follow numbers. Conan itself compares a number with a word as text, which has `10` < `1a` < `9` < `10`;
 * this is the order closest to it that has no such circle.
 */
function compareParts(a: Part, b: Part): number {
  const [numberA, textA] = typeof a === 'object' ? [a.number, a.text] : [a, ''];
  const [numberB, textB] = typeof b === 'object' ? [b.number, b.text] : [b, ''];
  if (numberA === null || numberB === null)
    return Number(numberA === null) - Number(numberB === null) || compareText(textA, textB);
  return compareNum(numberA, numberB) || compareText(textA, textB);
}

export const conan = defineScheme<Conan>({
  id: 'conan',
  ecosystems: ['ConanCenter'],
  purlTypes: ['conan'],
  parse,
  compare,
});
