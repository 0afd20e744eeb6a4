import { createHash } from 'node:crypto';
import { pick, textOf } from '../../formats/in-toto/values.ts';
import { jsonOrNull } from '../../formats/json.ts';
import { isObject } from '../../formats/sigstore/fields.ts';
import { certificatesFromPem } from '../certificate.ts';
import { TrustError } from '../errors.ts';
import {
  type Descriptor,
  descriptorsIn,
  hasBlob,
  type ImageSource,
  type Layout,
  type Manifest,
} from './layout.ts';

/** Evidence that lies with an image: its text, and for cosign's simple signing the payload that was signed. */
export interface ImageEvidence {
  readonly name: string;
  readonly text: string;
  readonly payload: Buffer | null;
}

const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
const ENVELOPE = 'application/vnd.dsse.envelope.v1+json';
const BUNDLE = /^application\/vnd\.dev\.sigstore\.bundle[+.]/;

/** Types by which a manifest says that it holds signatures: those of its layers, or cosign's own. */
const SIGNATURE_ARTIFACT = /^application\/vnd\.dev\.cosign\.artifact\.(?:sig|att)\.v1\+json$/;

/** Whether a manifest or layer of this media type can hold evidence that is understood. */
export function isSignatureType(type: string): boolean {
  return type === SIMPLE_SIGNING || type === ENVELOPE || BUNDLE.test(type) || SIGNATURE_ARTIFACT.test(type);
}

