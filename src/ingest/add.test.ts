import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { EVERYTHING } from '../store/scope.ts';
import { addPaths } from './add.ts';
import { doctor } from './doctor.ts';
import { NOTHING_SAID, parseMapping } from './said.ts';
import { addAll, cyclonedx, larderForTest } from './testing.ts';

type Larder = Awaited<ReturnType<typeof larderForTest>>;

function withLarder(name: string, work: (larder: Larder) => Promise<void>): void {
  test(name, async () => {
    const larder = await larderForTest();
    try {
      await work(larder);
    } finally {
      await larder.dispose();
    }
  });
}

async function put(larder: Larder, name: string, content: string | Uint8Array): Promise<string> {
  const path = join(larder.folder, 'evidence', name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
}

async function faults(larder: Larder): Promise<unknown[]> {
  const found = [];
  for await (const fault of doctor({ store: larder.store, workers: 1 })) found.push(fault);
  return found;
}

describe('add', () => {
  withLarder(
    'takes a folder, says what became of each file in the order of names, and keeps what it cannot read',
    async larder => {
      await put(larder, 'a.json', cyclonedx('a', '1', ['x', 'y']));
      await put(larder, 'b/cut.json', cyclonedx('b', '1', ['x']).slice(0, 150));
      await put(larder, 'c-empty', '');
      await put(larder, 'd.bin', new Uint8Array([0, 1, 2, 3, 0, 255]));
      await put(larder, 'e.json', cyclonedx('e', '2', []));
      const { results, summary } = await addAll({
        store: larder.store,
        paths: [join(larder.folder, 'evidence')],
      });
      assert.deepEqual(
        results.map(one => [one.path.slice(larder.folder.length + 10), one.status]),
        [
          ['a.json', 'accepted'],
          ['b/cut.json', 'rejected'],
          ['c-empty', 'rejected'],
          ['d.bin', 'rejected'],
          ['e.json', 'accepted'],
        ],
      );
      const [first] = results;
      assert.deepEqual(
        [first?.app, first?.release, first?.components, first?.distinctPackages, first?.dependencies],
        ['a', '1', 2, 3, 2],
      );
      assert.ok(
        results
          .filter(one => one.status === 'rejected')
          .every(one => one.sha256 !== null && one.diagnostics.length > 0),
      );
      assert.deepEqual([summary.documents, summary.accepted, summary.rejected, summary.files], [5, 2, 3, 5]);
      assert.equal(
        Buffer.from((await larder.store.bytes.read(results[3]?.sha256 ?? '')) ?? []).toString('hex'),
        '0001020300ff',
      );
      assert.deepEqual(await faults(larder), []);
    },
  );

  withLarder('counts what a VEX lists, the second time too, and makes no app of it', async larder => {
    const vex = cyclonedx('a', '1', [], {
      dependencies: [],
      vulnerabilities: [{ id: 'CVE-2026-1', affects: [{ ref: 'x' }], analysis: { state: 'not_affected' } }],
    });
    const path = await put(larder, 'vex.json', vex);
    for (const status of ['accepted', 'duplicate']) {
      const { results } = await addAll({ store: larder.store, paths: [path] });
      const [one] = results;
      assert.deepEqual(
        [one?.kind, one?.status, one?.components, one?.distinctPackages, one?.app],
        ['vex', status, 0, 1, null],
      );
    }
    assert.equal((await larder.store.apps.list({ limit: 1 }, EVERYTHING)).total, 0);
  });

  withLarder('changes nothing the second time and says so', async larder => {
    const path = await put(larder, 'a.json', cyclonedx('a', '1', ['x']));
    await put(larder, 'same.json', cyclonedx('a', '1', ['x']));
    const first = await addAll({ store: larder.store, paths: [join(larder.folder, 'evidence')] });
    assert.deepEqual(
      first.results.map(one => one.status),
      ['accepted', 'duplicate'],
    );
    const before = await larder.store.maintenance.stats();
    const again = await addAll({ store: larder.store, paths: [path] });
    assert.deepEqual(
      again.results.map(one => one.status),
      ['duplicate'],
    );
    assert.equal(again.results[0]?.app, 'a');
    assert.deepEqual(await larder.store.maintenance.stats(), before);
  });

  withLarder('keeps a container and each document in it', async larder => {
    const inner = cyclonedx('a', '1', ['x']);
    const path = await put(larder, 'a.json.gz', gzipSync(inner));
    const { results } = await addAll({ store: larder.store, paths: [path] });
    assert.deepEqual(
      results.map(one => [one.kind, one.status, one.container?.path ?? null]),
      [
        ['sbom', 'accepted', 'a.json'],
        ['container', 'accepted', null],
      ],
    );
    assert.equal(
      Buffer.from((await larder.store.bytes.read(results[0]?.sha256 ?? '')) ?? []).toString(),
      inner,
    );
    assert.deepEqual(
      Buffer.from((await larder.store.bytes.read(results[1]?.sha256 ?? '')) ?? []),
      await readFile(path),
    );
    const again = await addAll({ store: larder.store, paths: [path] });
    assert.deepEqual(again.results.map(one => [one.kind, one.status]).sort(), [
      ['container', 'duplicate'],
      ['sbom', 'duplicate'],
    ]);
    assert.deepEqual(await faults(larder), []);
  });

  withLarder('goes on with a container of which only a part arrived', async larder => {
    const inner = cyclonedx('a', '1', ['x']);
    await addAll({ store: larder.store, paths: [await put(larder, 'a.json', inner)] });
    const { results } = await addAll({
      store: larder.store,
      paths: [await put(larder, 'a.json.gz', gzipSync(inner))],
    });
    assert.deepEqual(
      results.map(one => [one.kind, one.status]),
      [
        ['sbom', 'duplicate'],
        ['container', 'accepted'],
      ],
    );
  });

  withLarder('tells what is no readable file, and goes on', async larder => {
    const path = await put(larder, 'a.json', cyclonedx('a', '1', []));
    const { results, summary } = await addAll({
      store: larder.store,
      paths: [join(larder.folder, 'nowhere.json'), path, '/dev/null'],
    });
    assert.deepEqual(results.map(one => one.sha256 === null).sort(), [false, true, true]);
    assert.equal(summary.unreadable, 2);
    assert.match(
      results.find(one => one.sha256 === null)?.diagnostics[0]?.message ?? '',
      /nowhere\.json does not exist/,
    );
  });

  withLarder('reads standard input', async larder => {
    const stdin = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(cyclonedx('piped', '1', []));
    };
    const { results } = await addAll({ store: larder.store, paths: ['-'], stdin });
    assert.deepEqual([results[0]?.app, results[0]?.status], ['piped', 'accepted']);
  });

  test('does not wait for what has come already', { timeout: 60_000 }, async t => {
    const larder = await larderForTest();
    // A run that sleeps through what wakes it goes on when its timer ends; here it never does.
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const stdin = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(cyclonedx('piped', '1', []));
    };
    const { summary } = await addAll({ store: larder.store, paths: ['-'], stdin });
    assert.equal(summary.accepted, 1);
    t.mock.timers.reset();
    await larder.dispose();
  });

  withLarder('goes on when a document is forgotten while the run reads it', async larder => {
    const text = cyclonedx('piped', '1', []);
    const first = await addAll({ store: larder.store, paths: [await put(larder, 'a.json', text)] });
    const digest = first.results[0]?.sha256 ?? '';
    const stdin = async function* (): AsyncGenerator<Uint8Array> {
      await larder.store.writer.forget(digest, 'tester', 'a secret was in it');
      yield Buffer.from(text);
    };
    const other = await put(larder, 'b.json', cyclonedx('b', '1', []));
    const { results, summary } = await addAll({ store: larder.store, paths: ['-', other], stdin });
    assert.deepEqual(results.map(one => [one.path === other ? 'b' : one.path, one.status]).sort(), [
      ['b', 'accepted'],
      ['standard input', 'forgotten'],
    ]);
    assert.equal(summary.forgotten, 1);
  });

  withLarder('keeps what the user says as an assertion beside the untouched document', async larder => {
    const path = await put(larder, 'a.json', cyclonedx('a', '1', []));
    const said = { app: 'Payments', release: '7', branch: null, labels: [{ key: 'team', value: 'red' }] };
    const { results } = await addAll({ store: larder.store, paths: [path], said });
    assert.deepEqual([results[0]?.app, results[0]?.release], ['Payments', '7']);
    const statements = await larder.store.assertions.list({}, EVERYTHING);
    assert.deepEqual(
      statements.map(one => [one.who, one.statement.type]),
      [
        ['tester', 'assign'],
        ['tester', 'label'],
      ],
    );
    const before = await larder.store.maintenance.stats();
    await addAll({ store: larder.store, paths: [path], said });
    assert.deepEqual(await larder.store.maintenance.stats(), before);
    const moved = await addAll({
      store: larder.store,
      paths: [path],
      said: { ...NOTHING_SAID, release: '8' },
    });
    assert.deepEqual(
      [moved.results[0]?.status, moved.results[0]?.app, moved.results[0]?.release],
      ['duplicate', 'Payments', '8'],
    );
    assert.deepEqual(await faults(larder), []);
  });

  withLarder('obeys a mapping by path and by subject', async larder => {
    await put(larder, 'pay/a.json', cyclonedx('a', '1', []));
    await put(larder, 'other/b.json', cyclonedx('b', '1', []));
    const mapping = parseMapping(
      '[[app]]\nname = "pay"\npaths = ["pay/**"]\nlabels = { team = "red" }\n[[app]]\nname = "bee"\nsubjects = ["pkg:generic/b"]\nrelease = "9"\n',
      'test',
    );
    const { results } = await addAll({
      store: larder.store,
      paths: [join(larder.folder, 'evidence')],
      mapping,
    });
    assert.deepEqual(
      results.map(one => [one.app, one.release]),
      [
        ['bee', '9'],
        ['pay', '1'],
      ],
    );
    const red = { ...EVERYTHING, labels: [{ key: 'team', value: 'red' }] };
    assert.deepEqual(
      (await larder.store.apps.list({ limit: 5 }, red)).items.map(app => app.name),
      ['pay'],
    );
  });

  withLarder('obeys a mapping for a document that came by another path first', async larder => {
    const text = cyclonedx('a', '1', []);
    const paths = [await put(larder, 'inbox/a.json', text)];
    await addAll({ store: larder.store, paths });
    paths.push(await put(larder, 'pay/a.json', text));
    const mapping = parseMapping('[[app]]\nname = "pay"\npaths = ["pay/**"]\n', 'test');
    const { results } = await addAll({ store: larder.store, paths, mapping });
    assert.deepEqual(
      results.map(one => [one.status, one.app]),
      [
        ['duplicate', 'pay'],
        ['duplicate', 'pay'],
      ],
    );
    assert.deepEqual(await faults(larder), []);
  });

  withLarder(
    'stops at a signal, loses nothing that was accepted, and goes on when run again',
    async larder => {
      for (let n = 0; n < 300; n++)
        await put(larder, `${String(n).padStart(3, '0')}.json`, cyclonedx(`app-${n}`, '1', ['x', 'y', 'z']));
      const controller = new AbortController();
      const accepted: string[] = [];
      let interrupted = false;
      const paths = [join(larder.folder, 'evidence')];
      for await (const event of addPaths({
        store: larder.store,
        paths,
        who: 'tester',
        signal: controller.signal,
        workers: 1,
      })) {
        if (event.type === 'document') accepted.push(event.result.sha256 ?? '');
        if (event.type === 'document') controller.abort();
        if (event.type === 'summary') interrupted = event.summary.interrupted;
      }
      assert.ok(interrupted);
      for (const sha256 of accepted) assert.ok(await larder.store.bytes.has(sha256));
      const rest = await addAll({ store: larder.store, paths });
      assert.equal(rest.results.filter(one => one.status === 'duplicate').length, accepted.length);
      assert.equal((await larder.store.maintenance.stats()).documents, 300);
      assert.deepEqual(await faults(larder), []);
    },
  );
});
