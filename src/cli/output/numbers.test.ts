import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatCount, formatDay, formatDuration, formatNoun } from './numbers.ts';
import { progressLine } from './progress.ts';

test('counts, sizes and durations read the same everywhere', () => {
  const cases: readonly (readonly [string, string])[] = [
    [formatCount(0), '0'],
    [formatCount(999), '999'],
    [formatCount(402118), '402,118'],
    [formatNoun(1, 'app'), '1 app'],
    [formatNoun(2, 'dependency', 'dependencies'), '2 dependencies'],
    [formatBytes(0), '0 B'],
    [formatBytes(999), '999 B'],
    [formatBytes(1234), '1.2 KB'],
    [formatBytes(9_960), '10 KB'],
    [formatBytes(475_000_000), '475 MB'],
    [formatBytes(999_999), '1.0 MB'],
    [formatDuration(0.4), '0 ms'],
    [formatDuration(999.6), '1.0 s'],
    [formatDuration(8_120), '8.1 s'],
    [formatDuration(9_960), '10 s'],
    [formatDuration(59_700), '1 min'],
    [formatDuration(125_000), '2 min 5 s'],
    [formatDuration(11_520_000), '3 h 12 min'],
    [formatDuration(352_800_000), '4 d 2 h'],
    [formatDay('2026-11-20T14:02:00Z'), '2026-11-20'],
    [formatDay('unknown'), 'unknown'],
  ];
  for (const [given, wanted] of cases) assert.equal(given, wanted);
});

test('progress shows share, rate and time left', () => {
  assert.equal(
    progressLine('reading', 'files', 2336, 3290, 5670),
    'reading 3,290 files  ━━━━━━━━━━━━━━━━╸          71%   412 files/s   2.3 s left',
  );
  assert.equal(progressLine('reading', 'files', 12, null, 1000), 'reading 12 files   12 files/s');
});
