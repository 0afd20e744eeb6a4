import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideApp, type Line, lineKey, type Subject, supersedes } from './app.ts';

const DOCUMENT = 'd'.repeat(64);
const NOTHING = { app: null, release: null };
const EMPTY_SHA1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const ACME = { kind: 'organization', name: 'Acme', email: null, url: null } as const;
const BARE: Subject = { purls: [], digests: [], group: null, name: 'shop', version: '2.1', supplier: null };

test('each rule decides when those before it have nothing to say', () => {
  const full: Subject = {
    ...BARE,
    purls: ['pkg:npm/shop@2.0'],
    digests: [{ algorithm: 'SHA-1', value: EMPTY_SHA1 }],
    supplier: ACME,
  };
  assert.deepEqual(decideApp(full, { app: 'Shop', release: '9' }, DOCUMENT), {
    id: 'app:Shop',
    name: 'Shop',
    release: '9',
    rule: 'stated',
  });
  assert.deepEqual(decideApp(full, NOTHING, DOCUMENT), {
    id: 'pkg:npm/shop',
    name: 'shop',
    release: '2.0',
    rule: 'purl',
  });
  const unnamed = { ...full, purls: ['nonsense'] };
  assert.deepEqual(decideApp(unnamed, NOTHING, DOCUMENT), {
    id: `digest:sha1:${EMPTY_SHA1}`,
    name: 'shop',
    release: '2.1',
    rule: 'digest',
  });
  const supplied = { ...BARE, supplier: ACME };
  assert.deepEqual(decideApp(supplied, NOTHING, DOCUMENT), {
    id: 'name:["Acme","shop"]',
    name: 'shop',
    release: '2.1',
    rule: 'name-and-supplier',
  });
  assert.deepEqual(decideApp(BARE, NOTHING, DOCUMENT), {
    id: `document:${DOCUMENT}`,
    name: 'shop',
    release: '2.1',
    rule: 'document',
  });
  assert.deepEqual(decideApp(null, NOTHING, DOCUMENT), {
    id: `document:${DOCUMENT}`,
    name: 'dddddddddddd',
    release: null,
    rule: 'document',
  });
});

test('the user may name only the app, or only the release', () => {
  assert.deepEqual(decideApp(BARE, { app: 'Shop', release: null }, DOCUMENT), {
    id: 'app:Shop',
    name: 'Shop',
    release: '2.1',
    rule: 'stated',
  });
  assert.equal(decideApp(BARE, { app: null, release: '3' }, DOCUMENT).release, '3');
});

test('two versions of one package are one app', () => {
  const of = (purl: string): string => decideApp({ ...BARE, purls: [purl] }, NOTHING, DOCUMENT).id;
  assert.equal(of('pkg:pypi/Zope.Interface@1'), of('pkg:pypi/zope-interface@2?file_name=x'));
});

test('two images whose paths end alike are two apps, and a tag is the release', () => {
  const of = (repository: string) =>
    decideApp(
      { ...BARE, version: null, purls: [`pkg:oci/web@sha256:aa?repository_url=${repository}&tag=1.2`] },
      NOTHING,
      DOCUMENT,
    );
  assert.notEqual(of('example.com/a/web').id, of('example.com/b/web').id);
  assert.equal(of('example.com/a/web').release, '1.2');
});

test('a line is a release, or a branch where there is none, in one phase from one tool', () => {
  const line: Line = { app: 'a', release: '1', branch: 'main', phase: 'build', tool: 'syft' };
  assert.equal(lineKey(line), lineKey({ ...line, branch: 'topic' }));
  assert.notEqual(lineKey({ ...line, release: null }), lineKey({ ...line, release: null, branch: 'topic' }));
  assert.notEqual(lineKey(line), lineKey({ ...line, phase: null }));
});

test('within a line the higher revision or the later time supersedes', () => {
  const first = { serialNumber: 'urn:uuid:1', revision: 1, created: '2024-01-02' };
  assert.ok(supersedes({ ...first, revision: 2, created: '2024-01-01' }, first));
  assert.ok(!supersedes(first, { ...first, revision: 2 }));
  assert.ok(supersedes({ serialNumber: null, revision: null, created: '2024-01-03' }, first));
  assert.ok(!supersedes({ serialNumber: null, revision: null, created: null }, first));
});
