/**
 * What was asked for lately, bounded: when the young generation is full it becomes the old one, and what the old one held is dropped. What is asked for
 * again comes back into the young one.
 */
export class Recent<Key, Value> {
  readonly #generation: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  /** @param generation how many entries one generation takes; about twice as many are held */
  constructor(generation: number) {
    this.#generation = generation;
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.#young.set(key, old);
    return old;
  }

  /** Keeps an entry; true when others were dropped for it. */
  set(key: Key, value: Value): boolean {
    this.#young.set(key, value);
    if (this.#young.size < this.#generation) return false;
    const dropped = this.#old.size > 0;
    this.#old = this.#young;
    this.#young = new Map();
    return dropped;
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
