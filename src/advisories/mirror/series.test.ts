import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { Fields } from '../../formats/fields.ts';
import { readStatements } from '../../formats/openvex/read.ts';
import { readRecord } from '../../formats/osv/read.ts';
import { sha256 } from '../../io/hash.ts';
import type { AdvisoryFacts } from '../../model/advisory.ts';
import { Diagnostics } from '../../model/diagnostic.ts';
import { JoinedBase } from '../base.ts';
import { Matcher, NO_PRODUCT } from '../match.ts';
import { targetOf } from '../select.ts';
import { inEpoch } from './import.ts';
import { Mirror } from './mirror.ts';
import type { MirrorRecord } from './writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'larder-series-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

function newMirror(): Mirror {
  return Mirror.open(join(folder, `${files++}.db`), { create: true });
}

/** An OSV record of npm `name`, with a day of its last change; as a document of a larder unless it is of a feed. */
function osv(day: number, fixed: string, more: { feed?: boolean; name?: string; withdrawn?: boolean } = {}) {
  const modified = `2026-01-0${day}T00:00:00Z`;
  const record = {
    id: 'GHSA-1',
    modified,
    ...(more.withdrawn ? { withdrawn: modified } : {}),
    affected: [
      {
        package: { ecosystem: 'npm', name: more.name ?? 'left' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  };
  const advisory = readRecord(record, new Fields(new Diagnostics())) as AdvisoryFacts;
  return given(advisory, record, more.feed === true);
}

function vex(version: number | undefined, statements: Readonly<Record<string, string>>, author = 'vendor') {
  const document = {
    '@id': 'https://example.com/vex',
    author,
    timestamp: '2026-01-01T00:00:00Z',
    version,
    statements: Object.entries(statements).map(([vulnerability, status]) => ({
      vulnerability: { name: vulnerability },
      products: ['pkg:npm/left@1.5.0'],
      status,
    })),
  };
  return readStatements(document, new Fields(new Diagnostics())).map(advisory => given(advisory, document));
}

function given(advisory: AdvisoryFacts, content: object, feed = false): MirrorRecord {
  const digest = sha256(Buffer.from(JSON.stringify(content)));
  return { advisory, sha256: digest, document: feed ? null : digest, body: null };
}

async function put(mirror: Mirror, now: number, ...records: readonly MirrorRecord[]): Promise<void> {
  await inEpoch(mirror, now, async writer => {
    for (const record of records) writer.put({ ...record, recordedFrom: now });
  });
}

function statuses(base: JoinedBase, asOf: number, name = 'left'): (string | undefined)[] {
  const target = targetOf({ purls: [`pkg:npm/${name}@1.5.0`], version: '1.5.0' });
  return new Matcher(base, { asOf, now: asOf }).match(target, NO_PRODUCT).map(one => one.verdict.status);
}

describe('of several documents that are revisions of one advisory', () => {
  test('the latest holds, from when it was recorded, in whatever order they came', async () => {
    const mirror = newMirror();
    const base = new JoinedBase(mirror);
    await put(mirror, 100, osv(2, '2.0.0'));
    await put(mirror, 200, osv(1, '3.0.0', { name: 'right' }));
    await put(mirror, 300, osv(4, '1.2.0'));
    await put(mirror, 400, osv(3, '2.0.0'));

    assert.deepEqual(
      [100, 200, 299, 300, 400].map(asOf => statuses(base, asOf)),
      [['affected'], ['affected'], ['affected'], [], []],
    );
    assert.deepEqual(statuses(base, 400, 'right'), [], 'what only an older one says is not heard');
  });

  test('a forgotten one gives its place back', async () => {
    const mirror = newMirror();
    const withdrawn = osv(2, '2.0.0', { withdrawn: true });
    await put(mirror, 100, osv(1, '2.0.0'), withdrawn);
    assert.deepEqual(statuses(new JoinedBase(mirror), 100), []);
    await inEpoch(mirror, 200, async writer => writer.erase(withdrawn.document ?? ''));
    assert.deepEqual(statuses(new JoinedBase(mirror), 200), ['affected']);
  });

  test('a version of an OpenVEX document says all that its author says now, and only that', async () => {
    const mirror = newMirror();
    const base = new JoinedBase(mirror);
    await put(mirror, 100, ...vex(1, { 'CVE-1': 'affected', 'CVE-2': 'affected' }));
    await put(mirror, 200, ...vex(2, { 'CVE-2': 'not_affected' }));
    assert.deepEqual(
      [100, 200].map(asOf => statuses(base, asOf)),
      [['affected', 'affected'], ['not_affected']],
    );
    await put(mirror, 300, ...vex(3, { 'CVE-2': 'affected' }, 'stranger'));
    await put(mirror, 400, ...vex(undefined, { 'CVE-3': 'affected' }));
    assert.deepEqual(statuses(base, 400), ['affected', 'affected'], 'others only have the same id');
  });

  test('of thousands of statements of one document each holds until the next version', async () => {
    const mirror = newMirror();
    const all = Array.from({ length: 3000 }, (_, at) => [`CVE-2026-${10_000 + at}`, 'affected'] as const);
    await put(mirror, 100, ...vex(1, Object.fromEntries(all)));
    await put(mirror, 200, ...vex(2, Object.fromEntries(all.slice(1))));
    assert.deepEqual(
      [100, 200].map(asOf => statuses(new JoinedBase(mirror), asOf).length),
      [3000, 2999],
    );
  });

  test('a document that nobody signed takes no verified one out', async () => {
    const mirror = newMirror();
    await put(
      mirror,
      100,
      ...vex(1, { 'CVE-1': 'not_affected' }).map(one => ({ ...one, trust: 'verified' })),
    );
    await put(mirror, 200, ...vex(2, { 'CVE-2': 'affected' }));
    assert.deepEqual(statuses(new JoinedBase(mirror), 200), ['not_affected', 'affected']);
  });

  test('of the feeds and a larder the later one is heard', async () => {
    for (const [feed, own, expected] of [
      [osv(1, '2.0.0', { feed: true }), osv(2, '1.2.0'), []],
      [osv(2, '1.2.0', { feed: true }), osv(1, '2.0.0'), []],
      [osv(2, '2.0.0', { feed: true }), osv(1, '1.2.0'), ['affected']],
    ] as const) {
      const [feeds, evidence] = [newMirror(), newMirror()];
      await put(feeds, 100, feed);
      await put(evidence, 100, own);
      assert.deepEqual(statuses(new JoinedBase(feeds, evidence), 100), expected);
    }
  });

  test('an older copy from another source of the feeds changes nothing', async () => {
    const mirror = newMirror();
    await put(mirror, 100, osv(2, '1.2.0', { feed: true }));
    await put(mirror, 200, osv(1, '2.0.0', { feed: true }));
    assert.deepEqual(statuses(new JoinedBase(mirror), 200), []);
  });

  test('what holds at the end never depends on the order', async () => {
    const one = fc.record({ day: fc.integer({ min: 1, max: 4 }), fixed: fc.constantFrom('1.0.0', '2.0.0') });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(one, { selector: ({ day, fixed }) => `${day}${fixed}`, maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        async (records, keys) => {
          const shuffled = records
            .map(record => ({ record, key: keys.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ record }) => record);
          const [a, b] = await Promise.all(
            [records, shuffled].map(async order => {
              const mirror = newMirror();
              for (const [at, { day, fixed }] of order.entries()) await put(mirror, at, osv(day, fixed));
              const found = statuses(new JoinedBase(mirror), 100);
              mirror.close();
              return found;
            }),
          );
          assert.deepEqual(a, b);
        },
      ),
      { numRuns: 12 },
    );
  });
});
