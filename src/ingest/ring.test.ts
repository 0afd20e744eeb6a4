import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteRing } from './ring.ts';

test('what is taken stays as it was written until it is released, in any order of taking and releasing', () => {
  const step = fc.oneof(fc.record({ take: fc.nat(40) }), fc.constant({ take: null }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const ring = new ByteRing(64);
      const held: { bytes: Uint8Array; mark: number; end: number }[] = [];
      for (const [index, { take }] of steps.entries()) {
        const mark = index % 251;
        if (take === null) {
          const first = held.shift();
          if (first !== undefined) ring.release(first.end);
        } else {
          const room = ring.hasRoom(take);
          const bytes = ring.take(take);
          assert.equal(bytes !== null, room);
          // A piece leaves less than its own size unused at the end of a round.
          if (held.length === 0 && take <= 32) assert(room);
          if (bytes !== null) held.push({ bytes: bytes.fill(mark), mark, end: ring.taken });
        }
        for (const { bytes, mark: own } of held) assert(bytes.every(byte => byte === own));
      }
    }),
  );
});

test('what was taken back can be taken again', () => {
  const ring = new ByteRing(64);
  ring.take(10);
  for (let round = 0; round < 10; round++) {
    const before = ring.taken;
    assert(ring.take(50));
    ring.undo(before);
  }
  assert.equal(ring.taken, 10);
  assert(ring.take(54));
});

test('more than the ring has is never given', () => {
  const ring = new ByteRing(64);
  assert.equal(ring.take(65), null);
  assert.equal(ring.take(64)?.length, 64);
  assert.equal(ring.take(1), null);
});
