import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarise, summaryLines } from './test-summary.ts';

const part = (pass: number, skipped: number, ms: number) =>
  `✔ fine (1ms)\n${'  ﹣ later (0.1ms) # no data/\n'.repeat(skipped)}ℹ tests ${pass + skipped}\nℹ suites 0\nℹ pass ${pass}\nℹ fail 0\nℹ cancelled 0\nℹ skipped ${skipped}\nℹ todo 0\nℹ duration_ms ${ms}\n`;

test('summaries add up, side by side runs take as long as the longest', () => {
  const total = summarise([part(3, 1, 40.5), part(4, 0, 70.25)]);

  assert.deepEqual(summaryLines(total), [
    'ℹ tests 8',
    'ℹ suites 0',
    'ℹ pass 7',
    'ℹ fail 0',
    'ℹ cancelled 0',
    'ℹ skipped 1',
    'ℹ todo 0',
    'ℹ duration_ms 70.25',
  ]);
  assert.deepEqual(total.skips, ['  ﹣ later (0.1ms) # no data/']);
});
