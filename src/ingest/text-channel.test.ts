import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TextReceiver, TextSender } from './text-channel.ts';

test('gives the texts that were sent, whatever came before them and however often both begin again', () => {
  const text = fc.oneof(fc.constantFrom('pkg:npm/a@1', 'a\nb', '', '\ud800'), fc.string({ maxLength: 4 }));
  fc.assert(
    fc.property(
      fc.array(fc.array(text, { maxLength: 6 })),
      fc.integer({ min: 6, max: 12 }),
      (lists, limit) => {
        const sender = new TextSender(limit);
        const receiver = new TextReceiver();
        for (const list of lists) assert.deepEqual(receiver.unpack(structuredClone(sender.pack(list))), list);
      },
    ),
  );
});

test('sends a text once', () => {
  const sender = new TextSender();

  assert.equal(sender.pack(['a', 'b', 'a']).fresh, '["a","b"]');
  assert.equal(sender.pack(['b', 'a']).fresh, '');
});
