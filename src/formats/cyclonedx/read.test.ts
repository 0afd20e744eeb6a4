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

test('an algorithm is known by any spelling, and its length holds for each', () => {
  const hex = (digits: number) => 'ab'.repeat(digits / 2);
  const { bom, diagnostics } = read({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [
      {
        type: 'library',
        name: 'x',
        hashes: [
          { alg: 'SHA512', content: hex(64) },
          { alg: 'SHA_256', content: hex(64) },
          { alg: 'sha3-256', content: hex(64) },
          { alg: 'blake2b-512', content: hex(128) },
          { alg: 'SHA224', content: hex(56) },
          { alg: 'Own', content: hex(8) },
        ],
      },
    ],
  });
  assert.deepEqual(
    bom?.components[0]?.digests.map(({ algorithm }) => algorithm),
    ['sha256', 'sha3-256', 'blake2b-512', 'sha224', 'own'],
  );
  assert.deepEqual(
    diagnostics.map(({ code, at }) => [code, at]),
    [['invalid-digest', '/components/0/hashes/0']],
  );
});

test('a party whose name says nothing is none, but for how to reach it', () => {
  const bom = bomOf({
    metadata: { supplier: { name: 'NOASSERTION', url: '' }, authors: [{ name: 'none' }, { name: 'Ada' }] },
    components: [
      {
        type: 'library',
        name: 'x',
        supplier: { name: 'NONE', contact: [{ name: 'NOASSERTION', email: 'x@example.com' }] },
        manufacturer: 'NOASSERTION',
        publisher: 'NOASSERTION',
        author: ' ',
      },
    ],
  });
  const [x] = bom.components;
  assert.deepEqual([bom.supplier, bom.authors.map(({ name }) => name)], [null, ['Ada']]);
  assert.deepEqual([x?.supplier?.name, x?.supplier?.email, x?.originators], ['', 'x@example.com', []]);
});

test('a concluded value is an identity when it begins as one', () => {
  const identity = [
    { field: 'purl', concludedValue: '/app/package-lock.json' },
    { field: 'purl', concludedValue: 'pkg:npm/x@1' },
    { field: 'cpe', concludedValue: '/app/x' },
    { field: 'omniborId', concludedValue: 'gitoid:blob:sha1:a94a8fe5ccb19ba61c4c0873d391e987982fbbd3' },
    { field: 'swhid', concludedValue: '/app/y' },
    { field: 'swid', concludedValue: 'tag' },
    { field: 'toString', concludedValue: 'pkg:npm/x@1' },
    null,
  ];
  const { bom, diagnostics } = read({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [{ type: 'library', name: 'x', purl: 'NOASSERTION', evidence: { identity } }],
  });
  const [x] = bom?.components ?? [];
  assert.deepEqual(
    [x?.purls, x?.cpes, x?.gitoids.length, x?.swids],
    [['NOASSERTION', 'pkg:npm/x@1'], [], 1, ['tag']],
  );
  assert.deepEqual(
    diagnostics.map(({ severity, code }) => [severity, code]),
    [
      ['warning', 'invalid-identity'],
      ['error', 'wrong-type'],
      ['warning', 'invalid-purl'],
    ],
  );
});

