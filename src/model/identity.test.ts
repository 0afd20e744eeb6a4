import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identitiesOf, identityKey, normaliseGitoid } from './identity.ts';

test('what a component states, strongest first, each with its key', () => {
  const keys = identitiesOf({
    purls: ['pkg:NPM/%40scope%2Fname@1', 'nonsense'],
    cpes: ['cpe:/a:scope:name:1'],
    digests: [
      { algorithm: 'SHA-1', value: 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709' },
      { algorithm: 'SHA-1', value: 'short' },
    ],
    gitoids: ['gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64'],
    swids: ['swid:Example.com-Name'],
    group: '@scope',
    name: 'name',
    version: '1',
    supplier: { kind: 'organization', name: ' Acme ', email: null, url: null },
  }).map(identityKey);
  assert.deepEqual(keys, [
    'pkg:npm/%40scope/name@1',
    'cpe:2.3:a:scope:name:1:*:*:*:*:*:*:*',
    'digest:sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709',
    'gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64',
    'swid:example.com-name',
    'name:["@scope/name","1","Acme"]',
  ]);
});

test('a Software Heritage id is the gitoid it is made of', () => {
  const hash = '94a9ed024d3859793618152ea559a168bbcbb5e2';
  assert.equal(normaliseGitoid(`swh:1:cnt:${hash};origin=https://example.com`), `gitoid:blob:sha1:${hash}`);
  assert.equal(normaliseGitoid(`swh:1:rev:${hash.toUpperCase()}`), `gitoid:commit:sha1:${hash}`);
  assert.equal(normaliseGitoid(`swh:1:snp:${hash}`), `swh:1:snp:${hash}`);
  assert.equal(normaliseGitoid('gitoid:blob:sha256:abc'), null);
});
