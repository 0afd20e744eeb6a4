import { createHash } from 'node:crypto';
import type { LogEntry } from '../formats/sigstore/bundle.ts';
import { isObject } from '../formats/sigstore/fields.ts';
import { decodeBase64, decodeHex } from '../io/base64.ts';
import { TrustError } from './errors.ts';

/** What a log entry must record: this signature, by this signer, over this. */
export interface Logged {
  readonly signature: Buffer;
  /** DER of the certificate, or of the key, that the entry must name. */
  readonly verifier: Uint8Array;
  readonly signed:
    | {
        readonly kind: 'envelope';
        readonly payload: Buffer;
        readonly payloadType: string;
        readonly pae: Buffer;
      }
    | { readonly kind: 'message'; readonly digest: (algorithm: string) => Uint8Array | null };
}

/** The instant all kinds of entries are compared in one shape. */
interface Recorded {
  readonly signatures: readonly { readonly signature: Buffer | null; readonly verifier: Buffer | null }[];
  readonly digest: { readonly algorithm: string; readonly value: Buffer | null };
  /** What the digest is of: the payload of an envelope, its encoding for signing, or the artifact. */
  readonly of: 'payload' | 'pae' | 'artifact';
  readonly payloadType: string | null;
}

/**
 * Verifies that the body of a log entry records this very signature, its signer and what was signed. Without it, an entry for something else proves nothing.
 * Throws `log-entry-mismatch`, or `evidence-unsupported` for a kind of entry that is not known.
 */
export function verifyBody(entry: LogEntry, logged: Logged): void {
  const recorded = readBody(entry, logged.signed.kind);
  if (recorded.signatures.length !== 1)
    mismatch(`records ${recorded.signatures.length} signatures instead of one`);
  const [one] = recorded.signatures;
  if (one?.signature === null || one === undefined || !logged.signature.equals(one.signature))
    mismatch('records another signature');
  if (one.verifier === null || Buffer.compare(one.verifier, logged.verifier) !== 0)
    mismatch('records another signer');
  const expected = digestOf(recorded, logged);
  if (
    expected === null ||
    recorded.digest.value === null ||
    Buffer.compare(recorded.digest.value, expected) !== 0
  )
    mismatch('records something else as signed');
  if (
    recorded.payloadType !== null &&
    logged.signed.kind === 'envelope' &&
    recorded.payloadType !== logged.signed.payloadType
  )
    mismatch('records another payload type');
}

function digestOf(recorded: Recorded, { signed }: Logged): Uint8Array | null {
  const { algorithm } = recorded.digest;
  if (!HASHES.has(algorithm)) return null;
  if (signed.kind === 'message') return recorded.of === 'artifact' ? signed.digest(algorithm) : null;
  if (recorded.of === 'artifact') return null;
  return createHash(algorithm)
    .update(recorded.of === 'payload' ? signed.payload : signed.pae)
    .digest();
}

const HASHES = new Set(['sha256', 'sha384', 'sha512']);

function readBody(entry: LogEntry, signed: 'envelope' | 'message'): Recorded {
  let body: unknown;
  try {
    body = JSON.parse(entry.body.toString('utf8'));
  } catch {
    mismatch('has a body that is not JSON');
  }
  if (pick(body, 'kind') !== entry.kind || pick(body, 'apiVersion') !== entry.kindVersion)
    mismatch('is of another kind than stated');
  switch (`${entry.kind}/${entry.kindVersion}`) {
    case 'hashedrekord/0.0.1':
      return hashedRekord1(body, signed);
    case 'hashedrekord/0.0.2':
      return hashedRekord2(body, signed);
    case 'dsse/0.0.1':
      return dsse1(body);
    case 'dsse/0.0.2':
      return dsse2(body);
    case 'intoto/0.0.2':
      return intoto2(body);
    default:
      throw new TrustError(
        'evidence-unsupported',
        `Log entries of the kind ${entry.kind} ${entry.kindVersion} are not supported.`,
      );
  }
}

