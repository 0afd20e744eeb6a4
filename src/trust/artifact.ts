import { createHash } from 'node:crypto';

/** What evidence must be about: bytes, or only what is known of them. */
export interface Artifact {
  /** A name for messages. */
  readonly name: string;
  /** The bytes, null when only a digest is known. */
  readonly bytes: Uint8Array | null;
  /** The digest under an algorithm in lower case (`sha256`, `sha512`, `gitCommit` as written), null when it is not known. */
  readonly digest: (algorithm: string) => Buffer | null;
}

const HASHES: ReadonlyMap<string, string> = new Map([
  ['sha256', 'sha256'],
  ['sha384', 'sha384'],
  ['sha512', 'sha512'],
  ['sha2-256', 'sha256'],
  ['sha2-512', 'sha512'],
  ['sha3-256', 'sha3-256'],
  ['sha3-384', 'sha3-384'],
  ['sha3-512', 'sha3-512'],
  ['blake2b-512', 'blake2b512'],
]);

/** An artifact whose bytes are at hand. Digests are made when first asked for. */
export function artifactOfBytes(name: string, bytes: Uint8Array): Artifact {
  const made = new Map<string, Buffer>();
  return {
    name,
    bytes,
    digest: algorithm => {
      const hash = HASHES.get(algorithm.toLowerCase().replace('_', '-'));
      if (hash === undefined) return null;
      const known = made.get(hash) ?? createHash(hash).update(bytes).digest();
      made.set(hash, known);
      return known;
    },
  };
}

/** An artifact of which only digests are known, as `algorithm -> bytes`. */
export function artifactOfDigests(name: string, digests: ReadonlyMap<string, Buffer>): Artifact {
  return {
    name,
    bytes: null,
    digest: algorithm => digests.get(algorithm) ?? digests.get(algorithm.toLowerCase()) ?? null,
  };
}
