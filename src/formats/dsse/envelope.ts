import { decodeBase64 } from '../../io/base64.ts';
import {
  arrayAt,
  bytesAt,
  invalid,
  isObject,
  type JsonObject,
  member,
  objectAt,
  textAt,
} from '../sigstore/fields.ts';

/** One signature of a DSSE envelope. The key id is a hint that nothing protects. */
export interface EnvelopeSignature {
  readonly keyId: string | null;
  readonly signature: Buffer;
  /** The older PEM certificate some signers put beside the signature (slsa-github-generator before bundles); not covered by any signature. */
  readonly certificate: string | null;
}

/** A DSSE envelope (https://github.com/secure-systems-lab/dsse, envelope.md): a payload, its type, and who signed both. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signatures: readonly EnvelopeSignature[];
}

/** More signatures than any real envelope has; each one costs a verification. */
export const MOST_SIGNATURES = 64;

export function looksLikeEnvelope(value: unknown): value is JsonObject {
  return (
    isObject(value) &&
    Object.hasOwn(value, 'payload') &&
    Object.hasOwn(value, 'payloadType') &&
    Object.hasOwn(value, 'signatures')
  );
}

/** Reads an envelope from parsed JSON. Throws FormatError `invalid-content` with the JSON pointer of the fault. */
export function envelopeFromJson(value: unknown, at = ''): Envelope {
  const envelope = objectAt(value, at);
  const payload = decodeBase64(textAt(member(envelope, 'payload'), `${at}/payload`));
  if (payload === null) invalid(`${at}/payload`, 'this is not base64');
  const signatures = arrayAt(member(envelope, 'signatures'), `${at}/signatures`, MOST_SIGNATURES);
  return {
    payloadType: textAt(member(envelope, 'payloadType'), `${at}/payloadType`),
    payload,
    signatures: signatures.map((entry, index) => signatureFromJson(entry, `${at}/signatures/${index}`)),
  };
}

function signatureFromJson(value: unknown, at: string): EnvelopeSignature {
  const entry = objectAt(value, at);
  const keyId = member(entry, 'keyid');
  const certificate = member(entry, 'cert');
  return {
    keyId: keyId === undefined ? null : textAt(keyId, `${at}/keyid`),
    signature: bytesAt(member(entry, 'sig'), `${at}/sig`),
    certificate: typeof certificate === 'string' && certificate !== '' ? certificate : null,
  };
}
