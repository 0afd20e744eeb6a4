import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { larder, temporaryFolder } from '../testing.ts';

/** One release documented twice: the second document replaces the first, and both can be asked for. */

function bom(revision: number, logger: string, created: string): string {
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
    version: revision,
    metadata: {
      timestamp: created,
      component: {
        'bom-ref': 'web',
        type: 'application',
        name: 'web',
        version: '1.0.0',
        purl: 'pkg:npm/web@1.0.0',
      },
    },
    components: [
      {
        'bom-ref': 'logger',
        type: 'library',
        name: 'logger',
        version: logger,
        purl: `pkg:npm/logger@${logger}`,
      },
    ],
    dependencies: [{ ref: 'web', dependsOn: ['logger'] }],
  });
}

interface Where {
  readonly total: number;
  readonly counts: { readonly superseded: number };
  readonly matches: readonly {
    readonly version: string;
    readonly apps: readonly { readonly superseded: boolean; readonly since: string }[];
  }[];
}

test('the newest document answers, the older one as of its time, with --all both', async t => {
  const folder = await temporaryFolder(t);
  const where = async (...more: string[]): Promise<Where> => {
    const ran = await larder(folder, ['where', 'logger', '--json', ...more]);
    assert.equal(ran.stderr, '');
    return JSON.parse(ran.stdout) as Where;
  };
  await writeFile(join(folder, 'old.json'), bom(1, '1.0.0', '2024-01-01T00:00:00Z'));
  await writeFile(join(folder, 'new.json'), bom(2, '2.0.0', '2024-06-01T00:00:00Z'));
  await larder(folder, ['add', 'old.json']);
  await pause(20);
  const between = new Date().toISOString();
  await pause(20);
  await larder(folder, ['add', 'new.json']);

  const now = await where();
  assert.deepEqual(
    now.matches.map(match => match.version),
    ['2.0.0'],
  );
  assert.deepEqual([now.total, now.counts.superseded], [1, 1]);
  // The app had a logger since its first document, in another version.
  assert.equal(now.matches[0]?.apps[0]?.since, '2024-01-01T00:00:00Z');

  const then = await where('--as-of', between);
  assert.deepEqual(
    then.matches.map(match => match.version),
    ['1.0.0'],
  );
  assert.deepEqual(
    then.matches[0]?.apps.map(app => app.superseded),
    [false],
  );

  const all = await where('--all');
  assert.deepEqual(
    all.matches.map(match => [match.version, match.apps.map(app => app.superseded)]),
    [
      ['1.0.0', [true]],
      ['2.0.0', [false]],
    ],
  );

  const diff = await larder(folder, ['diff', 'web', '--then', between, '--json']);
  const { changed } = JSON.parse(diff.stdout) as { changed: unknown };
  assert.deepEqual(changed, [
    { key: 'pkg:npm/logger', name: 'logger', from: '1.0.0', to: '2.0.0', kind: 'upgraded' },
  ]);

  // What was replaced only later was the newest then.
  const parsed = async (...words: string[]): Promise<unknown> =>
    JSON.parse((await larder(folder, [...words, '--as-of', between, '--json'])).stdout);
  const { documents } = (await parsed('documents')) as {
    documents: { superseded: boolean; sha256: string }[];
  };
  assert.deepEqual(
    documents.map(one => one.superseded),
    [false],
  );
  const app = (await parsed('show', 'web')) as { documents: { superseded: boolean }[] };
  assert.deepEqual(
    app.documents.map(one => one.superseded),
    [false],
  );
  const document = await larder(folder, ['show', String(documents[0]?.sha256), '--as-of', between]);
  assert.doesNotMatch(document.stdout, /superseded/);

  const why = await larder(folder, ['why', 'web', 'logger', '--as-of', between]);
  assert.match(why.stdout, /logger 1\.0\.0/);
});

test('a date that is none is a usage error', async t => {
  const folder = await temporaryFolder(t);
  for (const date of ['2026-02-30', '2026-13-45', '2026-02-30T10:00:00Z', 'yesterday', '2026-1-1']) {
    const ran = await larder(folder, ['where', 'logger', '--as-of', date]);
    assert.equal(ran.code, 2, date);
    assert.match(ran.stderr, /--as-of takes a day as in 2026-01-31/);
  }
});

test('before the first document everything is unknown', async t => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'old.json'), bom(1, '1.0.0', '2024-01-01T00:00:00Z'));
  await larder(folder, ['add', 'old.json']);
  for (const words of [
    ['show', 'web'],
    ['show', 'pkg:npm/logger'],
    ['documents', '--by', 'tool'],
    ['documents'],
  ]) {
    const ran = await larder(folder, [...words, '--as-of', '2001-01-01']);
    assert.match(
      ran.stdout + ran.stderr,
      /Unknown: this larder has known nothing before 20/,
      words.join(' '),
    );
  }
  for (const words of [['documents', '--by', 'tool'], ['documents']]) {
    const ran = await larder(folder, [...words, '--as-of', '2001-01-01', '--json']);
    assert.match(String(JSON.parse(ran.stdout).unknown), /^Unknown/, words.join(' '));
  }
});
