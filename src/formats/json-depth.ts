import {
  add,
  below,
  type Code,
  get,
  I32,
  I64,
  i32,
  instantiate,
  load32,
  loopWhile,
  more,
  returnIf,
  set,
  store32,
  sub,
  V128,
  vector,
  wide,
} from '../io/webassembly.ts';

/** What is scanned at a time; behind it lies what one piece hands on to the next. */
const PIECE = 64 * 1024;
const STATE = { escaped: PIECE, inString: PIECE + 8, depth: PIECE + 16 } as const;
const MEMORY = 2 * PIECE;
const BLOCK = 64;

/**
 * Whether JSON in UTF-8 may nest deeper than `limit` levels: never false when it does, and true when it does or nearly does. Bytes that are no JSON give either.
 *
 * Parsing costs little more than looking at each character in JavaScript does, so 64 bytes are looked at together: flags of quotes that nothing escapes,
 * of what lies between them, of the brackets that are left (the method of Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019).
 */
export function mayNestDeeper(bytes: Uint8Array, limit: number): boolean {
  kernel ??= instantiate({
    memory: MEMORY,
    parameters: PARAMETERS,
    result: true,
    locals: LOCALS,
    body: body(),
  });
  const { memory, run } = kernel;
  memory.fill(0, PIECE, PIECE + 24);
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    memory.set(piece);
    const end = Math.ceil(piece.length / BLOCK) * BLOCK;
    memory.fill(SPACE, piece.length, end);
    if (run(end, limit) !== 0) return true;
  }
  return false;
}

let kernel: ReturnType<typeof instantiate> | null = null;

const SPACE = 0x20;
const [END, LIMIT] = [0, 1];
const PARAMETERS = 2;
const [AT, DEPTH] = [2, 3];
const [ESCAPED, STRING, BACKSLASHES, QUOTES, OPEN, CLOSED] = [4, 5, 6, 7, 8, 9];
const V = 10;
const LOCALS = [
  [2, I32],
  [6, I64],
  [4, V128],
] as const;
const ODD = wide.constant(0xaaaa_aaaa_aaaa_aaaan);

/** 64 flags: which bytes of the block are `byte`, or are with bit 0x20 set, by which `[` is `{` and `]` is `}`. */
function flags(byte: string, orSpace: boolean): Code {
  const sixteen = (at: number): Code => {
    const value = orSpace ? vector.or(get(V + at), vector.bytes(SPACE)) : get(V + at);
    const found = vector.mask(vector.equalBytes(value, vector.bytes(byte.charCodeAt(0))));
    return wide.left(wide.of(found), 16 * at);
  };
  return wide.or(wide.or(sixteen(0), sixteen(1)), wide.or(sixteen(2), sixteen(3)));
}

/** Takes the quotes that follow an odd run of backslashes away. A run begins where it does; carries of a subtraction go through it. */
function withoutEscapedQuotes(): Code {
  return [
    ...set(CLOSED, wide.and(get(BACKSLASHES), wide.not(get(ESCAPED)))),
    ...set(OPEN, wide.xor(wide.sub(wide.or(wide.left(get(CLOSED), 1), ODD), get(CLOSED)), ODD)),
    ...set(
      QUOTES,
      wide.and(get(QUOTES), wide.not(wide.xor(get(OPEN), wide.or(get(BACKSLASHES), get(ESCAPED))))),
    ),
    ...set(ESCAPED, wide.right(wide.and(get(OPEN), get(BACKSLASHES)), 63)),
  ];
}

/** Turns quotes into what lies between them: each flag becomes the parity of those up to it. */
function betweenQuotes(): Code {
  const code: number[] = [];
  for (let bits = 1; bits < 64; bits *= 2)
    code.push(...set(QUOTES, wide.xor(get(QUOTES), wide.left(get(QUOTES), bits))));
  return [
    ...code,
    ...set(QUOTES, wide.xor(get(QUOTES), get(STRING))),
    ...set(STRING, wide.rightSigned(get(QUOTES), 63)),
  ];
}

function block(): Code {
  const outside = (brackets: Code): Code => wide.and(brackets, wide.not(get(QUOTES)));
  return [
    ...[0, 1, 2, 3].flatMap(at => set(V + at, vector.load(get(AT), 16 * at))),
    ...set(BACKSLASHES, flags('\\', false)),
    ...set(QUOTES, flags('"', false)),
    ...withoutEscapedQuotes(),
    ...betweenQuotes(),
    ...set(OPEN, outside(flags('{', true))),
    ...set(CLOSED, outside(flags('}', true))),
    // As if all of a block were opened before any is closed.
    ...returnIf(more(add(get(DEPTH), wide.count(get(OPEN))), get(LIMIT)), i32(1)),
    ...set(DEPTH, sub(add(get(DEPTH), wide.count(get(OPEN))), wide.count(get(CLOSED)))),
    ...set(AT, add(get(AT), i32(BLOCK))),
  ];
}

function body(): Code {
  const nowhere = i32(0);
  return [
    ...set(ESCAPED, wide.load(nowhere, STATE.escaped)),
    ...set(STRING, wide.load(nowhere, STATE.inString)),
    ...set(DEPTH, load32(nowhere, STATE.depth)),
    ...loopWhile(block(), below(get(AT), get(END))),
    ...wide.store(nowhere, STATE.escaped, get(ESCAPED)),
    ...wide.store(nowhere, STATE.inString, get(STRING)),
    ...store32(nowhere, STATE.depth, get(DEPTH)),
    ...i32(0),
  ];
}
