import type { CveVersions, ProductSelector, RangeEvent, VersionRange } from '../model/advisory.ts';
import { saysNothing } from '../model/says-nothing.ts';
import { orderOf } from '../versions/constraint.ts';
import type { VersionScheme } from '../versions/scheme.ts';
import { isInVers, tryVers } from '../versions/vers.ts';
import { cveStatus } from './cve-range.ts';

/** Whether a version is within what a product selector names. `null` result: it cannot be told, and `text` says why. */
export interface Containment {
  readonly inside: boolean | null;
  /** Stable name of the rule that decided. */
  readonly rule:
    | 'listed'
    | 'range'
    | 'outside'
    | 'all-versions'
    | 'no-version'
    | 'no-order'
    | 'not-comparable'
    | 'commits-only'
    | 'no-versions-stated';
  readonly text: string;
  /** The next version up that the deciding range says is fixed; absent where it does not say. */
  readonly fixedBy?: string;
}

/**
 * The OSV evaluation algorithm, to the letter (OSV schema, "Evaluation"): a version is affected when it is listed in `versions`, or when a range holds it that it is before
 * the limits of. What cannot be compared is unknown, unless another part of the selector decides.
 *
 * @param scheme the order of the ecosystem; null where none is defined, then only `versions` can decide
 */
export function contains(
  selector: ProductSelector,
  version: string | null,
  scheme: VersionScheme | null,
): Containment {
  const states = selector.versions.length > 0 || selector.ranges.length > 0;
  if (!states) return withoutVersions(selector);
  if (version === null) return { inside: null, rule: 'no-version', text: 'the component has no version' };
  if (isListed(selector.versions, version, scheme)) {
    return { inside: true, rule: 'listed', text: `version ${version} is listed as affected` };
  }
  if (isNone(version))
    return {
      inside: null,
      rule: 'no-version',
      text: `the component's version is given as ${JSON.stringify(version)}, which is none`,
    };
  let unknown: Containment | null = null;
  for (const range of selector.ranges) {
    const held = containedInRange(range, version, scheme);
    if (held.inside === true) return held;
    if (held.inside === null && (unknown === null || unknown.rule === 'commits-only')) unknown = held;
  }
  if (unknown?.rule === 'commits-only' && speaksOfVersions(selector)) unknown = null;
  return unknown ?? { inside: false, rule: 'outside', text: `version ${version} is in no affected range` };
}

/** What tools write where they know no version, and what a build file left to its properties; several orders would place such words like any other. */
function isNone(version: string): boolean {
  return version === '*' || version.includes('${') || saysNothing(version);
}

/** Records state the same span twice, in commits and in versions; the latter then say all that a version can be asked. */
function speaksOfVersions({ versions, ranges }: ProductSelector): boolean {
  return versions.length > 0 || ranges.some(range => !isInCommits(range));
}

function isInCommits(range: VersionRange): boolean {
  return range.kind === 'events' && range.type === 'GIT';
}

function withoutVersions(selector: ProductSelector): Containment {
  if (selector.allVersions)
    return { inside: true, rule: 'all-versions', text: 'the source states it for all versions' };
  return {
    inside: false,
    rule: 'no-versions-stated',
    text: 'the source names no versions, and a product without a version is no wildcard',
  };
}

/** Ecosystems in which two versions that are equal in order are one: `1.0` and `1.0.0` on PyPI and NuGet, `0:1.0` and `1.0` in Debian. */
const ONE_IF_EQUAL: ReadonlySet<string> = new Set(['pypi', 'nuget', 'deb']);

/** Those whose tools write a version with `v` and without. */
const WITH_V: ReadonlySet<string> = new Set(['composer', 'golang']);

/** Listed to the letter, or, where the ecosystem itself takes two spellings for one version, listed as an equal. */
function isListed(versions: readonly string[], version: string, scheme: VersionScheme | null): boolean {
  if (versions.includes(version)) return true;
  if (scheme === null) return false;
  if (WITH_V.has(scheme.id)) return versions.some(listed => withoutV(listed) === withoutV(version));
  if (!ONE_IF_EQUAL.has(scheme.id)) return false;
  const parsed = scheme.parse(version);
  if (parsed === null) return false;
  return versions.some(listed => {
    const other = scheme.parse(listed);
    return other !== null && scheme.compare(parsed, other) === 0;
  });
}

function withoutV(version: string): string {
  return version.replace(/^v(?=\d)/i, '');
}

function containedInRange(range: VersionRange, version: string, scheme: VersionScheme | null): Containment {
  if (isInCommits(range)) {
    return {
      inside: null,
      rule: 'commits-only',
      text: 'the range is in commits, which a version does not tell',
    };
  }
  if (range.kind === 'vers') return evaluateVers(range.text, version, scheme);
  if (range.kind === 'cve') return evaluateCve(range, version, scheme);
  if (scheme === null)
    return {
      inside: null,
      rule: 'no-order',
      text: 'the ecosystem defines no version order; only listed versions can match',
    };
  // A branch (`dev-main`) is in no range of releases (Composer, "Versions and constraints"), though PHP's version_compare has a place for it.
  if (scheme.id === 'composer' && /^dev-/i.test(version)) return notComparable(version, scheme);
  const parsed = scheme.parse(version);
  if (parsed === null) return notComparable(version, scheme);
  if (range.kind === 'events') return evaluateEvents(range.events, parsed, version, scheme);
  return evaluateBounds(range, parsed, version, scheme);
}

