/**
 * The text of a tool without the last word where that is its version. By hand: a regular expression goes through a run of dashes once from each.
 *
 * @param version how a version begins, with the separator before it
 */
export function withoutVersion(text: string, version: RegExp): string {
  let word = text.length;
  while (word > 0 && !/\s/.test(text.charAt(word))) word--;
  const found = text.slice(word).search(version);
  if (found === -1) return text;
  let end = word + found;
  while (end > 0 && /[\s-]/.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