function hashedRekord1(body: unknown, signed: 'envelope' | 'message'): Recorded {
  const [signature, hash] = [pick(body, 'spec', 'signature'), pick(body, 'spec', 'data', 'hash')];
  return {
    signatures: [
      {
        signature: base64(pick(signature, 'content')),
        verifier: pem(base64(pick(signature, 'publicKey', 'content'))),
      },
    ],
    digest: { algorithm: text(pick(hash, 'algorithm')), value: hex(pick(hash, 'value')) },
    of: signed === 'envelope' ? 'pae' : 'artifact',
    payloadType: null,
  };
}

function hashedRekord2(body: unknown, signed: 'envelope' | 'message'): Recorded {
  const spec = pick(body, 'spec', 'hashedRekordV002');
  const signature = pick(spec, 'signature');
  return {
    signatures: [
      { signature: base64(pick(signature, 'content')), verifier: verifier(pick(signature, 'verifier')) },
    ],
    digest: protoDigest(pick(spec, 'data')),
    of: signed === 'envelope' ? 'pae' : 'artifact',
    payloadType: null,
  };
}

function dsse1(body: unknown): Recorded {
  const hash = pick(body, 'spec', 'payloadHash');
  return {
    signatures: list(pick(body, 'spec', 'signatures')).map(entry => ({
      signature: base64(pick(entry, 'signature')),
      verifier: pem(base64(pick(entry, 'verifier'))),
    })),
    digest: { algorithm: text(pick(hash, 'algorithm')), value: hex(pick(hash, 'value')) },
    of: 'payload',
    payloadType: null,
  };
}

function dsse2(body: unknown): Recorded {
  const spec = pick(body, 'spec', 'dsseV002');
  return {
    signatures: list(pick(spec, 'signatures')).map(entry => ({
      signature: base64(pick(entry, 'content')),
      verifier: verifier(pick(entry, 'verifier')),
    })),
    digest: protoDigest(pick(spec, 'payloadHash')),
    of: 'payload',
    payloadType: null,
  };
}

function intoto2(body: unknown): Recorded {
  const content = pick(body, 'spec', 'content');
  const hash = pick(content, 'payloadHash');
  const type = pick(content, 'envelope', 'payloadType');
  return {
    // The signature stands there twice encoded: Rekor keeps the text of the envelope as bytes.
    signatures: list(pick(content, 'envelope', 'signatures')).map(entry => ({
      signature: base64(base64(pick(entry, 'sig'))?.toString('latin1')),
      verifier: pem(base64(pick(entry, 'publicKey'))),
    })),
    digest: { algorithm: text(pick(hash, 'algorithm')), value: hex(pick(hash, 'value')) },
    of: 'payload',
    payloadType: typeof type === 'string' ? type : null,
  };
}

function verifier(value: unknown): Buffer | null {
  return base64(pick(value, 'x509Certificate', 'rawBytes')) ?? base64(pick(value, 'publicKey', 'rawBytes'));
}

function protoDigest(value: unknown): Recorded['digest'] {
  const names: Readonly<Record<string, string>> = {
    SHA2_256: 'sha256',
    SHA2_384: 'sha384',
    SHA2_512: 'sha512',
  };
  const stated = text(pick(value, 'algorithm'));
  return {
    algorithm: (Object.hasOwn(names, stated) ? names[stated] : undefined) ?? '',
    value: base64(pick(value, 'digest')),
  };
}

/** The DER inside the first block of a PEM text, whatever its label. */
function pem(bytes: Buffer | null): Buffer | null {
  if (bytes === null) return null;
  const found = /^\s*-----BEGIN [A-Z ]+-----\s([A-Za-z0-9+/=\s]+)-----END [A-Z ]+-----/.exec(
    bytes.toString('latin1'),
  );
  return found === null ? null : decodeBase64((found[1] as string).replaceAll(/\s+/g, ''));
}

function pick(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const key of path) at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function base64(value: unknown): Buffer | null {
  return typeof value === 'string' ? decodeBase64(value) : null;
}

function hex(value: unknown): Buffer | null {
  return typeof value === 'string' ? decodeHex(value) : null;
}

function mismatch(what: string): never {
  throw new TrustError('log-entry-mismatch', `The log entry ${what}.`);
}
