import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FormatError } from './errors.ts';
import { duplicateKeys, jsonPlaces, jsonPointer, parseJson, topLevelKeys } from './json.ts';

function fault(text: string): FormatError {
  try {
    parseJson(text);
  } catch (thrown) {
    assert.ok(thrown instanceof FormatError, String(thrown));
    return thrown;
  }
  return assert.fail(`parsed: ${text}`);
}

test('a fault names the byte, the line, the column and what was expected', () => {
  const error = fault('{\n  "ä": 1\n  "b": 2\n}');
  assert.equal(error.message, "byte 14 (line 3, column 3): expected ',' or '}' here.");
  assert.equal(error.at, 'line 3, column 3');
});

test('a file that ends early is called cut off', () => {
  for (const text of ['{"a": [1, 2', '{"a": "b', '{"a"', '{', '[1,\n']) {
    assert.match(fault(text).message, /the file looks cut off/, text);
  }
  assert.match(fault('').message, /empty/);
  assert.doesNotMatch(fault('{} {}').message, /cut off/);
});

test('what JSON forbids is named', () => {
  assert.match(fault('[1,]').message, /expected a value/);
  assert.match(fault('{"a":1,}').message, /expected a key/);
  assert.match(fault("{'a':1}").message, /expected a key or '}'/);
  assert.match(fault('[01]').message, /expected ',' or ']'/);
  assert.match(fault('["\\x"]').message, /escape/);
  assert.match(fault('["a\nb"]').message, /control/);
  assert.match(fault('[NaN]').message, /expected a value/);
});

test('a megabyte of brackets is refused before parsing, open or closed', () => {
  assert.equal(fault('['.repeat(1_000_000)).code, 'too-deep');
  assert.equal(fault('{"a":'.repeat(200_000)).code, 'too-deep');
  assert.equal(fault('['.repeat(600) + ']'.repeat(600)).code, 'too-deep');
  assert.deepEqual(parseJson(`"${'['.repeat(1_000)}"`), '['.repeat(1_000));
  assert.doesNotThrow(() => parseJson('['.repeat(512) + ']'.repeat(512)));
});

test('repeated keys are found with pointer and place, also written with escapes', () => {
  const found = duplicateKeys('{"a": {"x": 1, "\\u0078": 2},\n "l": [{"k": 1}, {"k": 1, "k": 2}], "a": 3}');
  assert.deepEqual(
    found.map(({ at }) => at),
    ['line 1, column 16: /a/x', 'line 2, column 27: /l/1/k', 'line 2, column 37: /a'],
  );
  assert.deepEqual(duplicateKeys('[{"a":1},{"a":1}]'), []);
});

test('places are found for values, roots and odd keys', () => {
  const text = '{\n "a/b": [\n  10, {"~": true}\n ]\n}';
  const places = jsonPlaces(text, ['', '/a~1b/0', '/a~1b/1/~0', '/missing']);
  assert.deepEqual(Object.fromEntries(places), {
    '': { line: 1, column: 1 },
    '/a~1b/0': { line: 3, column: 3 },
    '/a~1b/1/~0': { line: 3, column: 13 },
  });
});

test('top-level keys come from a bounded scan, and faults end it', () => {
  assert.deepEqual(topLevelKeys('{"b":{"x":1},"a":[{"y":2}]}'), ['b', 'a']);
  assert.deepEqual(topLevelKeys('[1]'), []);
  assert.deepEqual(topLevelKeys('{"b": 1, oops'), ['b']);
  assert.deepEqual(topLevelKeys('{"b":"long long","a":1}', 8), ['b']);
});

test('the scanner accepts what JSON.parse accepts, and places every value', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), text => {
      assert.deepEqual(parseJson(text), JSON.parse(text));
      const value: unknown = JSON.parse(text);
      const pointers: string[] = [];
      collect(value, [], pointers);
      assert.deepEqual(new Set(jsonPlaces(text, pointers).keys()), new Set(pointers));
    }),
    { numRuns: 200 },
  );
});

test('a damaged text is refused by the scanner exactly when JSON.parse refuses it', () => {
  const base = '{"a": [1, -2.5e3, true, null, "x\\n\\u00e4"], "b": {"c": {}}, "d": []}';
  const edit = fc.tuple(
    fc.nat(base.length - 1),
    fc.constantFrom('', '"', '\\', '{', ']', ',', ':', '0', 'e', '-', ' ', '\t', '\u0000', '\ud800'),
  );
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), edits => {
      let text = base;
      for (const [at, char] of edits) text = text.slice(0, at) + char + text.slice(at + 1);
      let good = true;
      try {
        JSON.parse(text);
      } catch {
        good = false;
      }
      if (good) parseJson(text);
      else assert.match(fault(text).message, /expected|empty/);
    }),
    { numRuns: 500 },
  );
});

function collect(value: unknown, path: (string | number)[], into: string[]): void {
  into.push(jsonPointer(path));
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value))
    collect(item, [...path, Array.isArray(value) ? Number(key) : key], into);
}
