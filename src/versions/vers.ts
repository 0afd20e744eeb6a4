import { type Comparator, type Constraint, isSatisfied, orderOf } from './constraint.ts';
import { VersionError } from './errors.ts';
import type { AnyScheme } from './list.ts';
import { parseNative } from './native.ts';
import { compareText } from './number.ts';

/** A VERS range (package-url/vers-spec): one line of bounds in the order of their versions. */
export interface VersRange {
  /** `npm`, `pypi`, `deb`, ... in lower case. */
  readonly scheme: string;
  /** `all` for `*`. */
  readonly constraints: readonly Constraint[] | 'all';
}

const MAX_LENGTH = 65_536;

/** Parses a canonical VERS. @throws VersionError `invalid-range` with what is not canonical. */
export function parseVers(text: string): VersRange {
  const fault = faultOf(text);
  const range = fault === null ? tryVers(text) : null;
  if (range !== null && formatVers(range) === text) return range;
  const shown = text.length > 100 ? `${text.slice(0, 97)}...` : text;
  throw new VersionError(
    'invalid-range',
    `${JSON.stringify(shown)} is no canonical VERS: ${fault ?? (range === null ? 'it has no scheme or a bound without version' : `written canonically it is ${JSON.stringify(formatVers(range).slice(0, 200))}`)}.`,
  );
}

/** Parses a VERS leniently: space, empty parts and a written `=` are let pass. Null when no scheme can be read or a bound is empty. */
export function tryVers(text: string): VersRange | null {
  if (text.length > MAX_LENGTH) return null;
  const match = /^\s*vers:([a-z][a-z0-9.-]*)\/(.*)$/is.exec(text);
  if (match === null) return null;
  const scheme = (match[1] ?? '').toLowerCase();
  const parts = (match[2] ?? '')
    .replaceAll(/\s+/g, '')
    .split('|')
    .filter(part => part !== '');
  if (parts.includes('*')) return parts.length === 1 ? { scheme, constraints: 'all' } : null;
  const constraints: Constraint[] = [];
  for (const part of parts) {
    const [, comparator = '', version = ''] = /^(>=|<=|!=|==?|<|>)?(.*)$/.exec(part) ?? [];
    const decoded = decode(version);
    if (decoded === null || decoded === '') return null;
    constraints.push({
      comparator: comparator === '' || comparator === '==' ? '=' : (comparator as Comparator),
      version: decoded,
    });
  }
  return { scheme, constraints };
}

/** The canonical text: bounds in the order of their versions (and where the scheme has none, as they are), `=` left out. */
export function formatVers(range: VersRange): string {
  if (range.constraints === 'all') return `vers:${range.scheme}/*`;
  const sorted = sortConstraints(range.constraints, orderOf(range.scheme));
  const parts = sorted.map(
    ({ comparator, version }) => `${comparator === '=' ? '' : comparator}${encode(version)}`,
  );
  return `vers:${range.scheme}/${parts.join('|')}`;
}

/** A VERS from a range as its ecosystem writes it (see native.ts). @throws VersionError `invalid-range`. */
export function versFromNative(text: string, scheme: string): VersRange {
  const alternatives = parseNative(text, scheme);
  const constraints = alternatives.flat();
  const all = text.trim() !== '' && alternatives.some(one => one.length === 0);
  return { scheme, constraints: all ? 'all' : sortConstraints(constraints, orderOf(scheme)) };
}

/**
 * Whether a version is in the range, by the specification's own algorithm ("Checking if a version is contained within a range").
 * Null when the scheme has no order here or cannot read one of the versions.
 */
