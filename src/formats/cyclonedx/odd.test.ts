import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReadResult } from '../../model/facts.ts';
import { RELATIONS } from '../../model/relation.ts';
import { documentInput } from '../input.ts';
import { format } from './format.ts';

// What documents have that no specification gives them, and what is made of it.

function read(document: object): ReadResult {
  const whole = { bomFormat: 'CycloneDX', specVersion: '1.6', ...document };
  return format.read(documentInput(Buffer.from(JSON.stringify(whole)), 'bom.json'));
}

test('an algorithm is known by any spelling, and its length holds for each', () => {
  const hex = (digits: number) => 'ab'.repeat(digits / 2);
  const { bom, diagnostics } = read({
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
  const { bom } = read({
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
  const [x] = bom?.components ?? [];
  assert.deepEqual([bom?.supplier, bom?.authors.map(({ name }) => name)], [null, ['Ada']]);
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
    components: purls.map(purl => ({ type: 'library', name: 'x', purl })),
  });
  assert.equal(status, 'accepted');
  assert.deepEqual(
    diagnostics.map(({ code, at }) => [code, at]),
    [3, 4, 5, 6].map(index => ['invalid-purl', `/components/${index}/purl`]),
  );
});

test('a licence is the first text that says something, and empty ones are nothing lost', () => {
  const licencesOf = (...licenses: unknown[]) => {
    const { bom, status, diagnostics } = read({
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

test('duplicate, dangling and foreign refs are named and invent nothing', () => {
  const result = read({
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
    components: [
      { type: 'library', 'bom-ref': 5, name: 'a' },
      { type: 'library', 'bom-ref': '6', name: 'b' },
    ],
    dependencies: [
      { ref: 5, dependsOn: [6], provides: [6] },
      { ref: '6', dependsOn: ['5'] },
    ],
  });
  assert.deepEqual(
    bom?.relations.map(({ from, to, type }) => [from, RELATIONS[type]?.name, to]),
    [
      [0, 'DEPENDS_ON', 1],
      [0, 'PROVIDES', 1],
      [1, 'DEPENDS_ON', 0],
    ],
  );
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

test('what a vulnerability affects is an entry, a purl or a BOM-Link, or leads nowhere', () => {
  const refs = ['a', 's', 'pkg:npm/x@1', 'urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#a', 'gone'];
  const { bom, status, diagnostics } = read({
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
