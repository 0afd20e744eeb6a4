import type { Digest } from '../../model/facts.ts';
import { TrustError } from '../errors.ts';

/** What a step was recorded to take and to make, by name. */
export interface StepRecord {
  readonly materials: ReadonlyMap<string, readonly Digest[]>;
  readonly products: ReadonlyMap<string, readonly Digest[]>;
}

type Side = 'materials' | 'products';

/**
 * Applies a step's artifact rules in order (in-toto-spec.md, section 4.3.3): each rule takes what it fits out of the queue; what is left at the end is allowed.
 * Throws `layout-rule-broken`, and `evidence-unsupported` for a rule that is none.
 */
export function applyRules(
  step: string,
  side: Side,
  rules: readonly (readonly string[])[],
  records: ReadonlyMap<string, StepRecord>,
): void {
  const record = records.get(step) as StepRecord;
  let queue = [...record[side].keys()];
  for (const words of rules) {
    const taken = taker(words, step, side, records);
    const consumed = new Set(queue.filter(taken.fits));
    if (taken.kind === 'DISALLOW' && consumed.size > 0)
      throw broken(step, side, words, `${JSON.stringify([...consumed][0])} is there`);
    if (taken.kind === 'REQUIRE') {
      if (consumed.size === 0) throw broken(step, side, words, 'it is not there');
      continue;
    }
    queue = queue.filter(name => !consumed.has(name));
  }
}

interface Taker {
  readonly kind: string;
  readonly fits: (name: string) => boolean;
}

function taker(
  words: readonly string[],
  step: string,
  side: Side,
  records: ReadonlyMap<string, StepRecord>,
): Taker {
  const [kind = '', pattern = '', ...rest] = words;
  const { materials, products } = records.get(step) as StepRecord;
  const glob = (name: string): boolean => matchesPattern(name, pattern);
  const simple: Readonly<Record<string, Taker['fits']>> = {
    ALLOW: glob,
    DISALLOW: glob,
    REQUIRE: name => name === pattern,
    CREATE: name => glob(name) && products.has(name) && !materials.has(name),
    DELETE: name => glob(name) && materials.has(name) && !products.has(name),
    MODIFY: name =>
      glob(name) &&
      materials.has(name) &&
      products.has(name) &&
      !same(materials.get(name), products.get(name)),
  };
  const upper = kind.toUpperCase();
  const fits = simple[upper];
  if (fits !== undefined && rest.length === 0 && words.length === 2) return { kind: upper, fits };
  const match = upper === 'MATCH' ? matchRule(pattern, rest) : null;
  if (match === null)
    throw new TrustError(
      'evidence-unsupported',
      `The step ${JSON.stringify(step)} has a rule that is none: ${JSON.stringify(words.join(' '))}.`,
    );
  const own = records.get(step)?.[side];
  const other = records.get(match.step)?.[match.side];
  return {
    kind: upper,
    fits: name => {
      const base = withoutPrefix(name, match.from);
      if (base === null || !matchesPattern(base, pattern)) return false;
      return same(own?.get(name), other?.get(match.to === '' ? base : `${match.to}/${base}`));
    },
  };
}

/** `[IN PREFIX] WITH (MATERIALS|PRODUCTS) [IN PREFIX] FROM STEP` */
function matchRule(
  pattern: string,
  words: readonly string[],
): { readonly from: string; readonly side: Side; readonly to: string; readonly step: string } | null {
  const left = [...words];
  const prefix = (): string => {
    if (left[0]?.toUpperCase() !== 'IN') return '';
    left.shift();
    return (left.shift() ?? '').replace(/\/+$/, '');
  };
  const from = prefix();
  const [keyword, kind] = left.splice(0, 2).map(word => word.toUpperCase());
  const to = prefix();
  const [last, step] = left;
  const side = kind === 'MATERIALS' ? 'materials' : kind === 'PRODUCTS' ? 'products' : null;
  if (pattern === '' || keyword !== 'WITH' || side === null || last?.toUpperCase() !== 'FROM') return null;
  return step === undefined || left.length !== 2 ? null : { from, side, to, step };
}

function withoutPrefix(name: string, prefix: string): string | null {
  if (prefix === '') return name;
  return name.startsWith(`${prefix}/`) ? name.slice(prefix.length + 1) : null;
}

const STRONG: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512']);

/** Whether two records are of the same bytes: one strong digest in common, and none that differs. */
export function same(a: readonly Digest[] | undefined, b: readonly Digest[] | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const other = new Map(b.map(one => [one.algorithm, one.value]));
  const common = a.filter(one => other.has(one.algorithm));
  return (
    common.some(one => STRONG.has(one.algorithm)) &&
    common.every(one => other.get(one.algorithm) === one.value)
  );
}

/**
 * Whether a name fits a pattern of `*`, `?` and `[a-z]` or `[!a-z]`, all of which fit a slash too (as Python's fnmatch, which in-toto names). Linear but for the product of both lengths.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const parts = partsOf(pattern);
  const chars = [...name];
  let [at, part] = [0, 0];
  let star: { part: number; at: number } | null = null;
  while (at < chars.length) {
    const one = parts[part];
    if (one === '*') {
      star = { part: ++part, at };
    } else if (one?.(chars[at] as string)) {
      at++;
      part++;
    } else if (star !== null) {
      star.at++;
      [at, part] = [star.at, star.part];
    } else return false;
  }
  return parts.slice(part).every(one => one === '*');
}

type Part = '*' | ((char: string) => boolean);

function partsOf(pattern: string): Part[] {
  const chars = [...pattern];
  const parts: Part[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] as string;
    if (char === '*') parts.push('*');
    else if (char === '?') parts.push(() => true);
    else {
      const set = char === '[' ? setAt(chars, at) : null;
      parts.push(set?.fits ?? (one => one === char));
      at = set?.end ?? at;
    }
  }
  return parts;
}

/** The set that begins here; null where no bracket closes it, which is then a bracket itself. */
function setAt(
  chars: readonly string[],
  at: number,
): { readonly fits: (char: string) => boolean; readonly end: number } | null {
  const negated = chars[at + 1] === '!';
  const start = at + (negated ? 2 : 1);
  const end = chars.indexOf(']', start + 1);
  if (end < 0) return null;
  const ranges: (readonly [string, string])[] = [];
  for (let i = start; i < end; i++) {
    const low = chars[i] as string;
    if (chars[i + 1] === '-' && i + 2 < end) {
      ranges.push([low, chars[i + 2] as string]);
      i += 2;
    } else ranges.push([low, low]);
  }
  return { fits: char => ranges.some(([low, high]) => low <= char && char <= high) !== negated, end };
}

function broken(step: string, side: Side, words: readonly string[], why: string): TrustError {
  return new TrustError(
    'layout-rule-broken',
    `The ${side} of the step ${JSON.stringify(step)} break the rule ${JSON.stringify(words.join(' '))}: ${why}.`,
  );
}
