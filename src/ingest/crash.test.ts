import { test } from 'node:test';
import { crashRun } from './crash-testing.ts';

// A few dozen here; test/crash.ts runs hundreds.
test('a larder killed at random moments of adds keeps every accepted document whole and has no half ones', {
  timeout: 100_000,
}, async () => {
  await crashRun({ kills: 20, seed: 20_260_101 });
});
