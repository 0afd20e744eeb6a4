/** Shared memory that is filled with one file after the other and released in the same order, so that what is read ahead is neither copied between threads nor paid for with new memory. */
export class ByteRing {
  readonly #bytes: Uint8Array;
  /** Bytes taken and released since the beginning, those left out at the end of a round among them. */
  #taken = 0;
  #released = 0;

  constructor(bytes: number) {
    this.#bytes = new Uint8Array(new SharedArrayBuffer(bytes));
  }

  /** What to release to give back all that was taken so far. */
  get taken(): number {
    return this.#taken;
  }

  hasRoom(bytes: number): boolean {
    return this.#start(bytes) + bytes - this.#released <= this.#bytes.length;
  }

  /** Memory for so many bytes in one piece, or null while it is not free. */
  take(bytes: number): Uint8Array | null {
    if (!this.hasRoom(bytes)) return null;
    const start = this.#start(bytes);
    this.#taken = start + bytes;
    const at = start % this.#bytes.length;
    return this.#bytes.subarray(at, at + bytes);
  }

  /** Takes back what was taken last, as if it had not been. @param taken as it was before */
  undo(taken: number): void {
    this.#taken = taken;
  }

  release(taken: number): void {
    this.#released = taken;
  }

  /** Where so many bytes in one piece would begin. */
  #start(bytes: number): number {
    const size = this.#bytes.length;
    const at = this.#taken % size;
    return at + bytes <= size ? this.#taken : this.#taken + size - at;
  }
}
