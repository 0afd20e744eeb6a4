import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from './canonical.ts';

test('canonical JSON sorts by code point and escapes two characters only', () => {
  const value = { b: [1, -2, true, null], a: 'tab\t "q" \\ \u2028', '\u{1f600}': '', '\ufffd': {} };
  assert.equal(
    canonicalJson(value).toString('utf8'),
    '{"a":"tab\t \\"q\\" \\\\ \u2028","b":[1,-2,true,null],"\ufffd":{},"\u{1f600}":""}',
  );
  for (const odd of [1.5, 2 ** 60, Number.NaN]) assert.throws(() => canonicalJson({ odd }), /whole/);
});

test('canonical JSON does not depend on the order of keys, and tells different values apart', () => {
  const { value: values } = fc.letrec(tie => ({
    value: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 4 }),
    ),
  }));
  const turned = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(turned)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, one]) => [key, turned(one)]),
          )
        : value;
  fc.assert(
    fc.property(values, value => {
      assert.ok(canonicalJson(value).equals(canonicalJson(turned(value))));
    }),
  );
});
