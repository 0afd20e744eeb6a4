import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Recent } from './recent.ts';

test('keeps what was asked for lately and drops the rest, a generation at a time', () => {
  const recent = new Recent<string, number>(2);

  assert.equal(recent.set('a', 1), false);
  assert.equal(recent.set('b', 2), false);
  assert.equal(recent.get('a'), 1);
  assert.equal(recent.set('c', 3), true);

  assert.equal(recent.get('b'), undefined);
  assert.deepEqual([recent.get('a'), recent.get('c')], [1, 3]);
});

test('never holds a wrong value, nor more than about two generations', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30)), fc.integer({ min: 1, max: 8 }), (keys, generation) => {
      const recent = new Recent<number, number>(generation);
      for (const key of keys) {
        const held = recent.get(key);
        assert.ok(held === undefined || held === key * 2);
        if (held === undefined) recent.set(key, key * 2);
      }
      const held = [...new Set(keys)].filter(key => recent.get(key) !== undefined);
      assert.ok(held.length <= 3 * generation);
    }),
  );
});
