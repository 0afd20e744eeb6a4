import type { ExtractorEntry } from './extractor.ts';

interface Pattern {
  readonly start: string;
  readonly end: string;
  readonly entry: ExtractorEntry;
}

/** How many bytes tell what a file is. */
const HEAD = 16;

/**
 * Finds the extractors for a path by its base name: one look-up for plain names, a few prefix and suffix tests for patterns. What no name tells
 * is known by its first bytes, read through `head`.
 */
export class Matcher {
  readonly #names = new Map<string, ExtractorEntry[]>();
  readonly #patterns: Pattern[] = [];
  readonly #sniffed: ExtractorEntry[] = [];
  readonly #head: (path: string, length: number) => Uint8Array | null;

  constructor(
    entries: readonly ExtractorEntry[],
    head: (path: string, length: number) => Uint8Array | null = () => null,
  ) {
    this.#head = head;
    for (const entry of entries) {
      if (entry.magic !== undefined) this.#sniffed.push(entry);
      else this.#addNames(entry);
    }
  }

  /** Whether any extractor reads this file; asked for every file of a tree. */
  wants(path: string, name: string): boolean {
    const named = this.#names.get(name);
    if (named !== undefined && named.some(entry => entry.matches?.(path) ?? true)) return true;
    return this.#patterns.some(pattern => fits(pattern, path, name));
  }

  /** The extractors that read this file, in the order of the list, each once. */
  entries(path: string, name: string): readonly ExtractorEntry[] {
    const named = (this.#names.get(name) ?? []).filter(entry => entry.matches?.(path) ?? true);
    const patterned = this.#patterns
      .filter(pattern => fits(pattern, path, name))
      .map(pattern => pattern.entry);
    return [...new Set([...named, ...patterned, ...this.#byContent(path)])];
  }

  /** Whether the first bytes of a file that no name tells are of something an extractor reads. */
  sniffs(path: string): boolean {
    return this.#byContent(path).length > 0;
  }

  #byContent(path: string): ExtractorEntry[] {
    const candidates = this.#sniffed.filter(entry => entry.matches?.(path) ?? true);
    const head = candidates.length === 0 ? null : this.#head(path, HEAD);
    return head === null ? [] : candidates.filter(entry => entry.magic?.(head) === true);
  }

  #addNames(entry: ExtractorEntry): void {
    for (const file of entry.files) {
      const star = file.indexOf('*');
      if (star >= 0) this.#patterns.push({ start: file.slice(0, star), end: file.slice(star + 1), entry });
      else this.#names.set(file, [...(this.#names.get(file) ?? []), entry]);
    }
  }
}

function fits(pattern: Pattern, path: string, name: string): boolean {
  return (
    name.length >= pattern.start.length + pattern.end.length &&
    name.endsWith(pattern.end) &&
    name.startsWith(pattern.start) &&
    (pattern.entry.matches?.(path) ?? true)
  );
}
