import {
  add,
  below,
  type Code,
  choose,
  either,
  equal,
  get,
  I32,
  i32,
  instantiate,
  loopWhile,
  mul,
  set,
  sub,
  V128,
  vector,
} from '../../io/webassembly.ts';

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
  const locals = [
    [I32_LOCALS, I32],
    [V128_LOCALS, V128],
  ] as const;
  const { memory, run } = instantiate({
    memory: KERNEL_BYTES,
    parameters: PARAMETERS,
    locals,
    body: body(),
  });
  return { memory, hash: run };
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

/** Rotations by whole bytes are one shuffle. */
const turned = (bytes: number): readonly number[] =>
  Array.from({ length: 16 }, (_, at) => (at & ~3) | ((at + bytes) & 3));
function rotate(value: number, bits: number): Code {
  if (bits % 8 === 0) return set(value, vector.shuffle(get(value), get(value), turned(bits / 8)));
  return set(value, vector.or(vector.right(get(value), bits), vector.left(get(value), 32 - bits)));
}

function mix(a: number, b: number, c: number, d: number, x: number, y: number): Code {
  const half = (message: number, first: number, second: number): Code => [
    ...set(a, vector.add(vector.add(get(a), get(b)), get(message))),
    ...set(d, vector.xor(get(d), get(a))),
    ...rotate(d, first),
    ...set(c, vector.add(get(c), get(d))),
    ...set(b, vector.xor(get(b), get(c))),
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
    ...set(T, vector.shuffle(a, b, LOW_WORDS)),
    ...set(T + 1, vector.shuffle(c, d, LOW_WORDS)),
    ...set(T + 2, vector.shuffle(a, b, HIGH_WORDS)),
    ...set(T + 3, vector.shuffle(c, d, HIGH_WORDS)),
    ...set(first, vector.shuffle(get(T), get(T + 1), LOW_HALVES)),
    ...set(first + 1, vector.shuffle(get(T), get(T + 1), HIGH_HALVES)),
    ...set(first + 2, vector.shuffle(get(T + 2), get(T + 3), LOW_HALVES)),
    ...set(first + 3, vector.shuffle(get(T + 2), get(T + 3), HIGH_HALVES)),
  ];
}

/** The words of one block of each input: word w of all four in `M + w`. */
function message(): Code {
  const code: number[] = [];
  const place = add(get(INPUT), mul(get(BLOCK), i32(64)));
  for (let lane = 0; lane < 4; lane++) {
    code.push(...set(AT, lane === 0 ? place : add(get(AT), get(STRIDE))));
    for (let quarter = 0; quarter < 4; quarter++)
      code.push(...set(M + 4 * quarter + lane, vector.load(get(AT), 16 * quarter)));
  }
  for (let quarter = 0; quarter < 4; quarter++) code.push(...transpose(M + 4 * quarter));
  return code;
}

function state(): Code {
  const code: number[] = [];
  for (let i = 0; i < 8; i++) code.push(...set(V + i, get(CV + i)));
  for (let i = 0; i < 4; i++) code.push(...set(V + 8 + i, vector.words(Array(4).fill(IV[i]))));
  const isLast = equal(get(BLOCK), sub(get(BLOCKS), i32(1)));
  const flags = either(
    get(FLAGS),
    either(choose(equal(get(BLOCK), i32(0)), get(START), i32(0)), choose(isLast, get(END), i32(0))),
  );
  code.push(
    ...set(
      V + 12,
      vector.add(vector.splat(get(LOW)), vector.mul(vector.splat(get(STEP)), vector.words([0, 1, 2, 3]))),
    ),
    ...set(V + 13, vector.splat(get(HIGH))),
    ...set(V + 14, vector.splat(choose(isLast, get(LAST), i32(64)))),
    ...set(V + 15, vector.splat(flags)),
  );
  return code;
}

function body(): Code {
  const code: number[] = [];
  for (let i = 0; i < 8; i++) code.push(...set(CV + i, vector.words(Array(4).fill(IV[i]))));
  const feed: number[] = [];
  for (let i = 0; i < 8; i++) feed.push(...set(CV + i, vector.xor(get(V + i), get(V + 8 + i))));
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
      ...vector.store(get(OUT), 32 * lane, get(CV + lane)),
      ...vector.store(get(OUT), 32 * lane + 16, get(CV + 4 + lane)),
    );
  return code;
}
