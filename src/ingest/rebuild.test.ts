import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Assertion } from '../model/assertion.ts';
import { EVERYTHING } from '../store/scope.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { assertionBytes } from './assertion.ts';
import { readOriginal } from './cat.ts';
import { doctor } from './doctor.ts';
import { reindex } from './reindex.ts';
import { NOTHING_SAID } from './said.ts';
import { addAll, cyclonedx, larderForTest } from './testing.ts';

type Larder = Awaited<ReturnType<typeof larderForTest>>;

const SAID: Assertion = {
  schema: 'larder.assertion/1',
  who: 'tester',
  when: '2026-01-01T00:00:00Z',
  because: null,
  statements: [
    { type: 'retire', target: { kind: 'app', app: 'elsewhere' }, retired: true },
    { type: 'alias-app', app: 'another', of: 'elsewhere' },
    { type: 'mark', target: { kind: 'package', purl: 'pkg:npm/x' }, mark: 'good', value: null },
  ],
};

/** A larder with an app of two releases, a container, a rejected file and something said, whose index `harm` then damages. */
async function damaged(
  harm: (db: DatabaseSync) => void,
  work: (larder: Larder, codes: () => Promise<string[]>) => Promise<void>,
): Promise<void> {
  const larder = await larderForTest();
  try {
    const file = async (name: string, content: string | Uint8Array): Promise<string> => {
      await writeFile(join(larder.folder, name), content);
      return join(larder.folder, name);
    };
    const paths = [
      await file(
        '1.json',
        cyclonedx('a', '1', ['x', 'y'], {
          serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
          metadata: {
            timestamp: '2026-01-01T00:00:00Z',
            tools: [{ name: 'tool', version: '1' }],
            component: {
              type: 'application',
              'bom-ref': 'a',
              name: 'a',
              version: '1',
              purl: 'pkg:generic/a@1',
            },
          },
          externalReferences: [{ type: 'bom', url: 'urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1' }],
          components: [
            {
              type: 'library',
              name: 'x',
              cpe: 'cpe:2.3:a:x:x:1:*:*:*:*:*:*:*',
              hashes: [{ alg: 'SHA-1', content: 'a'.repeat(40) }],
              licenses: [{ license: { id: 'MIT' } }],
            },
          ],
        }),
      ),
      await file('2.json.gz', gzipSync(cyclonedx('a', '2', ['x']))),
      await file('3.txt', 'no BOM'),
      await file('4.json', assertionBytes(SAID)),
    ];
    await addAll({
      store: larder.store,
      paths,
      said: { ...NOTHING_SAID, labels: [{ key: 'team', value: 'red' }] },
    });
    const db = new DatabaseSync(join(larder.larder, 'larder.db'));
    harm(db);
    db.close();
    const codes = async (): Promise<string[]> => {
      const found = [];
      for await (const fault of doctor({ store: larder.store, workers: 1 })) found.push(fault.code);
      return found;
    };
    await work(larder, codes);
  } finally {
    await larder.dispose();
  }
}

const HARMS: readonly (readonly [string, string, string])[] = [
  ['a membership row that is gone', 'DELETE FROM member WHERE rowid_free = 0', 'wrong-membership'],
  ['a digest row that is gone', 'DELETE FROM digest_page', 'wrong-membership'],
  ['digests out of order', "UPDATE digest_page SET first = x'ff'", 'damaged-digests'],
  ['flags that are wrong', 'UPDATE member SET flags = flags + 1', 'wrong-membership'],
  ['a graph that is cut', 'UPDATE bom_graph SET graph = substr(graph, 1, 3)', 'damaged-graph'],
  [
    'a package that changed its name',
    "UPDATE package SET purl = 'pkg:npm/evil@1.0.0' WHERE purl LIKE '%/a@1'",
    'stale-index',
  ],
  ['a document without its index row', "DELETE FROM document WHERE kind = 'sbom'", 'missing-index'],
  ['a BOM in no line', 'DELETE FROM placing', 'missing-place'],
  ['counts that are wrong', 'UPDATE bom SET components = 99', 'stale-index'],
  ['a BOM in a line of another release', 'UPDATE placing SET release = release + 1', 'stray-place'],
  ['a BOM of another app', 'UPDATE placing SET app = app + 1', 'wrong-place'],
  ['a BOM that nothing superseded', 'UPDATE placing SET superseded_at = recorded_from', 'wrong-place'],
  [
    'labels, retirements and aliases that are gone',
    'DELETE FROM label; DELETE FROM retirement; DELETE FROM alias',
    'wrong-labels wrong-retirements wrong-aliases',
  ],
  [
    'labels, retirements and aliases of other things',
    'UPDATE label SET target = target + 99; UPDATE retirement SET target = 99; UPDATE app SET alias_of = NULL',
    'wrong-labels wrong-retirements wrong-aliases',
  ],
  [
    'licences, tools and identifiers that are not found',
    'DELETE FROM licence_member WHERE licence = 1; DELETE FROM bom_tool; UPDATE identifier_member SET identifier = 99',
    'missing-licences missing-tools wrong-membership',
  ],
  ['a licence without a text', 'DELETE FROM licence', 'stray-licence'],
  ['an index of half a version', 'DELETE FROM match_key', 'stray-match'],
];

