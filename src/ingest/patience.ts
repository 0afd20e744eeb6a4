/** How often it is looked at. */
export const LOOK_MS = 1000;

/** More than this between two looks is time in which this process did not run, or could not look. */
const LONGEST_MS = 2 * LOOK_MS;

/**
 * How long a reader may still take for a file. Time in which the run was stopped (^Z, a frozen machine) or its writer busy is not the reader's: nothing of it is
 * counted but the two seconds that may have been.
 */
export class Patience {
  /** In milliseconds, as it was given. */
  readonly whole: number;
  #left: number;
  #last: number;

  constructor(milliseconds: number, now: number) {
    this.whole = milliseconds;
    this.#left = milliseconds;
    this.#last = now;
  }

  /** Whether it has run out. */
  isOver(now: number): boolean {
    this.#left -= Math.min(LONGEST_MS, now - this.#last);
    this.#last = now;
    return this.#left <= 0;
  }
}
