import { pick, textOf } from '../formats/in-toto/values.ts';
import { jsonOrNull } from '../formats/json.ts';
import type { Bundle } from '../formats/sigstore/bundle.ts';
import { decodeBase64, decodeHex } from '../io/base64.ts';
import type { Artifact } from './artifact.ts';
import { certificatesFromPem } from './certificate.ts';
import { TrustError } from './errors.ts';

const SIMPLE_SIGNING = 'cosign container image signature';

/** Whether a value is what cosign before version 3 wrote with `--bundle`: signature, certificate or key, and the log's promise. */
export function isCosignBundle(value: unknown): boolean {
  return textOf(value, 'base64Signature') !== null && pick(value, 'rekorBundle') !== undefined;
}

/**
 * Reads cosign's own bundle as a version 0.1 Sigstore bundle, which says the same: a signature over bytes, its certificate, and an entry with the
 * log's promise. Throws `evidence-malformed`.
 */
export function cosignBundle(value: unknown): Bundle {
  const signature = decodeBase64(textOf(value, 'base64Signature') ?? '');
  const promise = decodeBase64(textOf(value, 'rekorBundle', 'SignedEntryTimestamp') ?? '');
  const payload = pick(value, 'rekorBundle', 'Payload');
  const body = decodeBase64(textOf(payload, 'body') ?? '');
  const logId = decodeHex(textOf(payload, 'logID') ?? '');
  const [time, index] = [pick(payload, 'integratedTime'), pick(payload, 'logIndex')];
  if (
    signature === null ||
    promise === null ||
    body === null ||
    logId === null ||
    !isCount(time) ||
    !isCount(index)
  )
    throw new TrustError(
      'evidence-malformed',
      "cosign's bundle lacks its signature or a part of the log's promise.",
    );
  const kind: unknown = jsonOrNull(body);
  return {
    version: '0.1',
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    signer: signerOf(textOf(value, 'cert')),
    entries: [
      {
        logIndex: BigInt(index),
        logId,
        kind: textOf(kind, 'kind') ?? '',
        kindVersion: textOf(kind, 'apiVersion') ?? '',
        integratedTime: BigInt(time),
        promise,
        proof: null,
        body,
      },
    ],
    timestamps: [],
    content: { kind: 'message', signature, digest: null },
  };
}

/** Checks cosign's simple signing payload (already known to be signed): it must be a container image signature for this image. Throws `subject-mismatch`. */
export function checkSimpleSigning(payload: Uint8Array, image: Artifact, repository: string | null): void {
  const value = jsonOrNull(payload);
  if (textOf(value, 'critical', 'type') !== SIMPLE_SIGNING)
    throw new TrustError('statement-malformed', 'The signed payload is no container image signature.');
  const digest = textOf(value, 'critical', 'image', 'docker-manifest-digest');
  const actual = image.digest('sha256')?.toString('hex');
  if (actual === undefined || digest !== `sha256:${actual}`)
    throw new TrustError(
      'subject-mismatch',
      `The signature is for the image ${digest ?? '?'}, not for ${image.name}.`,
    );
  const named = textOf(value, 'critical', 'identity', 'docker-reference');
  if (repository !== null && named !== repository)
    throw new TrustError(
      'subject-mismatch',
      `The signature is for ${named ?? 'no repository'}, not for ${repository}.`,
    );
}

/** The certificate stands there as PEM, or as base64 of PEM; with a key in its place it is a public key. */
function signerOf(text: string | null): Bundle['signer'] {
  if (text === null) return { kind: 'key', hint: '', pem: null };
  const pem = text.includes('-----BEGIN') ? text : (decodeBase64(text)?.toString('latin1') ?? '');
  if (pem.includes('BEGIN PUBLIC KEY')) return { kind: 'key', hint: '', pem };
  return { kind: 'certificate', der: (certificatesFromPem(pem)[0] as { readonly der: Buffer }).der };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
