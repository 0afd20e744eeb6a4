/**
 * Which documents a larder has, as the first six bytes of their digests in one shared sorted table that all readers see. What is found here is *probably*
 * known: the writer decides by the whole digest and has it read when the table was wrong.
 */
export class KnownTable {
  readonly #prefixes: Float64Array;

  constructor(shared: SharedArrayBuffer) {
    this.#prefixes = new Float64Array(shared);
  }

  static from(sha256s: readonly string[]): SharedArrayBuffer {
    const shared = new SharedArrayBuffer(sha256s.length * Float64Array.BYTES_PER_ELEMENT);
    const prefixes = new Float64Array(shared);
    for (const [at, sha256] of sha256s.entries()) prefixes[at] = prefixOf(sha256);
    prefixes.sort();
    return shared;
  }

  has(sha256: string): boolean {
    const wanted = prefixOf(sha256);
    let low = 0;
    let high = this.#prefixes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#prefixes[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.#prefixes[low] === wanted;
  }
}

/** Exact: 48 bits fit a double. */
function prefixOf(sha256: string): number {
  return Number.parseInt(sha256.slice(0, 12), 16);
}
