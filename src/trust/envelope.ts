import { verify } from 'node:crypto';
import type { Envelope } from '../formats/dsse/envelope.ts';
import { TrustError } from './errors.ts';
import { keyName, type PublicKey, verifyBytes } from './keys.ts';
import { encodePae } from './pae.ts';

/** A key that may sign an envelope, under the id evidence names it by. */
export interface NamedKey {
  readonly id: string;
  readonly key: PublicKey;
}

/** How an envelope's signatures are counted. */
export interface EnvelopeRule {
  /** How many different keys must have signed. */
  readonly threshold: number;
  /** The key id of a signature must be the id of the key (VSA verifiers ask for it); by default it is only a hint. */
  readonly idMustMatch?: boolean;
  /** The keys are all that are believed, not those that must have signed: a signature that names none of them is by somebody unknown, and not wrong. */
  readonly anyone?: boolean;
  /** What was signed, when it is not DSSE's own encoding (older Google Cloud Build signs the payload alone). */
  readonly encode?: (envelope: Envelope, key: NamedKey) => Uint8Array;
}

/**
 * Verifies a DSSE envelope by keys and returns those that signed, each counted once however often it signed and under however many ids it is known.
 * Throws `signature-missing`, `key-unknown` (missing), `signature-invalid` or `threshold-not-met`.
 */
export function verifyEnvelope(
  envelope: Envelope,
  keys: readonly NamedKey[],
  rule: EnvelopeRule,
): NamedKey[] {
  if (envelope.signatures.length === 0)
    throw new TrustError('signature-missing', 'The envelope has no signature.');
  const fitting = keys.filter(
    key => !rule.idMustMatch || envelope.signatures.some(one => one.keyId === key.id),
  );
  if (fitting.length === 0)
    throw new TrustError(
      'key-unknown',
      `The envelope was signed with ${idsOf(envelope)}, of which none is among the trusted keys.`,
      { missing: true },
    );
  const signed = new Map<string, NamedKey>();
  for (const key of fitting) {
    const data =
      rule.encode === undefined
        ? encodePae(envelope.payloadType, envelope.payload)
        : rule.encode(envelope, key);
    for (const one of envelope.signatures) {
      if (rule.idMustMatch && one.keyId !== key.id) continue;
      if (verifyEitherEncoding(key.key, data, one.signature))
        signed.set(key.key.spki.toString('base64'), key);
    }
  }
  if (signed.size === 0 && rule.anyone && !fitting.some(key => isNamed(envelope, key)))
    throw new TrustError(
      'key-unknown',
      `No trusted key signed the envelope, which names ${idsOf(envelope)}: its key is not known, or it was changed since.`,
      { missing: true },
    );
  if (signed.size === 0)
    throw new TrustError(
      'signature-invalid',
      `No signature of the envelope was made by ${fitting.map(key => keyName(key.key)).join(', ')}.`,
    );
  if (signed.size < rule.threshold)
    throw new TrustError(
      'threshold-not-met',
      `${signed.size} different trusted keys signed the envelope; ${rule.threshold} are needed.`,
    );
  return [...signed.values()];
}

/**
 * ECDSA signatures are DER, or the two numbers side by side (IEEE P1363), as some key services give them. An RSA key does not say its padding: PKCS#1 1.5 is Sigstore's and Google's,
 * PSS is in-toto's.
 */
export function verifyEitherEncoding(key: PublicKey, data: Uint8Array, signature: Uint8Array): boolean {
  if (verifyBytes(key, data, signature)) return true;
  if (key.kind === 'rsa') return verifyBytes({ ...key, kind: 'rsa-pss' }, data, signature);
  const size = { 'P-256': 64, 'P-384': 96, 'P-521': 132 }[key.kind as string];
  if (size === undefined || signature.length !== size) return false;
  return verify(key.hash, data, { key: key.object, dsaEncoding: 'ieee-p1363' }, signature);
}

function isNamed(envelope: Envelope, key: NamedKey): boolean {
  return key.id !== '' && envelope.signatures.some(one => one.keyId === key.id);
}

function idsOf(envelope: Envelope): string {
  return envelope.signatures.map(one => JSON.stringify(one.keyId ?? '')).join(', ');
}
