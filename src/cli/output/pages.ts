import type { Context } from '../context.ts';
import { formatCount, formatNoun } from './numbers.ts';
import type { TableData } from './table.ts';

/** How many entries of a list are given where nobody says: to people so many as fit a screen, to scripts a page. */
export const FOR_PEOPLE = 25;
export const PAGE = 1000;

export function pageLimit(context: Context, asked: number | undefined): number {
  return asked ?? (context.outputs.forPeople ? FOR_PEOPLE : PAGE);
}

/** How much of a list without pages to look up: all of it where rows are asked for; people and JSON are given `pageLimit` of it. */
export function lookUpLimit(context: Context, asked: number | undefined): number {
  return asked ?? (context.outputs.wantsRows ? WHOLE : pageLimit(context, asked));
}

const WHOLE = Number.MAX_SAFE_INTEGER;

interface Walk<P> {
  readonly first: P;
  /** `--limit`: who gives it gets one page. */
  readonly limit: number | undefined;
  readonly more: (request: { readonly limit: number; readonly after: string }) => Promise<P>;
  /** What the list is of, as in `app`; how many of them a page has, and how many there are. */
  readonly noun: string;
  readonly shown: (page: P) => number;
  readonly total: (page: P) => number;
}

/**
 * A list for csv, jsonl and md. They have no place for the `next` of a page, so they get all pages, one at a time; where `--limit` asks for
 * one page, a line on stderr says what is left.
 */
export function pagesOf<P extends { readonly next: string | null }>(context: Context, walk: Walk<P>) {
  let told = false;
  async function* pages(): AsyncGenerator<P> {
    let page = walk.first;
    yield page;
    while (page.next !== null && walk.limit === undefined) {
      page = await walk.more({ limit: PAGE, after: page.next });
      yield page;
    }
    if (page.next === null || told) return;
    told = true;
    await tellRest(context, walk.shown(page), walk.total(page), walk.noun, page.next);
  }
  return {
    lines: async function* (entries: (page: P) => readonly unknown[]): AsyncGenerator<unknown> {
      for await (const page of pages()) yield* entries(page);
    },
    tables: async function* (table: (page: P) => TableData): AsyncGenerator<TableData> {
      for await (const page of pages()) yield table(page);
    },
  };
}

/** `larder: 1,000 of 1,200 apps shown; --limit 1200 shows all, --after NEXT goes on.` */
export async function tellRest(
  context: Context,
  shown: number,
  total: number,
  noun: string,
  next: string | null = null,
): Promise<void> {
  const further = next === null ? '' : `, --after ${next} goes on`;
  await context.stderr.write(
    `larder: ${formatCount(shown)} of ${formatNoun(total, noun)} shown; --limit ${total} shows all${further}.\n`,
  );
}
