import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { documentInput } from './input.ts';
import { parseJson, parseJsonBytes } from './json.ts';
import { asciiJson } from './json-ascii.ts';

const ASCII = 'x'.repeat(3000);

test('what JSON in ASCII says is what it said in UTF-8', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\u00e4', '\u201c', '\ud83d\ude00', '\\ud83d', ASCII, '"', '\\'),
  );
  // V8 13.6 misreads an escape in a key where it has seen a backslash before, in whatever encoding.
  const key = text.filter(one => !one.includes('\\'));
  const value = fc.dictionary(key, fc.array(text, { maxLength: 6 }), { maxKeys: 6 });
  fc.assert(
    fc.property(value, stated => {
      const json = JSON.stringify({ ...stated, [ASCII]: [ASCII, ASCII] });
      const bytes = Buffer.from(json);
      const ascii = asciiJson(bytes);
      assert.deepEqual(
        parseJsonBytes(bytes, () => json),
        JSON.parse(json),
      );
      if (ascii === null) return;
      assert(ascii.every(byte => byte < 0x80));
      assert.deepEqual(JSON.parse(Buffer.from(ascii).toString()), JSON.parse(json));
    }),
    { numRuns: 300 },
  );
});

test('a document with such a character in a key is left to be decoded', () => {
  assert.notEqual(asciiJson(Buffer.from(`{"a": "\u00e4 \\"b", "${ASCII}": 1}`)), null);
  assert.equal(asciiJson(Buffer.from(`{"a": "\u00e4", "b\u00e4\\"" : 1, "${ASCII}": 1}`)), null);
  const bytes = Buffer.from(`{"${ASCII}": "${ASCII}${ASCII}", "b\u00e4": 1}`);
  JSON.parse(`{"${ASCII}": 1, "b\\\\": 1}`);
  assert.deepEqual(Object.keys(documentInput(bytes, 'a.json').json() as object), [ASCII, 'b\u00e4']);
});

test('text that is mostly not ASCII, and bytes that are no UTF-8, are left to be decoded', () => {
  assert.equal(asciiJson(Buffer.from(JSON.stringify('\u00e4 '.repeat(2000)))), null);
  assert.equal(
    asciiJson(Buffer.concat([Buffer.from(`"${ASCII}`), Buffer.from([0xe4]), Buffer.from('"')])),
    null,
  );
});

test('faults are told of the text as it is', () => {
  const text = `{"name": "${ASCII}\u00e4", "b" 1}`;
  const words = (parse: () => unknown): string => {
    try {
      parse();
    } catch (thrown) {
      return String(thrown);
    }
    return assert.fail('it was parsed');
  };
  const expected = words(() => parseJson(text));
  assert.equal(
    words(() => documentInput(Buffer.from(text), 'a.json').json()),
    expected,
  );
  const marked = Buffer.from(`\ufeff{"a": "${ASCII}\u00e4"}`);
  assert.deepEqual(documentInput(marked, 'a.json').json(), { a: `${ASCII}\u00e4` });
});
