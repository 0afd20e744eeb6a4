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

interface Apk {
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly Suffix[];
  readonly build: Num;
  /** What apk cannot read; such a version comes before the one it starts as. */
  readonly rest: string;
}

const NUMBERS = /^\d+(?:\.\d+)*\.?/;
const SUFFIX = /^_(alpha|beta|pre|rc|cvs|svn|git|hg|p)(\d*)/;
const RANKS: Readonly<Record<string, number>> = {
  alpha: -4,
  beta: -3,
  pre: -2,
  rc: -1,
  cvs: 1,
  svn: 2,
  git: 3,
  hg: 4,
  p: 5,
};

/** apk-tools: `1.2.3b_rc1_p2~hash-r4`. */
function parse(text: string): Apk {
  const numbers = NUMBERS.exec(text)?.[0] ?? '';
  let rest = text.slice(numbers.length);
  const letter = /^[a-z]/.exec(rest)?.[0] ?? '';
  rest = rest.slice(letter.length);
  const suffixes: [number, Num][] = [];
  for (let match = SUFFIX.exec(rest); match !== null; match = SUFFIX.exec(rest)) {
    suffixes.push([RANKS[match[1] ?? ''] ?? 0, toNum(match[2] ?? '')]);
    rest = rest.slice(match[0].length);
  }
  rest = rest.replace(/^~[0-9a-f]+/, '');
  const build = /^-r(\d*)/.exec(rest);
  if (build !== null) rest = rest.slice(build[0].length);
  return {
    numbers: numbers.split('.').filter(number => number !== ''),
    letter,
    suffixes,
    build: toNum(build?.[1] ?? ''),
    // Tails that begin a build are alike to apk; others are put in the order of their text.
    rest: rest !== '' && (build !== null || rest.startsWith('-')) ? '-' : rest,
  };
}

function compare(a: Apk, b: Apk): number {
  return (
    compareNumbers(a.numbers, b.numbers) ||
    compareText(a.letter, b.letter) ||
    compareSuffixes(a.suffixes, b.suffixes) ||
    compareNum(a.build, b.build) ||
    Number(a.rest === '') - Number(b.rest === '') ||
    compareText(a.rest, b.rest)
  );
}

/** The first by value; later ones that start with zero as decimal fractions, that is by text. */
function compareNumbers(a: readonly string[], b: readonly string[]): number {
  const first = compareNum(toNum(a[0] ?? ''), toNum(b[0] ?? ''));
  return first || comparePrefixed(a.slice(1), b.slice(1), compareLaterNumbers);
}

function compareLaterNumbers(a: string, b: string): number {
  return a.startsWith('0') || b.startsWith('0') ? compareText(a, b) : compareNum(toNum(a), toNum(b));
}

export const apk = defineScheme<Apk>({
  id: 'apk',
  ecosystems: [
    'Alpine',
    'Wolfi',
    'Chainguard',
    'MinimOS',
    'Alpaquita',
    'BellSoft Hardened Containers',
    'CleanStart',
  ],
  purlTypes: ['apk', 'alpine'],
  parse,
  compare,
});
