import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BomFacts, ReadResult } from '../../model/facts.ts';
import { RELATIONS } from '../../model/relation.ts';
import { documentInput, headOf } from '../input.ts';
import { format } from './format.ts';

const CONTEXT = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld';
const id = (name: string) => `https://example.com/${name}`;

const CREATION = {
  type: 'CreationInfo',
  '@id': '_:c',
  specVersion: '3.0.1',
  created: '2024-01-02T03:04:05Z',
  createdBy: [id('org')],
  createdUsing: [id('tool')],
};
const ORG = {
  type: 'Organization',
  spdxId: id('org'),
  name: 'Example',
  externalIdentifier: [{ externalIdentifierType: 'email', identifier: 'sec@example.com' }],
};
const TOOL = { type: 'Tool', spdxId: id('tool'), name: 'maker-1.2.3' };
const DOCUMENT = { type: 'SpdxDocument', spdxId: id('doc'), creationInfo: '_:c', rootElement: [id('sbom')] };
const SBOM = {
  type: 'software_Sbom',
  spdxId: id('sbom'),
  rootElement: [id('a')],
  software_sbomType: ['build'],
};
const A = { type: 'software_Package', spdxId: id('a'), name: 'a', software_packageVersion: '1' };
const B = { type: 'software_Package', spdxId: id('b'), name: 'b' };
const F = { type: 'software_File', spdxId: id('f'), name: './f' };

function relation(from: string, relationshipType: string, to: readonly string[], more: object = {}): object {
  return { type: 'Relationship', from: id(from), relationshipType, to: to.map(id), ...more };
}

function read(...elements: object[]): ReadResult {
  return readText({ '@context': CONTEXT, '@graph': [CREATION, ORG, TOOL, DOCUMENT, SBOM, ...elements] });
}

function readText(document: unknown): ReadResult {
  return format.read(documentInput(Buffer.from(JSON.stringify(document)), 'sample.json'));
}

function bomOf(result: ReadResult): BomFacts {
  assert.ok(result.bom !== null, JSON.stringify(result.diagnostics));
  return result.bom;
}

function edges(bom: BomFacts): string[] {
  const name = (ordinal: number) => bom.components[ordinal]?.name;
  return bom.relations.map(edge => `${name(edge.from)} ${RELATIONS[edge.type]?.name} ${name(edge.to)}`);
}

test('a document is read with who made it, when, in which phase and about what', () => {
  const result = read(A, B);
  const bom = bomOf(result);
  assert.deepEqual(result.diagnostics, []);
  assert.equal(result.specVersion, '3.0.1');
  assert.equal(bom.namespace, id('doc'));
  assert.equal(bom.created, '2024-01-02T03:04:05Z');
  assert.deepEqual(bom.tools, [{ vendor: null, name: 'maker', version: '1.2.3' }]);
  assert.deepEqual(bom.authors, [
    { kind: 'organization', name: 'Example', email: 'sec@example.com', url: null },
  ]);
  assert.deepEqual(bom.lifecycles, ['build']);
  assert.deepEqual(bom.subjects, [0]);
  assert.equal(bom.counts.components, 2);
});

