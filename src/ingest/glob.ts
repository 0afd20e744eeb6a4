/**
 * Whether a `/`-separated path fits a glob: `*` and `?` within a segment, `**` for any number of segments; a glob without a slash is tried on the last
 * segment. Linear in the lengths, or their product at worst: patterns come from people, paths from anywhere.
 */
export function matchesGlob(path: string, glob: string): boolean {
  const segments = clean(path).split('/');
  const parts = clean(glob).split('/');
  if (parts.length === 1) return matchesText(segments.at(-1) ?? '', parts[0] ?? '');
  // A glob that begins in no particular folder may begin in any.
  const anchored = glob.startsWith('/') || parts[0] === '**' ? parts : ['**', ...parts];
  return wildcard(segments, anchored, part => part === '**', matchesText);
}

function clean(text: string): string {
  return text.replaceAll('\\', '/').replace(/^\.?\/+/, '');
}

function matchesText(text: string, pattern: string): boolean {
  return wildcard(
    [...text],
    [...pattern],
    char => char === '*',
    (char, wanted) => wanted === '?' || char === wanted,
  );
}

/** Matches items with a pattern in which some parts stand for any number of items: goes back to the last such part only. */
function wildcard<T>(
  items: readonly T[],
  pattern: readonly T[],
  isAny: (part: T) => boolean,
  same: (item: T, part: T) => boolean,
): boolean {
  let item = 0;
  let part = 0;
  let anyPart = -1;
  let anyItem = 0;
  while (item < items.length) {
    const wanted = pattern[part];
    const given = items[item];
    if (wanted !== undefined && isAny(wanted)) {
      anyPart = part++;
      anyItem = item;
    } else if (wanted !== undefined && given !== undefined && same(given, wanted)) {
      part++;
      item++;
    } else if (anyPart >= 0) {
      part = anyPart + 1;
      item = ++anyItem;
    } else return false;
  }
  while (part < pattern.length && isAny(pattern[part] as T)) part++;
  return part === pattern.length;
}
