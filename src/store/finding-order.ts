import { cursorText, cursorValues } from './cursor.ts';

/**
 * The order of findings: what to do first, then by what they are about, then by what they are in. Findings that are kept and findings that are judged anew stand in the same
 * order and are paged by the same cursors.
 */
export type FindingPosition = readonly [
  minusRisk: number,
  minusScore: number,
  vulnerability: string,
  name: string,
  component: string,
  app: string,
  appKey: string,
  release: string,
  branch: string,
];

export type Key = readonly (string | number)[];

const ABOUT = 5;
const WHOLE = 9;

/** What a finding is about, and how bad it is: the same for all that hold it. */
export function aboutOf(position: Key): Key {
  return position.slice(0, ABOUT);
}

/** What a finding is in. */
export function holderOf(position: Key): Key {
  return position.slice(ABOUT);
}

export function comparePositions(a: FindingPosition, b: FindingPosition): number {
  return compareKeys(aboutOf(a), aboutOf(b)) || compareHolders(holderOf(a), holderOf(b));
}

/** By name as SQLite's NOCASE folds it, ASCII only; then by key, release and branch. */
export function compareHolders(a: Key, b: Key): number {
  return compareKeys([folded(a[0]), ...a.slice(1)], [folded(b[0]), ...b.slice(1)]);
}

function folded(text: string | number | undefined): string {
  return String(text).replace(/[A-Z]+/g, letters => letters.toLowerCase());
}

export function compareKeys(a: Key, b: Key): number {
  for (const [at, left] of a.entries()) {
    const right = b[at] ?? '';
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : compareTexts(String(left), String(right));
    if (order !== 0) return order;
  }
  return 0;
}

/** As SQLite compares texts: by their bytes, which is the order of UTF-16 units but for surrogates. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  if (/[\ud800-\udfff]/.test(a) || /[\ud800-\udfff]/.test(b))
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/** The cursor of a page that ends with a finding at this position. */
export function cursorOf(position: FindingPosition): string {
  return cursorText(position);
}

/** The position of a cursor; null for none. @throws StoreError `no-cursor` */
export function positionOfCursor(text: string | null | undefined): FindingPosition | null {
  return cursorValues(text, WHOLE) as FindingPosition | null;
}
