import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listOf, pick, textOf } from '../../formats/in-toto/values.ts';
import { parseJson } from '../../formats/json.ts';
import { messageOf } from '../../model/errors.ts';
import { TrustError } from '../errors.ts';

/** Where an image and what is said of it are kept. Everything in it is found by digest, and nothing is used whose bytes do not have it. */
export interface ImageSource {
  /** The folder, or the repository in a registry. */
  readonly name: string;
  readonly manifests: readonly Manifest[];
  /** The bytes of a blob; null when there is none. Throws `digest-mismatch` when they are others. */
  readonly blob: (digest: string) => Promise<Buffer | null>;
}

/** An image layout on disk (OCI image-spec, image-layout.md): its manifests are those that index.json leads to, those named there first. */
export interface Layout extends ImageSource {
  readonly folder: string;
}

export interface Manifest {
  /** `sha256:HEX` */
  readonly digest: string;
  /** Whether index.json names it itself. */
  readonly top: boolean;
  /** What the descriptor that leads here is called: the tag, or cosign's `kind`. */
  readonly names: readonly string[];
  /** Null when its blob is not in the layout. */
  readonly value: unknown;
}

export interface Descriptor {
  readonly digest: string;
  readonly mediaType: string;
  /** What kind of thing the manifest it names holds; empty when it does not say. */
  readonly artifactType: string;
  readonly annotations: unknown;
}

/** Manifests and indexes are small by the specification's own limit. */
const LARGEST_MANIFEST = 4 * 1024 * 1024;
/** The largest blob that is read whole: evidence is small. */
export const LARGEST_BLOB = 64 * 1024 * 1024;
const MOST_MANIFESTS = 10_000;
const DEEPEST = 4;
const DIGEST = /^(sha256|sha512):([0-9a-f]{64}|[0-9a-f]{128})$/;
const MANIFEST_TYPE =
  /^application\/vnd\.(?:oci\.image\.(?:manifest|index)\.v1|docker\.distribution\.manifest(?:\.list)?\.v2)\+json$/;

/** Whether a folder is an image layout. */
export async function isImageLayout(folder: string): Promise<boolean> {
  const files = await Promise.all(
    ['oci-layout', 'index.json'].map(name => lstat(join(folder, name)).catch(() => null)),
  );
  return files.every(file => file?.isFile() === true);
}

/** Reads the index and every manifest it leads to. Throws `evidence-malformed` or `digest-mismatch`. */
export async function readLayout(folder: string): Promise<Layout> {
  const manifests: Manifest[] = [];
  const seen = new Set<string>();
  let front = descriptorsIn(await readIndex(folder), 'manifests');
  for (let depth = 0; front.length > 0 && depth < DEEPEST; depth++) {
    const next: Descriptor[] = [];
    for (const one of front) {
      if (seen.has(one.digest) || !MANIFEST_TYPE.test(one.mediaType)) continue;
      if (seen.size >= MOST_MANIFESTS)
        throw new TrustError(
          'evidence-unsupported',
          `${folder} names more than ${MOST_MANIFESTS} manifests.`,
        );
      seen.add(one.digest);
      const bytes = await readBlob(folder, one.digest, LARGEST_MANIFEST);
      const value = bytes === null ? null : jsonOf(bytes, one.digest);
      const names = ['org.opencontainers.image.ref.name', 'kind'].map(
        key => textOf(one.annotations, key) ?? '',
      );
      manifests.push({ digest: one.digest, top: depth === 0, names, value });
      next.push(...descriptorsIn(value, 'manifests'));
    }
    front = next;
  }
  return { name: folder, folder, manifests, blob: digest => readBlob(folder, digest) };
}

async function readBlob(folder: string, digest: string, limit = LARGEST_BLOB): Promise<Buffer | null> {
  const path = blobPath(folder, digest);
  // A link could lead out of the folder.
  const found = await lstat(path).catch(() => null);
  if (found === null || !found.isFile()) return null;
  if (found.size > limit)
    throw new TrustError(
      'evidence-unsupported',
      `The blob ${digest} has ${found.size} bytes; ${limit} are the most that are read.`,
    );
  const bytes = await readFile(path);
  checkBytes(digest, bytes);
  return bytes;
}

/** Throws `digest-mismatch` for bytes that do not have the digest they are named by. */
export function checkBytes(digest: string, bytes: Uint8Array): void {
  const hash = createHash(digest.split(':')[0] as string);
  checkDigest(digest, hash.update(bytes).digest('hex'));
}

/** Whether the layout has a blob of any size, with the bytes its digest says. Throws `digest-mismatch`. */
export async function hasBlob(folder: string, digest: string): Promise<boolean> {
  const path = blobPath(folder, digest);
  const found = await lstat(path).catch(() => null);
  if (found === null || !found.isFile()) return false;
  const hash = createHash(digest.split(':')[0] as string);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>)
    hash.update(chunk);
  checkDigest(digest, hash.digest('hex'));
  return true;
}

/** The descriptors under a key of a manifest or index; those without a digest of a known kind are left out. */
export function descriptorsIn(value: unknown, key: string): Descriptor[] {
  const list = key === 'config' ? [pick(value, key)] : listOf(value, key);
  return list.slice(0, MOST_MANIFESTS).flatMap(one => {
    const digest = textOf(one, 'digest');
    if (digest === null || !DIGEST.test(digest)) return [];
    const [mediaType, artifactType] = [textOf(one, 'mediaType') ?? '', textOf(one, 'artifactType') ?? ''];
    return [{ digest, mediaType, artifactType, annotations: pick(one, 'annotations') }];
  });
}

async function readIndex(folder: string): Promise<unknown> {
  const path = join(folder, 'index.json');
  const found = await lstat(path);
  if (found.size > LARGEST_MANIFEST)
    throw new TrustError(
      'evidence-unsupported',
      `${path} has ${found.size} bytes, which is more than an index has.`,
    );
  return jsonOf(await readFile(path), path);
}

function blobPath(folder: string, digest: string): string {
  const [algorithm, hex] = digest.split(':') as [string, string];
  return join(folder, 'blobs', algorithm, hex);
}

function checkDigest(digest: string, actual: string): void {
  if (digest.split(':')[1] !== actual)
    throw new TrustError(
      'digest-mismatch',
      `What is kept as ${digest} has other bytes: their digest is ${actual}.`,
    );
}

/** The value of a manifest or index. Throws `evidence-malformed`. */
export function jsonOf(bytes: Uint8Array, name: string): unknown {
  try {
    return parseJson(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new TrustError('evidence-malformed', `${name} is no JSON: ${messageOf(cause)}`, { cause });
  }
}
