import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { Fields } from '../../formats/fields.ts';
import { readRecord } from '../../formats/osv/read.ts';
import { sha256 } from '../../io/hash.ts';
import type { AdvisoryFacts } from '../../model/advisory.ts';
import { Diagnostics } from '../../model/diagnostic.ts';
import { JoinedBase } from '../base.ts';
import { AdvisoryError } from '../errors.ts';
import { Matcher, NO_PRODUCT } from '../match.ts';
import { targetOf } from '../select.ts';
import { inEpoch } from './import.ts';
import { Mirror } from './mirror.ts';
import type { MirrorRecord } from './writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'larder-mirror-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

function newMirror(): Mirror {
  return Mirror.open(join(folder, `${files++}.db`), { create: true });
}

/** An OSV record for npm `left` fixed in `fixed`. */
function record(id: string, fixed: string, more: object = {}): MirrorRecord {
  const osv = {
    id,
    modified: '2026-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'left' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
    ...more,
  };
  const advisory = readRecord(osv, new Fields(new Diagnostics())) as AdvisoryFacts;
  return { advisory, sha256: sha256(Buffer.from(JSON.stringify(osv))), document: null, body: null };
}

async function put(mirror: Mirror, now: number, ...records: MirrorRecord[]) {
  return inEpoch(mirror, now, async writer => {
    for (const one of records) writer.put(one);
  });
}

function findings(mirror: Mirror, version: string, asOf: number) {
  const target = targetOf({ purls: [`pkg:npm/left@${version}`], version });
  return new Matcher(new JoinedBase(mirror), { asOf, now: asOf }).match(target, NO_PRODUCT);
}

describe('the mirror', () => {
  test('keeps each revision with its record time', async () => {
    const mirror = newMirror();
    await put(mirror, 100, record('GHSA-1', '1.0.0'));
    await put(mirror, 200, record('GHSA-1', '2.0.0'));
    await put(mirror, 300, record('GHSA-1', '2.0.0', { withdrawn: '2026-02-01T00:00:00Z' }));

    const statuses = [99, 100, 199, 200, 299, 300].map(
      asOf => findings(mirror, '1.5.0', asOf)[0]?.verdict.status ?? null,
    );
    assert.deepEqual(statuses, [null, null, null, 'affected', 'affected', null]);
  });

  test('keeps the bytes of each record as they came', async () => {
    const mirror = newMirror();
    const bodies = ['{"id":"GHSA-1"}', '{"id":"GHSA-2"}'].map(text => Buffer.from(text));
    await put(mirror, 100, { ...record('GHSA-1', '1.0.0'), body: bodies[0] ?? null });
    await inEpoch(mirror, 200, async writer => {
      for (const [index, body] of bodies.entries())
        writer.put({ ...record(`GHSA-${index + 1}`, '2.0.0'), body });
    });

    assert.deepEqual(
      ['GHSA-1', 'GHSA-2', 'GHSA-3'].map(id => Buffer.from(mirror.body('osv', id) ?? []).toString()),
      ['{"id":"GHSA-1"}', '{"id":"GHSA-2"}', ''],
    );
  });

  test('the same record again changes nothing and says so', async () => {
    const mirror = newMirror();
    await put(mirror, 100, record('GHSA-1', '1.0.0'));

    const again = await put(mirror, 200, record('GHSA-1', '1.0.0'));

    assert.deepEqual([again.added, again.changed, again.unchanged], [0, 0, 1]);
    assert.deepEqual(mirror.changedSince(again.epoch - 1), []);
  });

  test('an import that fails leaves the mirror as it was', async () => {
    const mirror = newMirror();
    await put(mirror, 100, record('GHSA-1', '1.0.0'));

    await assert.rejects(
      inEpoch(mirror, 200, async writer => {
        writer.put(record('GHSA-2', '1.0.0'));
        throw new Error('the feed stopped answering');
      }),
    );

    assert.deepEqual([mirror.epoch, mirror.state().advisories], [1, 1]);
  });

  test('a clock set back does not end a revision before it began', async () => {
    const mirror = newMirror();
    await put(mirror, 200, record('GHSA-1', '1.0.0'));
    await put(mirror, 100, record('GHSA-1', '2.0.0'));

    assert.equal(findings(mirror, '1.5.0', 200)[0]?.verdict.status, 'affected');
    assert.equal(mirror.state().updated, 200);
  });

  test('a second writer is told to wait', async () => {
    const mirror = newMirror();
    const other = Mirror.open(mirror.path, { create: true });
    other.database.exec('PRAGMA busy_timeout = 10');

    await inEpoch(mirror, 100, async () => {
      await assert.rejects(
        put(other, 100),
        (error: unknown) => error instanceof AdvisoryError && error.code === 'mirror-busy',
      );
    });
  });

  test('a missing mirror is an error that says what to do', () => {
    assert.throws(() => Mirror.open(join(folder, 'none.db')), /run larder mirror update/);
  });

  test('aliases make one vulnerability, whatever order the records came in', async () => {
    const records = [
      record('GHSA-1', '1.0.0', { aliases: ['CVE-1'] }),
      record('PYSEC-1', '2.0.0', { aliases: ['CVE-1'] }),
      record('GO-1', '3.0.0', { aliases: ['GHSA-1'] }),
      record('GHSA-9', '1.0.0'),
    ];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(records, { minLength: 4 }), async order => {
        const mirror = newMirror();
        for (const one of order) await put(mirror, 100, one);

        const found = findings(mirror, '0.5.0', 100);

        assert.deepEqual(found.map(match => match.ids).sort(), [
          ['CVE-1', 'GHSA-1', 'GO-1', 'PYSEC-1'],
          ['GHSA-9'],
        ]);
        assert.deepEqual(
          found.find(match => match.ids[0] === 'CVE-1')?.verdict.reasons.map(reason => reason.source),
          ['GHSA-1', 'GO-1', 'PYSEC-1'],
        );
        mirror.close();
      }),
      { numRuns: 12 },
    );
  });

  test('names kept with an advisory are those that walking its aliases gives, as of any time', async () => {
    const ids = ['A-1', 'A-2', 'A-3', 'A-4', 'A-5'];
    const revision = fc.record({
      id: fc.constantFrom(...ids),
      aliases: fc.uniqueArray(fc.constantFrom(...ids, 'CVE-1', 'CVE-2'), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(revision, { minLength: 1, maxLength: 8 }), async revisions => {
        const mirror = Mirror.open(':memory:', { create: true });
        for (const [at, { id, aliases }] of revisions.entries())
          await put(mirror, 100 * (at + 1), record(id, '1.0.0', { aliases }));

        for (let asOf = 100; asOf <= 100 * revisions.length + 100; asOf += 100) {
          const base = new JoinedBase(mirror);
          for (const { head, names } of mirror.claims('npm/left', asOf))
            assert.deepEqual(names, base.vulnerability(head.vulnerability, asOf));
        }
        mirror.close();
      }),
      { numRuns: 25 },
    );
  });
});
