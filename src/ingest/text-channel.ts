/** Texts that one side remembers of the other at most; then both begin again. About 40 MB of purls. */
const MOST_TEXTS = 400_000;

/** Texts on their way to another thread: those sent before as numbers, the others once. */
export interface PackedTexts {
  /** Of each text. */
  readonly numbers: Uint32Array;
  /** JSON of the texts that come for the first time; they take the next numbers in order. */
  readonly fresh: string;
  /** The receiver forgets what it had first. */
  readonly restart: boolean;
}

/**
 * The sending end of a channel on which the same texts go again and again, as purls do from BOM to BOM. The receiver gets the very same string each
 * time, whose hash the engine keeps, so that looking it up costs neither copying nor hashing.
 */
export class TextSender {
  readonly #limit: number;
  #numbers = new Map<string, number>();

  constructor(limit: number = MOST_TEXTS) {
    this.#limit = limit;
  }

  pack(texts: readonly string[]): PackedTexts {
    const restart = this.#numbers.size + texts.length > this.#limit;
    if (restart) this.#numbers = new Map();
    const known = this.#numbers;
    const fresh: string[] = [];
    const numbers = new Uint32Array(texts.length);
    for (let at = 0; at < texts.length; at++) {
      const text = texts[at] ?? '';
      let number = known.get(text);
      if (number === undefined) {
        number = known.size;
        known.set(text, number);
        fresh.push(text);
      }
      numbers[at] = number;
    }
    return { numbers, fresh: fresh.length === 0 ? '' : JSON.stringify(fresh), restart };
  }
}

/** The receiving end; takes what its sender packed, all of it and in order. */
export class TextReceiver {
  #texts: string[] = [];

  unpack({ numbers, fresh, restart }: PackedTexts): string[] {
    if (restart) this.#texts = [];
    if (fresh !== '') for (const text of JSON.parse(fresh) as string[]) this.#texts.push(text);
    const texts = this.#texts;
    return Array.from(numbers, number => texts[number] ?? '');
  }
}
