import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOOK_MS, Patience } from './patience.ts';

/** How many looks it takes, each so much after the last. */
function looks(patience: Patience, from: number, step: number): number {
  let count = 1;
  for (let now = from + step; !patience.isOver(now); now += step) count++;
  return count;
}

test('patience runs out by the time in which the run can look, and not by the clock', () => {
  assert.equal(looks(new Patience(60_000, 0), 0, LOOK_MS), 60);
  const hour = 3_600_000;
  const stopped = new Patience(60_000, 0);
  assert.equal(stopped.isOver(hour), false);
  assert.equal(looks(stopped, hour, LOOK_MS), 58);
  assert.equal(looks(new Patience(60_000, 0), 0, hour), 30);
});
