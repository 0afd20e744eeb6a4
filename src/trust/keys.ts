import { constants, createHash, createPublicKey, type KeyObject, publicDecrypt, verify } from 'node:crypto';
import { ed25519ph } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { bitsOf, children, DER, type DerNode, expectTag, oidOf, readDer } from './der.ts';
import { TrustError } from './errors.ts';

export type HashName = 'sha256' | 'sha384' | 'sha512';
export type KeyKind = 'P-256' | 'P-384' | 'P-521' | 'ed25519' | 'rsa' | 'rsa-pss';

/** A public key and the one way its signatures are checked: the hash belongs to the key, so that nobody can pick a weaker one for it. */
export interface PublicKey {
  readonly kind: KeyKind;
  readonly hash: HashName;
  /** DER SubjectPublicKeyInfo; two keys are one when these bytes are equal. */
  readonly spki: Buffer;
  readonly object: KeyObject;
}

/** What a Sigstore trusted root may say of a key (`PublicKeyDetails` of sigstore_common.proto): kind and hash. */
const DETAILS: ReadonlyMap<string, readonly [KeyKind, HashName]> = new Map([
  ['PKIX_ECDSA_P256_SHA_256', ['P-256', 'sha256']],
  ['PKIX_ECDSA_P256_HMAC_SHA_256', ['P-256', 'sha256']],
  ['PKIX_ECDSA_P384_SHA_384', ['P-384', 'sha384']],
  ['PKIX_ECDSA_P384_SHA_256', ['P-384', 'sha256']],
  ['PKIX_ECDSA_P521_SHA_512', ['P-521', 'sha512']],
  ['PKIX_ECDSA_P521_SHA_256', ['P-521', 'sha256']],
  ['PKIX_ED25519', ['ed25519', 'sha512']],
  ['PKCS1_RSA_PKCS1V5', ['rsa', 'sha256']],
  ['PKIX_RSA_PKCS1V5', ['rsa', 'sha256']],
  ['PKIX_RSA_PKCS1V15_2048_SHA256', ['rsa', 'sha256']],
  ['PKIX_RSA_PKCS1V15_3072_SHA256', ['rsa', 'sha256']],
  ['PKIX_RSA_PKCS1V15_4096_SHA256', ['rsa', 'sha256']],
  ['PKCS1_RSA_PSS', ['rsa-pss', 'sha256']],
  ['PKIX_RSA_PSS', ['rsa-pss', 'sha256']],
  ['PKIX_RSA_PSS_2048_SHA256', ['rsa-pss', 'sha256']],
  ['PKIX_RSA_PSS_3072_SHA256', ['rsa-pss', 'sha256']],
  ['PKIX_RSA_PSS_4096_SHA256', ['rsa-pss', 'sha256']],
]);

const CURVES: ReadonlyMap<string, readonly [KeyKind, HashName]> = new Map([
  ['1.2.840.10045.3.1.7', ['P-256', 'sha256']],
  ['1.3.132.0.34', ['P-384', 'sha384']],
  ['1.3.132.0.35', ['P-521', 'sha512']],
]);

const RSA_MODULUS_BITS = { least: 2048, most: 16384 } as const;

/** Reads a DER SubjectPublicKeyInfo. Throws `key-malformed` or `key-unsupported`. */
export function publicKeyFromSpki(spki: Uint8Array): PublicKey {
  const [kind, hash] = algorithmOf(spki);
  const object = objectOf(spki, 'spki');
  if (kind === 'rsa' || kind === 'rsa-pss') checkModulus(object);
  return { kind, hash, spki: Buffer.from(spki), object };
}

/** Reads a key whose encoding and hash a trusted root states. PKCS#1 keys (old RSA logs) are turned into SubjectPublicKeyInfo. */
export function publicKeyFromDetails(raw: Uint8Array, details: string | null): PublicKey {
  if (details === null || details === '' || details === 'PUBLIC_KEY_DETAILS_UNSPECIFIED')
    return publicKeyFromSpki(raw);
  const stated = DETAILS.get(details);
  if (stated === undefined)
    throw new TrustError('key-unsupported', `Keys of the kind ${JSON.stringify(details)} are not supported.`);
  const spki = details.startsWith('PKCS1_')
    ? objectOf(raw, 'pkcs1').export({ type: 'spki', format: 'der' })
    : raw;
  const key = publicKeyFromSpki(spki);
  const [kind, hash] = stated;
  if (key.kind !== kind && !(key.kind === 'rsa' && kind === 'rsa-pss'))
    throw new TrustError('key-malformed', `A key is stated as ${details} but is ${key.kind}.`);
  return { ...key, kind, hash };
}