/** Tags that hold what is said of an image: cosign's, and the fallback for registries without referrers (distribution-spec). */
const ABOUT_TAG = /(?:^|:)(sha256-[0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/;
const ABOUT_KIND = /^dev\.cosignproject\.cosign\/(?:sigs|atts|sboms)$/;

/**
 * The one image of a layout. Throws `artifact-missing` when there is none, or several and none was named: which one is meant must not be guessed.
 */
export function onlyImage(layout: Layout): string {
  const images = [
    ...new Set(layout.manifests.filter(one => one.top && !isAboutAnother(one)).map(one => one.digest)),
  ];
  const [only, second] = images;
  if (only !== undefined && second === undefined) return only;
  throw new TrustError(
    'artifact-missing',
    only === undefined
      ? `${layout.folder} holds no image.`
      : `${layout.folder} holds ${images.length} images; name one of them, as in ${layout.folder}@${only}.`,
    { missing: true },
  );
}

/**
 * Whether the parts of an image are what its manifests say, each by digest; how many are not in the layout. Throws `digest-mismatch`, and `artifact-missing` without
 * the manifest itself.
 */
export async function checkImage(
  layout: Layout,
  image: string,
): Promise<{ checked: number; absent: number }> {
  const byDigest = new Map(layout.manifests.map(one => [one.digest, one.value]));
  if ((byDigest.get(image) ?? null) === null)
    throw new TrustError('artifact-missing', `${layout.folder} does not hold ${image}.`, { missing: true });
  const done = new Set([image]);
  const parts = [image];
  let absent = 0;
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const value = byDigest.get(part);
    if (value === undefined ? !(await hasBlob(layout.folder, part)) : value === null) absent++;
    for (const { digest } of ['manifests', 'config', 'layers'].flatMap(key => descriptorsIn(value, key))) {
      if (done.has(digest)) continue;
      done.add(digest);
      parts.push(digest);
    }
  }
  return { checked: done.size - absent, absent };
}

/** All signatures and attestations about an image: by subject (referrers), by cosign's tags, and what cosign saved beside it. Throws `digest-mismatch`. */
export async function evidenceAbout(source: ImageSource, image: string): Promise<ImageEvidence[]> {
  const found: ImageEvidence[] = [];
  for (const manifest of source.manifests.filter(one => speaksOf(one, image))) {
    for (const layer of descriptorsIn(manifest.value, 'layers')) {
      const bytes = await evidenceBytes(source, layer, manifest.value);
      if (bytes === null) continue;
      const evidence = evidenceOf(layer, bytes);
      found.push({ name: `${source.name}@${layer.digest}`, ...evidence });
    }
  }
  return found;
}

function isAboutAnother(manifest: Manifest): boolean {
  return (
    manifest.names.some(name => ABOUT_TAG.test(name) || ABOUT_KIND.test(name)) ||
    pick(manifest.value, 'subject') !== undefined
  );
}

function speaksOf(manifest: Manifest, image: string): boolean {
  if (textOf(manifest.value, 'subject', 'digest') === image) return true;
  return manifest.names.some(
    name => ABOUT_TAG.exec(name)?.[1] === image.replace(':', '-') || ABOUT_KIND.test(name),
  );
}

async function evidenceBytes(
  source: ImageSource,
  layer: Descriptor,
  manifest: unknown,
): Promise<Buffer | null> {
  const type = BUNDLE.test(layer.mediaType)
    ? layer.mediaType
    : (textOf(manifest, 'artifactType') ?? layer.mediaType);
  if (![layer.mediaType, type].some(isSignatureType)) return null;
  const bytes = await source.blob(layer.digest);
  if (bytes === null)
    throw new TrustError(
      'evidence-missing',
      `${source.name} names the signature ${layer.digest} but does not hold it.`,
      {
        missing: true,
      },
    );
  return bytes;
}

function evidenceOf(
  layer: Descriptor,
  bytes: Buffer,
): { readonly text: string; readonly payload: Buffer | null } {
  const { annotations } = layer;
  const certified =
    annotation(annotations, 'dev.sigstore.cosign/certificate') !== null ||
    annotation(annotations, 'dev.sigstore.cosign/bundle') !== null;
  if (layer.mediaType === SIMPLE_SIGNING) {
    const signature = annotation(annotations, 'dev.cosignproject.cosign/signature') ?? '';
    if (!certified) return { text: signature, payload: bytes };
    const digest = createHash('sha256').update(bytes).digest('base64');
    const messageSignature = { messageDigest: { algorithm: 'SHA2_256', digest }, signature };
    return { text: JSON.stringify({ ...bundleOf(annotations), messageSignature }), payload: bytes };
  }
  const text = bytes.toString('utf8');
  if (layer.mediaType !== ENVELOPE || !certified) return { text, payload: null };
  return {
    text: JSON.stringify({ ...bundleOf(annotations), dsseEnvelope: jsonOrNull(text) }),
    payload: null,
  };
}

/** cosign writes beside the layer what a bundle holds: certificate, the log's promise and an authority's time. */
function bundleOf(annotations: unknown): object {
  const pem = annotation(annotations, 'dev.sigstore.cosign/certificate');
  const logged = jsonOrNull(annotation(annotations, 'dev.sigstore.cosign/bundle') ?? 'null');
  const stamp = textOf(
    jsonOrNull(annotation(annotations, 'dev.sigstore.cosign/rfc3161timestamp') ?? 'null'),
    'SignedRFC3161Timestamp',
  );
  const leaf = pem === null ? null : (certificatesFromPem(pem)[0]?.der.toString('base64') ?? null);
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      ...(leaf === null
        ? { publicKey: { hint: '' } }
        : { x509CertificateChain: { certificates: [{ rawBytes: leaf }] } }),
      tlogEntries: isObject(logged) ? [entryOf(logged)] : [],
      ...(stamp === null
        ? {}
        : { timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: stamp }] } }),
    },
  };
}

function entryOf(logged: unknown): object {
  const body = textOf(logged, 'Payload', 'body') ?? '';
  const kind = jsonOrNull(Buffer.from(body, 'base64').toString('utf8'));
  return {
    logIndex: String(pick(logged, 'Payload', 'logIndex')),
    logId: { keyId: Buffer.from(textOf(logged, 'Payload', 'logID') ?? '', 'hex').toString('base64') },
    kindVersion: { kind: textOf(kind, 'kind') ?? '', version: textOf(kind, 'apiVersion') ?? '' },
    integratedTime: String(pick(logged, 'Payload', 'integratedTime')),
    inclusionPromise: { signedEntryTimestamp: textOf(logged, 'SignedEntryTimestamp') ?? '' },
    canonicalizedBody: body,
  };
}

function annotation(annotations: unknown, key: string): string | null {
  const value = isObject(annotations) && Object.hasOwn(annotations, key) ? annotations[key] : null;
  return typeof value === 'string' && value !== '' ? value : null;
}
