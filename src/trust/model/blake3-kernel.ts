/**
 * The inner part of BLAKE3 as a WebAssembly module that is written here, byte by byte: four inputs are compressed at once, one in each lane of a 128-bit vector
 * (BLAKE3 specification, section 2; WebAssembly core specification, section 5). It allocates nothing and knows no files; its memory is scratch.
 */
export interface Blake3Kernel {
  readonly memory: Uint8Array;
  /**
   * Hashes four inputs of `blocks` blocks each, at `input`, `input + stride` and so on, to four chaining values of 32 bytes at `out`. The last block counts `lastLength` bytes. The
   * counter of each input is `step` more than that of the one before; the low words must not wrap between them.
   */
  readonly hash: (
    input: number,
    stride: number,
    blocks: number,
    lastLength: number,
    counterLow: number,
    counterHigh: number,
    step: number,
    flags: number,
    startFlag: number,
    endFlag: number,
    out: number,
  ) => void;
}

/** Two pages: a batch of input, and chaining values. */
export const KERNEL_BYTES = 2 * 65_536;

const IV = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
] as const;
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8] as const;
const ROUNDS = 7;

/** A new instance with memory of its own. */
export function blake3Kernel(): Blake3Kernel {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()));
  const { memory, hash } = exports as unknown as {
    readonly memory: { readonly buffer: ArrayBuffer };
    readonly hash: Blake3Kernel['hash'];
  };
  return { memory: new Uint8Array(memory.buffer), hash };
}

// Parameters, then locals, by index.
const [INPUT, STRIDE, BLOCKS, LAST, LOW, HIGH, STEP, FLAGS, START, END, OUT] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
];
const PARAMETERS = 11;
const BLOCK = PARAMETERS;
const AT = BLOCK + 1;
const I32_LOCALS = 2;
const CV = PARAMETERS + I32_LOCALS;
const V = CV + 8;
const M = V + 16;
const T = M + 16;
const V128_LOCALS = 8 + 16 + 16 + 4;

/** `\\0asm`, version 1. */
const HEADER: Code = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const I32 = 0x7f;
const V128 = 0x7b;

/** Code as bytes; each function below gives the instructions that leave what it says on the stack, or change a local. */
type Code = readonly number[];

const get = (local: number): Code => [0x20, ...uleb(local)];
const set = (local: number, value: Code): Code => [...value, 0x21, ...uleb(local)];
const i32 = (value: number): Code => [0x41, ...sleb(value)];
const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
const sub = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
const mul = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
const either = (a: Code, b: Code): Code => [...a, ...b, 0x72];
const equal = (a: Code, b: Code): Code => [...a, ...b, 0x46];
const below = (a: Code, b: Code): Code => [...a, ...b, 0x49];
const choose = (when: Code, yes: Code, no: Code): Code => [...yes, ...no, ...when, 0x1b];
const loopWhile = (body: Code, again: Code): Code => [0x03, 0x40, ...body, ...again, 0x0d, 0, 0x0b];

const simd = (code: number): Code => [0xfd, ...uleb(code)];
const load = (address: Code, offset: number): Code => [...address, ...simd(0x00), 0, ...uleb(offset)];
const store = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  ...simd(0x0b),
  0,
  ...uleb(offset),
];
const lanes = (words: readonly number[]): Code => [...simd(0x0c), ...words.flatMap(littleEndian)];
const shuffle = (a: Code, b: Code, bytes: readonly number[]): Code => [...a, ...b, ...simd(0x0d), ...bytes];
const splat = (value: Code): Code => [...value, ...simd(0x11)];
const vor = (a: Code, b: Code): Code => [...a, ...b, ...simd(0x50)];
const vxor = (a: Code, b: Code): Code => [...a, ...b, ...simd(0x51)];
const vshl = (a: Code, bits: number): Code => [...a, ...i32(bits), ...simd(0xab)];
const vshr = (a: Code, bits: number): Code => [...a, ...i32(bits), ...simd(0xad)];
const vadd = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xae)];
const vmul = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xb5)];

/** Rotations by whole bytes are one shuffle. */
const turned = (bytes: number): readonly number[] =>
  Array.from({ length: 16 }, (_, at) => (at & ~3) | ((at + bytes) & 3));
function rotate(value: number, bits: number): Code {
  if (bits % 8 === 0) return set(value, shuffle(get(value), get(value), turned(bits / 8)));
  return set(value, vor(vshr(get(value), bits), vshl(get(value), 32 - bits)));
}

function mix(a: number, b: number, c: number, d: number, x: number, y: number): Code {
  const half = (message: number, first: number, second: number): Code => [
    ...set(a, vadd(vadd(get(a), get(b)), get(message))),
    ...set(d, vxor(get(d), get(a))),
    ...rotate(d, first),
    ...set(c, vadd(get(c), get(d))),
    ...set(b, vxor(get(b), get(c))),
    ...rotate(b, second),
  ];
  return [...half(x, 16, 12), ...half(y, 8, 7)];
}

