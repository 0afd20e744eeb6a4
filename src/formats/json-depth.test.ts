import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mayNestDeeper } from './json-depth.ts';

/** By one character after the other, and nothing said of text that ends in a string. */
function depthOf(text: string): number {
  let deepest = 0;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '[' || char === '{') deepest = Math.max(deepest, ++depth);
    else if (char === ']' || char === '}') depth--;
  }
  return deepest;
}

/** Text in which strings hold what looks like structure, with runs of backslashes of any length before their ends. */
const hostile: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom('[', ']', '{', '}', ' ', ',', '1', '\u00e4'),
      fc
        .tuple(
          fc.array(fc.constantFrom('[', '{', '}', '\\\\', '\\"', '\u00e4', 'x', '\\u007b'), {
            maxLength: 40,
          }),
          fc.nat(70),
        )
        .map(([inside, run]) => `"${inside.join('')}${'\\\\'.repeat(run)}"`),
    ),
    { maxLength: 60 },
  )
  .map(parts => parts.join(''));

test('no depth beyond the limit is missed, and what is well below it is not suspected', () => {
  fc.assert(
    fc.property(hostile, fc.nat(130), (text, shift) => {
      const bytes = Buffer.from(' '.repeat(shift) + text);
      const depth = depthOf(text);
      if (depth > 0) assert(mayNestDeeper(bytes, depth - 1), `${depth} is more than ${depth - 1}`);
      // Within a block all is opened before anything is closed.
      assert(!mayNestDeeper(bytes, depth + 64), `${depth} is less than ${depth + 64}`);
    }),
    { numRuns: 500 },
  );
});

test('strings, escapes and depth go on from one piece to the next', () => {
  const piece = 64 * 1024;
  for (const shift of [-3, -2, -1, 0, 1]) {
    const before = `["${'x'.repeat(piece + shift - 2)}`;
    assert(!mayNestDeeper(Buffer.from(`${before}\\"${'['.repeat(600)}"]`), 512), `a string at ${shift}`);
    assert(mayNestDeeper(Buffer.from(`${before}\\\\"${'['.repeat(600)}`), 512), `after a string at ${shift}`);
    const half = '['.repeat(300);
    assert(
      mayNestDeeper(Buffer.from(`${half}${' '.repeat(piece + shift)}${half}`), 512),
      `depth at ${shift}`,
    );
  }
});
