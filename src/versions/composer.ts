import { defineScheme } from './define.ts';
import { compareLists, compareNum, isDigits, type Num, toNum, ZERO } from './number.ts';

type Token = readonly [rank: number, number: Num];

/**
 * Composer orders as PHP's version_compare does: unknown words, then `dev`, `a`lpha, `b`eta, `rc`, the version itself, a further number,
 * and `p`atches. A lone `#`, which no released version has, equals both nothing and every number.
 */
const END: Token = [4, ZERO];
const HASH: Token = [4, ZERO];
const NUMBER_RANK = 5;
const WORDS: readonly (readonly [prefix: string, rank: number])[] = [
  ['dev', 0],
  ['a', 1],
  ['b', 2],
  ['rc', 3],
  ['RC', 3],
  ['p', 6],
];
const UNKNOWN_RANK = -1;

function parse(text: string): Token[] | null {
  const tokens = text.replace(/^[vV]/, '').match(/\d+|[^\d._+-]+/g);
  return tokens === null ? null : tokens.map(toToken);
}

function toToken(text: string): Token {
  // `-stable` is Composer's own word for a version without suffix.
  if (text.startsWith('#') || text === 'stable') return HASH;
  if (isDigits(text)) return [NUMBER_RANK, toNum(text)];
  return [WORDS.find(([prefix]) => text.startsWith(prefix))?.[1] ?? UNKNOWN_RANK, ZERO];
}

function compareTokens(a: Token, b: Token): number {
  if ((a === HASH && b[0] === NUMBER_RANK) || (b === HASH && a[0] === NUMBER_RANK)) return 0;
  return a[0] - b[0] || compareNum(a[1], b[1]);
}

export const composer = defineScheme<Token[]>({
  id: 'composer',
  ecosystems: ['Packagist'],
  purlTypes: ['composer'],
  parse,
  compare: (a, b) => compareLists(a, b, compareTokens, END),
});
