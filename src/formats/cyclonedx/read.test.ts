import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BomFacts, ReadResult } from '../../model/facts.ts';
import { RELATIONS } from '../../model/relation.ts';
import { formatOf } from '../detect.ts';
import { documentInput, headOf } from '../input.ts';
import { format } from './format.ts';

function read(document: unknown): ReadResult {
  return format.read(documentInput(Buffer.from(JSON.stringify(document)), 'bom.json'));
}

function bomOf(document: object): BomFacts {
  const { bom } = read({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, ...document });
  assert.ok(bom);
  return bom;
}

/** Relations as `from TYPE to`, by name. */
function edges(bom: BomFacts): string[] {
  const name = (ordinal: number) => bom.components[ordinal]?.name;
  return bom.relations.map(({ from, to, type }) => `${name(from)} ${RELATIONS[type]?.name} ${name(to)}`);
}

test('a document is kept with subject, nesting, edges, document facts and counts', () => {
  const bom = bomOf({
    serialNumber: 'urn:uuid:1b671687-395b-41f5-a30f-a58921a69b71',
    version: 3,
    metadata: {
      timestamp: '2026-01-02T03:04:05Z',
      lifecycles: [{ phase: 'build' }, { name: 'staging' }],
      tools: {
        components: [{ type: 'application', name: 'maker', version: '2', supplier: { name: 'Acme' } }],
      },
      authors: [{ name: 'Ada', email: 'ada@example.com' }],
      supplier: {
        name: 'Acme',
        url: ['https://example.com'],
        contact: [{ email: 'psirt@example.com' }, { name: 'Bo' }],
      },
      component: {
        type: 'application',
        'bom-ref': 'app',
        name: 'shop',
        components: [{ type: 'library', name: 'inner' }],
      },
    },
    components: [
      {
        type: 'library',
        'bom-ref': 'a',
        name: 'a',
        version: '1',
        components: [{ type: 'file', 'bom-ref': 'b', name: 'b' }],
      },
      { type: 'library', 'bom-ref': 'c', name: 'c' },
    ],
    services: [
      { 'bom-ref': 's', name: 's', provider: { name: 'Host' }, endpoints: ['https://example.com/api'] },
    ],
    dependencies: [
      { ref: 'app', dependsOn: ['a', 's'] },
      { ref: 'a', dependsOn: ['a', 'b'], provides: ['c'] },
      { ref: 'b', dependsOn: ['a'] },
    ],
    compositions: [
      { aggregate: 'complete', dependencies: ['app'], assemblies: ['a'] },
      { aggregate: 'unknown' },
    ],
  });
  assert.deepEqual([bom.revision, bom.lifecycles, bom.subjects], [3, ['build', 'staging'], [0]]);
  assert.deepEqual(bom.tools, [{ vendor: 'Acme', name: 'maker', version: '2' }]);
  assert.equal(bom.supplier?.email, 'psirt@example.com');
  assert.equal(bom.supplier?.contacts?.length, 2);
  assert.deepEqual(
    bom.components.map(({ name, role, parent, at }) => [name, role, parent, at]),
    [
      ['shop', 'subject', null, '/metadata/component'],
      ['inner', 'listed', 0, '/metadata/component/components/0'],
      ['a', 'listed', null, '/components/0'],
      ['b', 'listed', 2, '/components/0/components/0'],
      ['c', 'listed', null, '/components/1'],
      ['s', 'service', null, '/services/0'],
    ],
  );
  assert.deepEqual(edges(bom), [
    'shop DEPENDS_ON a',
    'shop DEPENDS_ON s',
    'a DEPENDS_ON a',
    'a DEPENDS_ON b',
    'a PROVIDES c',
    'b DEPENDS_ON a',
  ]);
  assert.deepEqual(bom.completeness, [
    { aggregate: 'complete', refs: [2], of: 'assemblies' },
    { aggregate: 'complete', refs: [0], of: 'dependencies' },
    { aggregate: 'unknown', refs: [] },
  ]);
  assert.deepEqual(bom.counts, {
    components: 4,
    dependencies: 6,
    dependencyEntries: 3,
    files: 0,
    services: 1,
    vulnerabilities: 0,
  });
});

