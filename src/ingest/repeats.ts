/** How many items a reader and the writer remember of one kind: those of a big run, in about 30 MB on each side. */
const MOST = 200_000;

/** What the receiver needs beside the numbers of a list's items: those that were sent before come as a number only. */
export interface News<Item> {
  /** Items with the next numbers. */
  readonly fresh: readonly Item[];
  /** All that was sent before is forgotten, and numbers begin anew. */
  readonly restart: boolean;
}

/**
 * The sender's half of a memory that a reader and the writer share: documents of one run name the same packages again and again. What is sent as a number costs the writer nothing to read,
 * and is the same object each time, so that what was looked up once need not be again.
 */
export class Sent<Item> {
  readonly #numbers = new Map<string, number>();
  readonly #keyOf: (item: Item) => string;

  /** @param keyOf what tells an item from all others */
  constructor(keyOf: (item: Item) => string) {
    this.#keyOf = keyOf;
  }

  number(items: readonly Item[]): { readonly numbers: Uint32Array; readonly news: News<Item> } {
    const restart = this.#numbers.size + items.length > MOST;
    if (restart) this.#numbers.clear();
    const numbers = new Uint32Array(items.length);
    const fresh: Item[] = [];
    for (let at = 0; at < items.length; at++) numbers[at] = this.#number(items[at] as Item, fresh);
    return { numbers, news: { fresh, restart } };
  }

  #number(item: Item, fresh: Item[]): number {
    const key = this.#keyOf(item);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(key, number);
    fresh.push(item);
    return number;
  }
}

/** The receiver's half. It must be given everything that was sent, in order. */
export class Received<Item> {
  #items: Item[] = [];

  /** What the numbers are of; another after a restart. */
  get memory(): object {
    return this.#items;
  }

  items(numbers: Uint32Array, { fresh, restart }: News<Item>): Item[] {
    if (restart) this.#items = [];
    for (const item of fresh) this.#items.push(item);
    return Array.from(numbers, number => this.#items[number] as Item);
  }
}
