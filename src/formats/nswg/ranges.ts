import type { Constraint } from '../../versions/constraint.ts';
import { parseNative } from '../../versions/native.ts';
import { semver } from '../../versions/semver.ts';
import { formatVers } from '../../versions/vers.ts';

/** One end of an interval: null is beyond every version. */
interface End {
  readonly version: string;
  readonly inclusive: boolean;
}

export interface Interval {
  readonly from: End | null;
  readonly to: End | null;
}

/**
 * The versions that a record calls vulnerable without those it calls patched, as a VERS of npm. Both are ranges as npm writes them, and release lines such as
 * `8.x` hold their own patches. Null when nothing is left.
 * @throws VersionError `invalid-range` when one of them is no range.
 */
export function vulnerableVers(vulnerable: string, patched: string | null): string | null {
  const left = vulnerableIntervals(vulnerable, patched);
  if (left.length === 0) return null;
  const constraints = left.flatMap(boundsOf);
  return constraints.length === 0 ? 'vers:npm/*' : formatVers({ scheme: 'npm', constraints });
}

/** The same as intervals in order, for identities that no VERS of npm may be applied to. */
export function vulnerableIntervals(vulnerable: string, patched: string | null): readonly Interval[] {
  let left = intervals(vulnerable);
  for (const part of patched === null || patched.trim() === '' ? [] : intervals(patched))
    left = left.flatMap(one => without(one, part));
  return joined(left);
}

/** The lowest version of each patched range: what to update to. */
export function patchedVersions(patched: string | null): string[] {
  if (patched === null || patched.trim() === '') return [];
  return intervals(patched).flatMap(({ from }) => (from?.inclusive ? [from.version] : []));
}

function intervals(range: string): Interval[] {
  return parseNative(range, 'npm').flatMap(constraints => {
    const whole: Interval = { from: null, to: null };
    const held = constraints.reduce<Interval | null>(
      (interval, constraint) => interval && meet(interval, intervalOf(constraint)),
      whole,
    );
    return held === null ? [] : [held];
  });
}

function intervalOf({ comparator, version }: Constraint): Interval {
  const end = { version, inclusive: comparator.endsWith('=') };
  if (comparator.startsWith('>')) return { from: end, to: null };
  if (comparator.startsWith('<')) return { from: null, to: end };
  return { from: end, to: end };
}

function meet(a: Interval, b: Interval): Interval | null {
  const from = compareLower(a.from, b.from) >= 0 ? a.from : b.from;
  const to = compareUpper(a.to, b.to) <= 0 ? a.to : b.to;
  return isEmpty(from, to) ? null : { from, to };
}

/** What of `a` is before `b`, and what is after it. */
function without(a: Interval, b: Interval): Interval[] {
  const before = b.from === null ? null : meet(a, { from: null, to: turned(b.from) });
  const after = b.to === null ? null : meet(a, { from: turned(b.to), to: null });
  return [before, after].filter(part => part !== null);
}

/** Intervals in order, those that touch or overlap made one. */
function joined(list: readonly Interval[]): Interval[] {
  const found: Interval[] = [];
  for (const one of list.toSorted((a, b) => compareLower(a.from, b.from))) {
    const last = found.at(-1);
    if (last === undefined || !touches(last.to, one.from)) found.push(one);
    else if (compareUpper(one.to, last.to) > 0) found[found.length - 1] = { from: last.from, to: one.to };
  }
  return found;
}

function touches(to: End | null, from: End | null): boolean {
  if (to === null || from === null) return true;
  const sign = compare(from.version, to.version);
  return sign < 0 || (sign === 0 && (from.inclusive || to.inclusive));
}

function boundsOf({ from, to }: Interval): Constraint[] {
  if (from !== null && to !== null && compare(from.version, to.version) === 0)
    return [{ comparator: '=', version: from.version }];
  return [
    ...(from === null ? [] : [{ comparator: from.inclusive ? '>=' : '>', version: from.version } as const]),
    ...(to === null ? [] : [{ comparator: to.inclusive ? '<=' : '<', version: to.version } as const]),
  ];
}

function turned(end: End): End {
  return { version: end.version, inclusive: !end.inclusive };
}

function isEmpty(from: End | null, to: End | null): boolean {
  if (from === null || to === null) return false;
  const sign = compare(from.version, to.version);
  return sign > 0 || (sign === 0 && !(from.inclusive && to.inclusive));
}

function compareLower(a: End | null, b: End | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compare(a.version, b.version) || Number(b.inclusive) - Number(a.inclusive);
}

function compareUpper(a: End | null, b: End | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compare(a.version, b.version) || Number(a.inclusive) - Number(b.inclusive);
}

/** Versions that npm could not publish have no place in the order and equal each other. */
function compare(a: string, b: string): number {
  const [x, y] = [semver.parse(a), semver.parse(b)];
  return x === null || y === null ? 0 : semver.compare(x, y);
}
