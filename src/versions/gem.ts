import { defineScheme } from './define.ts';
import { compareLists, compareNum, compareText, isDigits, type Num, toNum, ZERO } from './number.ts';

type Segment = Num | { readonly text: string };

/** Gem::Version: runs of digits and of letters; letters make a prerelease, and zeros before letters or at the end do not count. */
const SHAPE = /^\d[0-9a-zA-Z]*(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

function parse(text: string): Segment[] | null {
  if (!SHAPE.test(text)) return null;
  const segments = (text.replaceAll('-', '.pre.').match(/\d+|[a-zA-Z]+/g) ?? []).map(toSegment);
  const firstText = segments.findIndex(segment => typeof segment === 'object');
  const cut = firstText < 0 ? segments.length : firstText;
  return [...withoutTrailingZeros(segments.slice(0, cut)), ...withoutTrailingZeros(segments.slice(cut))];
}

function toSegment(text: string): Segment {
  return isDigits(text) ? toNum(text) : { text };
}

function withoutTrailingZeros(segments: Segment[]): Segment[] {
  while (segments.at(-1) === 0) segments.pop();
  return segments;
}

/** Letters precede numbers. */
function compareSegments(a: Segment, b: Segment): number {
  if (typeof a === 'object') return typeof b === 'object' ? compareText(a.text, b.text) : -1;
  return typeof b === 'object' ? 1 : compareNum(a, b);
}

export const gem = defineScheme<Segment[]>({
  id: 'gem',
  ecosystems: ['RubyGems'],
  purlTypes: ['gem'],
  parse,
  compare: (a, b) => compareLists(a, b, compareSegments, ZERO),
});