test('a package keeps what it states', () => {
  const bom = bomOf(
    read(
      {
        ...A,
        software_packageUrl: 'pkg:npm/a@1',
        externalIdentifier: [
          { externalIdentifierType: 'cpe23', identifier: 'cpe:2.3:a:a:a:1:*:*:*:*:*:*:*' },
          { externalIdentifierType: 'packageUrl', identifier: 'pkg:npm/a@1' },
          { externalIdentifierType: 'gitoid', identifier: 'gitoid:blob:sha1:00' },
          { externalIdentifierType: 'other', identifier: 'x' },
        ],
        externalRef: [{ externalRefType: 'issueTracker', locator: ['https://example.com/issues'] }],
        verifiedUsing: [
          { type: 'Hash', algorithm: 'sha3_256', hashValue: 'AB'.repeat(32) },
          { type: 'PackageVerificationCode', algorithm: 'sha1', hashValue: 'cd'.repeat(20) },
        ],
        suppliedBy: id('org'),
        originatedBy: [id('elsewhere')],
        software_primaryPurpose: 'operatingSystem',
        validUntilTime: '2030-01-01T00:00:00Z',
      },
      {
        type: 'simplelicensing_LicenseExpression',
        spdxId: id('mit'),
        simplelicensing_licenseExpression: 'MIT',
      },
      {
        type: 'expandedlicensing_DisjunctiveLicenseSet',
        spdxId: id('set'),
        expandedlicensing_member: [id('mit'), 'https://spdx.org/licenses/Apache-2.0'],
      },
      relation('a', 'hasDeclaredLicense', ['set']),
      relation('a', 'hasConcludedLicense', ['mit']),
    ),
  );
  const [a] = bom.components;
  assert.ok(a !== undefined);
  assert.deepEqual(a.purls, ['pkg:npm/a@1']);
  assert.deepEqual(a.cpes, ['cpe:2.3:a:a:a:1:*:*:*:*:*:*:*']);
  assert.deepEqual(a.gitoids, ['gitoid:blob:sha1:00']);
  assert.deepEqual(a.digests, [{ algorithm: 'sha3-256', value: 'ab'.repeat(32) }]);
  assert.deepEqual(a.properties, [['packageVerificationCode', 'cd'.repeat(20)]]);
  assert.deepEqual(a.licences, { declared: ['(MIT OR Apache-2.0)'], concluded: ['MIT'] });
  assert.equal(a.supplier?.name, 'Example');
  assert.deepEqual(a.originators, [{ kind: 'unknown', name: id('elsewhere'), email: null, url: null }]);
  assert.equal(a.type, 'operating-system');
  assert.deepEqual(a.dates, { validUntil: '2030-01-01T00:00:00Z' });
  assert.deepEqual(a.references, [
    { type: 'identifier/other', url: 'x' },
    { type: 'issue-tracker', url: 'https://example.com/issues' },
  ]);
});

