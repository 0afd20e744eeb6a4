import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { DigestIntake } from '../intake.ts';
import { Database } from './database.ts';
import {
  addDigests,
  copyDigests,
  countDigests,
  type DigestEntry,
  dropDigests,
  eraseDigests,
  findDigest,
} from './digest-pages.ts';
import { createDerived } from './schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'larder-digests-'));
let db: Database;

before(() => {
  db = new Database(join(folder, 'larder.db'), { readOnly: false });
  db.exec(createDerived());
});

after(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Stated extends DigestEntry {
  readonly key: number;
}

/** Few keys, some of which differ only in their last byte: long runs of one key, and neighbours that a prefix does not tell apart. */
function keyOf(key: number): Uint8Array {
  const bytes = new Uint8Array(16).fill(key % 7, 0, 8);
  bytes[15] = key;
  return bytes;
}

function intakeOf(entries: readonly Stated[]): DigestIntake {
  return {
    keys: Uint8Array.from(entries.flatMap(({ key }) => [...keyOf(key)])),
    kinds: Uint8Array.from(entries, ({ kind }) => kind),
    ordinals: Uint32Array.from(entries, ({ ordinal }) => ordinal),
  };
}

function add(segment: number, entries: readonly Stated[]): void {
  const boms = [...new Set(entries.map(({ bom }) => bom))].sort((a, b) => a - b);
  addDigests(
    db,
    segment,
    boms.map(bom => [bom, intakeOf(entries.filter(entry => entry.bom === bom))]),
  );
}

/** What must be found of a key, each entry once and in order. */
function expected(entries: readonly Stated[], key: number): DigestEntry[] {
  const texts = entries
    .filter(entry => entry.key === key)
    .map(({ bom, kind, ordinal }) => JSON.stringify({ bom, kind, ordinal }));
  return [...new Set(texts)]
    .map(text => JSON.parse(text) as DigestEntry)
    .sort((a, b) => a.bom - b.bom || a.kind - b.kind || a.ordinal - b.ordinal);
}

function holds(segment: number, entries: readonly Stated[]): void {
  for (const key of new Set([...entries.map(entry => entry.key), 60]))
    assert.deepEqual(findDigest(db, [segment], keyOf(key)), expected(entries, key));
  const { counts, inOrder } = countDigests(db, segment);
  assert(inOrder);
  const distinct = new Set(entries.map(entry => JSON.stringify(entry)));
  assert.equal(
    [...counts.values()].reduce((sum, count) => sum + count, 0),
    distinct.size,
  );
}

const entry = (boms: fc.Arbitrary<number>): fc.Arbitrary<Stated> =>
  fc.record({
    key: fc.nat(40),
    bom: boms,
    kind: fc.constantFrom(0, 1),
    ordinal: fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1)),
  });
const batches = (boms: fc.Arbitrary<number>): fc.Arbitrary<Stated[][]> =>
  fc.array(fc.array(entry(boms), { minLength: 1, maxLength: 700 }), { maxLength: 4 });

let segments = 0;

test('what was added in any batches is found, each once; what is erased is not', () => {
  fc.assert(
    fc.property(batches(fc.integer({ min: 1, max: 5 })), fc.integer({ min: 1, max: 5 }), (all, erased) => {
      const segment = ++segments;
      for (const batch of all) add(segment, batch);
      holds(segment, all.flat());
      eraseDigests(db, segment, erased);
      holds(
        segment,
        all.flat().filter(({ bom }) => bom !== erased),
      );
    }),
    { numRuns: 40 },
  );
});

test('segments merge in steps of any size to all that they had, and are dropped', () => {
  const sources = fc.tuple(
    batches(fc.integer({ min: 1, max: 3 })),
    batches(fc.integer({ min: 4, max: 6 })),
    batches(fc.integer({ min: 7, max: 9 })),
  );
  fc.assert(
    fc.property(sources, fc.integer({ min: 1, max: 2000 }), (parts, limit) => {
      const ids = parts.map(part => {
        const segment = ++segments;
        for (const batch of part) add(segment, batch);
        return segment;
      });
      const target = ++segments;
      let steps = 0;
      while (copyDigests(db, ids, target, limit)) assert(++steps < 10_000);
      holds(target, parts.flat(2));
      while (dropDigests(db, ids[0] ?? 0, limit)) assert(++steps < 20_000);
      holds(ids[0] ?? 0, []);
    }),
    { numRuns: 30 },
  );
});

test('a hundred thousand digests that begin alike are not moved past one another one by one', () => {
  const segment = ++segments;
  const count = 100_000;
  const keys = new Uint8Array(count * 16);
  const view = new DataView(keys.buffer);
  for (let at = 0; at < count; at++) view.setUint32(at * 16 + 12, count - at);
  const ordinals = Uint32Array.from({ length: count }, (_, at) => at);
  addDigests(db, segment, [[1, { keys, ordinals, kinds: new Uint8Array(count) }]]);
  assert.deepEqual(findDigest(db, [segment], keys.subarray(16, 32)), [{ bom: 1, kind: 0, ordinal: 1 }]);
});

test('pages that are out of order are seen', () => {
  const segment = ++segments;
  add(
    segment,
    Array.from({ length: 400 }, (_, ordinal) => ({ key: ordinal % 40, bom: 1, kind: 0, ordinal })),
  );
  assert(countDigests(db, segment).inOrder);
  const pages = db.rows<readonly [number, Uint8Array]>(
    'SELECT id, entries FROM digest_page WHERE segment = ? ORDER BY first LIMIT 2',
    segment,
  );
  db.run('UPDATE digest_page SET entries = ? WHERE id = ?', pages[1]?.[1] ?? '', pages[0]?.[0] ?? 0);
  assert(!countDigests(db, segment).inOrder);
});
