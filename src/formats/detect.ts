import type { DocumentInput, Format, Head } from './format.ts';
import { headOf } from './input.ts';
import { formats } from './list.ts';

/** The format that a document says it is, or else the one whose reader is surest that it is its own, by content; null when none is. */
export async function formatOf(input: DocumentInput, head: Head = headOf(input)): Promise<Format | null> {
  const known = await formats();
  const root = head.root();
  const stated = root === null ? undefined : known.find(format => format.owns?.(root) === true);
  if (stated !== undefined) return stated;
  let found: Format | null = null;
  let score = 0;
  for (const format of known) {
    const mine = format.detect(head);
    if (mine > score) {
      found = format;
      score = mine;
    }
  }
  return found;
}
