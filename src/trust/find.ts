import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { textOf } from '../formats/in-toto/values.ts';
import { jsonOrNull } from '../formats/json.ts';
import { decodeBase64, decodeHex } from '../io/base64.ts';
import { type Artifact, artifactOfBytes, artifactOfDigests } from './artifact.ts';
import { TrustError } from './errors.ts';

/** Above this an artifact is hashed as a stream and known by its digests only. */
const IN_MEMORY = 256 * 1024 * 1024;

/** Evidence files are small; a larger one is no evidence. */
const LARGEST_EVIDENCE = 64 * 1024 * 1024;

/** Endings of files that tools put beside what they sign, the most telling first. */
const BESIDE: readonly string[] = [
  '.sigstore.json',
  '.sigstore',
  '.sigstore.jsonl',
  '.bundle',
  '.intoto.jsonl',
  '.intoto.json',
  '.intoto.sigstore',
  '.intoto.build.slsa',
  '.build.slsa',
  '.provenance',
  '.attestation',
  '.publish.attestation',
  '.slsa.attestation',
  '.att.json',
  '.attestations.json',
  '.cosign.bundle',
];

/** Hex lengths of digests that may be given in place of an artifact. */
const DIGEST_BYTES: Readonly<Record<string, number>> = {
  sha256: 32,
  sha384: 48,
  sha512: 64,
  gitCommit: 20,
  gitTree: 20,
  gitBlob: 20,
  gitTag: 20,
};

/** What the user named: an artifact by its bytes, or by a digest of it. */
export interface NamedArtifact {
  readonly artifact: Artifact;
  readonly fileName: string;
  /** Null for a digest. */
  readonly path: string | null;
}

/**
 * Understands `sha256:HEX` (and sha384, sha512, gitCommit, gce_image_id), `IMAGE@sha256:HEX`, or a file. An image by tag is refused: it may be another tomorrow.
 * Throws `image-mutable` or `artifact-missing`.
 */
export async function nameArtifact(text: string, resolve: (path: string) => string): Promise<NamedArtifact> {
  const digest =
    /^(?:(.+)@)?(sha256|sha384|sha512|gitCommit|gitTree|gitBlob|gitTag|gce_image_id):([0-9a-fA-F]+)$/.exec(
      text,
    );
  if (digest !== null) {
    const [, image, algorithm, hex] = digest as unknown as [string, string | undefined, string, string];
    const bytes = algorithm === 'gce_image_id' ? Buffer.from(hex, 'utf8') : decodeHex(hex.toLowerCase());
    if (bytes === null || (DIGEST_BYTES[algorithm] ?? bytes.length) !== bytes.length)
      throw new TrustError('artifact-missing', `${text}: this is no whole ${algorithm} digest.`);
    return {
      artifact: artifactOfDigests(text, new Map([[algorithm, bytes]])),
      fileName: image ?? text,
      path: null,
    };
  }
  const path = resolve(text);
  const found = await stat(path).catch(() => null);
  if (found === null && looksLikeImage(text))
    throw new TrustError(
      'image-mutable',
      `${text} names an image by a tag, which may be another image tomorrow; name it by digest, as in ${text.split(':')[0]}@sha256:...`,
    );
  if (found === null || !found.isFile())
    throw new TrustError('artifact-missing', `${text} is no file and no digest; give a path, or sha256:HEX.`);
  const name = basename(path);
  if (found.size <= IN_MEMORY)
    return { artifact: artifactOfBytes(name, await readFile(path)), fileName: name, path };
  return { artifact: artifactOfDigests(name, await streamDigests(path)), fileName: name, path };
}

/** The evidence that lies beside an artifact: files whose names are its own with a known ending. */
export async function evidenceBeside(path: string): Promise<string[]> {
  const names = new Set(await readdir(dirname(path)));
  const own = basename(path);
  return BESIDE.map(ending => own + ending)
    .filter(name => names.has(name))
    .map(name => join(dirname(path), name));
}

/** Reads a file of evidence, bounded; a bare signature in binary, as OpenSSL writes it, comes as base64. Throws `evidence-missing` or `evidence-unsupported`. */
export async function readEvidenceFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile())
    throw new TrustError('evidence-missing', `${path} is not there or no file.`, { missing: true });
  if (found.size > LARGEST_EVIDENCE)
    throw new TrustError(
      'evidence-unsupported',
      `${path} has ${found.size} bytes, which is more than evidence has.`,
    );
  const bytes = await readFile(path);
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'base64');
}

/** Reads an RFC 3161 timestamp: DER as authorities send it, or the JSON in which cosign keeps it. Throws `timestamp-invalid`. */
export async function readTimestampFile(path: string): Promise<Buffer> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile() || found.size > LARGEST_TIMESTAMP)
    throw new TrustError('timestamp-invalid', `${path} is not there, no file, or too large for a timestamp.`);
  const bytes = await readFile(path);
  if (bytes[0] !== 0x7b) return bytes;
  const held = decodeBase64(textOf(jsonOrNull(bytes), 'SignedRFC3161Timestamp') ?? '');
  if (held !== null && held.length > 0) return held;
  throw new TrustError('timestamp-invalid', `${path} holds no SignedRFC3161Timestamp.`);
}

const LARGEST_TIMESTAMP = 1024 * 1024;

function looksLikeImage(text: string): boolean {
  return (
    /^[a-z0-9][a-z0-9._-]*(?::\d+)?(?:\/[a-z0-9._-]+)+(?::[\w.-]+)?$/.test(text) && !text.startsWith('.')
  );
}

async function streamDigests(path: string): Promise<Map<string, Buffer>> {
  const hashes = ['sha256', 'sha384', 'sha512'].map(name => [name, createHash(name)] as const);
  for await (const chunk of createReadStream(path, {
    highWaterMark: 4 * 1024 * 1024,
  }) as AsyncIterable<Buffer>)
    for (const [, hash] of hashes) hash.update(chunk);
  return new Map(hashes.map(([name, hash]) => [name, hash.digest()]));
}
