import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { larder, temporaryFolder } from '../testing.ts';

/** What the questions take for one package and one version, whatever spelling a document has. */

/** A larder of apps: `app@1` and the purls that it needs itself. */
async function larderOf(t: TestContext, apps: Readonly<Record<string, readonly string[]>>): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const [app, purls] of Object.entries(apps)) {
    const [name, version] = app.split('@');
    const text = JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      metadata: { component: { 'bom-ref': app, type: 'application', name, version, purl: `pkg:npm/${app}` } },
      components: purls.map(purl => ({ 'bom-ref': purl, type: 'library', name: purl, purl })),
      dependencies: [{ ref: app, dependsOn: purls }],
    });
    await writeFile(join(folder, `${app}.json`), text);
  }
  const added = await larder(folder, ['add', ...Object.keys(apps).map(app => `${app}.json`)]);
  assert.equal(added.stderr, '');
  return folder;
}

async function json(folder: string, ...words: string[]): Promise<Record<string, unknown>> {
  const ran = await larder(folder, [...words, '--json']);
  assert.equal(ran.stderr, '', words.join(' '));
  return JSON.parse(ran.stdout);
}

test("an rpm's epoch is part of its version", async t => {
  const folder = await larderOf(t, {
    'a@1': ['pkg:rpm/redhat/openssl@1.1.1k-5?epoch=1', 'pkg:rpm/redhat/bind@9.11-5?epoch=1'],
    'a@2': ['pkg:rpm/redhat/openssl@1.1.1k-5?epoch=2', 'pkg:rpm/redhat/bind@9.2-1?epoch=2'],
  });
  const total = async (...words: string[]): Promise<unknown> =>
    (await json(folder, 'where', ...words))['total'];

  assert.equal(await total('openssl', '<1:1.1.1'), 0);
  assert.equal(await total('openssl', '>=1:1.1.1'), 2);
  assert.equal(await total('openssl', '=1:1.1.1k-5'), 1);
  assert.equal(await total('openssl@2:1.1.1k-5'), 1);
  assert.equal(await total('openssl@1.1.1k-5'), 2);
  assert.equal(await total('openssl@3:1.1.1k-5'), 0);
  const { versions } = (await json(folder, 'versions', 'openssl')) as { versions: { version: string }[] };
  assert.deepEqual(
    versions.map(row => row.version),
    ['2:1.1.1k-5', '1:1.1.1k-5'],
  );
  const { changed } = (await json(folder, 'diff', 'a@1', 'a@2')) as { changed: Record<string, string>[] };
  assert.deepEqual(
    changed.map(({ from, to, kind }) => [from, to, kind]),
    [
      ['1:9.11-5', '2:9.2-1', 'upgraded'],
      ['1:1.1.1k-5', '2:1.1.1k-5', 'upgraded'],
    ],
  );
});

test('diff takes for one package what its registry takes for one', async t => {
  const folder = await larderOf(t, {
    'a@1': [
      'pkg:nuget/Newtonsoft.Json@12.0.1',
      'pkg:pypi/zope.interface@5.0',
      'pkg:golang/github.com/Sirupsen/logrus@v1.9.0',
    ],
    'a@2': [
      'pkg:nuget/newtonsoft.json@12.0.1',
      'pkg:pypi/zope-interface@5.1',
      'pkg:golang/github.com/sirupsen/logrus@v1.9.0',
    ],
  });
  const found = await json(folder, 'diff', 'a@1', 'a@2');
  assert.deepEqual([found['unchanged'], found['added'], found['removed']], [2, [], []]);
  assert.deepEqual(found['changed'], [
    { key: 'pkg:pypi/zope-interface', name: 'zope-interface', from: '5.0', to: '5.1', kind: 'upgraded' },
  ]);
});

test('versions are in the order of their ecosystem in groups too, and as many as asked for', async t => {
  const purls = ['9.0.0', '10.0.0', '2.0.0'].map(version => `pkg:npm/x@${version}`);
  const folder = await larderOf(t, { 'a@1': purls, 'b@1': ['pkg:pypi/x@1.0', 'pkg:pypi/x@2.0.0'] });
  const { packages } = (await json(folder, 'versions', '--group-by', 'team')) as {
    packages: { type: string; groups: Record<string, string[]> }[];
  };
  assert.deepEqual(packages.find(row => row.type === 'npm')?.groups[''], ['2.0.0', '9.0.0', '10.0.0']);

  const some = await json(folder, 'versions', 'x', '--limit', '2');
  assert.deepEqual(
    (some['versions'] as { version: string }[]).map(row => row.version),
    ['10.0.0', '9.0.0'],
  );
  assert.deepEqual([some['total'], some['truncated']], [5, true]);
  const csv = await larder(folder, ['versions', 'x', '--limit', '2', '-o', 'csv']);
  assert.equal(csv.stdout.trim().split('\n').length, 3);

  const { stdout } = await larder(folder, ['versions', 'x']);
  assert.match(stdout, /type\s+version/);
  assert.match(stdout, /npm\s+2\.0\.0\s+1\s+a/);
  assert.match(stdout, /pypi\s+2\.0\.0\s+1\s+b/);
});
