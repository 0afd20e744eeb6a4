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

/** PEP 440's key; `legacy` holds the parts of a version from before it. */
export interface Pep440 {
  readonly epoch: Num;
  readonly release: readonly Num[];
  readonly pre: readonly [rank: number, number: Num];
  readonly post: readonly [rank: number, number: Num];
  readonly dev: readonly [rank: number, number: Num];
  readonly local: readonly (Num | { readonly text: string })[];
  readonly legacy: readonly string[] | null;
}

/** The pattern of PEP 440 appendix B. */
const SHAPE =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d+)?)?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d+)?)?(?:[-_.]?(dev)[-_.]?(\d+)?)?(?:\+([a-z0-9][a-z0-9._-]*))?$/;

const PRE_RANKS: Readonly<Record<string, number>> = {
  a: 1,
  alpha: 1,
  b: 2,
  beta: 2,
  c: 3,
  rc: 3,
  pre: 3,
  preview: 3,
};
const NO_PRE = 4;
const ABSENT = [0, ZERO] as const;
const ONLY_DEV = [0, ZERO] as const;

export function parsePep440(text: string): Pep440 {
  const lower = text.toLowerCase();
  const match = SHAPE.exec(lower);
  if (match === null || /[-_.]$|[-_.]{2}/.test(match[10] ?? '')) return legacy(lower);
  const [
    ,
    epoch = '',
    release = '',
    pre,
    preNumber = '',
    implicitPost,
    post,
    postNumber = '',
    dev,
    devNumber = '',
    local,
  ] = match;
  const hasPost = implicitPost !== undefined || post !== undefined;
  return {
    epoch: toNum(epoch),
    release: withoutTrailingZeros(release.split('.').map(toNum)),
    // 1.0.dev1 comes before 1.0a1 (PEP 440, "Summary of permitted suffixes and relative ordering").
    pre:
      pre !== undefined
        ? [PRE_RANKS[pre] ?? NO_PRE, toNum(preNumber)]
        : dev !== undefined && !hasPost
          ? ONLY_DEV
          : [NO_PRE, ZERO],
    post: hasPost ? [1, toNum(implicitPost ?? postNumber)] : ABSENT,
    dev: dev === undefined ? [1, ZERO] : [0, toNum(devNumber)],
    local:
      local === undefined
        ? []
        : local.split(/[-_.]/).map(part => (isDigits(part) ? toNum(part) : { text: part })),
    legacy: null,
  };
}

export function comparePep440(a: Pep440, b: Pep440): number {
  if (a.legacy !== null || b.legacy !== null) {
    if (a.legacy === null) return 1;
    return b.legacy === null ? -1 : comparePrefixed(a.legacy, b.legacy, compareText);
  }
  return (
    compareNum(a.epoch, b.epoch) ||
    compareLists(a.release, b.release, compareNum, ZERO) ||
    compareRanked(a.pre, b.pre) ||
    compareRanked(a.post, b.post) ||
    compareRanked(a.dev, b.dev) ||
    comparePrefixed(a.local, b.local, compareLocal)
  );
}

type Ranked = readonly [rank: number, number: Num];

function compareRanked(a: Ranked, b: Ranked): number {
  return a[0] - b[0] || compareNum(a[1], b[1]);
}

/** Words precede numbers. */
function compareLocal(a: Pep440['local'][number], b: Pep440['local'][number]): number {
  if (typeof a === 'object') return typeof b === 'object' ? compareText(a.text, b.text) : -1;
  return typeof b === 'object' ? 1 : compareNum(a, b);
}

function withoutTrailingZeros(numbers: Num[]): Num[] {
  while (numbers.length > 1 && numbers.at(-1) === 0) numbers.pop();
  return numbers;
}

const LEGACY_WORDS: Readonly<Record<string, string>> = {
  pre: 'c',
  preview: 'c',
  rc: 'c',
  '-': 'final-',
  dev: '@',
};

/** The order setuptools had before PEP 440; all such versions come before all of PEP 440. */
function legacy(lower: string): Pep440 {
  const parts: string[] = [];
  for (const part of lower.match(/\d+|[a-z]+|\.|-|[^\da-z.-]+/g) ?? []) {
    if (part !== '.') addLegacyPart(parts, part);
  }
  addLegacyPart(parts, 'final');
  return { epoch: ZERO, release: [], pre: ABSENT, post: ABSENT, dev: ABSENT, local: [], legacy: parts };
}

function addLegacyPart(parts: string[], part: string): void {
  if (isDigits(part)) {
    parts.push(part.padStart(8, '0'));
    return;
  }
  const word = `*${Object.hasOwn(LEGACY_WORDS, part) ? LEGACY_WORDS[part] : part}`;
  while (word < '*final' && parts.at(-1) === '*final-') parts.pop();
  while (parts.at(-1) === '00000000') parts.pop();
  parts.push(word);
}

export const pypi = defineScheme<Pep440>({
  id: 'pypi',
  ecosystems: ['PyPI'],
  purlTypes: ['pypi'],
  parse: parsePep440,
  compare: comparePep440,
});
