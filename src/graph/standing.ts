import type { AssertionTarget, Statement } from '../model/assertion.ts';
import type { StatementRecord } from '../store/ports.ts';
import { targetText } from '../store/targets.ts';

/** What marks answer; of two marks that answer the same, only the later can be so. A thing may be deployed in several places. */
const ANSWERED: Readonly<Record<string, string>> = {
  own: 'whose',
  'third-party': 'whose',
  good: 'worth',
  bad: 'worth',
  contact: 'contact',
};

/**
 * Those of some statements, given in record order, that still hold: the later replaces the earlier on the same matter of the same thing. `nameOf` gives things
 * that are one the same text.
 */
export function standing(
  said: readonly StatementRecord[],
  nameOf: (target: AssertionTarget) => string = targetText,
): StatementRecord[] {
  const last = new Map<string, StatementRecord>();
  for (const [at, one] of said.entries()) {
    const matter = matterOf(one.statement, nameOf) ?? String(at);
    // In the place of the later one.
    last.delete(matter);
    last.set(matter, one);
  }
  return [...last.values()];
}

/** Null for a statement that replaces none. */
function matterOf(statement: Statement, nameOf: (target: AssertionTarget) => string): string | null {
  switch (statement.type) {
    case 'identify':
      return `identify ${Object.keys(statement.as).join(' ')} ${nameOf(statement.target)}`;
    case 'link':
      return `link ${JSON.stringify([nameOf(statement.product), nameOf(statement.component)])}`;
    case 'mark': {
      const { mark, value } = statement;
      return `mark ${ANSWERED[mark] ?? `${mark}=${value}`} ${nameOf(statement.target)}`;
    }
    default:
      return null;
  }
}
