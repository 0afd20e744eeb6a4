import { GraphError } from './errors.ts';

/** Where a page ended, as text that a caller gives back unread. It holds names, never numbers of the store, so it outlives a `reindex`. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The parts of a cursor. @throws GraphError `invalid-query` for text that `encodeCursor` did not write. */
export function decodeCursor(text: string, length: number): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === length && parts.every(part => typeof part === 'string'))
      return parts;
  } catch {
    // Told below.
  }
  throw new GraphError(
    'invalid-query',
    `'${text.slice(0, 40)}' is no place to go on from; take the "next" of the answer before.`,
  );
}