test('a stated purl that is none is kept and named', () => {
  const purls = ['pkg:npm/a@1', 'pkg://npm/a', 'PKG:npm/a', 'null', '/app/x', 'pkg:npm', 'pkg:npm/@1'];
  const { status, diagnostics } = read({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: purls.map(purl => ({ type: 'library', name: 'x', purl })),
  });
  assert.equal(status, 'accepted');
  assert.deepEqual(
    diagnostics.map(({ code, at }) => [code, at]),
    [3, 4, 5, 6].map(index => ['invalid-purl', `/components/${index}/purl`]),
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

test('a licence is the first text that says something, and empty ones are nothing lost', () => {
  const licencesOf = (...licenses: unknown[]) => {
    const { bom, status, diagnostics } = read({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [{ type: 'library', name: 'x', licenses }],
    });
    return [bom?.components[0]?.licences.declared, status, ...diagnostics.map(({ severity }) => severity)];
  };
  const url = 'https://example.com/licence';
  const table: [licence: unknown, name: string | null, ...rest: string[]][] = [
    [{ license: { id: '', name: 'Zlib' } }, 'Zlib', 'accepted'],
    [{ expression: '', license: { id: 'MIT' } }, 'MIT', 'accepted'],
    [{ expression: null, license: { id: null, name: '', url } }, url, 'accepted'],
    [{ license: 'MIT' }, 'MIT', 'accepted', 'warning'],
    [{ license: { name: 'unknown', url } }, url, 'accepted'],
    [{ license: { name: 'N/A', url } }, url, 'accepted'],
    [{ license: { name: 'NOASSERTION', url: '' } }, 'NOASSERTION', 'accepted'],
    [{ license: { name: 'Own', url } }, 'Own', 'accepted'],
    [{ license: {} }, null, 'accepted', 'warning'],
    [{ license: { name: '', text: { content: '' } } }, null, 'accepted', 'warning'],
    ['', null, 'accepted', 'warning'],
    [null, null, 'accepted', 'warning'],
    [{ license: { text: { content: 'You may.' } } }, null, 'partial', 'error'],
    [{ license: ['MIT'] }, null, 'partial', 'error'],
  ];
  for (const [licence, name, ...rest] of table)
    assert.deepEqual(licencesOf(licence), [name === null ? [] : [name], ...rest], JSON.stringify(licence));
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

test('duplicate, dangling and foreign refs are named and invent nothing', () => {
  const result = read({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    components: [
      { type: 'library', 'bom-ref': 'a', name: 'first' },
      { type: 'library', 'bom-ref': 'a', name: 'second' },
    ],
    dependencies: [
      { ref: 'a', dependsOn: ['gone', 'urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#b', '__proto__'] },
      { ref: 'lost', dependsOn: ['a'] },
    ],
  });
  assert.equal(result.status, 'accepted');
  assert.deepEqual(
    result.diagnostics.map(({ code, at }) => [code, at]),
    [
      ['duplicate-ref', '/components/1'],
      ['dangling-ref', '/dependencies/0/dependsOn/0'],
      ['dangling-ref', '/dependencies/0/dependsOn/2'],
      ['dangling-ref', '/dependencies/1/ref'],
    ],
  );
  assert.deepEqual(result.bom?.relations, []);
  assert.equal(result.bom?.links.length, 1);
  assert.equal(result.bom?.counts.dependencies, 4);
});

test('refs that are numbers lead where their texts do', () => {
  const { bom, status, diagnostics } = read({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [
      { type: 'library', 'bom-ref': 5, name: 'a' },
      { type: 'library', 'bom-ref': '6', name: 'b' },
    ],
    dependencies: [
      { ref: 5, dependsOn: [6], provides: [6] },
      { ref: '6', dependsOn: ['5'] },
    ],
  });
  assert.ok(bom);
  assert.deepEqual(edges(bom), ['a DEPENDS_ON b', 'a PROVIDES b', 'b DEPENDS_ON a']);
  assert.deepEqual(
    [status, ...diagnostics.map(({ severity, at }) => [severity, at])],
    [
      'accepted',
      ['warning', '/components/0/bom-ref'],
      ['warning', '/dependencies/0/ref'],
      ['warning', '/dependencies/0/dependsOn/0'],
      ['warning', '/dependencies/0/provides/0'],
    ],
  );
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

test('what a vulnerability affects is an entry, a purl or a BOM-Link, or leads nowhere', () => {
  const refs = ['a', 's', 'pkg:npm/x@1', 'urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#a', 'gone'];
  const { bom, status, diagnostics } = read({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [{ type: 'library', 'bom-ref': 'a', name: 'a' }],
    services: [{ 'bom-ref': 's', name: 's' }],
    vulnerabilities: [{ id: 'V-1', affects: refs.map(ref => ({ ref })) }],
  });
  assert.equal(status, 'accepted');
  assert.deepEqual(
    diagnostics.map(({ code, at }) => [code, at]),
    [['dangling-ref', '/vulnerabilities/0/affects/4/ref']],
  );
  assert.deepEqual(
    bom?.vulnerabilities[0]?.affects.map(({ ref }) => ref),
    refs,
  );
});

test('one odd field costs that field, with its place', () => {
  const result = read({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 'one',
    metadata: 'none',
    components: [
      { type: 'library', name: 7, hashes: [{ alg: 'MD5', content: 'zz' }], licenses: ['MIT', 5] },
      'text',
      {
        type: 'gadget',
        name: { a: 1 },
        externalReferences: [
          { type: 'vcs', url: '' },
          { type: 'vcs', url: 5 },
        ],
      },
    ],
    dependencies: [{ dependsOn: [[1]] }],
  });
  assert.equal(result.status, 'partial');
  assert.deepEqual(
    result.diagnostics.filter(({ severity }) => severity === 'error').map(({ at }) => at),
    [
      '/metadata',
      '/components/0/hashes/0',
      '/components/0/licenses/1',
      '/components/1',
      '/components/2/externalReferences/1',
      '/components/2/name',
      '/dependencies/0',
      '/dependencies/0/dependsOn/0',
      '/version',
    ],
  );
  assert.deepEqual(
    result.bom?.components.map(({ name, type }) => [name, type]),
    [
      ['7', 'library'],
      ['', 'unknown'],
    ],
  );
  assert.deepEqual(result.bom?.components[0]?.licences.declared, ['MIT']);
});

test('null and empty text state nothing, and nothing is lost with them', () => {
  const { bom, status, diagnostics } = read({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: '',
    components: [
      {
        type: 'library',
        name: 'x',
        hashes: [{ alg: 'MD5', content: '' }, { alg: 'MD5', content: null }, { alg: 'MD5' }],
        externalReferences: [{ type: 'vcs', url: null }, { type: 'vcs', url: '' }, { type: 'vcs' }],
      },
    ],
  });
  assert.deepEqual([status, bom?.revision], ['accepted', null]);
  assert.deepEqual(
    diagnostics.map(({ severity, code }) => `${severity} ${code}`),
    [
      ...Array.from({ length: 3 }, () => 'warning reference-without-url'),
      ...Array.from({ length: 3 }, () => 'warning invalid-digest'),
    ],
  );
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
