import { FormatError } from '../errors.ts';
import { type ProtoField, protoMessage } from './proto-schema.ts';
import { MAX_PROTO_DEPTH, type RawField, type RawMessage, type RawScalar } from './proto-text.ts';

/**
 * Decodes the protobuf wire format (protobuf.dev, "Encoding") by the schema, into the same form as the text format. Fields the schema does not know are
 * skipped, as protobuf asks. Every length is checked against what is there; nothing is allocated by a number of the input.
 * Throws FormatError `invalid-protobuf` with the byte.
 */
export function decodeWire(bytes: Uint8Array, message: string): RawMessage {
  return new Decoder(bytes).message(message, 0, bytes.length, 0);
}

const TEXT = new TextDecoder('utf-8', { fatal: true });

class Decoder {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  message(name: string, start: number, end: number, depth: number): RawMessage {
    if (depth > MAX_PROTO_DEPTH) {
      throw new FormatError(
        'too-deep',
        `byte ${start}: nested deeper than ${MAX_PROTO_DEPTH} levels.`,
        `byte ${start}`,
      );
    }
    const { byNumber } = protoMessage(name);
    const fields: RawField[] = [];
    this.#at = start;
    while (this.#at < end) {
      const at = this.#at;
      const tag = this.#varint(end);
      const number = Number(tag >> 3n);
      const wire = Number(tag & 7n);
      if (number === 0) this.#fail('a field number', at);
      const field = byNumber.get(number);
      if (wire === 2) this.#delimited(field, fields, at, end, depth);
      else if (wire === 0) this.#push(field, this.#integer(field, this.#varint(end)), fields, at);
      else if (wire === 1) this.#push(field, this.#fixed(8, end), fields, at);
      else if (wire === 5) this.#push(field, this.#fixed(4, end), fields, at);
      else this.#fail('a wire type that is in use', at);
    }
    return { fields };
  }

  #delimited(field: ProtoField | undefined, into: RawField[], at: number, end: number, depth: number): void {
    const length = Number(this.#varint(end));
    const start = this.#at;
    const stop = start + length;
    if (stop > end) this.#fail(`${length} bytes`, start);
    if (field !== undefined) this.#inside(field, into, at, start, stop, depth);
    this.#at = stop;
  }

  #inside(field: ProtoField, into: RawField[], at: number, start: number, stop: number, depth: number): void {
    const place = `byte ${at}`;
    const { name, kind } = field;
    if (kind === 'text')
      into.push({ name, value: { kind: 'string', token: this.#text(start, stop) }, at: place });
    else if (kind === 'message')
      into.push({ name, value: this.message(field.type, start, stop, depth + 1), at: place });
    else if (kind === 'time') into.push({ name, value: this.#time(start, stop), at: place });
    else {
      // A repeated number or enum may be packed.
      this.#at = start;
      while (this.#at < stop) this.#push(field, this.#integer(field, this.#varint(stop)), into, at);
    }
  }

  #time(start: number, stop: number): RawMessage {
    const fields: RawField[] = [];
    this.#at = start;
    while (this.#at < stop) {
      const at = this.#at;
      const tag = this.#varint(stop);
      if ((tag & 7n) !== 0n) this.#fail('seconds or nanoseconds', at);
      const token = String(BigInt.asIntN(64, this.#varint(stop)));
      fields.push({
        name: tag >> 3n === 1n ? 'seconds' : 'nanos',
        value: { kind: 'number', token },
        at: `byte ${at}`,
      });
    }
    return { fields };
  }

  #push(field: ProtoField | undefined, value: RawScalar, into: RawField[], at: number): void {
    if (field !== undefined) into.push({ name: field.name, value, at: `byte ${at}` });
  }

  #integer(field: ProtoField | undefined, value: bigint): RawScalar {
    if (field?.kind === 'boolean') return { kind: 'word', token: value === 0n ? 'false' : 'true' };
    return { kind: 'number', token: String(BigInt.asIntN(64, value)) };
  }

  #fixed(size: 4 | 8, end: number): RawScalar {
    if (this.#at + size > end) this.#fail(`${size} bytes`, this.#at);
    const value = size === 4 ? this.#view.getFloat32(this.#at, true) : this.#view.getFloat64(this.#at, true);
    this.#at += size;
    return { kind: 'number', token: String(value) };
  }

  #varint(end: number): bigint {
    let value = 0n;
    const start = this.#at;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#at < end ? this.#bytes[this.#at] : undefined;
      if (byte === undefined) this.#fail('more bytes of a number', this.#at);
      this.#at++;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return this.#fail('a number of at most ten bytes', start);
  }

  #text(start: number, stop: number): string {
    try {
      return TEXT.decode(this.#bytes.subarray(start, stop));
    } catch {
      return this.#fail('UTF-8 text', start);
    }
  }

  #fail(expected: string, at: number): never {
    const cut = at >= this.#bytes.length ? '; the file looks cut off' : '';
    throw new FormatError('invalid-protobuf', `byte ${at}: expected ${expected} here${cut}.`, `byte ${at}`);
  }
}
