import type { Minted } from './mint.ts';
import { pemOf } from './mint-certificate.ts';

/** What cosign signs for an image, and how it keeps what a minted bundle holds. */

export const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** A minted bundle as far as these forms need it. */
export interface MintedBundle {
  readonly verificationMaterial: {
    readonly tlogEntries: readonly {
      readonly logIndex: string;
      readonly logId: { readonly keyId: string };
      readonly integratedTime: string;
      readonly inclusionPromise: { readonly signedEntryTimestamp: string };
      readonly canonicalizedBody: string;
    }[];
  };
  readonly messageSignature?: { readonly signature: string };
  readonly dsseEnvelope?: object;
}

/** The payload of simple signing for an image. @param image `sha256:...` */
export function simpleSigning(image: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': 'registry.example.com/acme/app' },
        image: { 'docker-manifest-digest': image },
        type: 'cosign container image signature',
      },
      optional: null,
    }),
  );
}

/** A signature over these bytes. */
export function signedBy(minted: Minted, message: Buffer): MintedBundle {
  return minted.bundle({ message }) as unknown as MintedBundle;
}

/** The promise of the log, as cosign's bundles carry it. */
export function rekorBundleOf({ verificationMaterial }: MintedBundle): object {
  const [entry] = verificationMaterial.tlogEntries;
  if (entry === undefined) throw new Error('the minted bundle has no log entry');
  return {
    SignedEntryTimestamp: entry.inclusionPromise.signedEntryTimestamp,
    Payload: {
      body: entry.canonicalizedBody,
      integratedTime: Number(entry.integratedTime),
      logIndex: Number(entry.logIndex),
      logID: Buffer.from(entry.logId.keyId, 'base64').toString('hex'),
    },
  };
}

/** The annotations of a layer by which cosign keeps what a bundle holds. */
export function cosignAnnotations(minted: Minted, bundle: MintedBundle): Record<string, string> {
  return {
    'dev.cosignproject.cosign/signature': bundle.messageSignature?.signature ?? '',
    'dev.sigstore.cosign/certificate': pemOf(minted.certificate, 'CERTIFICATE'),
    'dev.sigstore.cosign/bundle': JSON.stringify(rekorBundleOf(bundle)),
  };
}
