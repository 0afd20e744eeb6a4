/**
 * A whole number of any length, for comparing only: a JS number up to 15 digits, else its digits without leading zeros. Never BigInt: reading
 * one takes more than linear time, and the text comes from strangers.
 */
export type Num = number | string;

export const ZERO: Num = 0;

/** The number that ASCII digits spell; an empty text is zero. */
export function toNum(digits: string): Num {
  if (digits.length <= 15) return digits === '' ? 0 : +digits;
  let start = 0;
  while (start < digits.length && digits.charCodeAt(start) === 48) start++;
  const rest = start === 0 ? digits : digits.slice(start);
  return rest.length <= 15 ? +rest : rest;
}

export function compareNum(a: Num, b: Num): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  if (typeof b === 'number') return 1;
  return a.length - b.length || compareText(a, b);
}

/** The digits of a number. */
export function numText(value: Num): string {
  return String(value);
}

/** By UTF-16 code units, which is by bytes for ASCII. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The first difference of two lists; where one ends, `padding` stands in for what it lacks. */
export function compareLists<Item>(
  a: readonly Item[],
  b: readonly Item[],
  compare: (a: Item, b: Item) => number,
  padding: Item,
): number {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = compare(a[index] ?? padding, b[index] ?? padding);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The first difference of two lists; a list that the other starts with comes first. */
export function comparePrefixed<Item>(
  a: readonly Item[],
  b: readonly Item[],
  compare: (a: Item, b: Item) => number,
): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = compare(a[index] as Item, b[index] as Item);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function isDigits(text: string): boolean {
  return /^\d+$/.test(text);
}

/** `_rc2`: what it is called by rank, and its number. */
export type Suffix = readonly [rank: number, number: Num];

/** Suffix by suffix, as Gentoo defines it and Alpine took it over; one that is missing ranks 0. */
export function compareSuffixes(a: readonly Suffix[], b: readonly Suffix[]): number {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [rankA, numberA] = a[index] ?? [0, ZERO];
    const [rankB, numberB] = b[index] ?? [0, ZERO];
    const difference = rankA - rankB || compareNum(numberA, numberB);
    if (difference !== 0) return difference;
  }
  return 0;
}
