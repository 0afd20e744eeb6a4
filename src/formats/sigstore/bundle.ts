import { decodeBase64 } from '../../io/base64.ts';
import { type Envelope, envelopeFromJson } from '../dsse/envelope.ts';
import {
  arrayAt,
  bytesAt,
  countAt,
  invalid,
  isObject,
  type JsonObject,
  member,
  objectAt,
  textAt,
} from './fields.ts';

export type BundleVersion = '0.1' | '0.2' | '0.3';

/** What identifies the signer: one certificate, a chain of them (leaf first), or a hint that names a key held elsewhere. */
export type SignerMaterial =
  | { readonly kind: 'certificate'; readonly der: Buffer }
  | { readonly kind: 'chain'; readonly ders: readonly Buffer[] }
  | { readonly kind: 'key'; readonly hint: string; readonly pem: string | null };

/** A record that the signature stands in a transparency log. */
export interface LogEntry {
  readonly logIndex: bigint;
  readonly logId: Buffer;
  readonly kind: string;
  readonly kindVersion: string;
  /** Seconds since the epoch as the log states them; worth nothing without the promise that signs them. */
  readonly integratedTime: bigint | null;
  readonly promise: Buffer | null;
  readonly proof: InclusionProof | null;
  readonly body: Buffer;
}

export interface InclusionProof {
  readonly logIndex: bigint;
  readonly rootHash: Buffer;
  readonly treeSize: bigint;
  readonly hashes: readonly Buffer[];
  readonly checkpoint: string | null;
}

export type BundleContent =
  | { readonly kind: 'message'; readonly signature: Buffer; readonly digest: MessageDigest | null }
  | { readonly kind: 'envelope'; readonly envelope: Envelope };

export interface MessageDigest {
  readonly algorithm: string;
  readonly value: Buffer;
}

/** A Sigstore bundle (protobuf-specs sigstore_bundle.proto), any version. */
export interface Bundle {
  readonly version: BundleVersion;
  readonly mediaType: string;
  readonly signer: SignerMaterial;
  readonly entries: readonly LogEntry[];
  /** DER TimeStampResp values (RFC 3161). */
  readonly timestamps: readonly Buffer[];
  readonly content: BundleContent;
}

/** Bounds of what one bundle may ask us to verify; sigstore's clients use the same. */
const MOST = { entries: 32, timestamps: 32, hashes: 64, certificates: 10 } as const;

const MEDIA_TYPE = /^application\/vnd\.dev\.sigstore\.bundle(?:\+json;version=(0\.[123])|\.v(0\.[3])\+json)$/;

export function looksLikeBundle(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const type = member(value, 'mediaType');
  if (typeof type === 'string' && type.startsWith('application/vnd.dev.sigstore.bundle')) return true;
  return (
    Object.hasOwn(value, 'verificationMaterial') &&
    (Object.hasOwn(value, 'dsseEnvelope') || Object.hasOwn(value, 'messageSignature'))
  );
}

/** Reads a bundle from parsed JSON. Throws FormatError with the JSON pointer of the fault; what each version demands of log entries is checked by the verifier. */
export function bundleFromJson(value: unknown): Bundle {
  const bundle = objectAt(value, '');
  const mediaType = textAt(member(bundle, 'mediaType'), '/mediaType');
  const found = MEDIA_TYPE.exec(mediaType);
  if (found === null) invalid('/mediaType', `bundles of the type ${JSON.stringify(mediaType)} are not known`);
  const material = objectAt(member(bundle, 'verificationMaterial'), '/verificationMaterial');
  const at = '/verificationMaterial';
  return {
    version: (found[1] ?? found[2]) as BundleVersion,
    mediaType,
    signer: signerFromJson(material, at),
    entries: arrayAt(member(material, 'tlogEntries'), `${at}/tlogEntries`, MOST.entries).map((entry, index) =>
      entryFromJson(entry, `${at}/tlogEntries/${index}`),
    ),
    timestamps: timestampsFromJson(
      member(material, 'timestampVerificationData'),
      `${at}/timestampVerificationData`,
    ),
    content: contentFromJson(bundle),
  };
}

/** Reads one transparency log entry from parsed JSON (PyPI keeps them outside of bundles). */
export function entryFromJson(value: unknown, at: string): LogEntry {
  const entry = objectAt(value, at);
  const kindVersion = objectAt(member(entry, 'kindVersion'), `${at}/kindVersion`);
  const time = member(entry, 'integratedTime');
  const promise = member(entry, 'inclusionPromise');
  const proof = member(entry, 'inclusionProof');
  return {
    logIndex: countAt(member(entry, 'logIndex') ?? '0', `${at}/logIndex`),
    logId: bytesAt(member(objectAt(member(entry, 'logId'), `${at}/logId`), 'keyId'), `${at}/logId/keyId`),
    kind: textAt(member(kindVersion, 'kind'), `${at}/kindVersion/kind`),
    kindVersion: textAt(member(kindVersion, 'version'), `${at}/kindVersion/version`),
    integratedTime: time === undefined ? null : countAt(time, `${at}/integratedTime`) || null,
    promise:
      promise === undefined
        ? null
        : bytesAt(
            member(objectAt(promise, `${at}/inclusionPromise`), 'signedEntryTimestamp'),
            `${at}/inclusionPromise/signedEntryTimestamp`,
          ),
    proof: proof === undefined ? null : proofFromJson(proof, `${at}/inclusionProof`),
    body: bytesAt(member(entry, 'canonicalizedBody'), `${at}/canonicalizedBody`),
  };
}