/** Reads the first public key or certificate of a PEM text as a key. */
export function publicKeyFromPem(text: string): PublicKey {
  if (/-----BEGIN (RSA )?PUBLIC KEY-----/.test(text)) {
    let object: KeyObject;
    try {
      object = createPublicKey(text);
    } catch (cause) {
      throw new TrustError('key-malformed', 'The PEM text holds no readable public key.', { cause });
    }
    return publicKeyFromSpki(object.export({ type: 'spki', format: 'der' }));
  }
  throw new TrustError(
    'key-malformed',
    'The PEM text holds no public key; give a file that starts with BEGIN PUBLIC KEY.',
  );
}

/** Whether `signature` over `data` was made by `key`. Never throws for a malformed signature. */
export function verifyBytes(
  key: PublicKey,
  data: Uint8Array,
  signature: Uint8Array,
  hash: HashName = key.hash,
): boolean {
  try {
    if (key.kind === 'ed25519') return verify(null, data, key.object, signature);
    if (key.kind === 'rsa-pss') return verify(hash, data, { key: key.object, ...PSS }, signature);
    return verify(hash, data, key.object, signature);
  } catch {
    return false;
  }
}

/** Whether `signature` over `data` is of Ed25519ph (RFC 8032 §5.1), the kind that Rekor's hashed entries need of Ed25519 keys. It can never be taken for plain Ed25519. */
export function verifyPrehashed(key: PublicKey, data: Uint8Array, signature: Uint8Array): boolean {
  if (key.kind !== 'ed25519') return false;
  try {
    return ed25519ph.verify(signature, data, pointOf(key.spki));
  } catch {
    return false;
  }
}

/**
 * Whether `signature` was made by `key` over something with this digest. For the case where only the digest of an artifact is known. Ed25519 and
 * RSA-PSS sign the bytes themselves or cannot be checked so: they give `unsupported`.
 */
export function verifyDigest(
  key: PublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean | 'unsupported' {
  try {
    switch (key.kind) {
      case 'P-256':
      case 'P-384':
      case 'P-521': {
        const curve = { 'P-256': p256, 'P-384': p384, 'P-521': p521 }[key.kind];
        return curve.verify(signature, digest, pointOf(key.spki), {
          prehash: false,
          format: 'der',
          lowS: false,
        });
      }
      case 'rsa': {
        const opened = publicDecrypt({ key: key.object, padding: constants.RSA_PKCS1_PADDING }, signature);
        return opened.equals(Buffer.concat([Buffer.from(DIGEST_INFO[key.hash], 'hex'), digest]));
      }
      default:
        return 'unsupported';
    }
  } catch {
    return false;
  }
}

/** A short name for people: kind and the start of the SHA-256 of the key. */
export function keyName(key: PublicKey): string {
  return `${key.kind} key sha256:${createHash('sha256').update(key.spki).digest('hex').slice(0, 16)}`;
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO } as const;

/** DER prefix of DigestInfo per hash, RFC 8017 §9.2 note 1. */
const DIGEST_INFO: Record<HashName, string> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

function algorithmOf(spki: Uint8Array): readonly [KeyKind, HashName] {
  const [algorithm, key] = children(expectTag(readDer(spki), DER.sequence, 'the public key'));
  bitsOf(key, 'the public key');
  const [oid, parameters] = children(expectTag(algorithm, DER.sequence, 'the key algorithm'));
  const name = oidOf(expectTag(oid, DER.oid, 'the key algorithm'));
  if (name === '1.2.840.113549.1.1.1') return ['rsa', 'sha256'];
  if (name === '1.2.840.113549.1.1.10') return ['rsa-pss', 'sha256'];
  if (name === '1.3.101.112') return ['ed25519', 'sha512'];
  const curve = name === '1.2.840.10045.2.1' ? CURVES.get(curveOf(parameters)) : undefined;
  if (curve === undefined)
    throw new TrustError('key-unsupported', `Keys of the algorithm ${name} are not supported.`);
  return curve;
}

/** Named curves only: explicit parameters let an attacker choose the generator (CVE-2020-0601). */
function curveOf(parameters: DerNode | undefined): string {
  return parameters?.tag === DER.oid ? oidOf(parameters) : 'explicit parameters';
}

function pointOf(spki: Uint8Array): Uint8Array {
  return bitsOf(children(readDer(spki))[1], 'the public key');
}

function objectOf(der: Uint8Array, type: 'spki' | 'pkcs1'): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type });
  } catch (cause) {
    throw new TrustError('key-malformed', 'A public key cannot be read.', { cause });
  }
}

function checkModulus(object: KeyObject): void {
  const bits = object.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < RSA_MODULUS_BITS.least || bits > RSA_MODULUS_BITS.most)
    throw new TrustError('key-unsupported', `An RSA key has ${bits} bits; at least 2,048 are needed.`);
}
