/**
 * A few instructions of WebAssembly with its 128-bit vectors, to write the inner loops that JavaScript has no instructions for as modules of our own (WebAssembly core
 * specification 2.0, sections 5.4 and 5.5). Code is a list of bytes; each function gives the code that leaves what it says on the stack, or changes a local.
 */
export type Code = readonly number[];

export const I32 = 0x7f;
export const I64 = 0x7e;
export const V128 = 0x7b;

const PAGE = 65_536;
/** `\\0asm`, version 1. */
const HEADER: Code = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** One function over a memory of its own. */
export interface Kernel {
  /** Bytes of memory, whole pages of 64 KiB. */
  readonly memory: number;
  /** How many parameters it takes, all 32-bit. */
  readonly parameters: number;
  /** Whether the body leaves a 32-bit number. */
  readonly result?: boolean;
  /** Types and counts of the locals, which are numbered behind the parameters. */
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly body: Code;
}

/** A new instance, with its memory. */
export function instantiate(kernel: Kernel): {
  readonly memory: Uint8Array;
  readonly run: (...parameters: number[]) => number;
} {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(kernel)));
  const { memory, run } = exports as unknown as {
    readonly memory: { readonly buffer: ArrayBuffer };
    readonly run: (...parameters: number[]) => number;
  };
  return { memory: new Uint8Array(memory.buffer), run };
}

export const get = (local: number): Code => [0x20, ...uleb(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...uleb(local)];
export const choose = (when: Code, yes: Code, no: Code): Code => [...yes, ...no, ...when, 0x1b];
/** Runs `body`, then again as long as `again` is not zero. */
export const loopWhile = (body: Code, again: Code): Code => [0x03, 0x40, ...body, ...again, 0x0d, 0, 0x0b];
/** Ends the function with `value` where `when` is not zero. */
export const returnIf = (when: Code, value: Code): Code => [...when, 0x04, 0x40, ...value, 0x0f, 0x0b];

export const i32 = (value: number): Code => [0x41, ...sleb(BigInt(value))];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const sub = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
export const mul = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
export const either = (a: Code, b: Code): Code => [...a, ...b, 0x72];
export const equal = (a: Code, b: Code): Code => [...a, ...b, 0x46];
/** `a > b`, of numbers with a sign. */
export const more = (a: Code, b: Code): Code => [...a, ...b, 0x4a];
/** `a < b`, of numbers without one. */
export const below = (a: Code, b: Code): Code => [...a, ...b, 0x49];

/** 64-bit numbers, mostly as 64 flags. */
export const wide = {
  constant: (value: bigint): Code => [0x42, ...sleb(BigInt.asIntN(64, value))],
  sub: (a: Code, b: Code): Code => [...a, ...b, 0x7d],
  and: (a: Code, b: Code): Code => [...a, ...b, 0x83],
  or: (a: Code, b: Code): Code => [...a, ...b, 0x84],
  xor: (a: Code, b: Code): Code => [...a, ...b, 0x85],
  not: (a: Code): Code => wide.xor(a, wide.constant(-1n)),
  left: (a: Code, bits: number): Code => [...a, ...wide.constant(BigInt(bits)), 0x86],
  /** To the right, with copies of the sign. */
  rightSigned: (a: Code, bits: number): Code => [...a, ...wide.constant(BigInt(bits)), 0x87],
  right: (a: Code, bits: number): Code => [...a, ...wide.constant(BigInt(bits)), 0x88],
  /** How many bits are set, as a 32-bit number. */
  count: (a: Code): Code => [...a, 0x7b, 0xa7],
  /** A 32-bit number without sign. */
  of: (a: Code): Code => [...a, 0xad],
  load: (address: Code, offset: number): Code => [...address, 0x29, 0, ...uleb(offset)],
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    0x37,
    0,
    ...uleb(offset),
  ],
} as const;

export const load32 = (address: Code, offset: number): Code => [...address, 0x28, 0, ...uleb(offset)];
export const store32 = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  0x36,
  0,
  ...uleb(offset),
];

/** Vectors, as 16 bytes or as four words. */
export const vector = {
  load: (address: Code, offset: number): Code => [...address, ...simd(0x00), 0, ...uleb(offset)],
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    ...simd(0x0b),
    0,
    ...uleb(offset),
  ],
  words: (words: readonly number[]): Code => [...simd(0x0c), ...words.flatMap(littleEndian)],
  bytes: (byte: number): Code => [...simd(0x0c), ...Array<number>(16).fill(byte)],
  shuffle: (a: Code, b: Code, bytes: readonly number[]): Code => [...a, ...b, ...simd(0x0d), ...bytes],
  splat: (value: Code): Code => [...value, ...simd(0x11)],
  or: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x50)],
  xor: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x51)],
  left: (a: Code, bits: number): Code => [...a, ...i32(bits), ...simd(0xab)],
  right: (a: Code, bits: number): Code => [...a, ...i32(bits), ...simd(0xad)],
  add: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xae)],
  mul: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xb5)],
  equalBytes: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x23)],
  /** The highest bit of each byte, as the low 16 bits of a number. */
  mask: (a: Code): Code => [...a, ...simd(0x64)],
} as const;

function simd(code: number): Code {
  return [0xfd, ...uleb(code)];
}

function moduleBytes(kernel: Kernel): Uint8Array<ArrayBuffer> {
  const locals = kernel.locals.flatMap(([count, type]) => [...uleb(count), type]);
  const code = [kernel.locals.length, ...locals, ...kernel.body, 0x0b];
  const pages = uleb(kernel.memory / PAGE);
  const text = (name: string): Code => [name.length, ...Buffer.from(name)];
  const results = kernel.result === true ? [1, I32] : [0];
  const type = [1, 0x60, kernel.parameters, ...Array<number>(kernel.parameters).fill(I32), ...results];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, type),
    ...section(3, [1, 0]),
    ...section(5, [1, 0x01, ...pages, ...pages]),
    ...section(7, [2, ...text('memory'), 0x02, 0, ...text('run'), 0x00, 0]),
    ...section(10, [1, ...uleb(code.length), ...code]),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...uleb(content.length), ...content];
}

function uleb(value: number): Code {
  const bytes: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) return [...bytes, left];
    bytes.push((left & 0x7f) | 0x80);
  }
}

function sleb(value: bigint): Code {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7n) {
    const low = Number(left & 0x7fn);
    const isEnd = (left >> 6n === 0n && (low & 0x40) === 0) || (left >> 6n === -1n && (low & 0x40) !== 0);
    if (isEnd) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function littleEndian(word: number): number[] {
  return [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24];
}
