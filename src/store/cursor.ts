import { StoreError } from './errors.ts';

/** Where a page ended, as opaque text: the sort values of its last row. */
export function cursorText(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * The values of a cursor, or null for none. Text that is none would begin the list anew, and a script that goes from page to page would never end.
 *
 * @throws StoreError `no-cursor` for text that is no cursor of that many values
 */
export function cursorValues(text: string | null | undefined, count: number): (string | number)[] | null {
  if (text === null || text === undefined) return null;
  const values = parsed(text);
  if (Array.isArray(values) && values.length === count && values.every(isSortValue)) return values;
  throw new StoreError(
    'no-cursor',
    `--after ${text} is no NEXT of this answer; take the "next" of its JSON, or leave it out.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
}

function isSortValue(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
