/** Where a page ended, as opaque text: the sort values of its last row. */
export function cursorText(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The values of a cursor, or null for none or for text that is no cursor of that many values: the list then begins anew. */
export function cursorValues(text: string | null | undefined, count: number): (string | number)[] | null {
  if (text === null || text === undefined) return null;
  try {
    const values: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(values) || values.length !== count) return null;
    return values.every(value => typeof value === 'string' || typeof value === 'number') ? values : null;
  } catch {
    return null;
  }
}
