import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentInput } from '../input.ts';
import { validate } from './validate.ts';

const SOUND = {
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'sample',
  documentNamespace: 'https://example.com/sample',
  creationInfo: { created: '2024-01-02T03:04:05Z', creators: ['Tool: maker-1'] },
  packages: [{ SPDXID: 'SPDXRef-a', name: 'a', downloadLocation: 'NOASSERTION' }],
};

async function faults(text: string): Promise<string[]> {
  const { valid, faults } = await validate(documentInput(Buffer.from(text), 'x'));
  assert.equal(valid, faults.length === 0);
  return faults.map(fault => `${fault.code} ${fault.at}`);
}

async function faultsOf(changes: Record<string, unknown>): Promise<string[]> {
  const found = await faults(JSON.stringify({ ...SOUND, ...changes }));
  return found.map(fault => fault.replace(/line \d+, column \d+: /, ''));
}

test('a sound document has no fault', async () => {
  assert.deepEqual(await faultsOf({}), []);
});

test('missing and wrong fields of the document are named', async () => {
  assert.deepEqual(
    await faultsOf({
      spdxVersion: 'SPDX-2.9',
      dataLicense: 'MIT',
      SPDXID: 'SPDXRef-x',
      name: '',
      documentNamespace: 'sample#x',
      creationInfo: { created: '2024-02-30T00:00:00Z', creators: ['maker', 7], licenseListVersion: 'new' },
      more: 1,
    }),
    [
      'invalid-value /spdxVersion',
      'invalid-value /SPDXID',
      'invalid-value /dataLicense',
      'invalid-value /name',
      'invalid-value /documentNamespace',
      'invalid-value /creationInfo/created',
      'invalid-value /creationInfo/creators/0',
      'wrong-type /creationInfo/creators/1',
      'invalid-value /creationInfo/licenseListVersion',
      // A version that is none is judged as 2.2, whose packages must say more.
      'missing-field /packages/0',
      'missing-field /packages/0',
      'missing-field /packages/0',
      'missing-field /packages/0',
      'missing-field /packages/0',
      'unknown-field /more',
    ],
  );
});

test('packages, files, references and licences are judged', async () => {
  const found = await faultsOf({
    packages: [
      {
        SPDXID: 'SPDXRef-a b',
        name: 'a',
        downloadLocation: 'example.com/a',
        filesAnalyzed: false,
        packageVerificationCode: { packageVerificationCodeValue: 'ab' },
        supplier: 'Example',
        licenseDeclared: 'MIT OR',
        licenseConcluded: 'LicenseRef-x',
        primaryPackagePurpose: 'TOY',
        checksums: [
          { algorithm: 'SHA1', checksumValue: 'abc' },
          { algorithm: 'CRC', checksumValue: 'ab' },
        ],
        externalRefs: [
          { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'npm/a' },
          {
            referenceCategory: 'SECURITY',
            referenceType: 'cpe23Type',
            referenceLocator: 'cpe:2.3:a:x\\:y:a:1:*:*:*:*:*:*:*',
          },
        ],
        hasFiles: [],
      },
      { ...SOUND.packages[0], SPDXID: 'SPDXRef-DOCUMENT' },
    ],
    files: [
      {
        SPDXID: 'SPDXRef-f',
        fileName: './f',
        checksums: [{ algorithm: 'MD5', checksumValue: '0'.repeat(32) }],
        fileTypes: ['TOY'],
      },
    ],
    relationships: [
      { spdxElementId: 'NONE', relationshipType: 'NEEDS', relatedSpdxElement: 'SPDXRef-gone' },
      {
        spdxElementId: 'SPDXRef-f',
        relationshipType: 'OTHER',
        relatedSpdxElement: 'DocumentRef-x:SPDXRef-y',
      },
    ],
  });
  assert.deepEqual(found.sort(), [
    'dangling-reference /relationships/0/relatedSpdxElement',
    'dangling-reference /relationships/0/spdxElementId',
    'dangling-reference /relationships/1/relatedSpdxElement',
    'duplicate-id /packages/1/SPDXID',
    'excess-field /packages/0/packageVerificationCode',
    'invalid-checksum /packages/0/checksums/0/checksumValue',
    'invalid-value /files/0/fileTypes/0',
    'invalid-value /packages/0/SPDXID',
    'invalid-value /packages/0/checksums/1/algorithm',
    'invalid-value /packages/0/downloadLocation',
    'invalid-value /packages/0/externalRefs/0/referenceLocator',
    'invalid-value /packages/0/licenseDeclared',
    'invalid-value /packages/0/primaryPackagePurpose',
    'invalid-value /packages/0/supplier',
    'invalid-value /relationships/0/relationshipType',
    'invalid-value /relationships/0/spdxElementId',
    'missing-field /files/0/checksums',
    'no-subject line 1, column 1',
    'undefined-licence /packages/0/licenseConcluded',
  ]);
});

test('SPDX 2.2 demands more and knows less', async () => {
  const found = await faultsOf({
    spdxVersion: 'SPDX-2.2',
    packages: [
      {
        ...SOUND.packages[0],
        filesAnalyzed: false,
        copyrightText: 'NONE',
        licenseConcluded: 'NONE',
        releaseDate: '2024-01-01T00:00:00Z',
      },
    ],
  });
  assert.deepEqual(found, ['missing-field /packages/0', 'later-field /packages/0/releaseDate']);
});

test('repeated keys and broken text are told with line and column', async () => {
  assert.deepEqual(await faults('{"spdxVersion": "SPDX-2.3",\n "spdxVersion": }'), [
    'invalid-json line 2, column 17',
  ]);
  const twice = JSON.stringify(SOUND).replace('"name":"sample"', '"name":"sample",\n"name":"sample"');
  assert.deepEqual(await faults(twice), ['duplicate-key line 2, column 1: /name']);
});

test('faults of the line-based encodings name the line', async () => {
  const tags = [
    'SPDXVersion: SPDX-2.3',
    'DataLicense: CC0-1.0',
    'SPDXID: SPDXRef-DOCUMENT',
    'DocumentName: sample',
    'DocumentNamespace: https://example.com/sample',
    'Creator: Tool: maker-1',
    'Created: yesterday',
    'PackageName: a',
    'SPDXID: SPDXRef-a',
    'PackageDownloadLocation: NONE',
    'PackageLicenseDeclared: MIT AND',
    'Wonder: x',
    'nonsense',
  ];
  assert.deepEqual(await faults(tags.join('\n')), [
    'unknown-tag line 12',
    'odd-line line 13',
    'invalid-value line 7',
    'invalid-value line 11',
  ]);
  const yaml = 'spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nname: sample\nname: again\n';
  assert.deepEqual((await faults(yaml)).slice(0, 2), [
    'duplicate-key line 4, column 1',
    'missing-field line 1, column 1',
  ]);
});