test('a component keeps its identities, licences, parties, links and dates', () => {
  const hex = 'AB'.repeat(32);
  const { components } = bomOf({
    components: [
      {
        type: 'library',
        name: 'x',
        purl: 'pkg:npm/x@1',
        cpe: 'cpe:2.3:a:x:x:1:*:*:*:*:*:*:*',
        swid: { tagId: 'tag', name: 'x' },
        omniborId: ['gitoid:blob:sha1:a94a8fe5ccb19ba61c4c0873d391e987982fbbd3'],
        swhid: ['swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2'],
        hashes: [{ alg: 'SHA-256', content: hex }],
        licenses: [
          { license: { id: 'MIT', acknowledgement: 'declared' } },
          { license: { name: 'Own', acknowledgement: 'concluded' } },
          { license: { url: 'https://example.com/licence' } },
        ],
        publisher: 'P',
        authors: [{ name: 'Ada' }],
        manufacturer: { name: 'M' },
        isExternal: true,
        evidence: {
          identity: [
            { field: 'purl', concludedValue: 'pkg:npm/x@1.0.0' },
            { field: 'cpe', concludedValue: 'cpe:/a:x:x:1' },
          ],
          licenses: [{ expression: 'MIT OR ISC' }],
          occurrences: [{ location: 'package.json', line: 7 }],
        },
        externalReferences: [
          {
            type: 'vcs',
            url: 'https://example.com/x.git',
            hashes: [{ alg: 'SHA-1', content: 'a'.repeat(40) }],
          },
          { type: 'bom', url: 'urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#x' },
        ],
        releaseNotes: { type: 'major', timestamp: '2025-05-05T00:00:00Z' },
        pedigree: { patches: [{ type: 'backport', resolves: [{ type: 'security', id: 'CVE-2024-1' }] }] },
        properties: [
          { name: 'syft:cpe23', value: 'cpe:2.3:a:y:x:1:*:*:*:*:*:*:*' },
          { name: 'cdx:npm:package:development', value: 'true' },
          { name: 'syft:location:0:path', value: '/app/x' },
          { name: 'noise', value: 'n' },
        ],
      },
    ],
  });
  const x = components[0];
  assert.ok(x);
  assert.deepEqual(x.purls, ['pkg:npm/x@1', 'pkg:npm/x@1.0.0']);
  assert.equal(x.cpes.length, 3);
  assert.deepEqual([x.swids, x.gitoids.length], [['tag'], 2]);
  assert.deepEqual(x.digests, [{ algorithm: 'sha256', value: hex.toLowerCase() }]);
  assert.deepEqual(x.licences, {
    declared: ['MIT', 'https://example.com/licence'],
    concluded: ['Own'],
    observed: ['MIT OR ISC'],
  });
  assert.deepEqual(
    x.originators.map(party => [party.kind, party.name]),
    [
      ['organization', 'M'],
      ['unknown', 'P'],
      ['person', 'Ada'],
    ],
  );
  assert.equal(x.scope, 'dev');
  assert.deepEqual(x.properties, [
    ['isExternal', 'true'],
    ['cdx:npm:package:development', 'true'],
  ]);
  assert.deepEqual(x.locations, [
    { file: 'package.json', line: 7 },
    { file: '/app/x', line: null },
  ]);
  assert.deepEqual([x.resolves, x.dates], [['CVE-2024-1'], { released: '2025-05-05T00:00:00Z' }]);
  assert.deepEqual(
    x.references.map(reference => reference.type),
    ['vcs', 'bom'],
  );
});

test('what ships is not for development, whichever groups name it too', () => {
  const scopeBy = (...properties: string[][]) =>
    bomOf({
      components: [
        { type: 'library', name: 'x', properties: properties.map(([name, value]) => ({ name, value })) },
      ],
    }).components[0]?.scope;
  const [poetry, pipenv] = ['cdx:poetry:group', 'cdx:pipenv:category'];
  assert.equal(scopeBy([poetry, 'dev'], [poetry, 'main']), null);
  assert.equal(scopeBy([poetry, 'dev'], [poetry, 'docs']), 'dev');
  assert.equal(scopeBy([poetry, 'main']), null);
  assert.equal(scopeBy([pipenv, 'default'], [pipenv, 'develop']), null);
  assert.equal(scopeBy([pipenv, 'develop']), 'dev');
  assert.equal(scopeBy(['cdx:maven:package:test', 'true']), 'test');
  assert.equal(scopeBy(['cdx:maven:package:test', 'false']), null);
});

test('models keep the datasets they were trained on and the models they come from', () => {
  const bom = bomOf({
    components: [
      {
        type: 'machine-learning-model',
        'bom-ref': 'm',
        name: 'tuned',
        modelCard: {
          modelParameters: {
            datasets: [
              { ref: 'd' },
              { type: 'dataset', name: 'inline', contents: { url: 'https://example.com/set' } },
              { ref: 'urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#far' },
              { ref: 'nowhere' },
            ],
          },
        },
        pedigree: { ancestors: [{ type: 'machine-learning-model', 'bom-ref': 'base', name: 'base' }] },
      },
      { type: 'data', 'bom-ref': 'd', name: 'corpus' },
      {
        type: 'machine-learning-model',
        name: 'other',
        pedigree: { ancestors: [{ type: 'machine-learning-model', 'bom-ref': 'base', name: 'base' }] },
      },
    ],
  });
  assert.deepEqual(edges(bom), [
    'tuned TRAINED_ON inline',
    'tuned DERIVED_FROM base',
    'other DERIVED_FROM base',
    'tuned TRAINED_ON corpus',
  ]);
  assert.deepEqual(
    bom.components.map(component => component.role),
    ['listed', 'dataset', 'listed', 'listed', 'pedigree'],
  );
  assert.deepEqual(
    bom.links.map(link => [link.from, link.target.slice(-4)]),
    [[0, '#far']],
  );
  assert.equal(bom.counts.components, 3);
});

