import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import zlib from 'node:zlib';
import { IoError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** An object as it is stored: whole, or as a change to another one. */
export interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly bytes: Buffer;
}

const TYPES = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' } as const;
const OFFSET_DELTA = 6;
const NAMED_DELTA = 7;
const NAME_BYTES = 20;
/** Git itself makes chains of 50, and at most 4,095. */
const MAX_CHAIN = 4096;

/** One pack with its index of version 2 (git's `gitformat-pack`), read by positions: nothing is loaded whole. */
export class GitPack {
  readonly #path: string;
  readonly #index: number;
  readonly #pack: number;
  readonly #packSize: number;
  readonly #fanout: Buffer;

  /** @param path of the `.idx` @throws IoError `corrupt` */
  constructor(path: string) {
    this.#path = path;
    this.#index = openSync(path, 'r');
    this.#pack = openSync(path.replace(/\.idx$/, '.pack'), 'r');
    this.#packSize = fstatSync(this.#pack).size;
    const head = readAt(this.#index, 0, 8 + 256 * 4);
    if (head.length < 8 + 256 * 4 || head.readUInt32BE(0) !== 0xff744f63 || head.readUInt32BE(4) !== 2)
      throw this.#damaged('its index is of no version that Larder reads');
    this.#fanout = head.subarray(8);
  }

  close(): void {
    closeSync(this.#index);
    closeSync(this.#pack);
  }

  /** Names that begin with these hex digits, at most two. */
  namesFrom(digits: string): string[] {
    const low = Buffer.from(digits.padEnd(NAME_BYTES * 2, '0'), 'hex');
    const found: string[] = [];
    for (let at = this.#search(low).at; at < this.#count && found.length < 2; at++) {
      const name = this.#name(at).toString('hex');
      if (!name.startsWith(digits)) break;
      found.push(name);
    }
    return found;
  }

  /** Where an object is; null when it is not in this pack. */
  find(name: string): number | null {
    const { at, equal } = this.#search(Buffer.from(name, 'hex'));
    if (!equal) return null;
    const count = this.#count;
    const offsets = 8 + 256 * 4 + count * (NAME_BYTES + 4);
    const offset = readAt(this.#index, offsets + at * 4, 4).readUInt32BE(0);
    if (offset < 0x80000000) return offset;
    const large = readAt(this.#index, offsets + count * 4 + (offset - 0x80000000) * 8, 8);
    return Number(large.readBigUInt64BE(0));
  }

  /** The object at a place; `other` reads what a delta is a change of when it is not in this pack. */
  read(offset: number, other: (name: string) => GitObject): GitObject {
    const deltas: Buffer[] = [];
    let held = 0;
    let base: GitObject | null = null;
    for (let at = offset; base === null; ) {
      const entry = this.#entry(at);
      held += entry.size;
      if (deltas.length > MAX_CHAIN || held > LIMITS.fileBytes)
        throw this.#damaged('a chain of changes does not end');
      const bytes = this.#inflate(entry.data, entry.size);
      if (entry.type !== OFFSET_DELTA && entry.type !== NAMED_DELTA)
        base = { type: this.#type(entry), bytes };
      else {
        deltas.push(bytes);
        const next = entry.type === OFFSET_DELTA ? at - entry.back : this.find(entry.base);
        if (next === null) base = other(entry.base);
        else at = next;
      }
    }
    const { type } = base;
    return { type, bytes: deltas.reduceRight((bytes, delta) => this.#apply(delta, bytes), base.bytes) };
  }

  #type(entry: { readonly type: number }): GitObject['type'] {
    const type = TYPES[entry.type as keyof typeof TYPES];
    if (type === undefined) throw this.#damaged('an object is of no type that git has');
    return type;
  }

  get #count(): number {
    return this.#fanout.readUInt32BE(255 * 4);
  }

  #name(at: number): Buffer {
    return readAt(this.#index, 8 + 256 * 4 + at * NAME_BYTES, NAME_BYTES);
  }

  #search(name: Buffer): { readonly at: number; readonly equal: boolean } {
    const first = name[0] ?? 0;
    let low = first === 0 ? 0 : this.#fanout.readUInt32BE((first - 1) * 4);
    let high = this.#fanout.readUInt32BE(first * 4);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = Buffer.compare(this.#name(middle), name);
      if (order === 0) return { at: middle, equal: true };
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return { at: low, equal: false };
  }

  /** The head of an entry: type, size, and what a delta is a change of. */
  #entry(offset: number) {
    if (!Number.isSafeInteger(offset) || offset < 12 || offset >= this.#packSize)
      throw this.#damaged('an object lies outside of it');
    const head = readAt(this.#pack, offset, 64);
    let at = 0;
    const byte = (): number => head[at++] ?? 0;
    let part = byte();
    const type = (part >> 4) & 7;
    let size = part & 15;
    for (let shift = 2 ** 4; part & 0x80; shift *= 128) {
      part = byte();
      size += (part & 0x7f) * shift;
    }
    if (size > LIMITS.fileBytes) throw this.#damaged('an object is larger than what is read of one file');
    let back = 0;
    let base = '';
    if (type === OFFSET_DELTA) {
      do {
        part = byte();
        back = back * 128 + (part & 0x7f) + (part & 0x80 ? 1 : 0);
      } while (part & 0x80 && at < head.length);
    } else if (type === NAMED_DELTA) {
      base = head.subarray(at, at + NAME_BYTES).toString('hex');
      at += NAME_BYTES;
    }
    return { type, size, back, base, data: offset + at };
  }

  #inflate(offset: number, size: number): Buffer {
    // Deflate adds at most five bytes to each 16 KB that it cannot pack.
    const bound = Math.min(this.#packSize - offset, size + Math.ceil(size / 1000) + 1024);
    try {
      const bytes = zlib.inflateSync(readAt(this.#pack, offset, bound), {
        maxOutputLength: Math.max(1, size),
      });
      if (bytes.length === size) return bytes;
    } catch {
      // Said below.
    }
    throw this.#damaged('an object in it is cut off or not what its size says');
  }

  #apply(delta: Buffer, base: Buffer): Buffer {
    let at = 0;
    const byte = (): number => delta[at++] ?? 0;
    const length = (): number => {
      let value = 0;
      for (let shift = 1, part = 0x80; part & 0x80 && at < delta.length; shift *= 128) {
        part = byte();
        value += (part & 0x7f) * shift;
      }
      return value;
    };
    const [from, to] = [length(), length()];
    if (from !== base.length || to > LIMITS.fileBytes)
      throw this.#damaged('a change fits what it changes in no way');
    const result = Buffer.alloc(to);
    let filled = 0;
    while (at < delta.length) {
      const operation = byte();
      let source = delta;
      let start = at;
      let count = operation;
      if (operation & 0x80) {
        source = base;
        start = 0;
        count = 0;
        for (let bit = 0; bit < 4; bit++) if (operation & (1 << bit)) start += byte() * 256 ** bit;
        for (let bit = 0; bit < 3; bit++) if (operation & (0x10 << bit)) count += byte() * 256 ** bit;
        if (count === 0) count = 0x10000;
      } else at += count;
      if (operation === 0 || start + count > source.length || filled + count > to)
        throw this.#damaged('a change reaches beyond what it changes');
      source.copy(result, filled, start, start + count);
      filled += count;
    }
    if (filled !== to) throw this.#damaged('a change makes less than it says');
    return result;
  }

  #damaged(why: string): IoError {
    return new IoError('corrupt', `${this.#path} is damaged: ${why}; run git fsck.`);
  }
}

function readAt(descriptor: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, length));
  let filled = 0;
  while (filled < buffer.length) {
    const read = readSync(descriptor, buffer, filled, buffer.length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}
