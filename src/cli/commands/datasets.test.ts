import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
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
    assert.deepEqual(await holders(words), ['tuned', 'vision'], words);
  assert.deepEqual(await holders('inline-set'), ['tuned']);
  assert.deepEqual(await holders('pkg:huggingface/other/base'), ['tuned']);
  assert.deepEqual(await holders('proof-set'), ['vision']);
  assert.deepEqual(await holders('parent-model'), ['vision']);
  // The app's own document knows only the digest of the model; the path goes on in the model's.
  const path = await larder(folder, ['why', 'bot', 'inline-set']);
  assert.match(path.stdout, /some-model[^]*joined by digest[^]*inline-set +(?:was )?trained on/);
});
