import { type AnyScheme, schemeByName } from './list.ts';

export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** One bound. */
export interface Constraint {
  readonly comparator: Comparator;
  readonly version: string;
}

/** A range as its ecosystem writes it: one of the alternatives holds when all its constraints do. An alternative without constraints holds always. */
export type Alternatives = readonly (readonly Constraint[])[];

/** Whether a version is in the range; null when the scheme cannot compare it with a bound that decides. */
export function isInAlternatives(
  alternatives: Alternatives,
  scheme: AnyScheme,
  version: string,
): boolean | null {
  let unknown = false;
  for (const constraints of alternatives) {
    const answer = holdsAll(constraints, scheme, version);
    if (answer === true) return true;
    if (answer === null) unknown = true;
  }
  return unknown ? null : false;
}

function holdsAll(constraints: readonly Constraint[], scheme: AnyScheme, version: string): boolean | null {
  let unknown = false;
  for (const constraint of constraints) {
    const answer = holds(constraint, scheme, version);
    if (answer === false) return false;
    if (answer === null) unknown = true;
  }
  return unknown ? null : true;
}

function holds(
  { comparator, version: bound }: Constraint,
  scheme: AnyScheme,
  version: string,
): boolean | null {
  const [a, b] = [scheme.parse(version), scheme.parse(bound)];
  if (a === null || b === null) return equalText(comparator, version === bound);
  return isSatisfied(comparator, scheme.compare(a, b));
}

/** Versions that no order can read are still equal when their text is. */
function equalText(comparator: Comparator, equal: boolean): boolean | null {
  if (!equal) return null;
  return comparator === '=' || comparator === '<=' || comparator === '>=';
}

/** What a comparator says of the sign of `version` against `bound`. */
export function isSatisfied(comparator: Comparator, sign: number): boolean {
  switch (comparator) {
    case '=':
      return sign === 0;
    case '!=':
      return sign !== 0;
    case '<':
      return sign < 0;
    case '<=':
      return sign <= 0;
    case '>':
      return sign > 0;
    case '>=':
      return sign >= 0;
  }
}

/** The order a range in this scheme's name is sorted and read by. */
export function orderOf(scheme: string): AnyScheme | null {
  return schemeByName(scheme);
}
