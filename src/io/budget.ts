import { IoError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** What all members of one archive may be together. */
export interface ArchiveBounds {
  readonly containerBytes: number;
  readonly entries: number;
}

/** How many bytes `given` bytes may become: a bomb is stopped here, before it fills memory. */
export function decodedLimit(given: number, limit: number = LIMITS.fileBytes): number {
  return Math.min(limit, Math.max(LIMITS.ratioFloor, given * LIMITS.ratio));
}

/** What one archive may still cost, and with it the given file that it lies in: an archive of archives multiplies what each of them may be. */
export class Budget {
  readonly name: string;
  readonly #bound: number;
  readonly #most: number;
  readonly #whole: Budget | null;
  #bytes = 0;
  #entries = 0;
  #isSpent = false;

  /**
   * @param name for messages
   * @param given bytes of it as it was given
   * @param whole of the given file, however many layers above
   */
  constructor(name: string, given: number, bounds: ArchiveBounds = LIMITS, whole: Budget | null = null) {
    this.name = name;
    this.#bound = decodedLimit(given, bounds.containerBytes);
    this.#most = bounds.entries;
    this.#whole = whole;
  }

  /** Of a given file, for all layers of it together. */
  static ofWhole(name: string, given: number): Budget {
    return new Budget(name, given, { containerBytes: LIMITS.wholeBytes, entries: LIMITS.wholeEntries });
  }

  countEntry(): void {
    this.#whole?.countEntry();
    this.#entries++;
    if (this.#entries <= this.#most) return;
    this.#isSpent = true;
    const message = `${this.name} has more than ${this.#most} members; the rest was not read, split it.`;
    throw new IoError('too-many', message);
  }

  /** @param isDecoded false for bytes that lie in the archive as they are: the whole has paid for those with the archive */
  countBytes(count: number, isDecoded: boolean): void {
    if (isDecoded) this.#whole?.countBytes(count, true);
    this.#bytes += count;
    if (this.#bytes > this.#bound) throw this.exceeded();
  }

  /** Bytes that may still come in one piece. */
  get left(): number {
    return Math.min(this.#own, this.#whole?.left ?? this.#own);
  }

  /** Whether a bound was passed: then nothing more of it is read, in no layer. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  exceeded(): IoError {
    if (this.#whole !== null && this.#whole.left < this.#own) return this.#whole.exceeded();
    this.#isSpent = true;
    const size = `${Math.round(this.#bound / 1024 / 1024)} MiB`;
    return new IoError(
      'too-large',
      `${this.name} expands to more than ${size}; it looks like a decompression bomb, and the rest was not read.`,
    );
  }

  get #own(): number {
    return Math.max(1, Math.min(LIMITS.fileBytes, this.#bound - this.#bytes));
  }
}
