import { INFORMATIVE_TESTS } from './informative.ts';
import { OPTIONAL_TESTS } from './optional.ts';
import { PRODUCT_TESTS } from './products.ts';
import { PROFILE_TESTS } from './profiles.ts';
import { REVISION_TESTS } from './revisions.ts';
import { SCORE_TESTS } from './scores.ts';
import { STATEMENT_TESTS } from './statements.ts';
import type { CsafTest } from './test.ts';

/** The family of CSAF tests, in the order of their sections. Adding one is its function and a line in its table. */
export const CSAF_TESTS: readonly CsafTest[] = [
  ...PRODUCT_TESTS,
  ...SCORE_TESTS,
  ...STATEMENT_TESTS,
  ...REVISION_TESTS,
  ...PROFILE_TESTS,
  ...OPTIONAL_TESTS,
  ...INFORMATIVE_TESTS,
].sort((a, b) => compareSections(a.section, b.section));

function compareSections(a: string, b: string): number {
  const [x, y] = [a, b].map(section => section.split('.').map(Number)) as [number[], number[]];
  for (const [index, part] of x.entries()) {
    const other = y[index] ?? -1;
    if (part !== other) return part - other;
  }
  return x.length - y.length;
}
