import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { DER, encodeDer } from '../der.ts';

/** Keys and certificates of our own, for tests. */

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly spki: Buffer;
}

export interface CertificateOptions {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyPair;
  readonly signer: KeyPair;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly authority?: boolean;
  readonly usage?: string | null;
  readonly names?: readonly string[];
  readonly extensions?: readonly Buffer[];
  readonly serial?: number;
}

export function newKey(curve = 'P-256'): KeyPair {
  const pair = generateKeyPairSync('ec', { namedCurve: curve });
  return { ...pair, spki: pair.publicKey.export({ type: 'spki', format: 'der' }) };
}

export function newEd25519(): KeyPair {
  const pair = generateKeyPairSync('ed25519');
  return { ...pair, spki: pair.publicKey.export({ type: 'spki', format: 'der' }) };
}

export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
  const octets = [first * 40 + second, ...rest].flatMap(arc => {
    const parts = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      parts.unshift((left % 128) | 0x80);
    return parts;
  });
  return encodeDer(DER.oid, Buffer.from(octets));
}

export function extension(name: string, value: Buffer, critical = false): Buffer {
  return encodeDer(
    DER.sequence,
    oid(name),
    ...(critical ? [Buffer.from([1, 1, 255])] : []),
    encodeDer(DER.octetString, value),
  );
}

/** A version 3 certificate, signed with ECDSA and the hash of the signer's curve. */
export function mintCertificate(options: CertificateOptions): Buffer {
  const tbs = tbsOf(options, options.extensions ?? []);
  return signedCertificate(tbs, options.signer);
}

/** A certificate that a certificate log vouches for (embedded timestamp). */
export function mintLoggedCertificate(
  options: CertificateOptions,
  log: KeyPair,
  time: number,
  more: Buffer = Buffer.alloc(0),
): Buffer {
  const bare = tbsOf(options, options.extensions ?? []);
  const length = Buffer.alloc(3);
  length.writeUIntBE(bare.length, 0, 3);
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  const issuerHash = createHash('sha256').update(options.signer.spki).digest();
  const signed = Buffer.concat([
    Buffer.from([0, 0]),
    stamp,
    Buffer.from([0, 1]),
    issuerHash,
    length,
    bare,
    uint16(more.length),
    more,
  ]);
  const signature = sign('sha256', signed, log.privateKey);
  const sct = Buffer.concat([
    Buffer.from([0]),
    idOf(log),
    stamp,
    uint16(more.length),
    more,
    Buffer.from([4, 3]),
    uint16(signature.length),
    signature,
  ]);
  const list = Buffer.concat([uint16(sct.length + 2), uint16(sct.length), sct]);
  const embedded = extension('1.3.6.1.4.1.11129.2.4.2', encodeDer(DER.octetString, list));
  return signedCertificate(tbsOf(options, [...(options.extensions ?? []), embedded]), options.signer);
}

/** PEM text of a DER value. */
export function pemOf(der: Buffer, label: string): string {
  return `-----BEGIN ${label}-----\n${der
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')}\n-----END ${label}-----\n`;
}

function tbsOf(options: CertificateOptions, extra: readonly Buffer[]): Buffer {
  const usage = options.usage === undefined ? '1.3.6.1.5.5.7.3.3' : options.usage;
  const names = (options.names ?? []).map(value =>
    encodeDer(value.includes('://') ? 0x86 : 0x81, Buffer.from(value)),
  );
  const extensions = [
    extension(
      '2.5.29.15',
      encodeDer(DER.bitString, Buffer.from(options.authority ? [1, 0x06] : [7, 0x80])),
      true,
    ),
    ...(options.authority
      ? [extension('2.5.29.19', encodeDer(DER.sequence, Buffer.from([1, 1, 255])), true)]
      : []),
    // RFC 3161 wants it critical for timestamps, and the profile that others check certificates by wants it not so elsewhere.
    ...(usage === null
      ? []
      : [extension('2.5.29.37', encodeDer(DER.sequence, oid(usage)), usage === TIMESTAMPING)]),
    extension('2.5.29.14', encodeDer(DER.octetString, keyIdOf(options.key))),
    extension('2.5.29.35', encodeDer(DER.sequence, encodeDer(0x80, keyIdOf(options.signer)))),
    ...(names.length > 0 ? [extension('2.5.29.17', encodeDer(DER.sequence, ...names), true)] : []),
    ...extra,
  ];
  const utc = (time: number) =>
    encodeDer(
      DER.utcTime,
      Buffer.from(
        new Date(time)
          .toISOString()
          .slice(2)
          .replaceAll(/[-:T]|\.\d+/g, ''),
      ),
    );
  return encodeDer(
    DER.sequence,
    encodeDer(0xa0, integer(2)),
    integer(options.serial ?? 1234),
    signatureAlgorithm(options.signer),
    name(options.issuer),
    encodeDer(DER.sequence, utc(options.notBefore), utc(options.notAfter)),
    name(options.subject),
    options.key.spki,
    encodeDer(0xa3, encodeDer(DER.sequence, ...extensions)),
  );
}

export const TIMESTAMPING = '1.3.6.1.5.5.7.3.8';

function keyIdOf(key: KeyPair): Buffer {
  return createHash('sha1').update(key.spki).digest();
}

function signedCertificate(tbs: Buffer, signer: KeyPair): Buffer {
  const signature = sign(hashOf(signer), tbs, signer.privateKey);
  return encodeDer(
    DER.sequence,
    tbs,
    signatureAlgorithm(signer),
    encodeDer(DER.bitString, Buffer.from([0]), signature),
  );
}

function signatureAlgorithm(signer: KeyPair): Buffer {
  return encodeDer(
    DER.sequence,
    oid(
      { sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3', sha512: '1.2.840.10045.4.3.4' }[
        hashOf(signer)
      ],
    ),
  );
}

function hashOf(key: KeyPair): 'sha256' | 'sha384' | 'sha512' {
  const curve = key.publicKey.asymmetricKeyDetails?.namedCurve;
  return curve === 'secp384r1' ? 'sha384' : curve === 'secp521r1' ? 'sha512' : 'sha256';
}

/** A name that has only a common one. */
export function name(common: string): Buffer {
  if (common === '') return encodeDer(DER.sequence);
  return encodeDer(
    DER.sequence,
    encodeDer(DER.set, encodeDer(DER.sequence, oid('2.5.4.3'), encodeDer(DER.utf8, Buffer.from(common)))),
  );
}

export function integer(value: number): Buffer {
  const octets: number[] = [];
  for (let left = value; left > 0 || octets.length === 0; left = Math.floor(left / 256))
    octets.unshift(left % 256);
  if ((octets[0] as number) >= 128) octets.unshift(0);
  return encodeDer(DER.integer, Buffer.from(octets));
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** By which a log is known: the hash of its key. */
export function idOf(key: KeyPair): Buffer {
  return createHash('sha256').update(key.spki).digest();
}
