import { constants, createHash, sign } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { TrustError } from './errors.ts';
import type { PublicKey } from './keys.ts';
import { encodePae } from './pae.ts';
import type { SigningKey } from './private-key.ts';

/** With what a statement is signed: a key, and the certificates that name its holder, leaf first. */
export interface SignerInput {
  readonly key: SigningKey;
  readonly certificates: readonly Certificate[];
}

/**
 * Signs a statement and returns a version 0.3 bundle as JSON: DSSE over the payload, the hash being that of the key's curve. Without certificates the key is
 * named by the SHA-256 of its PEM text, as model_signing does. Throws `key-mismatch` when the first certificate is not for the key.
 */
export function signStatement(statement: object, { key, certificates }: SignerInput): object {
  const [leaf] = certificates;
  if (leaf !== undefined && Buffer.compare(leaf.spki, key.public.spki) !== 0)
    throw new TrustError('key-mismatch', 'The first certificate is not for the key that signs.');
  const payloadType = 'application/vnd.in-toto+json';
  const payload = Buffer.from(JSON.stringify(statement));
  const signature = signBytes(key, encodePae(payloadType, payload));
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      ...(leaf === undefined
        ? { publicKey: { hint: keyHint(key.public) } }
        : {
            x509CertificateChain: {
              certificates: certificates.map(certificate => ({
                rawBytes: certificate.der.toString('base64'),
              })),
            },
          }),
      tlogEntries: [],
    },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType,
      signatures: [{ sig: signature.toString('base64'), keyid: '' }],
    },
  };
}

/** SHA-256 of the public key's PEM text, in hex. */
export function keyHint(key: PublicKey): string {
  return createHash('sha256')
    .update(key.object.export({ type: 'spki', format: 'pem' }))
    .digest('hex');
}

function signBytes(key: SigningKey, data: Uint8Array): Buffer {
  if (key.public.kind === 'ed25519') return sign(null, data, key.private);
  if (key.public.kind === 'rsa-pss')
    return sign(key.public.hash, data, {
      key: key.private,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    });
  return sign(key.public.hash, data, key.private);
}
