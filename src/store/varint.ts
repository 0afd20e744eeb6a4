import { StoreError } from './errors.ts';

/** Growing buffer of unsigned LEB128 numbers below 2^32, and of UTF-8 text. */
export class VarintWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  number(value: number): void {
    if (this.#length + 5 > this.#bytes.length) this.#grow(5);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A difference of either sign, small ones in one byte. */
  signed(value: number): void {
    this.number(((value << 1) ^ (value >> 31)) >>> 0);
  }

  text(value: string): void {
    const encoded = Buffer.from(value, 'utf8');
    this.number(encoded.length);
    if (this.#length + encoded.length > this.#bytes.length) this.#grow(encoded.length);
    this.#bytes.set(encoded, this.#length);
    this.#length += encoded.length;
  }

  /** A copy of exactly what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + needed));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what VarintWriter wrote. Every overrun is StoreError `invalid-graph`: the bytes may come from a damaged or hostile store. */
export class VarintReader {
  readonly bytes: Uint8Array;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  number(): number {
    const { bytes } = this;
    let byte = this.#byte();
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let shift = 7; shift < 28; shift += 7) {
      byte = bytes[this.offset++] ?? invalid('it ends inside a number');
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    byte = this.#byte();
    if (byte > 15) invalid('a number is too large');
    return (value | (byte << 28)) >>> 0;
  }

  signed(): number {
    const value = this.number();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A number that counts things which take at least one byte each: more than the bytes left cannot be true and must not size an allocation. */
  count(): number {
    const value = this.number();
    if (value > this.bytes.length - this.offset)
      invalid(`it claims ${value} entries in ${this.bytes.length - this.offset} bytes`);
    return value;
  }

  /** A number below `limit`. */
  below(limit: number, what: string): number {
    const value = this.number();
    if (value >= limit) invalid(`${what} ${value} is not below ${limit}`);
    return value;
  }

  text(): string {
    const length = this.count();
    const start = this.offset;
    this.offset += length;
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, length).toString('utf8');
  }

  #byte(): number {
    return this.bytes[this.offset++] ?? invalid('it ends inside a number');
  }
}

/** Refuses an encoded value. */
export function invalid(why: string): never {
  throw new StoreError('invalid-graph', `A stored graph cannot be decoded: ${why}; run larder reindex.`);
}
