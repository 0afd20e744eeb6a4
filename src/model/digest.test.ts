import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  digestOf,
  formatDigest,
  identifies,
  lowerHex,
  normaliseAlgorithm,
  parseDigest,
  parseIntegrity,
  readDigest,
} from './digest.ts';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const EMPTY_BASE64 = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

test('one spelling for every way to name an algorithm', () => {
  const table: [string, string][] = [
    ['SHA-1', 'sha1'],
    ['SHA256', 'sha256'],
    ['SHA_512', 'sha512'],
    ['SHA3-384', 'sha3-384'],
    ['sha3_256', 'sha3-256'],
    ['SHA-512/256', 'sha512-256'],
    ['BLAKE2b-256', 'blake2b-256'],
    ['BLAKE3', 'blake3'],
    ['ADLER32', 'adler32'],
    ['http://spdx.org/rdf/terms#checksumAlgorithm_sha256', 'sha256'],
    ['Streebog-256', 'streebog-256'],
    ['KangarooTwelve', 'kangarootwelve'],
    ['__proto__', '__proto__'],
  ];
  for (const [stated, expected] of table) assert.equal(normaliseAlgorithm(stated), expected, stated);
});

test('hex, base64, prefixes and lengths', () => {
  const digest = { algorithm: 'sha256', value: EMPTY };
  for (const value of [EMPTY, EMPTY.toUpperCase(), ` ${EMPTY}\n`, `sha256:${EMPTY}`, EMPTY_BASE64]) {
    assert.deepEqual(readDigest('SHA-256', value), digest, value);
  }
  assert.deepEqual(parseDigest(`sha256:${EMPTY}`), digest);
  assert.deepEqual(parseDigest(`sha256-${EMPTY_BASE64}`), digest);
  assert.equal(formatDigest(digest), `sha256:${EMPTY}`);
  assert.match(String(readDigest('SHA-256', 'abc')), /is no sha256 digest, which has 64 hexadecimal digits$/);
  assert.match(String(readDigest('SHA-1', EMPTY)), /is no sha1 digest/);
  assert.match(String(readDigest('SHA-1', 'a'.repeat(5000))), /characters/);
  assert.deepEqual(readDigest('tiger', 'ABCD'), { algorithm: 'tiger', value: 'abcd' });
  assert.equal(parseDigest('left-pad'), null);
});

test('subresource integrity holds several', () => {
  const sha1 = 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=';
  assert.deepEqual(
    parseIntegrity(`${sha1} sha256-${EMPTY_BASE64}?x md5-zzz nonsense`).map(({ algorithm }) => algorithm),
    ['sha1', 'sha256'],
  );
});

test('never throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (algorithm, value) => {
      readDigest(algorithm, value);
      parseDigest(value);
      parseIntegrity(value);
    }),
  );
});

test('hexadecimal digits come in lower case and without space around them, or not at all', () => {
  assert.equal(lowerHex('00ff'), '00ff');
  assert.equal(lowerHex(' 00FF\n'), '00ff');
  for (const none of ['', ' ', 'g0', '0x00', '00 ff', '00:ff', '\u0660']) assert.equal(lowerHex(none), null);
});

test('digests by any algorithm that the engine has', () => {
  const bytes = Buffer.from('abc');
  assert.equal(digestOf(bytes, 'sha1'), 'a9993e364706816aba3e25717850c26c9cd0d89d');
  assert.equal(
    digestOf(bytes, 'sha512-256'),
    '53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23',
  );
  assert.equal(digestOf(bytes, 'blake2b-512')?.slice(0, 16), 'ba80a53f981c4d0d');
  assert.equal(digestOf(bytes, 'blake3'), null);
  assert.equal(digestOf(bytes, '__proto__'), null);
});

test('neither the digest of nothing nor zeros make two things one', () => {
  for (const value of [EMPTY, 'da39a3ee5e6b4b0d3255bfef95601890afd80709', '0'.repeat(64), '0'.repeat(40)])
    assert.equal(identifies(value), false, value);
  assert.equal(identifies(`${'0'.repeat(63)}1`), true);
  assert.equal(identifies(digestOf(Buffer.from('abc'), 'sha256') ?? ''), true);
});
