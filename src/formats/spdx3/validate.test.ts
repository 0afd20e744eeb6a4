import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentInput } from '../input.ts';
import { validate } from './validate.ts';

const CREATION = {
  type: 'CreationInfo',
  '@id': '_:c',
  specVersion: '3.0.1',
  created: '2024-01-02T03:04:05Z',
  createdBy: ['urn:x:o'],
};
const ORG = { type: 'Organization', spdxId: 'urn:x:o', creationInfo: '_:c', name: 'Example' };
const DOCUMENT = { type: 'SpdxDocument', spdxId: 'urn:x:d', creationInfo: '_:c', rootElement: ['urn:x:a'] };
const A = { type: 'software_Package', spdxId: 'urn:x:a', creationInfo: '_:c', name: 'a' };

async function faultsOf(...elements: unknown[]): Promise<string[]> {
  const graph = [CREATION, ORG, DOCUMENT, A, ...elements];
  const document = { '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': graph };
  return faults(JSON.stringify(document));
}

async function faults(text: string): Promise<string[]> {
  const { valid, faults } = await validate(documentInput(Buffer.from(text), 'x'));
  assert.equal(valid, faults.length === 0);
  return faults.map(fault => `${fault.code} ${(fault.at ?? '').replace(/^line \d+, column \d+: /, '')}`);
}

test('a sound document has no fault', async () => {
  assert.deepEqual(await faultsOf(), []);
});

test('elements are judged by their class', async () => {
  const found = await faultsOf(
    {
      type: 'software_Package',
      spdxId: 'b',
      software_packageVersion: 1,
      software_primaryPurpose: 'toy',
      size: 3,
    },
    {
      type: 'Relationship',
      spdxId: 'urn:x:r',
      creationInfo: '_:c',
      from: 'urn:x:a',
      to: [],
      relationshipType: 'needs',
    },
    { type: 'Package', spdxId: 'urn:x:e', creationInfo: '_:c' },
    { type: 'Artifact', spdxId: 'urn:x:f', creationInfo: '_:c' },
    { ...A, verifiedUsing: [{ type: 'Hash', algorithm: 'sha1', hashValue: 'ab' }, { type: 'ExternalRef' }] },
    {
      ...A,
      spdxId: 'urn:x:g',
      builtTime: 'today',
      originatedBy: 'urn:x:gone',
      software_packageUrl: 'pkg: a',
    },
    7,
  );
  assert.deepEqual(found.sort(), [
    'dangling-reference /@graph/9/originatedBy',
    'duplicate-id /@graph/8',
    'invalid-checksum /@graph/8/verifiedUsing/0/hashValue',
    'invalid-value /@graph/4/software_primaryPurpose',
    'invalid-value /@graph/4/spdxId',
    'invalid-value /@graph/5/relationshipType',
    'invalid-value /@graph/9/builtTime',
    'invalid-value /@graph/9/software_packageUrl',
    'missing-field /@graph/4',
    'missing-field /@graph/4',
    'missing-field /@graph/5/to',
    'unknown-class /@graph/6/type',
    'unknown-class /@graph/7/type',
    'unknown-field /@graph/4/size',
    'wrong-class /@graph/8/verifiedUsing/1/type',
    'wrong-type /@graph/10',
    'wrong-type /@graph/4/software_packageVersion',
    'wrong-type /@graph/9/originatedBy',
  ]);
});

test('an imported element may be named, a VEX "not affected" must say why', async () => {
  const vex = {
    type: 'security_VexNotAffectedVulnAssessmentRelationship',
    spdxId: 'urn:x:vex',
    creationInfo: '_:c',
    from: 'urn:x:v',
    to: ['urn:x:a', 'urn:y:imported', 'urn:y:other'],
    relationshipType: 'doesNotAffect',
  };
  const bundle = {
    type: 'security_Vulnerability',
    spdxId: 'urn:x:v',
    creationInfo: '_:c',
  };
  const document = {
    ...DOCUMENT,
    spdxId: 'urn:x:second',
    import: [{ type: 'ExternalMap', externalSpdxId: 'urn:y:imported' }],
  };
  assert.deepEqual(await faultsOf(vex, bundle, document), [
    'missing-field /@graph/4',
    'dangling-reference /@graph/4/to/2',
    'document-count line 1, column 1',
  ]);
});

test('the context and the shape of the document are judged', async () => {
  assert.deepEqual(await faults('{"@graph":{},"more":1}'), [
    'missing-field line 1, column 1',
    'wrong-type /@graph',
    'document-count line 1, column 1',
  ]);
  assert.deepEqual(await faults('[]'), ['wrong-type line 1, column 1']);
  assert.deepEqual(await faults('{'), ['invalid-json line 1, column 2']);
  const single = {
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    ...DOCUMENT,
    creationInfo: CREATION,
    rootElement: [A],
  };
  assert.deepEqual(await faults(JSON.stringify({ ...single, element: [ORG] })), []);
});
