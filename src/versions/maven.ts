import { defineScheme } from './define.ts';
import { compareNum, compareText, isDigits, type Num, toNum } from './number.ts';

/** A number, a qualifier (its rank, and its text when Maven knows no rank for it), or what follows a hyphen. */
type Item = Num | Qualifier | List;

interface List {
  readonly items: Item[];
  /** For each item, how the list from there on compares with nothing at all: 1, 0 or -1. */
  readonly signs: number[];
}

interface Qualifier {
  readonly rank: number;
  readonly text: string;
}

const KNOWN = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const RELEASE_RANK = KNOWN.indexOf('');
const ALIASES: Readonly<Record<string, string>> = { ga: '', final: '', release: '', cr: 'rc' };
const BEFORE_NUMBER: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' };

/**
 * Maven's ComparableVersion: `.` and `-` and every change between digits and letters separate; a hyphen or such a change opens a list of its
 * own; zeros, `ga`, `final` and `release` at the end of a list do not count.
 */
function parse(text: string): List {
  const version = text.toLowerCase();
  const root: List = { items: [], signs: [] };
  const lists = [root];
  let list = root;
  const open = (): void => {
    const inner: List = { items: [], signs: [] };
    list.items.push(inner);
    lists.push(inner);
    list = inner;
  };
  let start = 0;
  let inDigits = false;
  for (let index = 0; index < version.length; index++) {
    const char = version.charCodeAt(index);
    if (char === 46 || char === 45) {
      list.items.push(index === start ? 0 : item(version.slice(start, index), false));
      start = index + 1;
      if (char === 45) open();
      inDigits = false;
      continue;
    }
    const digit = char >= 48 && char <= 57;
    if (index > start && digit !== inDigits) {
      list.items.push(item(version.slice(start, index), digit));
      start = index;
      open();
    }
    inDigits = digit;
  }
  if (start < version.length) list.items.push(item(version.slice(start), false));
  for (const one of lists.toReversed()) {
    trim(one.items);
    if (one !== root) unwrap(one.items);
    weigh(one);
  }
  return root;
}

function item(text: string, beforeNumber: boolean): Num | Qualifier {
  if (isDigits(text)) return toNum(text);
  const spelled = beforeNumber && Object.hasOwn(BEFORE_NUMBER, text) ? BEFORE_NUMBER[text] : text;
  const name = (Object.hasOwn(ALIASES, text) ? ALIASES[text] : spelled) ?? text;
  const rank = KNOWN.indexOf(name);
  return rank < 0 ? { rank: KNOWN.length, text: name } : { rank, text: '' };
}

/** Takes away what does not count at the end, also right before the lists that remain. */
function trim(list: Item[]): void {
  for (let index = list.length - 1; index >= 0; index--) {
    const last = list[index] as Item;
    if (isNothing(last)) list.splice(index, 1);
    else if (!isList(last)) break;
  }
}

/** `1-ga-1` is `1-1` (POM reference, "Version Order Specification"): a list that holds only a list is that list. */
function unwrap(list: Item[]): void {
  const [only] = list;
  if (list.length === 1 && isList(only)) list.splice(0, 1, ...only.items);
}

function isNothing(one: Item): boolean {
  if (isList(one)) return one.items.length === 0;
  return typeof one === 'object' ? one.rank === RELEASE_RANK : one === 0;
}

function weigh(list: List): void {
  let sign = 0;
  for (let index = list.items.length - 1; index >= 0; index--) {
    sign = signOf(list.items[index] as Item) || sign;
    list.signs[index] = sign;
  }
}

/** A release comes after its prereleases and before all else. */
function signOf(one: Item): number {
  if (isList(one)) return one.signs[0] ?? 0;
  return typeof one === 'object' ? Math.sign(one.rank - RELEASE_RANK) : one === 0 ? 0 : 1;
}

/**
 * Item by item, as Maven does; but where one side as a whole comes before the plain release and the other after it, that decides. Maven
 * itself looks no further than the item, so that it has `1.0.beta` < `1` < `1.foo` < `1.0.beta`; all else is equal.
 */
function compare(first: List, second: List): number {
  let [a, b] = [first, second];
  for (let index = 0; index < Math.max(a.items.length, b.items.length); index++) {
    const [one, other] = [a.items[index], b.items[index]];
    const sign = (a.signs[index] ?? 0) - (b.signs[index] ?? 0);
    if (sign !== 0) return sign;
    if (isList(one) && isList(other)) {
      // A list is always the last item, so going into it needs no way back: hostile text nests thousands deep.
      [a, b, index] = [one, other, -1];
      continue;
    }
    const difference = compareItems(one, other);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareItems(a: Item | undefined, b: Item | undefined): number {
  if (a === undefined || b === undefined)
    return a === b ? 0 : a === undefined ? -signOf(b as Item) : signOf(a);
  const kind = kindOf(a) - kindOf(b);
  if (kind !== 0) return kind;
  if (typeof a === 'object') {
    const [x, y] = [a as Qualifier, b as Qualifier];
    return x.rank - y.rank || compareText(x.text, y.text);
  }
  return compareNum(a, b as Num);
}

function isList(one: Item | undefined): one is List {
  return typeof one === 'object' && 'items' in one;
}

/** `1.qualifier` < `1-1` < `1.1`. */
function kindOf(one: Item): number {
  if (isList(one)) return 1;
  return typeof one === 'object' ? 0 : 2;
}

export const maven = defineScheme<List>({
  id: 'maven',
  ecosystems: ['Maven'],
  purlTypes: ['maven'],
  parse,
  compare,
});