test('a pedigree is history: what is listed keeps its ref, and an entry is stated once', () => {
  const old = { type: 'library', 'bom-ref': 'old', name: 'old' };
  const bom = bomOf({
    components: [
      {
        type: 'library',
        name: 'a',
        pedigree: {
          ancestors: [old, { type: 'library', 'bom-ref': 'b', name: 'inline b' }],
          variants: [old],
        },
      },
      { type: 'library', 'bom-ref': 'b', name: 'b' },
    ],
  });
  assert.deepEqual(edges(bom), [
    'a HAS_PEDIGREE_ANCESTOR old',
    'a HAS_PEDIGREE_ANCESTOR b',
    'a HAS_PEDIGREE_VARIANT old',
  ]);
  assert.deepEqual([bom.counts.components, bom.components.length], [2, 3]);
});

test('vulnerabilities are kept as said', () => {
  const result = read({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    vulnerabilities: [
      {
        id: 'CVE-2024-1',
        source: { name: 'NVD' },
        references: [{ id: 'GHSA-x', source: { name: 'GitHub' } }],
        ratings: [{ method: 'CVSSv31', vector: 'AV:N', score: 9.8, severity: 'critical' }],
        analysis: {
          state: 'not_affected',
          justification: 'code_not_reachable',
          response: ['will_not_fix'],
          detail: 'why',
        },
        affects: [
          {
            ref: 'urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#a',
            versions: [{ range: 'vers:npm/<2', status: 'affected' }],
          },
        ],
      },
    ],
  });
  assert.equal(result.kind, 'vex');
  const [found] = result.bom?.vulnerabilities ?? [];
  assert.deepEqual(
    [found?.aliases, found?.state, found?.justification, found?.responses],
    [['GHSA-x'], 'not_affected', 'code_not_reachable', ['will_not_fix']],
  );
  assert.deepEqual(found?.affects[0]?.versions, [{ range: 'vers:npm/<2', status: 'affected' }]);
  assert.equal(found?.ratings[0]?.score, 9.8);
  assert.equal(result.bom?.links.length, 1);
});

test('a BOM in the answer of a service is read, with the places that it has there', async () => {
  const sbom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [{ type: 'library', 'bom-ref': 'a', name: 'a', purl: 'pkg:npm/a@1', hashes: 7 }],
    dependencies: [{ ref: 'a', dependsOn: 'b' }],
    compositions: 1,
  };
  const [bare, wrapped] = [read(sbom), read({ sbom })];
  assert.deepEqual(wrapped.bom?.counts, bare.bom?.counts);
  assert.deepEqual(
    wrapped.diagnostics.map(({ code, at }) => [code, at]),
    bare.diagnostics.map(({ code, at }) => [code, `/sbom${at}`]),
  );
  assert.ok(bare.diagnostics.length > 2);
  const input = documentInput(Buffer.from(JSON.stringify({ sbom, name: 'x'.repeat(40_000) })), 'x');
  assert.equal((await formatOf(input))?.id, 'cyclonedx');
  assert.equal(read({ sbom: { ...sbom, bomFormat: 'other' } }).status, 'rejected');
});

test('what is no CycloneDX is rejected with the reason', () => {
  for (const document of [
    [],
    5,
    null,
    {},
    { bomFormat: 'SPDX', components: [] },
    { spdxVersion: 'SPDX-2.3' },
  ]) {
    const result = read(document);
    assert.deepEqual(
      [result.status, result.bom, result.diagnostics.length],
      ['rejected', null, 1],
      JSON.stringify(document),
    );
  }
  const cut = format.read(documentInput(Buffer.from('{"bomFormat": "CycloneDX", "components": [{'), 'x'));
  assert.equal(cut.status, 'rejected');
  assert.match(cut.diagnostics[0]?.message ?? '', /byte 43 .*cut off/);
});

test('detection goes by content, also without bomFormat', () => {
  const score = (document: unknown) =>
    format.detect(headOf(documentInput(Buffer.from(JSON.stringify(document)), 'x')));
  assert.equal(score({ bomFormat: 'CycloneDX' }), 1);
  assert.ok(score({ specVersion: '1.4', components: [], dependencies: [] }) > 0.5);
  assert.ok(score({ description: 'x'.repeat(40_000), bomFormat: 'CycloneDX' }) > 0.5);
  assert.equal(score({ spdxVersion: 'SPDX-2.3', packages: [] }), 0);
  assert.equal(score({ components: {}, openapi: '3.0.0' }), 0);
  assert.equal(score(['bomFormat']), 0);
  assert.equal(read({ specVersion: '1.4', components: [] }).status, 'accepted');
});
