import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BomFacts, ReadResult } from '../../model/facts.ts';
import { RELATIONS } from '../../model/relation.ts';
import { documentInput } from '../input.ts';
import { format } from './format.ts';

/** Reads a document given as the fields that differ from a minimal sound one. */
function read(fields: Record<string, unknown>): ReadResult {
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'sample',
    documentNamespace: 'https://example.com/sample',
    creationInfo: { created: '2024-01-02T03:04:05Z', creators: ['Tool: maker-1.2.3'] },
    ...fields,
  };
  return format.read(documentInput(Buffer.from(JSON.stringify(document)), 'sample.spdx.json'));
}

function bomOf(result: ReadResult): BomFacts {
  assert.ok(result.bom !== null, JSON.stringify(result.diagnostics));
  return result.bom;
}

function codes(result: ReadResult): string[] {
  return result.diagnostics.map(found => `${found.severity} ${found.code} ${found.at ?? ''}`.trim());
}

/** The edges as `from TYPE to` by component name. */
function edges(bom: BomFacts): string[] {
  const name = (ordinal: number) => bom.components[ordinal]?.name;
  return bom.relations.map(edge => `${name(edge.from)} ${RELATIONS[edge.type]?.name} ${name(edge.to)}`);
}

const A = { SPDXID: 'SPDXRef-a', name: 'a' };
const B = { SPDXID: 'SPDXRef-b', name: 'b' };
const F = {
  SPDXID: 'SPDXRef-f',
  fileName: './f',
  checksums: [{ algorithm: 'SHA1', checksumValue: 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709' }],
};

function relation(from: string, type: string, to: string): Record<string, string> {
  return { spdxElementId: `SPDXRef-${from}`, relationshipType: type, relatedSpdxElement: `SPDXRef-${to}` };
}

test('a document is read with who made it, when and about what', () => {
  const result = read({
    creationInfo: {
      created: '2024-01-02T03:04:05Z',
      creators: ['Tool: syft-0.60.1', 'Organization: Example (sec@example.com)', 'Person: Jo ()'],
    },
    packages: [A, B],
    documentDescribes: ['SPDXRef-b'],
  });
  const bom = bomOf(result);
  assert.equal(result.status, 'accepted');
  assert.equal(result.specVersion, '2.3');
  assert.deepEqual(result.diagnostics, []);
  assert.equal(bom.namespace, 'https://example.com/sample');
  assert.equal(bom.created, '2024-01-02T03:04:05Z');
  assert.deepEqual(bom.tools, [{ vendor: null, name: 'syft', version: '0.60.1' }]);
  assert.deepEqual(bom.authors, [
    { kind: 'organization', name: 'Example', email: 'sec@example.com', url: null },
    { kind: 'person', name: 'Jo', email: null, url: null },
  ]);
  assert.deepEqual(bom.subjects, [1]);
  assert.equal(bom.counts.components, 2);
});

test('a package keeps what it states', () => {
  const bom = bomOf(
    read({
      packages: [
        {
          ...A,
          versionInfo: '1.0',
          supplier: 'Organization: Example, Inc. (https://example.com)',
          originator: 'NOASSERTION',
          downloadLocation: 'git+https://example.com/a.git@v1',
          homepage: 'https://example.com/a',
          licenseDeclared: 'MIT OR Apache-2.0',
          licenseConcluded: 'NOASSERTION',
          licenseInfoFromFiles: ['MIT'],
          primaryPackagePurpose: 'OPERATING-SYSTEM',
          packageVerificationCode: { packageVerificationCodeValue: 'abc' },
          releaseDate: '2024-01-01T00:00:00Z',
          validUntilDate: '2030-01-01T00:00:00Z',
          summary: 'An a.',
          annotations: [{ comment: '{"name":"found-by","value":"maker"}' }],
          checksums: [{ algorithm: 'SHA256', checksumValue: 'AB'.repeat(32) }],
          externalRefs: [
            {
              referenceCategory: 'PACKAGE_MANAGER',
              referenceType: 'purl',
              referenceLocator: 'pkg:npm/a@1.0',
            },
            {
              referenceCategory: 'SECURITY',
              referenceType: 'http://spdx.org/rdf/references/cpe23Type',
              referenceLocator: 'cpe:2.3:a:a:a:1.0:*:*:*:*:*:*:*',
            },
            {
              referenceCategory: 'PERSISTENT-ID',
              referenceType: 'gitoid',
              referenceLocator: 'gitoid:blob:sha1:00',
            },
            { referenceCategory: 'SECURITY', referenceType: 'swid', referenceLocator: 'swid:a' },
            {
              referenceCategory: 'PACKAGE-MANAGER',
              referenceType: 'maven-central',
              referenceLocator: 'g:a:1',
              comment: 'note',
            },
          ],
        },
      ],
    }),
  );
  const [a] = bom.components;
  assert.ok(a !== undefined);
  assert.equal(a.type, 'operating-system');
  assert.deepEqual(a.purls, ['pkg:npm/a@1.0']);
  assert.deepEqual(a.cpes, ['cpe:2.3:a:a:a:1.0:*:*:*:*:*:*:*']);
  assert.deepEqual(a.gitoids, ['gitoid:blob:sha1:00']);
  assert.deepEqual(a.swids, ['swid:a']);
  assert.deepEqual(a.digests, [{ algorithm: 'sha256', value: 'ab'.repeat(32) }]);
  assert.deepEqual(a.licences, { declared: ['MIT OR Apache-2.0'], concluded: ['NOASSERTION'] });
  assert.deepEqual(a.supplier, {
    kind: 'organization',
    name: 'Example, Inc.',
    email: null,
    url: 'https://example.com',
  });
  assert.deepEqual(a.originators, []);
  assert.deepEqual(a.references, [
    { type: 'package-manager/maven-central', url: 'g:a:1', comment: 'note' },
    { type: 'website', url: 'https://example.com/a' },
    { type: 'vcs', url: 'git+https://example.com/a.git@v1' },
  ]);
  assert.deepEqual(a.dates, { released: '2024-01-01T00:00:00Z', validUntil: '2030-01-01T00:00:00Z' });
  assert.deepEqual(a.properties, [
    ['packageVerificationCode', 'abc'],
    ['licenseInfoFromFiles', 'MIT'],
    ['found-by', 'maker'],
  ]);
  assert.equal(a.description, 'An a.');
  assert.equal(a.at, '/packages/0');
});

test('relationships keep their type and direction, and none is invented', () => {
  const bom = bomOf(
    read({
      packages: [A, B],
      relationships: [
        relation('DOCUMENT', 'DESCRIBES', 'a'),
        relation('b', 'DEPENDENCY_OF', 'a'),
        relation('a', 'dev_dependency_of', 'b'),
        relation('DOCUMENT', 'CONTAINS', 'b'),
      ],
    }),
  );
  assert.deepEqual(bom.subjects, [0]);
  assert.deepEqual(edges(bom), ['b DEPENDENCY_OF a', 'a DEV_DEPENDENCY_OF b']);
  assert.equal(bom.counts.dependencies, 4);
});

test('a document that names no subject has none', () => {
  const bom = bomOf(read({ packages: [A, B], relationships: [relation('a', 'DEPENDS_ON', 'b')] }));
  assert.deepEqual(bom.subjects, []);
});

test('a file that a package holds is a fact with its holder and no node', () => {
  const bom = bomOf(
    read({
      packages: [A, { ...B, hasFiles: ['SPDXRef-f'] }],
      files: [F, { SPDXID: 'SPDXRef-g', fileName: './g' }],
      relationships: [relation('a', 'CONTAINS', 'g'), relation('g', 'OTHER', 'a')],
    }),
  );
  assert.equal(bom.components.length, 2);
  assert.deepEqual(bom.files, [
    {
      path: './f',
      digests: [{ algorithm: 'sha1', value: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' }],
      component: 1,
    },
    { path: './g', digests: [], component: 0 },
  ]);
  assert.deepEqual(bom.relations, []);
  assert.equal(bom.counts.dependencies, 2);
});

test('a file becomes a node when a path needs it, and then its containment is an edge', () => {
  const bom = bomOf(
    read({
      packages: [A, B],
      files: [F],
      relationships: [relation('a', 'CONTAINS', 'f'), relation('f', 'STATIC_LINK', 'b')],
    }),
  );
  assert.deepEqual(edges(bom), ['./f STATIC_LINK b', 'a CONTAINS ./f']);
  assert.equal(bom.components[2]?.role, 'file');
  assert.equal(bom.counts.components, 2);
});

test('a described file is a subject', () => {
  const bom = bomOf(read({ files: [F], relationships: [relation('f', 'DESCRIBED_BY', 'DOCUMENT')] }));
  assert.deepEqual(bom.subjects, [0]);
  assert.equal(bom.components[0]?.role, 'file');
  assert.equal(bom.counts.components, 0);
});

test('NONE and NOASSERTION are statements of completeness', () => {
  const bom = bomOf(
    read({
      packages: [A, B],
      relationships: [
        { spdxElementId: 'SPDXRef-a', relationshipType: 'DEPENDS_ON', relatedSpdxElement: 'NONE' },
        { spdxElementId: 'SPDXRef-b', relationshipType: 'DEPENDS_ON', relatedSpdxElement: 'NONE' },
        { spdxElementId: 'SPDXRef-b', relationshipType: 'CONTAINS', relatedSpdxElement: 'NOASSERTION' },
      ],
    }),
  );
  assert.deepEqual(bom.completeness, [
    { aggregate: 'DEPENDS_ON NONE', refs: [0, 1] },
    { aggregate: 'CONTAINS NOASSERTION', refs: [1] },
  ]);
  assert.equal(bom.counts.dependencies, 3);
});

test('external documents are links, in the direction said', () => {
  const bom = bomOf(
    read({
      packages: [A],
      externalDocumentRefs: [
        {
          externalDocumentId: 'DocumentRef-lib',
          spdxDocument: 'https://example.com/lib',
          checksum: { algorithm: 'SHA1', checksumValue: '0'.repeat(40) },
        },
      ],
      relationships: [
        {
          spdxElementId: 'SPDXRef-a',
          relationshipType: 'DEPENDS_ON',
          relatedSpdxElement: 'DocumentRef-lib:SPDXRef-x',
        },
        {
          spdxElementId: 'DocumentRef-lib:SPDXRef-x',
          relationshipType: 'DEPENDENCY_OF',
          relatedSpdxElement: 'SPDXRef-a',
        },
      ],
    }),
  );
  const links = bom.links.map(link => [
    link.from,
    link.target,
    RELATIONS[link.relation ?? -1]?.name ?? null,
    link.inward ?? false,
    link.digests.length,
  ]);
  assert.deepEqual(links, [
    [null, 'https://example.com/lib', null, false, 1],
    [0, 'https://example.com/lib#SPDXRef-x', 'DEPENDS_ON', false, 1],
    [0, 'https://example.com/lib#SPDXRef-x', 'DEPENDENCY_OF', true, 1],
  ]);
});

test('namespaces are those that elements are named by, with a `#` behind them or relative to a base', () => {
  const result = read({
    documentNamespace: 'https://example.com/sample#',
    packages: [A],
    externalDocumentRefs: [
      { externalDocumentId: 'DocumentRef-lib', spdxDocument: 'https://example.com/lib#' },
      { externalDocumentId: 'DocumentRef-none', spdxDocument: '#' },
    ],
    relationships: [{ ...relation('a', 'DEPENDS_ON', ''), relatedSpdxElement: 'DocumentRef-lib:SPDXRef-x' }],
  });
  const bom = bomOf(result);
  assert.equal(bom.namespace, 'https://example.com/sample');
  assert.deepEqual(
    bom.links.map(link => link.target),
    ['https://example.com/lib', 'https://example.com/lib#SPDXRef-x'],
  );
  assert.deepEqual(codes(result), ['error incomplete-reference /externalDocumentRefs/1']);
  assert.equal(bomOf(read({ documentNamespace: '' })).namespace, null);

  const rdf = (
    base: string,
  ) => `<rdf:RDF ${base} xmlns="http://spdx.org/rdf/terms#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <SpdxDocument rdf:about="#SPDXRef-DOCUMENT"><relationship><Relationship>
    <relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_describes"/>
    <relatedSpdxElement rdf:resource="https://example.com/sample#SPDXRef-a"/></Relationship></relationship></SpdxDocument>
    <Package rdf:ID="SPDXRef-a"><name>a</name></Package></rdf:RDF>`;
  for (const [attribute, namespace] of [
    ['xml:base="https://example.com/sample"', 'https://example.com/sample'],
    ['xml:base="https://example.com/sample#"', 'https://example.com/sample'],
    ['', null],
  ] as const) {
    const based = bomOf(format.read(documentInput(Buffer.from(rdf(attribute)), 'sample.rdf')));
    assert.deepEqual(
      [based.namespace, based.components[0]?.ref, based.subjects],
      [namespace, 'SPDXRef-a', [0]],
    );
  }
});

test('relationships between elements of other documents are told once, with their count', () => {
  const external = (name: string) => ({
    externalDocumentId: `DocumentRef-${name}`,
    spdxDocument: `https://example.com/${name}`,
  });
  const between = {
    spdxElementId: 'DocumentRef-libc:SPDXRef-Package',
    relationshipType: 'RUNTIME_DEPENDENCY_OF',
    relatedSpdxElement: 'DocumentRef-shell:SPDXRef-Package',
  };
  const result = read({
    packages: [A],
    externalDocumentRefs: [external('libc'), external('shell')],
    relationships: [between, between, { ...between, relatedSpdxElement: 'SPDXRef-a' }],
  });
  assert.deepEqual(codes(result), ['info relationship-elsewhere']);
  assert.match(result.diagnostics[0]?.message ?? '', /^2 relationships /);
});

test('dangling, repeated and self-referring names are told with their place and counted', () => {
  const result = read({
    packages: [A, { ...A, name: 'second' }, B],
    documentDescribes: ['SPDXRef-gone'],
    relationships: [
      relation('a', 'DEPENDS_ON', 'gone'),
      relation('a', 'DEPENDS_ON', 'a'),
      relation('b', 'NEEDS', 'a'),
      relation('DOCUMENT', 'DESCRIBE', 'b'),
      relation('DOCUMENT', 'DESCRIBES', 'DOCUMENT'),
    ],
  });
  const bom = bomOf(result);
  assert.equal(result.status, 'accepted');
  assert.deepEqual(codes(result), [
    'warning duplicate-id /packages/1',
    'warning dangling-reference /documentDescribes/0',
    'warning dangling-reference /relationships/0',
    'warning self-reference /relationships/1',
    'warning unknown-relationship-type /relationships/2',
    'warning unknown-relationship-type /relationships/3',
    'warning self-reference /relationships/4',
  ]);
  assert.deepEqual(edges(bom), ['a DEPENDS_ON a', 'b OTHER a']);
  assert.deepEqual(bom.subjects, [2]);
  assert.equal(bom.counts.dependencies, 5);
  assert.equal(bom.counts.components, 3);
});

test('an SPDXID that the document shares with a package means the package, but for DESCRIBES', () => {
  const result = read({
    SPDXID: 'SPDXRef-a',
    packages: [A, B],
    relationships: [relation('a', 'DESCRIBES', 'a'), relation('a', 'CONTAINS', 'b')],
  });
  const bom = bomOf(result);
  assert.deepEqual(bom.subjects, [0]);
  assert.deepEqual(edges(bom), ['a CONTAINS b']);
  assert.deepEqual(codes(result), ['warning duplicate-id /SPDXID']);
});

test('one odd field is left out and the rest is kept', () => {
  const result = read({
    packages: [
      7,
      {
        ...A,
        versionInfo: 3,
        licenseDeclared: ['MIT'],
        externalRefs: { referenceType: 'purl' },
        checksums: ['x'],
      },
      { ...B, checksums: [{ algorithm: 'SHA256', checksumValue: 'zz' }], hasFiles: null },
    ],
    relationships: [null, {}],
  });
  const bom = bomOf(result);
  assert.equal(result.status, 'partial');
  assert.deepEqual(
    bom.components.map(component => [component.name, component.version]),
    [
      ['a', '3'],
      ['b', null],
    ],
  );
  assert.deepEqual(codes(result), [
    'error wrong-type /packages/0',
    'warning wrong-type /packages/1/externalRefs',
    'error incomplete-reference /packages/1/externalRefs/0',
    'warning wrong-type /packages/1/versionInfo',
    'error wrong-type /packages/1/checksums/0',
    'error wrong-type /packages/1/licenseDeclared',
    'error invalid-checksum /packages/2/checksums/0',
    'error wrong-type /relationships/0',
    'error incomplete-relationship /relationships/1',
  ]);
});

test('the wrappers and spellings that tools write are read', () => {
  const inner = {
    SPDXID: 'SPDXRef-DOCUMENT',
    spdxVersion: 'SPDX-2.1',
    creationInfo: { creators: [{ Person: 'Jo' }] },
    packages: [
      {
        SPDXID: 'SPDXRef-a',
        packageName: 'a',
        packageVersion: '2',
        packageLicenseDeclared: 'MIT',
        relationships: [{ relationshipType: 'DEPENDS_ON', relatedSpdxElement: 'SPDXRef-b' }],
      },
    ],
    documentDescribes: [{ Package: { id: 'SPDXRef-b', name: 'b' } }],
  };
  for (const wrapped of [inner, { sbom: inner }, { Document: inner }]) {
    const bom = bomOf(format.read(documentInput(Buffer.from(JSON.stringify(wrapped)), 'x')));
    assert.deepEqual(edges(bom), ['a DEPENDS_ON b']);
    assert.deepEqual(bom.subjects, [1]);
    assert.equal(bom.components[0]?.version, '2');
    assert.deepEqual(bom.components[0]?.licences.declared, ['MIT']);
    assert.deepEqual(bom.authors, [{ kind: 'person', name: 'Jo', email: null, url: null }]);
  }
});

test('tag-value lines end with LF, CR LF or CR alone', () => {
  const lines = [
    'SPDXVersion: SPDX-2.3',
    'DocumentName: sample',
    'DocumentComment: <text>one',
    'two</text>',
    '',
    'PackageName: a',
    'SPDXID: SPDXRef-a',
    'Odd: 1',
  ];
  for (const end of ['\n', '\r\n', '\r']) {
    const result = format.read(documentInput(Buffer.from(lines.join(end)), 'sample.spdx'));
    assert.deepEqual(
      bomOf(result).components.map(component => component.name),
      ['a'],
      JSON.stringify(end),
    );
    assert.ok(codes(result).includes('warning unknown-tag line 8'), codes(result).join(', '));
  }
});

test('words for no statement are no values, and NONE stays an answer for licences', () => {
  const locator = (referenceType: string, referenceLocator: string) => ({
    referenceCategory: 'OTHER',
    referenceType,
    referenceLocator,
  });
  for (const word of ['NOASSERTION', 'NONE', '']) {
    const result = read({
      dataLicense: '',
      creationInfo: {
        creators: [`Tool: ${word}`, `Person: ${word}`, `Organization: ${word}`],
      },
      packages: [
        {
          ...A,
          versionInfo: word,
          licenseDeclared: word,
          licenseConcluded: '',
          supplier: `Organization: ${word}`,
          homepage: word,
          externalRefs: word === '' ? [] : [locator('purl', word), locator('cpe23Type', word)],
        },
      ],
    });
    const bom = bomOf(result);
    const [a] = bom.components;
    assert.equal(a?.version, null, word);
    assert.deepEqual([a.purls, a.cpes, a.references, a.supplier], [[], [], [], null], word);
    assert.deepEqual(a.licences, { declared: word === '' ? [] : [word], concluded: [] });
    assert.deepEqual([bom.tools, bom.authors, bom.licences], [[], [], []], word);
    assert.deepEqual(result.diagnostics, []);
  }
  const tags = ['SPDXVersion: SPDX-2.3', 'PackageName: a', 'SPDXID: SPDXRef-a', 'PackageLicenseDeclared:'];
  const { bom } = format.read(documentInput(Buffer.from(tags.join('\n')), 'sample.spdx'));
  assert.deepEqual(bom?.components[0]?.licences.declared, []);
});

test('names of the ontology, which tools leave in JSON, are read as what JSON has for them', () => {
  const terms = 'http://spdx.org/rdf/terms#';
  const result = read({
    packages: [
      {
        ...A,
        primaryPackagePurpose: 'purpose_operatingSystem',
        checksums: [
          { algorithm: 'checksumAlgorithm_sha1', checksumValue: '0a'.repeat(20) },
          { algorithm: `${terms}checksumAlgorithm_sha3_256`, checksumValue: '0b'.repeat(32) },
          { algorithm: 'checksumAlgorithm_blake2b256', checksumValue: '0c'.repeat(32) },
          { algorithm: 'SHA256', checksumValue: `sha256:${'0D'.repeat(32)}` },
        ],
        externalRefs: [
          {
            referenceCategory: 'referenceCategory_packageManager',
            referenceType: 'npm',
            referenceLocator: 'a@1',
          },
        ],
      },
      B,
    ],
    relationships: [
      relation('a', 'relationshipType_dependsOn', 'b'),
      relation('b', `${terms}relationshipType_testcaseOf`, 'a'),
    ],
  });
  const bom = bomOf(result);
  const [a] = bom.components;
  assert.deepEqual(result.diagnostics, []);
  assert.equal(a?.type, 'operating-system');
  assert.deepEqual(a.digests, [
    { algorithm: 'sha1', value: '0a'.repeat(20) },
    { algorithm: 'sha3-256', value: '0b'.repeat(32) },
    { algorithm: 'blake2b-256', value: '0c'.repeat(32) },
    { algorithm: 'sha256', value: '0d'.repeat(32) },
  ]);
  assert.deepEqual(a.references, [{ type: 'package-manager/npm', url: 'a@1' }]);
  assert.deepEqual(edges(bom), ['a DEPENDS_ON b', 'b TEST_CASE_OF a']);
  const mixed = { algorithm: 'SHA256', checksumValue: `sha1:${'0a'.repeat(32)}` };
  assert.deepEqual(bomOf(read({ packages: [{ ...A, checksums: [mixed] }] })).components[0]?.digests, []);
});

test('prototype keys are inert', () => {
  const text = `{"spdxVersion":"SPDX-2.3","SPDXID":"__proto__","packages":[{"__proto__":{"name":"evil"},"SPDXID":"constructor"}],
    "relationships":[{"spdxElementId":"constructor","relationshipType":"toString","relatedSpdxElement":"__proto__"}]}`;
  const bom = bomOf(format.read(documentInput(Buffer.from(text), 'x')));
  assert.equal(bom.components[0]?.name, '');
  assert.deepEqual(bom.relations, []);
});

test('what is no SPDX document is rejected with the reason', () => {
  for (const text of ['[]', '7', '{"bomFormat":"CycloneDX"}', '{"spdxVersion":']) {
    const result = format.read(documentInput(Buffer.from(text), 'x'));
    assert.equal(result.status, 'rejected', text);
    assert.equal(result.diagnostics[0]?.severity, 'error');
  }
});
