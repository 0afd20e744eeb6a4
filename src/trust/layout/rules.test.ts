import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyRules, matchesPattern, type StepRecord } from './rules.ts';

test('patterns fit as Python fnmatch does', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['*', 'a/b.c', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abb', false],
    ['src/*.js', 'src/a/b.js', true],
    ['?', '/', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[!a-c]x', 'dx', true],
    ['[]]', ']', true],
    ['[', '[', true],
    ['[a', '[a', true],
    ['a.c', 'abc', false],
    ['', '', true],
    ['**', '', true],
    ['*a*b*', 'xxaxxbxx', true],
  ];
  for (const [pattern, name, fits] of cases)
    assert.equal(matchesPattern(name, pattern), fits, `${pattern} ${name}`);
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const plain = `${a}${b}`.replaceAll(/[*?[]/g, '');
      assert.ok(matchesPattern(plain, plain) && matchesPattern(plain, '*'));
      assert.ok(matchesPattern(`${plain}x`, `${plain.slice(0, 3)}*x`));
    }),
  );
  // Not exponential in the stars.
  assert.equal(matchesPattern('a'.repeat(20_000), `${'*a'.repeat(30)}b`), false);
});

const file = (value: string) => [{ algorithm: 'sha256', value }];
const record = (materials: object, products: object): StepRecord => ({
  materials: new Map(Object.entries(materials)),
  products: new Map(Object.entries(products)),
});
const records = new Map([
  ['write', record({}, { 'src/a': file('1'), b: file('2'), weak: [{ algorithm: 'md5', value: '3' }] })],
  [
    'build',
    record(
      { a: file('1'), old: file('4'), kept: file('5') },
      { a: file('9'), kept: file('5'), out: file('6') },
    ),
  ],
]);

/** Why the rules do not hold, or null. */
function fault(side: 'materials' | 'products', ...rules: readonly string[]): string | null {
  try {
    applyRules(
      'build',
      side,
      rules.map(rule => rule.split(' ')),
      records,
    );
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('rules consume what they fit, in order', () => {
  assert.equal(fault('products'), null, 'what no rule names is allowed');
  assert.equal(fault('products', 'CREATE out', 'MODIFY a', 'ALLOW kept', 'DISALLOW *'), null);
  assert.equal(
    fault('products', 'MODIFY *', 'CREATE *', 'DISALLOW *'),
    'layout-rule-broken',
    'kept is not modified',
  );
  assert.equal(fault('products', 'DISALLOW *', 'ALLOW *'), 'layout-rule-broken');
  assert.equal(fault('products', 'CREATE a', 'DISALLOW a'), 'layout-rule-broken', 'a was a material');
  assert.equal(fault('materials', 'DELETE old', 'DISALLOW o*'), null);
  assert.equal(fault('products', 'REQUIRE out', 'CREATE out', 'DISALLOW out'), null);
  assert.equal(fault('products', 'CREATE out', 'REQUIRE out'), 'layout-rule-broken', 'it was consumed');
  assert.equal(fault('materials', 'MATCH a WITH PRODUCTS IN src FROM write', 'DISALLOW a'), null);
  assert.equal(fault('materials', 'match a with products in src/ from write', 'disallow a'), null);
  assert.equal(fault('materials', 'MATCH a WITH PRODUCTS FROM write', 'DISALLOW a'), 'layout-rule-broken');
  assert.equal(fault('materials', 'MATCH * WITH PRODUCTS FROM nobody', 'DISALLOW a'), 'layout-rule-broken');
  for (const odd of [
    '',
    'CREATE',
    'ALLOW a b',
    'MATCH a WITH THINGS FROM write',
    'MATCH a FROM write',
    'PERMIT a',
  ])
    assert.equal(fault('products', odd), 'evidence-unsupported', odd);
});
