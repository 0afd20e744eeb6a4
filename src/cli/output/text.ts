// Text of documents is the attacker's: escape sequences could retitle a terminal or hide a line, and bidirectional overrides could
// show a name backwards (CVE-2021-42574). Both become visible.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/u;
const PAINT = /(\u001b\[\d{1,2}m)/;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'gu');

/** Text safe to show on a terminal, on one line: control characters, bidirectional marks and lone surrogates become `\u{...}`. */
export function clean(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return text.replaceAll(UNSAFE_ALL, char => {
    if (char === '\n' || char === '\t' || char === '\r') return ' ';
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** The same for a line that `Screen.paint` may have styled: its colour sequences stay, everything else becomes visible. */
export function cleanPainted(line: string): string {
  if (!UNSAFE.test(line)) return line;
  return line
    .split(PAINT)
    .map((part, index) => (index % 2 === 1 ? part : clean(part)))
    .join('');
}

// East Asian Wide and Fullwidth, and characters shown as emoji (Unicode 16, EastAsianWidth.txt and emoji-data.txt, merged to blocks).
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x23f0, 0x23f0],
  [0x23f3, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2630, 0x2637],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x268a, 0x268f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f3],
  [0x26f5, 0x26f5],
  [0x26fa, 0x26fa],
  [0x26fd, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x274e, 0x274e],
  [0x2753, 0x2755],
  [0x2757, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27b0],
  [0x27bf, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b50],
  [0x2b55, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4dc0, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2fb],
  [0x1d300, 0x1d376],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f18e],
  [0x1f191, 0x1f19a],
  [0x1f1e6, 0x1f202],
  [0x1f210, 0x1f23b],
  [0x1f240, 0x1f248],
  [0x1f250, 0x1f251],
  [0x1f260, 0x1f265],
  [0x1f300, 0x1f320],
  [0x1f32d, 0x1f335],
  [0x1f337, 0x1f37c],
  [0x1f37e, 0x1f393],
  [0x1f3a0, 0x1f3ca],
  [0x1f3cf, 0x1f3d3],
  [0x1f3e0, 0x1f3f0],
  [0x1f3f4, 0x1f3f4],
  [0x1f3f8, 0x1f43e],
  [0x1f440, 0x1f440],
  [0x1f442, 0x1f4fc],
  [0x1f4ff, 0x1f53d],
  [0x1f54b, 0x1f54e],
  [0x1f550, 0x1f567],
  [0x1f57a, 0x1f57a],
  [0x1f595, 0x1f596],
  [0x1f5a4, 0x1f5a4],
  [0x1f5fb, 0x1f64f],
  [0x1f680, 0x1f6c5],
  [0x1f6cc, 0x1f6cc],
  [0x1f6d0, 0x1f6d2],
  [0x1f6d5, 0x1f6d7],
  [0x1f6dc, 0x1f6df],
  [0x1f6eb, 0x1f6ec],
  [0x1f6f4, 0x1f6fc],
  [0x1f7e0, 0x1f7eb],
  [0x1f7f0, 0x1f7f0],
  [0x1f90c, 0x1f93a],
  [0x1f93c, 0x1f945],
  [0x1f947, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x2fffd],
  [0x30000, 0x3fffd],
];

const PLAIN = /^[\u0020-\u007e\u00a0-\u02ff]*$/;
const INVISIBLE = /^[\p{Mark}\p{Format}\p{Default_Ignorable_Code_Point}\p{Control}]$/u;
let graphemes: Intl.Segmenter | null = null;

/** Columns that cleaned, unstyled text takes on a terminal. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  for (const char of grapheme) {
    if (INVISIBLE.test(char)) continue;
    if (grapheme.includes('\ufe0f')) return 2;
    return isWide(char.codePointAt(0) ?? 0) ? 2 : 1;
  }
  return 0;
}

function isWide(code: number): boolean {
  let low = 0;
  let high = WIDE.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = WIDE[middle] ?? [0, 0];
    if (code < first) high = middle - 1;
    else if (code > last) low = middle + 1;
    else return true;
  }
  return false;
}

/** Cuts cleaned text to a width, with an ellipsis as its last column where something went. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return `${takeWidth(text, Math.max(0, width - 1))}…`;
}

/** Breaks cleaned text into lines of at most `width` columns, at spaces, and within long words at their seams. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(/(?<= )/).flatMap(word => seams(word, width))) {
    if (textWidth((line + piece).trimEnd()) <= width) {
      line += piece;
      continue;
    }
    if (line.trim() !== '') lines.push(line.trimEnd());
    line = piece;
    while (textWidth(line.trimEnd()) > width) {
      const head = takeWidth(line, width);
      if (head === '') break;
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  if (line.trim() !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

/** Where a word may be broken: a long one, as a purl or an address is, behind what divides its parts; a short one, as an option is, nowhere. */
function seams(word: string, width: number): string[] {
  return textWidth(word) <= width / 2 ? [word] : word.split(/(?<=[/:@,]|\w-)/);
}

function takeWidth(text: string, width: number): string {
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let taken = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += graphemeWidth(segment);
    if (used > width) break;
    taken += segment;
  }
  return taken;
}