test('what comes from a tool of SPDX 2 is read as it is meant', () => {
  const agent = (name: string, type = 'Organization') => ({ type, spdxId: id(name), name });
  const result = readText({
    '@context': CONTEXT,
    '@graph': [
      DOCUMENT,
      { ...A, suppliedBy: id('Organization: Microsoft'), originatedBy: [id('Person: Jo (jo@example.com)')] },
      { ...B, suppliedBy: id('NOASSERTION'), originatedBy: ['spdx:NoneElement', id('NoAssertionElement')] },
      { type: 'software_Package', spdxId: id('c'), name: 'c', suppliedBy: [id('Example')] },
      {
        ...F,
        verifiedUsing: [
          { type: 'PackageVerificationCode', algorithm: 'sha256', hashValue: 'ab'.repeat(32) },
          { type: 'PackageVerificationCode', algorithm: 'sha1', hashValue: 'cd'.repeat(20) },
        ],
      },
      agent('Organization: Microsoft'),
      agent('Person: Jo (jo@example.com)', 'Agent'),
      agent('NOASSERTION'),
      agent('Example'),
      { type: 'Relationship', from: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', to: [id('b')] },
      { type: 'Relationship', from: 'SPDXRef-DOCUMENT', relationshipType: 'CONTAINS', to: [id('a')] },
    ],
  });
  const bom = bomOf(result);
  const contact = { email: null, url: null };
  assert.deepEqual(
    bom.components.map(component => component.supplier),
    [
      { kind: 'organization', name: 'Microsoft', ...contact },
      null,
      { kind: 'organization', name: 'Example', ...contact },
    ],
  );
  assert.deepEqual(
    bom.components.map(component => component.originators),
    [[{ kind: 'person', name: 'Jo', email: 'jo@example.com', url: null }], [], []],
  );
  assert.deepEqual(bom.files[0]?.digests, [
    { algorithm: 'sha256', value: 'ab'.repeat(32) },
    { algorithm: 'sha1', value: 'cd'.repeat(20) },
  ]);
  assert.deepEqual(bom.subjects, [1]);
  assert.deepEqual(
    result.diagnostics.filter(
      found => found.code === 'dangling-reference' && !found.message.includes('root'),
    ),
    [],
  );
});

test('annotations are properties of what they are about, as in SPDX 2', () => {
  const note = (subject: unknown, statement?: string) => ({
    type: 'Annotation',
    spdxId: id(`note-${statement}`),
    annotationType: 'other',
    subject,
    statement,
  });
  const bom = bomOf(
    read(
      note(id('a'), 'looked at'),
      note({ '@id': id('a') }, '{"name":"found-by","value":"maker"}'),
      note(id('a')),
      note(id('gone'), 'x'),
      A,
      B,
    ),
  );
  assert.deepEqual(
    bom.components.map(component => component.properties),
    [
      [
        ['annotation', 'looked at'],
        ['found-by', 'maker'],
      ],
      [],
    ],
  );
});

test('words for no statement are no values', () => {
  for (const word of ['NOASSERTION', 'NONE', '']) {
    const bom = bomOf(
      read(
        {
          ...A,
          software_packageVersion: word,
          software_packageUrl: word,
          externalIdentifier: word === '' ? [] : [{ externalIdentifierType: 'cpe23', identifier: word }],
        },
        {
          type: 'simplelicensing_LicenseExpression',
          spdxId: id('l'),
          simplelicensing_licenseExpression: word,
        },
        relation('a', 'hasDeclaredLicense', ['l']),
      ),
    );
    const [a] = bom.components;
    assert.deepEqual([a?.version, a?.purls, a?.cpes], [null, [], []], word);
    assert.deepEqual(a?.licences.declared, word === '' ? [] : [word]);
  }
});

test('a name that an element has is that element, not the document', () => {
  const bom = bomOf(
    read(
      A,
      { ...B, spdxId: 'SPDXRef-DOCUMENT' },
      { type: 'Relationship', from: 'SPDXRef-DOCUMENT', relationshipType: 'dependsOn', to: [id('a')] },
    ),
  );
  assert.deepEqual(edges(bom), ['b DEPENDS_ON a']);
});

test('each target of a relationship is one edge, with its scope and direction', () => {
  const bom = bomOf(
    read(
      A,
      B,
      F,
      relation('a', 'dependsOn', ['b', 'a'], { completeness: 'complete' }),
      relation('a', 'dependsOn', ['b'], { type: 'LifecycleScopedRelationship', scope: 'build' }),
      relation('b', 'HAS_OPTIONAL_DEPENDENCY', ['a']),
      relation('a', 'contains', ['f']),
      relation('f', 'hasStaticLink', ['b']),
      {
        type: 'Relationship',
        from: id('b'),
        relationshipType: 'dependsOn',
        to: ['https://spdx.org/rdf/3.0.1/terms/Core/NoneElement'],
      },
    ),
  );
  assert.deepEqual(edges(bom), [
    'a DEPENDS_ON b',
    'a DEPENDS_ON a',
    'b BUILD_DEPENDENCY_OF a',
    'b HAS_OPTIONAL_DEPENDENCY a',
    './f HAS_STATIC_LINK b',
    'a CONTAINS ./f',
  ]);
  assert.equal(bom.counts.dependencies, 7);
  assert.equal(bom.counts.dependencyEntries, 6);
  assert.equal(bom.files[0]?.component, 0);
  assert.deepEqual(bom.completeness, [
    { aggregate: 'DEPENDS_ON complete', refs: [0] },
    { aggregate: 'DEPENDS_ON NONE', refs: [1] },
  ]);
});

test('a model and the datasets it was trained and tested on are components', () => {
  const bom = bomOf(
    read(
      { type: 'ai_AIPackage', spdxId: id('a'), name: 'model', ai_domain: ['vision'] },
      { type: 'dataset_DatasetPackage', spdxId: id('b'), name: 'data' },
      relation('a', 'trainedOn', ['b']),
      relation('a', 'testedOn', ['b']),
    ),
  );
  assert.deepEqual(
    bom.components.map(component => component.type),
    ['machine-learning-model', 'data'],
  );
  assert.deepEqual(edges(bom), ['model TRAINED_ON data', 'model TESTED_ON data']);
  assert.deepEqual(bom.components[0]?.properties, [['ai_domain', 'vision']]);
});

test('VEX relationships are statements on vulnerabilities', () => {
  const bom = bomOf(
    read(
      A,
      {
        type: 'security_Vulnerability',
        spdxId: id('v'),
        name: 'a fault',
        externalIdentifier: [{ externalIdentifierType: 'cve', identifier: 'CVE-2024-0001' }],
      },
      relation('v', 'doesNotAffect', ['a'], {
        type: 'security_VexNotAffectedVulnAssessmentRelationship',
        security_justificationType: 'vulnerableCodeNotPresent',
        security_impactStatement: 'left out',
      }),
      relation('v', 'hasAssessmentFor', ['a'], {
        type: 'security_CvssV3VulnAssessmentRelationship',
        security_score: 9.8,
        security_severity: 'critical',
        security_vectorString: 'CVSS:3.1/AV:N',
      }),
    ),
  );
  assert.deepEqual(bom.vulnerabilities, [
    {
      id: 'CVE-2024-0001',
      aliases: ['a fault'],
      source: null,
      state: 'not_affected',
      justification: 'vulnerableCodeNotPresent',
      responses: [],
      detail: 'left out',
      affects: [{ ref: id('a'), versions: [] }],
      ratings: [{ method: 'CvssV3', vector: 'CVSS:3.1/AV:N', score: 9.8, severity: 'critical' }],
      at: '/@graph/7',
    },
  ]);
  assert.equal(bom.counts.vulnerabilities, 1);
});

test('imports are links, and so are edges to what is imported', () => {
  const bom = bomOf(
    readText({
      '@context': CONTEXT,
      '@graph': [
        {
          type: 'SpdxDocument',
          spdxId: id('doc'),
          import: [
            {
              type: 'ExternalMap',
              externalSpdxId: 'https://example.org/x',
              verifiedUsing: [{ type: 'Hash', algorithm: 'sha1', hashValue: '0'.repeat(40) }],
            },
          ],
        },
        A,
        { type: 'Relationship', from: id('a'), relationshipType: 'dependsOn', to: ['https://example.org/x'] },
        { type: 'Relationship', from: 'https://example.org/x', relationshipType: 'dependsOn', to: [id('a')] },
      ],
    }),
  );
  assert.deepEqual(
    bom.links.map(link => [link.from, link.target, link.relation, link.inward ?? false, link.digests.length]),
    [
      [null, 'https://example.org/x', null, false, 1],
      [0, 'https://example.org/x', 0, false, 1],
      [0, 'https://example.org/x', 0, true, 1],
    ],
  );
});

test('a relationship between elements that are imported both is told', () => {
  const [x, y] = ['https://example.org/x', 'https://example.org/y'];
  const result = readText({
    '@context': CONTEXT,
    '@graph': [
      { type: 'SpdxDocument', spdxId: id('doc'), import: [{ externalSpdxId: x }, { externalSpdxId: y }] },
      { type: 'Relationship', from: x, relationshipType: 'dependsOn', to: [y] },
    ],
  });
  assert.deepEqual(
    result.diagnostics.map(found => [found.severity, found.code]),
    [['info', 'relationship-elsewhere']],
  );
});

test('full names, JSON-LD forms and single objects are read alike', () => {
  const terms = 'https://spdx.org/rdf/3.0.1/terms';
  const expanded = [
    {
      '@id': id('doc'),
      '@type': [`${terms}/Core/SpdxDocument`],
      [`${terms}/Core/rootElement`]: [{ '@id': id('a') }],
    },
    {
      '@id': id('a'),
      '@type': [`${terms}/Software/Package`],
      [`${terms}/Core/name`]: [{ '@value': 'a' }],
      [`${terms}/Software/packageVersion`]: [{ '@value': '1' }],
      [`${terms}/Software/primaryPurpose`]: [{ '@id': `${terms}/Software/SoftwarePurpose/library` }],
    },
    { '@id': id('b'), '@type': `${terms}/Software/Package`, [`${terms}/Core/name`]: 'b' },
    {
      '@type': [`${terms}/Core/Relationship`],
      [`${terms}/Core/from`]: [{ '@id': id('a') }],
      [`${terms}/Core/relationshipType`]: [{ '@id': `${terms}/Core/RelationshipType/dependsOn` }],
      [`${terms}/Core/to`]: [{ '@id': id('b') }],
    },
  ];
  const full = bomOf(readText({ '@graph': expanded }));
  assert.deepEqual(edges(full), ['a DEPENDS_ON b']);
  assert.deepEqual(full.subjects, [0]);
  assert.equal(full.components[0]?.version, '1');
  assert.equal(full.components[0]?.type, 'library');

  const single = bomOf(
    readText({
      '@context': CONTEXT,
      ...DOCUMENT,
      creationInfo: CREATION,
      rootElement: [{ ...A, suppliedBy: ORG }],
      element: [B, relation('a', 'dependsOn', ['b'])],
    }),
  );
  assert.deepEqual(edges(single), ['a DEPENDS_ON b']);
  assert.equal(single.components[single.subjects[0] ?? -1]?.supplier?.name, 'Example');
  assert.equal(single.created, '2024-01-02T03:04:05Z');
});

test('ids that a prefix of the context shortens are whole, and text stays text', () => {
  const graph = [
    { ...CREATION, createdBy: ['o:maker'], createdUsing: [] },
    { type: 'SoftwareAgent', spdxId: 'o:maker', name: 'maker 1.2.3' },
    { ...DOCUMENT, spdxId: 'o:doc', rootElement: ['o:a'], import: [{ externalSpdxId: 'x:lib' }] },
    { ...A, spdxId: 'o:a', description: 'o:text', suppliedBy: { '@id': 'o:maker' } },
    { ...B, '@id': id('b'), spdxId: undefined, element: [{ ...F, spdxId: 'o:f' }] },
    { type: 'Relationship', from: 'o:a', relationshipType: 'dependsOn', to: [id('b'), 'x:lib', 'y:lib'] },
    { type: 'Relationship', from: 'o:b', relationshipType: 'contains', to: [{ ...F, spdxId: 'o:g' }] },
  ];
  const prefixes = { o: 'https://example.com/', x: 'https://example.org/', https: 'https://example.net/' };
  const inert = JSON.parse(
    '{"__proto__":"https://example.net/","constructor":{"@id":"x"},"@base":"a","_":"b"}',
  );
  const result = readText({ '@context': [CONTEXT, prefixes, inert, 7], '@graph': graph });
  const bom = bomOf(result);
  assert.equal(bom.namespace, id('doc'));
  assert.deepEqual(
    bom.components.map(({ ref, description }) => [ref, description]),
    [
      [id('a'), 'o:text'],
      [id('b'), null],
    ],
  );
  assert.deepEqual(bom.subjects, [0]);
  assert.deepEqual(edges(bom), ['a DEPENDS_ON b']);
  assert.deepEqual(
    bom.files.map(file => file.component),
    [null, 1],
  );
  assert.deepEqual(
    bom.links.map(link => [link.from, link.target]),
    [
      [null, 'https://example.org/lib'],
      [0, 'https://example.org/lib'],
    ],
  );
  assert.equal(bom.components[0]?.supplier?.name, 'maker 1.2.3');
  assert.deepEqual(bom.tools, [{ vendor: null, name: 'maker', version: '1.2.3' }]);
  assert.deepEqual(
    result.diagnostics.map(found => [found.code, found.message.includes('"y:lib"')]),
    [['dangling-reference', true]],
  );
});

test('a prefix that would make the document too large is refused', () => {
  const long = `https://example.com/${'a'.repeat(1_000_000)}`;
  const graph = Array.from({ length: 400 }, (_, number) => ({ ...A, spdxId: `o:${number}` }));
  const result = readText({ '@context': [CONTEXT, { o: long }], '@graph': graph });
  assert.deepEqual(
    result.diagnostics.map(found => found.code),
    ['too-large'],
  );
});

test('odd elements are told with their place and the rest is kept', () => {
  const result = read(7 as unknown as object, { name: 'no class' }, A, A, relation('a', 'needs', ['gone']), {
    type: 'Relationship',
    to: [id('a')],
  });
  assert.equal(result.status, 'partial');
  assert.deepEqual(
    result.diagnostics.map(found => `${found.severity} ${found.code} ${found.at}`),
    [
      'error wrong-type /@graph/5',
      'error missing-field /@graph/6',
      'warning duplicate-id /@graph/8',
      'warning unknown-relationship-type /@graph/9/relationshipType',
      'warning dangling-reference /@graph/9',
      'error incomplete-relationship /@graph/10',
    ],
  );
  assert.equal(bomOf(result).counts.components, 2);
});

test('a package may have as many licences as a document can name', () => {
  const count = 100_000;
  const names = Array.from({ length: count }, (_, number) => `https://spdx.org/licenses/L-${number}`);
  const bom = bomOf(
    read(A, { type: 'Relationship', from: id('a'), relationshipType: 'hasDeclaredLicense', to: names }),
  );
  assert.equal(bom.components[0]?.licences.declared.length, count);
});

test('a package may have as many identifiers as a document can state, each once', () => {
  const count = 100_000;
  const externalIdentifier = Array.from({ length: count + 1 }, (_, number) => ({
    type: 'ExternalIdentifier',
    externalIdentifierType: 'packageUrl',
    identifier: `pkg:npm/a@${number % count}`,
  }));
  const bom = bomOf(read({ ...A, externalIdentifier }));
  assert.equal(bom.components[0]?.purls.length, count);
});

test('sets of licences that hold each other end', () => {
  const set = (name: string, ...members: string[]) => ({
    type: 'expandedlicensing_ConjunctiveLicenseSet',
    spdxId: id(name),
    expandedlicensing_member: members.map(id),
  });
  const doubling = Array.from({ length: 60 }, (_, i) => set(`s${i}`, `s${i + 1}`, `s${i + 1}`));
  const bom = bomOf(
    read(
      A,
      B,
      set('x', 'y', 'y'),
      set('y', 'x'),
      ...doubling,
      relation('a', 'hasDeclaredLicense', ['x', 's0']),
    ),
  );
  assert.deepEqual(bom.components[0]?.licences.declared, []);
});

test('detection goes by the context or the classes, and leaves other JSON-LD alone', () => {
  const score = (text: string) => format.detect(headOf(documentInput(Buffer.from(text), 'x')));
  assert.ok(score(`{"@context":"${CONTEXT}","@graph":[]}`) > 0.9);
  assert.ok(score(`{"@graph":[],"@context":["${CONTEXT}"]}`) > 0.9);
  assert.ok(score('{"@graph":[{"type":"SpdxDocument"}]}') > 0.8);
  assert.equal(score('{"@context":"https://openvex.dev/ns/v0.2.0"}'), 0);
  assert.equal(score('{"spdxVersion":"SPDX-2.3"}'), 0);
});
