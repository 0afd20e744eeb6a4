import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { TrustError } from './errors.ts';
import { type PublicKey, publicKeyFromSpki } from './keys.ts';

export interface SigningKey {
  readonly private: KeyObject;
  readonly public: PublicKey;
}

/** Reads a private key from PEM: PKCS#8, also encrypted, PKCS#1 or SEC 1. Nothing of the key or the passphrase ever stands in an error. Throws `key-passphrase`, `key-malformed` or `key-unsupported`. */
export function signingKeyFromPem(pem: string, passphrase: string | null): SigningKey {
  const encrypted = pem.includes('BEGIN ENCRYPTED PRIVATE KEY') || /^Proc-Type: 4,ENCRYPTED/m.test(pem);
  if (/BEGIN ENCRYPTED (SIGSTORE|COSIGN) PRIVATE KEY/.test(pem))
    throw new TrustError(
      'key-unsupported',
      'The key is in the own format of cosign; export it as PKCS#8 (PEM).',
    );
  if (encrypted && passphrase === null)
    throw new TrustError(
      'key-passphrase',
      'The key is encrypted; give its passphrase with --passphrase-file.',
    );
  let object: KeyObject;
  try {
    object = createPrivateKey(passphrase === null ? pem : { key: pem, passphrase });
  } catch {
    if (encrypted) throw new TrustError('key-passphrase', 'The key cannot be opened with this passphrase.');
    throw new TrustError('key-malformed', 'The PEM text holds no readable private key.');
  }
  return {
    private: object,
    public: publicKeyFromSpki(createPublicKey(object).export({ type: 'spki', format: 'der' })),
  };
}
