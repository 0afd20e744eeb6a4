import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Received, Sent } from './repeats.ts';

test('what is received is what was sent, the same object each time', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.constantFrom('a', 'b', '', '__proto__', 'c'))), lists => {
      const sent = new Sent<{ readonly key: string }>(({ key }) => key);
      const received = new Received<{ readonly key: string }>();
      const seen = new Map<string, object>();
      for (const keys of lists) {
        const { numbers, news } = sent.number(keys.map(key => ({ key })));
        const items = received.items(numbers, structuredClone(news));
        assert.deepEqual(
          items.map(({ key }) => key),
          keys,
        );
        for (const item of items) {
          assert.equal(seen.get(item.key) ?? item, item);
          seen.set(item.key, item);
        }
      }
    }),
  );
});

test('both sides begin anew before they hold too much', () => {
  const sent = new Sent<string>(text => text);
  const received = new Received<string>();
  let restarts = 0;
  for (let round = 0; round < 30; round++) {
    const texts = Array.from({ length: 10_000 }, (_, at) => `text ${round * 10_000 + at}`);
    const { numbers, news } = sent.number([...texts, 'always']);
    if (news.restart) restarts++;
    assert.deepEqual(received.items(numbers, news), [...texts, 'always']);
  }
  assert.equal(restarts, 1);
});