describe('doctor and reindex', () => {
  for (const [name, sql, code] of HARMS) {
    test(`doctor finds ${name}, reindex mends it`, () =>
      damaged(
        db => db.exec(sql.replace(' WHERE rowid_free = 0', '')),
        async (larder, codes) => {
          const found = await codes();
          for (const one of code.split(' ')) assert.ok(found.includes(one), `${one} in ${found}`);
          const summary = await reindex({ store: larder.store, workers: 1 });
          assert.deepEqual([summary.documents, summary.damaged, summary.interrupted], [6, [], false]);
          assert.deepEqual(await codes(), []);
          const red = { ...EVERYTHING, labels: [{ key: 'team', value: 'red' }] };
          assert.equal((await larder.store.apps.releases('pkg:generic/a', red)).length, 2);
        },
      ));
  }

  test('doctor compares all that is kept of a document with its bytes', () =>
    damaged(
      db =>
        db.exec(
          "DELETE FROM statement WHERE type = 'mark'; DELETE FROM link; DELETE FROM plain; DELETE FROM identifier; UPDATE bom SET created = NULL, serial = NULL",
        ),
      async larder => {
        const messages = [];
        for await (const fault of doctor({ store: larder.store, workers: 1 }))
          if (fault.code === 'stale-index') messages.push(fault.message);
        const text = messages.join('\n');
        for (const what of ['statements', 'links', 'names', 'identifiers', 'dates', 'description'])
          assert.match(text, new RegExp(`\\b${what}\\b`));
      },
    ));

  test('doctor finds no fault where there is none', () =>
    damaged(
      () => {},
      async (_, codes) => assert.deepEqual(await codes(), []),
    ));

  test('doctor finds bytes that are not what was taken in; cat refuses them', () =>
    damaged(
      db =>
        db.exec(
          'UPDATE bytes SET body = (SELECT body FROM bytes ORDER BY document DESC LIMIT 1) WHERE document = (SELECT min(document) FROM bytes)',
        ),
      async (larder, codes) => {
        assert.ok((await codes()).some(code => code === 'wrong-digest' || code === 'damaged-bytes'));
        const [document] = (await larder.store.documents.list({}, { limit: 10 }, EVERYTHING)).items.filter(
          one => one.name.endsWith('1.json'),
        );
        await assert.rejects(readOriginal(larder.store, document?.sha256 ?? '', EVERYTHING), {
          code: 'damaged',
        });
        const summary = await reindex({ store: larder.store, workers: 1 });
        assert.equal(summary.damaged.length, 1);
      },
    ));

  test('an index of another version is refused with the remedy, and reindex mends it', () =>
    damaged(
      db => db.exec("UPDATE meta SET value = 0 WHERE key = 'schema'; DROP TABLE bom_tool"),
      async larder => {
        assert.throws(() => openSqliteStore(larder.larder, { mode: 'write' }), {
          code: 'older-schema',
          message: /larder reindex/,
        });
        const store = openSqliteStore(larder.larder, { mode: 'rebuild' });
        await reindex({ store, workers: 1 });
        await store.close();
        const again = openSqliteStore(larder.larder, { mode: 'read' });
        assert.equal((await again.apps.list({ limit: 5 }, EVERYTHING)).total, 1);
        await again.close();
      },
    ));

  test('an interrupted reindex leaves the larder as it was', () =>
    damaged(
      () => {},
      async (larder, codes) => {
        const controller = new AbortController();
        const summary = await reindex({
          store: larder.store,
          workers: 1,
          signal: controller.signal,
          progress: () => controller.abort(),
        });
        assert.equal(summary.interrupted, true);
        assert.deepEqual(await codes(), []);
        assert.equal((await larder.store.apps.list({ limit: 5 }, EVERYTHING)).total, 1);
      },
    ));

  test('cat gives the bytes exactly, by a prefix, and says what was erased', () =>
    damaged(
      () => {},
      async larder => {
        const [document] = (await larder.store.documents.list({}, { limit: 10 }, EVERYTHING)).items.filter(
          one => one.name.endsWith('3.txt'),
        );
        const sha256 = document?.sha256 ?? '';
        const { bytes } = await readOriginal(larder.store, sha256.slice(0, 10), EVERYTHING);
        assert.equal(Buffer.from(bytes).toString(), 'no BOM');
        await larder.store.writer.forget(sha256, 'tester', 'private');
        await assert.rejects(readOriginal(larder.store, sha256, EVERYTHING), {
          code: 'not-found',
          message: /erased by tester .*: private/,
        });
      },
    ));
});
