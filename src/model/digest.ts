import { getHashes, hash } from 'node:crypto';
import type { Digest } from './facts.ts';

/** Bytes of a digest, by the one spelling of its algorithm that Larder joins by. */
const LENGTHS: ReadonlyMap<string, number> = new Map([
  ['md2', 16],
  ['md4', 16],
  ['md5', 16],
  ['sha1', 20],
  ['sha224', 28],
  ['sha256', 32],
  ['sha384', 48],
  ['sha512', 64],
  ['sha512-224', 28],
  ['sha512-256', 32],
  ['sha3-224', 28],
  ['sha3-256', 32],
  ['sha3-384', 48],
  ['sha3-512', 64],
  ['blake2b-160', 20],
  ['blake2b-256', 32],
  ['blake2b-384', 48],
  ['blake2b-512', 64],
  ['blake2s-256', 32],
  ['blake3', 32],
  ['adler32', 4],
  ['crc32', 4],
  ['ripemd160', 20],
  ['streebog-256', 32],
  ['streebog-512', 64],
  ['sm3', 32],
  ['whirlpool', 64],
]);

/** Spellings without separators, to ours: `sha3256` would otherwise be read in two ways. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  [...LENGTHS.keys()].map(name => [name.replaceAll('-', ''), name]),
);

const MAX_LENGTH = 1_024;

/**
 * The algorithm in Larder's spelling: SHA-256, SHA256, sha_256 and SPDX's `checksumAlgorithm_sha256` are all `sha256`. One it does not know
 * comes back as stated, in lower case.
 */
export function normaliseAlgorithm(stated: string): string {
  const lower = stated
    .trim()
    .toLowerCase()
    .replace(/^.*checksumalgorithm_/, '');
  return SPELLINGS.get(lower.replaceAll(/[-_/ ]/g, '')) ?? lower;
}

/** Hexadecimal digits in lower case, without space around them; null for what is none. Most are so already: there are hundreds of thousands of them. */
export function lowerHex(text: string): string | null {
  if (isLowerHex(text)) return text;
  const lower = text.trim().toLowerCase();
  return isLowerHex(lower) ? lower : null;
}

/** A loop, since an expression takes twice as long. */
function isLowerHex(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x66 || (code > 0x39 && code < 0x61)) return false;
  }
  return text.length > 0;
}

/**
 * A digest as a document states it, in hex or base64, with or without its algorithm before it. A text in place of the digest is a clause that
 * says what is wrong.
 */
export function readDigest(algorithm: string, stated: string): Digest | string {
  if (stated.length > MAX_LENGTH) return `a digest of ${stated.length} characters is none`;
  const name = normaliseAlgorithm(algorithm);
  const value = stated.trim().replace(/^[a-z0-9-]+:/i, '');
  const bytes = LENGTHS.get(name);
  if (bytes === undefined)
    return value === ''
      ? 'the digest is empty'
      : { algorithm: name, value: isHex(value) ? value.toLowerCase() : value };
  if (isHex(value) && value.length === bytes * 2) return { algorithm: name, value: value.toLowerCase() };
  const decoded = fromBase64(value);
  if (decoded?.length === bytes) return { algorithm: name, value: decoded.toString('hex') };
  return `${JSON.stringify(value.slice(0, 80))} is no ${name} digest, which has ${bytes * 2} hexadecimal digits`;
}

/** `sha256:hex` or `sha256-base64`; null when it is neither. */
export function parseDigest(text: string): Digest | null {
  const match = /^\s*([A-Za-z0-9_]+(?:-(?:160|224|256|384|512))?)[:-]([A-Za-z0-9+/=_-]+)\s*$/.exec(text);
  if (match === null) return null;
  const digest = readDigest(match[1] ?? '', match[2] ?? '');
  return typeof digest === 'string' || !LENGTHS.has(digest.algorithm) ? null : digest;
}

/** Subresource Integrity, as lockfiles have it: digests in base64 between spaces, each perhaps with `?options`. Those it cannot read are left out. */
export function parseIntegrity(text: string): Digest[] {
  if (text.length > 16 * MAX_LENGTH) return [];
  const parts = text.split(/\s+/).map(part => parseDigest(part.replace(/\?.*$/, '')));
  return parts.filter(digest => digest !== null);
}

/** `sha256:hex`: the text a digest is keyed and shown by. */
export function formatDigest(digest: Digest): string {
  return `${digest.algorithm}:${digest.value}`;
}

function isHex(text: string): boolean {
  return text !== '' && /^[0-9a-f]*$/i.test(text);
}

function fromBase64(text: string): Buffer | null {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return null;
  return Buffer.from(text, 'base64');
}

let ofNothing: ReadonlySet<string> | null = null;

/**
 * Whether two things with this digest (lower-case hex) are one. Not with that of no bytes, which all empty files have, and which writers give for a folder; and not with the
 * zeros that stand for a digest nobody computed.
 */
export function identifies(value: string): boolean {
  ofNothing ??= new Set(
    [...LENGTHS.keys()].flatMap(algorithm => digestOf(new Uint8Array(), algorithm) ?? []),
  );
  return !ofNothing.has(value) && !/^0+$/.test(value);
}

/** The digest of bytes, lower-case hex, by an algorithm in Larder's spelling; null for one that the engine does not know. */
export function digestOf(bytes: Uint8Array, algorithm: string): string | null {
  const name = engineName(algorithm);
  return name === undefined ? null : hash(name, bytes, 'hex');
}

/** Whether `digestOf` knows the algorithm. */
export function canDigest(algorithm: string): boolean {
  return engineName(algorithm) !== undefined;
}

/** OpenSSL writes `blake2b512` where we write `blake2b-512`. */
function engineName(algorithm: string): string | undefined {
  return [algorithm, algorithm.replaceAll('-', '')].find(one => getHashes().includes(one));
}