export function isInVers(range: VersRange, version: string): boolean | null {
  if (range.constraints === 'all') return true;
  const exact = range.constraints.find(
    one => one.version === version && ['=', '!=', '<=', '>='].includes(one.comparator),
  );
  if (exact !== undefined) return exact.comparator !== '!=';
  const scheme = orderOf(range.scheme);
  const parsed = scheme?.parse(version) ?? null;
  if (scheme === null || parsed === null)
    return range.constraints.every(one => one.comparator === '=') ? false : null;
  const signs: { comparator: Comparator; sign: number }[] = [];
  for (const one of sortConstraints(range.constraints, scheme)) {
    const bound = scheme.parse(one.version);
    if (bound === null) return null;
    signs.push({ comparator: one.comparator, sign: scheme.compare(parsed, bound) });
  }
  const equal = signs.filter(({ sign }) => sign === 0).map(({ comparator }) => comparator);
  if (equal.includes('!=')) return false;
  if (equal.some(comparator => comparator === '=' || comparator === '<=' || comparator === '>=')) return true;
  const bounds = signs.filter(({ comparator }) => comparator !== '=' && comparator !== '!=');
  if (bounds.length === 0) return signs.length > 0 && signs.every(({ comparator }) => comparator === '!=');
  return isBetween(simplify(bounds));
}

type Sign = { readonly comparator: Comparator; readonly sign: number };

/** Of neighbours that point the same way the wider one stays ("Version constraints simplification"). */
function simplify(bounds: readonly Sign[]): Sign[] {
  const kept: Sign[] = [];
  for (const bound of bounds) {
    const last = kept.at(-1);
    if (last !== undefined && isLower(last) === isLower(bound)) {
      if (!isLower(bound)) kept[kept.length - 1] = bound;
    } else kept.push(bound);
  }
  return kept;
}

/** The bounds now alternate, so that each lower one goes with the upper one after it. */
function isBetween(bounds: readonly Sign[]): boolean {
  return bounds.some((bound, index) => {
    if (!isSatisfied(bound.comparator, bound.sign)) return false;
    const partner = isLower(bound) ? bounds[index + 1] : bounds[index - 1];
    return partner === undefined || isSatisfied(partner.comparator, partner.sign);
  });
}

function isLower({ comparator }: Sign): boolean {
  return comparator === '>' || comparator === '>=';
}

function sortConstraints(
  constraints: readonly Constraint[],
  scheme: AnyScheme | null,
): readonly Constraint[] {
  if (scheme === null) return constraints;
  const parsed = constraints.map(constraint => ({ constraint, version: scheme.parse(constraint.version) }));
  if (parsed.some(({ version }) => version === null)) return constraints;
  return parsed
    .toSorted(
      (a, b) =>
        scheme.compare(a.version, b.version) || compareText(a.constraint.comparator, b.constraint.comparator),
    )
    .map(({ constraint }) => constraint);
}

/** What keeps a text from being canonical, as a clause. */
function faultOf(text: string): string | null {
  if (/\s/.test(text)) return 'whitespace is not permitted';
  const match = /^vers:([a-z][a-z0-9.-]*)\/(.*)$/.exec(text);
  if (match === null) return 'it does not start with "vers:" and a scheme in lower case';
  const [, scheme = '', list = ''] = match;
  if (list === '') return 'it has no constraint';
  if (list.endsWith('|')) return 'trailing pipe is not permitted';
  if (list.startsWith('|')) return 'leading pipe is not permitted';
  if (list.includes('||')) return 'consecutive pipes are not permitted';
  if (/%(?![0-9A-Fa-f]{2})/.test(list)) return 'invalid percent-encoding in version';
  if (/%(?:[0-9A-F]?[a-f]|[a-f][0-9A-Fa-f])/.test(list))
    return 'percent-encoding in version is not canonical';
  if (scheme === 'datetime' && list.includes('%3A')) return 'datetime time colons must be unencoded';
  if (/(?:^|\|)=/.test(list)) return 'the comparator "=" is left out';
  return null;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Percent-encodes what the syntax of VERS uses itself, `%`, and all that is no printable ASCII. */
function encode(version: string): string {
  return version
    .toWellFormed()
    .replaceAll(/[%|<>=!*,/\s]|[^\x20-\x7e]/gu, char =>
      encodeURIComponent(char).replace('!', '%21').replace('*', '%2A'),
    );
}
