import { type Blake3Kernel, blake3Kernel } from './blake3-kernel.ts';

/** BLAKE3 with its default 256-bit output, over any amount of input given piece by piece. */
export class Blake3 {
  readonly #rest = Buffer.allocUnsafeSlow(BATCH);
  #length = 0;
  #batches = 0;
  /** Chaining values of whole subtrees, the largest first. */
  readonly #stack: Buffer[] = [];

  update(bytes: Uint8Array): this {
    let at = 0;
    while (at < bytes.length) {
      // A batch is hashed when something follows it: the last one may be the root.
      if (this.#length === BATCH) {
        this.#push(this.#rest);
        this.#length = 0;
      }
      if (this.#length === 0 && bytes.length - at > BATCH) {
        this.#push(bytes.subarray(at, at + BATCH));
        at += BATCH;
        continue;
      }
      const taken = Math.min(BATCH - this.#length, bytes.length - at);
      this.#rest.set(bytes.subarray(at, at + taken), this.#length);
      this.#length += taken;
      at += taken;
    }
    return this;
  }

  digest(): Buffer {
    const kernel = shared();
    const alone = this.#stack.length === 0;
    let value = subtree(kernel, this.#rest.subarray(0, this.#length), this.#batches * CHUNKS, alone);
    for (let at = this.#stack.length - 1; at >= 0; at--)
      value = parent(kernel, this.#stack[at] as Buffer, value, at === 0);
    return value;
  }

  /** Subtrees of one size are joined as soon as there are two, since more follows. */
  #push(batch: Uint8Array): void {
    const kernel = shared();
    let value = subtree(kernel, batch, this.#batches * CHUNKS, false);
    for (let count = ++this.#batches; count % 2 === 0; count /= 2)
      value = parent(kernel, this.#stack.pop() as Buffer, value, false);
    this.#stack.push(value);
  }
}

const CHUNK = 1024;
/** A power of two, so that every batch but the last is a whole subtree. */
const CHUNKS = 64;
const BATCH = CHUNKS * CHUNK;

// Domain flags, BLAKE3 specification section 2.4.
const [CHUNK_START, CHUNK_END, PARENT, ROOT] = [1, 2, 4, 8];

/** Where chaining values lie in the kernel's memory, behind the input: two rows by turns, each with room for what the unused lanes write. */
const ROWS = [BATCH, BATCH + 32 * (CHUNKS + 4)] as const;

let made: Blake3Kernel | null = null;

/** One for each thread: hashing gives the thread away to nobody, so that its memory is free between any two calls. */
function shared(): Blake3Kernel {
  made ??= blake3Kernel();
  return made;
}

/** The chaining value of up to a batch of input that begins at a chunk; with `isRoot` the hash. */
function subtree(kernel: Blake3Kernel, input: Uint8Array, firstChunk: number, isRoot: boolean): Buffer {
  const { memory, hash } = kernel;
  memory.set(input, 0);
  const whole = Math.floor(input.length / CHUNK);
  const left = input.length - whole * CHUNK;
  const count = Math.max(1, Math.ceil(input.length / CHUNK));
  const end = CHUNK_END | (isRoot && count === 1 ? ROOT : 0);
  const chunks = (from: number, blocks: number, lastLength: number): void => {
    const chunk = firstChunk + from;
    const [low, high] = [chunk % 2 ** 32, Math.floor(chunk / 2 ** 32)];
    hash(from * CHUNK, CHUNK, blocks, lastLength, low, high, 1, 0, CHUNK_START, end, ROWS[0] + 32 * from);
  };
  for (let at = 0; at < whole; at += 4) chunks(at, 16, 64);
  if (whole < count) {
    const blocks = Math.max(1, Math.ceil(left / 64));
    memory.fill(0, input.length, whole * CHUNK + blocks * 64);
    chunks(whole, blocks, left - 64 * (blocks - 1));
  }
  return joined(kernel, count, isRoot);
}

/** Joins the values of the first row pair by pair, level by level; an odd one goes up as it is. */
function joined({ memory, hash }: Blake3Kernel, count: number, isRoot: boolean): Buffer {
  let [from, to] = ROWS as readonly [number, number];
  for (let left = count; left > 1; left = Math.ceil(left / 2)) {
    const pairs = Math.floor(left / 2);
    const end = isRoot && left === 2 ? ROOT : 0;
    for (let at = 0; at < pairs; at += 4)
      hash(from + 64 * at, 64, 1, 64, 0, 0, 0, PARENT, 0, end, to + 32 * at);
    if (left % 2 === 1) memory.copyWithin(to + 32 * pairs, from + 64 * pairs, from + 64 * pairs + 32);
    [from, to] = [to, from];
  }
  return Buffer.from(memory.slice(from, from + 32));
}

function parent(kernel: Blake3Kernel, a: Uint8Array, b: Uint8Array, isRoot: boolean): Buffer {
  kernel.memory.set(a, ROWS[0]);
  kernel.memory.set(b, ROWS[0] + 32);
  return joined(kernel, 2, isRoot);
}