function rounds(): Code {
  const code: number[] = [];
  let order: readonly number[] = Array.from({ length: 16 }, (_, at) => at);
  for (let round = 0; round < ROUNDS; round++) {
    const m = (at: number): number => M + (order[at] as number);
    for (let i = 0; i < 4; i++)
      code.push(...mix(V + i, V + 4 + i, V + 8 + i, V + 12 + i, m(2 * i), m(2 * i + 1)));
    for (let i = 0; i < 4; i++)
      code.push(
        ...mix(
          V + i,
          V + 4 + ((i + 1) & 3),
          V + 8 + ((i + 2) & 3),
          V + 12 + ((i + 3) & 3),
          m(8 + 2 * i),
          m(9 + 2 * i),
        ),
      );
    order = PERMUTATION.map(at => order[at] as number);
  }
  return code;
}

const LOW_WORDS = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
const HIGH_WORDS = [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31];
const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const HIGH_HALVES = [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31];

/** Turns four vectors of four words, rows to columns, in place. */
function transpose(first: number): Code {
  const [a, b, c, d] = [get(first), get(first + 1), get(first + 2), get(first + 3)];
  return [
    ...set(T, shuffle(a, b, LOW_WORDS)),
    ...set(T + 1, shuffle(c, d, LOW_WORDS)),
    ...set(T + 2, shuffle(a, b, HIGH_WORDS)),
    ...set(T + 3, shuffle(c, d, HIGH_WORDS)),
    ...set(first, shuffle(get(T), get(T + 1), LOW_HALVES)),
    ...set(first + 1, shuffle(get(T), get(T + 1), HIGH_HALVES)),
    ...set(first + 2, shuffle(get(T + 2), get(T + 3), LOW_HALVES)),
    ...set(first + 3, shuffle(get(T + 2), get(T + 3), HIGH_HALVES)),
  ];
}

/** The words of one block of each input: word w of all four in `M + w`. */
function message(): Code {
  const code: number[] = [];
  const place = add(get(INPUT), mul(get(BLOCK), i32(64)));
  for (let lane = 0; lane < 4; lane++) {
    code.push(...set(AT, lane === 0 ? place : add(get(AT), get(STRIDE))));
    for (let quarter = 0; quarter < 4; quarter++)
      code.push(...set(M + 4 * quarter + lane, load(get(AT), 16 * quarter)));
  }
  for (let quarter = 0; quarter < 4; quarter++) code.push(...transpose(M + 4 * quarter));
  return code;
}

function state(): Code {
  const code: number[] = [];
  for (let i = 0; i < 8; i++) code.push(...set(V + i, get(CV + i)));
  for (let i = 0; i < 4; i++) code.push(...set(V + 8 + i, lanes(Array(4).fill(IV[i]))));
  const isLast = equal(get(BLOCK), sub(get(BLOCKS), i32(1)));
  const flags = either(
    get(FLAGS),
    either(choose(equal(get(BLOCK), i32(0)), get(START), i32(0)), choose(isLast, get(END), i32(0))),
  );
  code.push(
    ...set(V + 12, vadd(splat(get(LOW)), vmul(splat(get(STEP)), lanes([0, 1, 2, 3])))),
    ...set(V + 13, splat(get(HIGH))),
    ...set(V + 14, splat(choose(isLast, get(LAST), i32(64)))),
    ...set(V + 15, splat(flags)),
  );
  return code;
}

function body(): Code {
  const code: number[] = [];
  for (let i = 0; i < 8; i++) code.push(...set(CV + i, lanes(Array(4).fill(IV[i]))));
  const feed: number[] = [];
  for (let i = 0; i < 8; i++) feed.push(...set(CV + i, vxor(get(V + i), get(V + 8 + i))));
  code.push(
    ...loopWhile(
      [...message(), ...state(), ...rounds(), ...feed, ...set(BLOCK, add(get(BLOCK), i32(1)))],
      below(get(BLOCK), get(BLOCKS)),
    ),
    ...transpose(CV),
    ...transpose(CV + 4),
  );
  for (let lane = 0; lane < 4; lane++)
    code.push(
      ...store(get(OUT), 32 * lane, get(CV + lane)),
      ...store(get(OUT), 32 * lane + 16, get(CV + 4 + lane)),
    );
  return code;
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const locals = [2, ...uleb(I32_LOCALS), I32, ...uleb(V128_LOCALS), V128];
  const code = [...locals, ...body(), 0x0b];
  const text = (name: string): Code => [name.length, ...Buffer.from(name)];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, [1, 0x60, PARAMETERS, ...Array<number>(PARAMETERS).fill(I32), 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0x01, KERNEL_BYTES / 65_536, KERNEL_BYTES / 65_536]),
    ...section(7, [2, ...text('memory'), 0x02, 0, ...text('hash'), 0x00, 0]),
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

function sleb(value: number): Code {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7) {
    const isEnd = (left >> 6 === 0 && (left & 0x40) === 0) || (left >> 6 === -1 && (left & 0x40) !== 0);
    if (isEnd) return [...bytes, left & 0x7f];
    bytes.push((left & 0x7f) | 0x80);
  }
}

function littleEndian(word: number): number[] {
  return [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24];
}