function signerFromJson(material: JsonObject, at: string): SignerMaterial {
  const [certificate, chain, key] = ['certificate', 'x509CertificateChain', 'publicKey'].map(name =>
    member(material, name),
  );
  if ([certificate, chain, key].filter(part => part !== undefined).length > 1)
    invalid(at, 'more than one kind of signer is given');
  if (certificate !== undefined) {
    const rawBytes = member(objectAt(certificate, `${at}/certificate`), 'rawBytes');
    return { kind: 'certificate', der: bytesAt(rawBytes, `${at}/certificate/rawBytes`) };
  }
  if (chain !== undefined)
    return chainFromJson(objectAt(chain, `${at}/x509CertificateChain`), `${at}/x509CertificateChain`);
  if (key === undefined) invalid(at, 'no certificate and no key hint is given');
  return keyFromJson(objectAt(key, `${at}/publicKey`), `${at}/publicKey`);
}

function chainFromJson(chain: JsonObject, at: string): SignerMaterial {
  const list = arrayAt(member(chain, 'certificates'), `${at}/certificates`, MOST.certificates);
  if (list.length === 0) invalid(`${at}/certificates`, 'the certificate chain is empty');
  const ders = list.map((entry, index) => {
    const place = `${at}/certificates/${index}`;
    return bytesAt(member(objectAt(entry, place), 'rawBytes'), `${place}/rawBytes`);
  });
  return { kind: 'chain', ders };
}

/** Early model signatures carry the key itself (`rawBytes`: base64 of PEM); it is kept for their rule only and is never trusted because it is there. */
function keyFromJson(key: JsonObject, at: string): SignerMaterial {
  const hint = member(key, 'hint');
  const raw = member(key, 'rawBytes');
  const pem = typeof raw === 'string' ? (decodeBase64(raw)?.toString('latin1') ?? null) : null;
  return { kind: 'key', hint: hint === undefined ? '' : textAt(hint, `${at}/hint`), pem };
}

function proofFromJson(value: unknown, at: string): InclusionProof {
  const proof = objectAt(value, at);
  const checkpoint = member(proof, 'checkpoint');
  const envelope =
    checkpoint === undefined ? undefined : member(objectAt(checkpoint, `${at}/checkpoint`), 'envelope');
  return {
    logIndex: countAt(member(proof, 'logIndex') ?? '0', `${at}/logIndex`),
    rootHash: bytesAt(member(proof, 'rootHash'), `${at}/rootHash`),
    treeSize: countAt(member(proof, 'treeSize'), `${at}/treeSize`),
    hashes: arrayAt(member(proof, 'hashes'), `${at}/hashes`, MOST.hashes).map((hash, index) =>
      bytesAt(hash, `${at}/hashes/${index}`),
    ),
    checkpoint: envelope === undefined ? null : textAt(envelope, `${at}/checkpoint/envelope`),
  };
}

function timestampsFromJson(value: unknown, at: string): Buffer[] {
  if (value === undefined) return [];
  const list = arrayAt(
    member(objectAt(value, at), 'rfc3161Timestamps'),
    `${at}/rfc3161Timestamps`,
    MOST.timestamps,
  );
  return list.map((entry, index) => {
    const place = `${at}/rfc3161Timestamps/${index}`;
    return bytesAt(member(objectAt(entry, place), 'signedTimestamp'), `${place}/signedTimestamp`);
  });
}

function contentFromJson(bundle: JsonObject): BundleContent {
  const envelope = member(bundle, 'dsseEnvelope');
  const message = member(bundle, 'messageSignature');
  if (envelope !== undefined && message !== undefined)
    invalid('', 'both a message signature and an envelope are given');
  if (envelope !== undefined) {
    const read = envelopeFromJson(envelope, '/dsseEnvelope');
    if (read.signatures.length !== 1)
      invalid(
        '/dsseEnvelope/signatures',
        `a bundle has exactly one signature, not ${read.signatures.length}`,
      );
    return { kind: 'envelope', envelope: read };
  }
  if (message === undefined) invalid('', 'neither a message signature nor an envelope is given');
  const signed = objectAt(message, '/messageSignature');
  return {
    kind: 'message',
    signature: bytesAt(member(signed, 'signature'), '/messageSignature/signature'),
    digest: digestFromJson(member(signed, 'messageDigest')),
  };
}

function digestFromJson(value: unknown): MessageDigest | null {
  if (value === undefined) return null;
  const digest = objectAt(value, '/messageSignature/messageDigest');
  const algorithm = textAt(member(digest, 'algorithm'), '/messageSignature/messageDigest/algorithm');
  const known: Readonly<Record<string, string>> = {
    SHA2_256: 'sha256',
    SHA2_384: 'sha384',
    SHA2_512: 'sha512',
    SHA3_256: 'sha3-256',
    SHA3_384: 'sha3-384',
  };
  const name = Object.hasOwn(known, algorithm) ? known[algorithm] : undefined;
  if (name === undefined)
    invalid(
      '/messageSignature/messageDigest/algorithm',
      `the digest algorithm ${JSON.stringify(algorithm)} is not known`,
    );
  return {
    algorithm: name,
    value: bytesAt(member(digest, 'digest'), '/messageSignature/messageDigest/digest'),
  };
}
