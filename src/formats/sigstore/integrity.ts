import { listOf, pick } from '../in-toto/values.ts';
import { isObject } from './fields.ts';

/** Who PyPI says published: its own claim, signed by nobody; the certificate has to agree. */
export interface Publisher {
  readonly kind: string;
  readonly repository: string | null;
  readonly workflow: string | null;
  readonly environment: string | null;
  readonly email: string | null;
}

export interface IntegrityBundle {
  /** The attestation as a Sigstore bundle. */
  readonly bundle: unknown;
  readonly publisher: Publisher | null;
}

/**
 * The attestations of a PEP 740 provenance object, or of one bare attestation, as Sigstore bundles. PEP 740 leaves out what is always the same: payload type
 * and media type. It has no place for timestamps yet; `timestamps` is read as the proposed change of the specification names it.
 */
export function integrityBundles(value: unknown): IntegrityBundle[] {
  const groups = listOf(value, 'attestation_bundles');
  if (groups.length > 0)
    return groups.flatMap(group =>
      listOf(group, 'attestations').map(one => ({
        bundle: bundleOf(one),
        publisher: publisherOf(pick(group, 'publisher')),
      })),
    );
  return isObject(value) && pick(value, 'verification_material') !== undefined
    ? [{ bundle: bundleOf(value), publisher: null }]
    : [];
}

function bundleOf(attestation: unknown): unknown {
  const material = pick(attestation, 'verification_material');
  const timestamps = listOf(material, 'timestamps');
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: pick(material, 'certificate') },
      tlogEntries: listOf(material, 'transparency_entries').slice(0, 1),
      ...(timestamps.length > 0
        ? {
            timestampVerificationData: {
              rfc3161Timestamps: timestamps.map(one => ({ signedTimestamp: one })),
            },
          }
        : {}),
    },
    dsseEnvelope: {
      payload: pick(attestation, 'envelope', 'statement'),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: pick(attestation, 'envelope', 'signature') }],
    },
  };
}

function publisherOf(value: unknown): Publisher | null {
  if (!isObject(value)) return null;
  const text = (...names: string[]): string | null =>
    (names.map(name => pick(value, name)).find(one => typeof one === 'string') as
      | string
      | null
      | undefined) ?? null;
  return {
    kind: text('kind') ?? '',
    repository: text('repository'),
    workflow: text('workflow', 'workflow_filepath'),
    environment: text('environment'),
    email: text('email'),
  };
}
