import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { Schema } from '../schemas/where.ts';
import { larder, temporaryFolder } from '../testing.ts';

/** Which models used a dataset: the question of the day on which it turns out to be poisoned. */

const [weights, corpus] = ['aa'.repeat(32), 'bb'.repeat(32)];
const sha256 = (content: string) => [{ alg: 'SHA-256', content }];
const bom = (more: object) => ({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, ...more });

const modelBom = bom({
  metadata: {
    component: {
      type: 'machine-learning-model',
      'bom-ref': 'tuned',
      name: 'tuned',
      version: '2',
      hashes: sha256(weights),
      pedigree: {
        ancestors: [{ type: 'machine-learning-model', name: 'base', purl: 'pkg:huggingface/other/base@1' }],
      },
      modelCard: {
        modelParameters: { datasets: [{ ref: 'corpus' }, { type: 'dataset', name: 'inline-set' }] },
      },
    },
  },
  components: [
    {
      type: 'data',
      'bom-ref': 'corpus',
      name: 'big-corpus',
      purl: 'pkg:generic/big-corpus@3',
      hashes: sha256(corpus),
    },
  ],
});

const appBom = bom({
  metadata: { component: { type: 'application', 'bom-ref': 'bot', name: 'bot', version: '1' } },
  components: [
    { type: 'machine-learning-model', 'bom-ref': 'm', name: 'some-model', hashes: sha256(weights) },
  ],
  dependencies: [{ ref: 'bot', dependsOn: ['m'] }],
});

const id = (name: string) => `https://example.com/${name}`;
const relation = (relationshipType: string, from: string, to: string) => ({
  type: 'Relationship',
  spdxId: id(relationshipType),
  from: id(from),
  relationshipType,
  to: [id(to)],
});
const aiDocument = {
  '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
  '@graph': [
    {
      type: 'CreationInfo',
      '@id': '_:c',
      specVersion: '3.0.1',
      created: '2024-01-02T03:04:05Z',
      createdBy: [id('org')],
    },
    { type: 'Organization', spdxId: id('org'), name: 'Example' },
    { type: 'SpdxDocument', spdxId: id('doc'), creationInfo: '_:c', rootElement: [id('sbom')] },
    { type: 'software_Sbom', spdxId: id('sbom'), rootElement: [id('vision')] },
    { type: 'ai_AIPackage', spdxId: id('vision'), name: 'vision', software_packageVersion: '5' },
    {
      type: 'dataset_DatasetPackage',
      spdxId: id('data'),
      name: 'big-corpus',
      software_packageUrl: 'pkg:generic/big-corpus@3',
      verifiedUsing: [{ type: 'Hash', algorithm: 'sha256', hashValue: corpus }],
    },
    { type: 'dataset_DatasetPackage', spdxId: id('proof'), name: 'proof-set' },
    { type: 'ai_AIPackage', spdxId: id('parent'), name: 'parent-model' },
    relation('trainedOn', 'vision', 'data'),
    relation('testedOn', 'vision', 'proof'),
    relation('descendantOf', 'vision', 'parent'),
  ],
};

test('the models and apps that used a dataset or a base model are found by its name, purl and digest', async t => {
  const folder = await temporaryFolder(t);
  for (const [name, content] of Object.entries({
    'model.cdx.json': modelBom,
    'app.cdx.json': appBom,
    'vision.spdx.json': aiDocument,
  }))
    writeFileSync(join(folder, name), JSON.stringify(content));
  await larder(folder, ['init']);
  const added = await larder(folder, ['add', 'model.cdx.json', 'app.cdx.json', 'vision.spdx.json']);
  assert.equal(added.code, 0, added.stderr);
  const holders = async (words: string) => {
    const ran = await larder(folder, ['where', words, '--json']);
    const { matches } = JSON.parse(ran.stdout) as { matches: { apps: { app: string }[] }[] };
    return [...new Set(matches.flatMap(match => match.apps.map(one => one.app)))].sort();
  };
  for (const words of ['big-corpus', 'pkg:generic/big-corpus', `sha256:${corpus}`])
    assert.deepEqual(await holders(words), ['bot', 'tuned', 'vision'], words);
  // The app's own document knows only the digest of the model.
  assert.deepEqual(await holders('inline-set'), ['bot', 'tuned']);
  assert.deepEqual(await holders('pkg:huggingface/other/base'), ['bot', 'tuned']);
  assert.deepEqual(await holders('proof-set'), ['vision']);
  assert.deepEqual(await holders('parent-model'), ['vision']);
  const text = await larder(folder, ['where', 'inline-set']);
  assert.match(text.stdout, /is in 2 of 3 apps/);
  assert.match(text.stdout, /bot 1 .*via some-model, by digest/);
  const path = await larder(folder, ['why', 'bot', 'inline-set']);
  assert.match(path.stdout, /some-model[^]*joined by digest[^]*inline-set +(?:was )?trained on/);
});

test('a signed model is named beside what its BOMs say it was made from, joined by the digest of a file', async t => {
  const folder = await temporaryFolder(t);
  const run = async (...args: string[]) => {
    const ran = await larder(folder, args);
    assert.equal(ran.code, 0, ran.stderr);
    return ran.stdout;
  };
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(folder, 'release.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(folder, 'release.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  mkdirSync(join(folder, 'weights'));
  writeFileSync(join(folder, 'weights', 'model.safetensors'), 'weights');
  const digest = createHash('sha256').update('weights').digest('hex');
  const model = { type: 'machine-learning-model', 'bom-ref': 'm', name: 'chat', hashes: sha256(digest) };
  const modelCard = { modelParameters: { datasets: [{ type: 'dataset', name: 'forum-dump' }] } };
  writeFileSync(
    join(folder, 'chat.cdx.json'),
    JSON.stringify(bom({ metadata: { component: { ...model, modelCard } } })),
  );
  // Here the model is no subject but a part of an app.
  const service = bom({
    metadata: { component: { type: 'application', 'bom-ref': 's', name: 'service', version: '1' } },
    components: [{ ...model, modelCard }],
    dependencies: [{ ref: 's', dependsOn: ['m'] }],
  });
  writeFileSync(join(folder, 'service.cdx.json'), JSON.stringify(service));
  await run('init');
  await run('sign', 'weights', '--key', 'release.pem');
  await run('trust', 'add', '--key', 'release.pub', '--key-id', 'release', '--name', 'release');
  await run('add', 'chat.cdx.json', 'service.cdx.json', 'weights/model.sig');
  const answer = Schema.parse(JSON.parse(await run('where', 'forum-dump', '--json')));
  const apps = answer.matches.flatMap(match => match.apps);
  assert.deepEqual(
    apps.map(one => [
      one.app,
      one.signed?.map(signed => [basename(signed.name), signed.identity, signed.digest]),
    ]),
    ['chat', 'service'].map(app => [app, [['model.sig', 'release', digest]]]),
  );
  assert.match(await run('where', 'forum-dump'), /chat .*release/);
  // Evidence that is not verified any more names nobody.
  writeFileSync(join(folder, '.larder', 'trust.toml'), '');
  const later = await larder(folder, ['reindex', '--trust'], { now: () => new Date('2026-02-02T03:04:05Z') });
  assert.equal(later.code, 0, later.stderr);
  const after = Schema.parse(JSON.parse(await run('where', 'forum-dump', '--json')));
  assert.deepEqual(
    after.matches.flatMap(match => match.apps.map(one => one.signed)),
    [[], []],
  );
});
