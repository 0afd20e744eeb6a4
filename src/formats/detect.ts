import type { DocumentInput, Format, Head } from './format.ts';
import { headOf } from './input.ts';
import { formats } from './list.ts';

/** The format whose reader is surest that a document is its own, by content; null when none is. */
export async function formatOf(input: DocumentInput, head: Head = headOf(input)): Promise<Format | null> {
  let found: Format | null = null;
  let score = 0;
  for (const format of await formats()) {
    const mine = format.detect(head);
    if (mine > score) {
      found = format;
      score = mine;
    }
  }
  return found;
}
