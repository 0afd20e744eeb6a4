import { type AnyScheme, compareVersions as compareIn, schemeForPurlType } from '../versions/list.ts';
import { GraphError } from './errors.ts';
import type { VersionTest } from './resolve.ts';

type Operator = '<' | '<=' | '>' | '>=' | '=' | '!=';

interface Comparator {
  readonly operator: Operator;
  readonly version: string;
}

const COMPARATOR = /^(<=|>=|<|>|==?|!=)?(.+)$/;

/**
 * The versions that a range wants, by the order of each package's own ecosystem: `<2.17.1`, `>=2.0 <2.17.1`, `=1.2.3`, `1.2.3`, alternatives
 * with `||`. A version that its ecosystem cannot order, or a package of an ecosystem without an order, is not compared: the test gives null.
 * @throws GraphError `invalid-query`
 */
export function versionTest(range: string): VersionTest {
  const alternatives = range.split('||').map(clause => parseClause(clause, range));
  return (type, version) => {
    if (version === null) return null;
    const scheme = type === null ? null : schemeForPurlType(type);
    const verdicts = alternatives.map(clause => holdsAll(scheme, clause, version));
    if (verdicts.includes(true)) return true;
    return verdicts.includes(null) ? null : false;
  };
}

function parseClause(clause: string, range: string): Comparator[] {
  const words = clause
    .replaceAll(/([<>=!])\s+/g, '$1')
    .split(/[\s,]+/)
    .filter(word => word !== '');
  if (words.length === 0) throw invalid(range);
  return words.map(word => {
    const match = COMPARATOR.exec(word);
    const version = match?.[2] ?? '';
    if (match === null || /^[<>=!^~*]/.test(version)) throw invalid(range);
    const operator = match[1] === '==' ? '=' : ((match[1] ?? '=') satisfies string);
    return { operator: operatorOf(operator), version };
  });
}

const OPERATORS: readonly Operator[] = ['<', '<=', '>', '>=', '=', '!='];

function operatorOf(text: string): Operator {
  return OPERATORS.find(operator => operator === text) ?? '=';
}

function invalid(range: string): GraphError {
  return new GraphError(
    'invalid-query',
    `'${range}' is no range of versions, as in '<2.17.1' or '>=2.0 <2.17.1'.`,
  );
}

function holdsAll(scheme: AnyScheme | null, clause: readonly Comparator[], version: string): boolean | null {
  const verdicts = clause.map(comparator => holds(scheme, comparator, version));
  if (verdicts.includes(false)) return false;
  return verdicts.includes(null) ? null : true;
}

function holds(
  scheme: AnyScheme | null,
  { operator, version: bound }: Comparator,
  version: string,
): boolean | null {
  if (version === bound) return operator === '=' || operator === '<=' || operator === '>=';
  const order = scheme === null ? null : compareIn(scheme, version, bound);
  if (order === null) return null;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
  }
}

/** The order of two versions of one purl type; null when it has none or cannot read one of them. */
export function compareVersions(type: string | null, a: string, b: string): number | null {
  const scheme = type === null ? null : schemeForPurlType(type);
  return scheme === null ? null : compareIn(scheme, a, b);
}
