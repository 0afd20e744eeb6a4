import { getHashes, hash } from 'node:crypto';

/** The SHA-256 of bytes, lower-case hex: the name of a document. */
export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

/** The digest of bytes, lower-case hex, by an algorithm in Larder's spelling (model/digest.ts); null for one that this engine does not know. */
export function digestOf(bytes: Uint8Array, algorithm: string): string | null {
  // OpenSSL writes `blake2b512` where we write `blake2b-512`.
  const name = [algorithm, algorithm.replaceAll('-', '')].find(one => getHashes().includes(one));
  return name === undefined ? null : hash(name, bytes, 'hex');
}
