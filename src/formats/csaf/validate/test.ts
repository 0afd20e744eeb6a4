import type { CsafDocument } from './document.ts';

/** One fault that a test finds: where, and why, in one sentence. */
export interface TestFault {
  readonly at: string;
  readonly message: string;
}

/** One test of CSAF 2.0 section 6. Faults of 6.1 make a document invalid, those of 6.2 are warnings, those of 6.3 are worth knowing. */
export interface CsafTest {
  readonly section: `6.${1 | 2 | 3}.${string}`;
  readonly title: string;
  readonly check: (document: CsafDocument) => Iterable<TestFault>;
}

/** A value as it is shown in a sentence. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}..."` : text;
}

/** Places whose key was seen before, with that key. */
export function* repeated<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string | null,
): Generator<{ readonly item: T; readonly key: string }> {
  const seen = new Set<string>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    if (seen.has(key)) yield { item, key };
    seen.add(key);
  }
}