function evaluateEvents(
  events: readonly RangeEvent[],
  parsed: unknown,
  version: string,
  scheme: VersionScheme,
): Containment {
  const steps: { readonly event: RangeEvent; readonly parsed: unknown }[] = [];
  let before = !events.some(event => event.kind === 'limit');
  for (const event of events) {
    if (event.kind === 'introduced' && event.version === '0') {
      steps.push({ event, parsed: null });
      continue;
    }
    if (event.kind === 'limit' && event.version === '*') {
      before = true;
      continue;
    }
    const bound = scheme.parse(event.version);
    if (bound === null) return notComparable(event.version, scheme);
    if (event.kind === 'limit') before ||= scheme.compare(parsed, bound) < 0;
    else steps.push({ event, parsed: bound });
  }
  if (!before) return { inside: false, rule: 'outside', text: `version ${version} is not before the limit` };
  return walkEvents(steps, parsed, version, scheme);
}

/** The walk over sorted events. `introduced: "0"` (null here) sorts before every version; equal versions keep the order they were stated in. */
function walkEvents(
  steps: { readonly event: RangeEvent; readonly parsed: unknown }[],
  parsed: unknown,
  version: string,
  scheme: VersionScheme,
): Containment {
  steps.sort((a, b) => {
    if (a.parsed === null || b.parsed === null)
      return (a.parsed === null ? 0 : 1) - (b.parsed === null ? 0 : 1);
    return scheme.compare(a.parsed, b.parsed);
  });
  let since: RangeEvent | null = null;
  let until: RangeEvent | null = null;
  for (const { event, parsed: bound } of steps) {
    const order = bound === null ? 1 : scheme.compare(parsed, bound);
    if (event.kind === 'introduced') {
      if (order >= 0) since = event;
    } else if (event.kind === 'fixed' ? order >= 0 : order > 0) {
      since = null;
      until = event;
    }
  }
  if (since !== null) {
    const next = steps.find(
      ({ event, parsed: bound }) => event.kind === 'fixed' && scheme.compare(parsed, bound) < 0,
    );
    const text = `version ${version} is in the range introduced ${since.version}${next ? `, fixed ${next.event.version}` : ''}`;
    return { inside: true, rule: 'range', text, ...(next ? { fixedBy: next.event.version } : {}) };
  }
  const why =
    until === null
      ? 'before it was introduced'
      : until.kind === 'fixed'
        ? `fixed in ${until.version}`
        : `after the last affected ${until.version}`;
  return { inside: false, rule: 'outside', text: `version ${version}: ${why}` };
}

function evaluateBounds(
  range: Extract<VersionRange, { kind: 'bounds' }>,
  parsed: unknown,
  version: string,
  scheme: VersionScheme,
): Containment {
  const from = range.from === null ? null : scheme.parse(range.from);
  const to = range.to === null ? null : scheme.parse(range.to);
  if (range.from !== null && from === null) return notComparable(range.from, scheme);
  if (range.to !== null && to === null) return notComparable(range.to, scheme);
  const afterFrom =
    from === null ||
    (range.fromInclusive ? scheme.compare(parsed, from) >= 0 : scheme.compare(parsed, from) > 0);
  const beforeTo =
    to === null || (range.toInclusive ? scheme.compare(parsed, to) <= 0 : scheme.compare(parsed, to) < 0);
  const shown =
    `${range.from === null ? '' : `${range.fromInclusive ? '>=' : '>'}${range.from} `}${range.to === null ? '' : `${range.toInclusive ? '<=' : '<'}${range.to}`}`.trim();
  if (afterFrom && beforeTo)
    return { inside: true, rule: 'range', text: `version ${version} is in ${shown || 'every version'}` };
  return { inside: false, rule: 'outside', text: `version ${version} is not in ${shown}` };
}

/** A VERS range names its own order; it speaks of a component only when that is the component's order too. */
function evaluateVers(text: string, version: string, scheme: VersionScheme | null): Containment {
  const range = tryVers(text);
  const order = range === null ? null : orderOf(range.scheme);
  if (range === null || order === null) {
    return {
      inside: null,
      rule: 'no-order',
      text: `${JSON.stringify(text)} is no range that can be compared`,
    };
  }
  if (scheme !== null && scheme.id !== order.id) {
    return {
      inside: null,
      rule: 'not-comparable',
      text: `${text} is in the order of ${order.id}, the component is not`,
    };
  }
  const inside = isInVers(range, version);
  if (inside === null) return notComparable(version, order);
  return {
    inside,
    rule: inside ? 'range' : 'outside',
    text: `version ${version} is ${inside ? '' : 'not '}in ${text}`,
  };
}

function evaluateCve(range: CveVersions, version: string, scheme: VersionScheme | null): Containment {
  const status = cveStatus(range, version, scheme);
  if (status === 'affected')
    return { inside: true, rule: 'range', text: `the record says version ${version} is affected` };
  if (status === 'unaffected')
    return { inside: false, rule: 'outside', text: `the record says version ${version} is unaffected` };
  if (status === 'unknown')
    return {
      inside: null,
      rule: 'no-versions-stated',
      text: `the record does not say whether version ${version} is affected`,
    };
  return {
    inside: null,
    rule: 'not-comparable',
    text: `version ${version} cannot be compared with the record's versions in an order it names`,
  };
}

function notComparable(text: string, scheme: VersionScheme): Containment {
  return {
    inside: null,
    rule: 'not-comparable',
    text: `${JSON.stringify(text)} is no ${scheme.id} version and cannot be compared`,
  };
}
