import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import type { ExploitationFacts } from '../../model/advisory.ts';
import { inEpoch } from './import.ts';
import { Mirror } from './mirror.ts';

const folder = mkdtempSync(join(tmpdir(), 'larder-scores-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

function newMirror(): Mirror {
  return Mirror.open(join(folder, `${files++}.db`), { create: true });
}

function epss(date: string | null, scores: Readonly<Record<string, number>>): ExploitationFacts {
  const rows = Object.entries(scores).map(([cve, score]) => ({ cve, score, percentile: score }));
  return { kev: [], kevReleased: null, epss: rows, epssDate: date };
}

function kev(released: string | null, ...cves: readonly string[]): ExploitationFacts {
  const rows = cves.map(cve => ({ cve, added: '2026-01-01', due: null, ransomware: false, name: '' }));
  return { kev: rows, kevReleased: released, epss: [], epssDate: null };
}

async function put(mirror: Mirror, now: number, ...facts: readonly ExploitationFacts[]): Promise<void> {
  await inEpoch(mirror, now, async writer => {
    for (const one of facts) writer.putExploitation(one);
  });
}

function rows(mirror: Mirror): number {
  return Number(mirror.database.prepare('SELECT count(*) AS n FROM epss').get()?.['n']);
}

describe('scores', () => {
  test('are those that were known at a moment', async () => {
    const mirror = newMirror();
    await put(mirror, 100, epss('2026-01-01', { 'CVE-1': 0.1 }), kev('2026-01-01', 'CVE-1'));
    await put(mirror, 200, epss('2026-01-02', { 'CVE-1': 0.7 }), kev('2026-01-02', 'CVE-2'));
    await put(mirror, 300, epss('2026-01-03', { 'CVE-1': 0.2 }));

    const moments = [99, 100, 199, 200, 299, 300];
    assert.deepEqual(
      moments.map(asOf => mirror.epss(['CVE-1'], asOf)),
      [null, 0.1, 0.1, 0.7, 0.7, 0.2],
    );
    assert.deepEqual(
      moments.map(asOf => mirror.kev(['CVE-1'], asOf) !== null),
      [false, true, true, false, false, false],
    );
  });

  test('that did not change take no row, and change nothing', async () => {
    const mirror = newMirror();
    await put(mirror, 100, epss('2026-01-01', { 'CVE-1': 0.1, 'CVE-2': 0.2 }), kev('2026-01-01', 'CVE-1'));
    await put(mirror, 200, epss('2026-01-02', { 'CVE-1': 0.1, 'CVE-2': 0.2 }), kev('2026-01-02', 'CVE-1'));
    assert.deepEqual([rows(mirror), mirror.changedSince(1)], [2, []]);

    await put(mirror, 300, epss('2026-01-03', { 'CVE-1': 0.1, 'CVE-2': 0.3 }));
    assert.deepEqual([rows(mirror), mirror.changedSince(2)], [3, ['scores']]);
  });

  test('an older catalogue neither takes back nor adds', async () => {
    const mirror = newMirror();
    await put(mirror, 100, kev('2026-02-01', 'CVE-2'));
    await put(mirror, 200, kev('2026-01-01', 'CVE-1'), kev(null, 'CVE-3'));
    assert.deepEqual(
      ['CVE-1', 'CVE-2', 'CVE-3'].map(cve => mirror.kev([cve], 300) !== null),
      [false, true, false],
    );
  });

  test('are the same in whatever order files come, also files of some CVEs only', async () => {
    const file = fc.record({
      day: fc.integer({ min: 1, max: 9 }),
      scores: fc.dictionary(fc.constantFrom('CVE-1', 'CVE-2', 'CVE-3'), fc.constantFrom(0.1, 0.2, 0.3), {
        minKeys: 1,
      }),
    });
    const mirror = newMirror();
    const distinct = fc.uniqueArray(file, { selector: one => one.day, minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(distinct, fc.infiniteStream(fc.nat()), async (given, keys) => {
        const shuffled = given
          .map(one => ({ one, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const found: (number | null)[][] = [];
        for (const order of [given, shuffled]) {
          await inEpoch(mirror, 0, async writer => {
            writer.eraseScores();
            for (const [at, { day, scores }] of order.entries())
              writer.putExploitation(epss(`2026-01-0${day}`, scores), at);
          });
          found.push(['CVE-1', 'CVE-2', 'CVE-3'].map(cve => mirror.epss([cve], 1000)));
        }
        const [first, second] = found;
        assert.deepEqual(first, second);
      }),
      { numRuns: 50 },
    );
  });
});
