import { createHash } from 'node:crypto';
import { messageOf } from '../../model/errors.ts';
import type { OciRepository } from '../../registries/oci/client.ts';
import { TrustError } from '../errors.ts';
import { isSignatureType } from './evidence.ts';
import {
  checkBytes,
  type Descriptor,
  descriptorsIn,
  type ImageSource,
  jsonOf,
  LARGEST_BLOB,
  type Manifest,
} from './layout.ts';

/** An image in a registry, with what the registry has about it. */
export interface RemoteImage extends ImageSource {
  /** Media types of what refers to the image and is no signature that is understood, and was left where it is. */
  readonly others: readonly string[];
}

/** An image with more is flooded: each costs a request. */
const MOST_REFERRERS = 200;

/**
 * What a registry has about an image: manifests that name it as their subject (the referrers API, else the tag that stands in for it), and cosign's tags. Everything
 * is checked against the digest it was asked for by; a manifest behind a tag counts as what the tag's name says.
 *
 * @throws TrustError `artifact-missing`, `evidence-missing` (the registry does not answer), `evidence-unsupported`, `digest-mismatch`
 */
export async function imageInRegistry(
  repository: OciRepository,
  name: string,
  image: string,
): Promise<RemoteImage> {
  return asked(async () => {
    const manifest = await manifestOf(repository, image);
    if (manifest === null) throw absent(`${name}@${image}`);
    const stem = image.replace(':', '-');
    const referring = await referrersOf(repository, image, stem);
    const wanted = referring.filter(one => one.artifactType === '' || isSignatureType(one.artifactType));
    if (wanted.length > MOST_REFERRERS)
      throw new TrustError(
        'evidence-unsupported',
        `${wanted.length} manifests say something of ${image}; ${MOST_REFERRERS} are the most that are read.`,
      );
    const manifests: Manifest[] = [manifest];
    for (const { digest } of wanted) {
      const found = await manifestOf(repository, digest);
      if (found !== null) manifests.push(found);
    }
    for (const tag of [`${stem}.sig`, `${stem}.att`]) {
      const bytes = await repository.manifest(tag);
      if (bytes !== null)
        manifests.push({ digest: tag, top: true, names: [tag], value: jsonOf(bytes, `${name}:${tag}`) });
    }
    return {
      name,
      manifests,
      others: [...new Set(referring.filter(one => !wanted.includes(one)).map(one => one.artifactType))],
      blob: digest => asked(() => blobOf(repository, digest)),
    };
  });
}

/** The digest that a tag has now. @throws TrustError as above */
export async function digestOfTag(repository: OciRepository, name: string, tag: string): Promise<string> {
  const bytes = await asked(() => repository.manifest(tag));
  if (bytes === null) throw absent(`${name}:${tag}`);
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** What the registry lists as referring to the image, or where it has no such list, what clients have put down under the tag in its place. */
async function referrersOf(
  repository: OciRepository,
  image: string,
  tag: string,
): Promise<readonly Descriptor[]> {
  const listed = await repository.referrers(image);
  if (listed !== null) return descriptorsIn({ manifests: listed }, 'manifests');
  const index = await repository.manifest(tag);
  return index === null ? [] : descriptorsIn(jsonOf(index, tag), 'manifests');
}

async function manifestOf(repository: OciRepository, digest: string): Promise<Manifest | null> {
  const bytes = await repository.manifest(digest);
  if (bytes === null) return null;
  checkBytes(digest, bytes);
  return { digest, top: true, names: [], value: jsonOf(bytes, digest) };
}

async function blobOf(repository: OciRepository, digest: string): Promise<Buffer | null> {
  const bytes = await repository.blob(digest, LARGEST_BLOB);
  if (bytes === null) return null;
  checkBytes(digest, bytes);
  return Buffer.from(bytes);
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof TrustError) throw cause;
    throw new TrustError('evidence-missing', messageOf(cause), { missing: true, cause });
  }
}

function absent(what: string): TrustError {
  return new TrustError('artifact-missing', `The registry has no ${what}.`, { missing: true });
}
