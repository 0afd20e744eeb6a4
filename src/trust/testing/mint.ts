import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { DER, encodeDer } from '../der.ts';
import { encodePae } from '../pae.ts';

/** Makes a small Sigstore of our own (authority, certificate log, transparency log, clock) and bundles signed by it, so that every rule can be tested without anybody's data. */

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

export interface Minted {
  readonly root: object;
  readonly time: number;
  readonly identity: string;
  readonly issuer: string;
  readonly certificate: Buffer;
  readonly log: KeyPair;
  readonly log2: KeyPair;
  readonly tsaKey: KeyPair;
  /** A bundle over a message or an envelope, of the first or second generation of log. */
  readonly bundle: (
    content: { readonly message: Buffer } | { readonly payload: Buffer; readonly payloadType?: string },
    generation?: 1 | 2,
  ) => Record<string, unknown>;
}

/** A whole Sigstore with one signer. */
export function mintSigstore(
  identity = 'https://ci.example.com/build.yml@refs/heads/main',
  issuer = 'https://token.example.com',
  /** The workflow that signed, when the certificate is to prove one. */
  buildSigner: string | null = null,
  /** What the certificate log adds to its timestamp. */
  sctExtensions: Buffer = Buffer.alloc(0),
): Minted {
  const time = Date.UTC(2026, 0, 2, 3, 4, 5);
  const [rootKey, interKey, leafKey, ctKey, log, tsaRootKey, tsaKey] = [
    newKey('P-384'),
    newKey('P-384'),
    newKey(),
    newKey(),
    newKey(),
    newKey('P-384'),
    newKey('P-384'),
  ] as const;
  const log2 = newEd25519();
  const long = { notBefore: time - 1e10, notAfter: time + 1e10 };
  const rootDer = mintCertificate({
    subject: 'root',
    issuer: 'root',
    key: rootKey,
    signer: rootKey,
    authority: true,
    usage: null,
    ...long,
  });
  const interDer = mintCertificate({
    subject: 'inter',
    issuer: 'root',
    key: interKey,
    signer: rootKey,
    authority: true,
    usage: null,
    ...long,
  });
  const tsaRoot = mintCertificate({
    subject: 'tsa root',
    issuer: 'tsa root',
    key: tsaRootKey,
    signer: tsaRootKey,
    authority: true,
    usage: null,
    ...long,
  });
  const tsa = mintCertificate({
    subject: 'tsa',
    issuer: 'tsa root',
    key: tsaKey,
    signer: tsaRootKey,
    usage: TIMESTAMPING,
    serial: 77,
    ...long,
  });
  const issuerExtension = extension('1.3.6.1.4.1.57264.1.8', encodeDer(DER.utf8, Buffer.from(issuer)));
  const certificate = mintLoggedCertificate(
    {
      subject: '',
      issuer: 'inter',
      key: leafKey,
      signer: interKey,
      notBefore: time - 60_000,
      notAfter: time + 540_000,
      names: [identity],
      extensions: [
        extension('1.3.6.1.4.1.57264.1.1', Buffer.from(issuer)),
        issuerExtension,
        ...(buildSigner === null
          ? []
          : [extension('1.3.6.1.4.1.57264.1.9', encodeDer(DER.utf8, Buffer.from(buildSigner)))]),
      ],
    },
    ctKey,
    time,
    sctExtensions,
  );
  const start = { start: new Date(time - 1e10).toISOString() };
  const authority = (ders: Buffer[]) => ({
    subject: { organization: 'example.com', commonName: 'example' },
    uri: 'https://ca.example.com',
    certChain: { certificates: ders.map(der => ({ rawBytes: der.toString('base64') })) },
    validFor: start,
  });
  const logJson = (baseUrl: string, key: KeyPair, keyDetails: string) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: key.spki.toString('base64'), keyDetails, validFor: start },
    logId: { keyId: idOf(key).toString('base64') },
  });
  const root = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      logJson('https://log.example.com', log, 'PKIX_ECDSA_P256_SHA_256'),
      logJson('https://log2.example.com', log2, 'PKIX_ED25519'),
    ],
    certificateAuthorities: [authority([interDer, rootDer])],
    ctlogs: [logJson('https://ct.example.com', ctKey, 'PKIX_ECDSA_P256_SHA_256')],
    timestampAuthorities: [authority([tsa, tsaRoot])],
  };
  return {
    root,
    time,
    identity,
    issuer,
    certificate,
    log,
    log2,
    tsaKey,
    bundle: (content, generation = 1) => {
      const payloadType = 'payload' in content ? (content.payloadType ?? 'application/vnd.in-toto+json') : '';
      const signed = 'payload' in content ? encodePae(payloadType, content.payload) : content.message;
      const signature = sign('sha256', signed, leafKey.privateKey);
      const body =
        'payload' in content
          ? dsseBody(content.payload, signed, signature, certificate, generation)
          : recordBody(content.message, signature, certificate, generation);
      const token = mintTimestamp(signature, time + 1000, tsaKey, 'tsa root', 77);
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: {
          certificate: { rawBytes: certificate.toString('base64') },
          tlogEntries: [generation === 1 ? entry1(body, log, time) : entry2(body, log2)],
          ...(generation === 2
            ? {
                timestampVerificationData: {
                  rfc3161Timestamps: [{ signedTimestamp: token.toString('base64') }],
                },
              }
            : {}),
        },
        ...('payload' in content
          ? {
              dsseEnvelope: {
                payload: content.payload.toString('base64'),
                payloadType,
                signatures: [{ sig: signature.toString('base64'), keyid: '' }],
              },
            }
          : {
              messageSignature: {
                messageDigest: {
                  algorithm: 'SHA2_256',
                  digest: createHash('sha256').update(content.message).digest('base64'),
                },
                signature: signature.toString('base64'),
              },
            }),
      };
    },
  };
}

/** A TimeStampResp over `stamped`. */
export function mintTimestamp(
  stamped: Buffer,
  time: number,
  key: KeyPair,
  issuer: string,
  serial: number,
): Buffer {
  const sha256 = encodeDer(DER.sequence, oid('2.16.840.1.101.3.4.2.1'));
  const sha384 = encodeDer(DER.sequence, oid('2.16.840.1.101.3.4.2.2'));
  const imprint = encodeDer(
    DER.sequence,
    sha256,
    encodeDer(DER.octetString, createHash('sha256').update(stamped).digest()),
  );
  const when = encodeDer(
    DER.generalizedTime,
    Buffer.from(`${new Date(time).toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`),
  );
  const info = encodeDer(DER.sequence, integer(1), oid('1.3.6.1.4.1.57264.2'), imprint, integer(5), when);
  const attribute = (name: string, value: Buffer) =>
    encodeDer(DER.sequence, oid(name), encodeDer(DER.set, value));
  const attributes = [
    attribute('1.2.840.113549.1.9.3', oid('1.2.840.113549.1.9.16.1.4')),
    attribute('1.2.840.113549.1.9.4', encodeDer(DER.octetString, createHash('sha384').update(info).digest())),
  ];
  const signature = sign('sha384', encodeDer(DER.set, ...attributes), key.privateKey);
  const sid = encodeDer(DER.sequence, name(issuer), integer(serial));
  const algorithm = encodeDer(DER.sequence, oid('1.2.840.10045.4.3.3'));
  const signer = encodeDer(
    DER.sequence,
    integer(1),
    sid,
    sha384,
    encodeDer(0xa0, ...attributes),
    algorithm,
    encodeDer(DER.octetString, signature),
  );
  const content = encodeDer(
    DER.sequence,
    oid('1.2.840.113549.1.9.16.1.4'),
    encodeDer(0xa0, encodeDer(DER.octetString, info)),
  );
  const data = encodeDer(
    DER.sequence,
    integer(3),
    encodeDer(DER.set, sha384),
    content,
    encodeDer(DER.set, signer),
  );
  const token = encodeDer(DER.sequence, oid('1.2.840.113549.1.7.2'), encodeDer(0xa0, data));
  return encodeDer(DER.sequence, encodeDer(DER.sequence, integer(0)), token);
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

const TIMESTAMPING = '1.3.6.1.5.5.7.3.8';

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

function name(common: string): Buffer {
  if (common === '') return encodeDer(DER.sequence);
  return encodeDer(
    DER.sequence,
    encodeDer(DER.set, encodeDer(DER.sequence, oid('2.5.4.3'), encodeDer(DER.utf8, Buffer.from(common)))),
  );
}

function integer(value: number): Buffer {
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

function idOf(key: KeyPair): Buffer {
  return createHash('sha256').update(key.spki).digest();
}

function recordBody(message: Buffer, signature: Buffer, certificate: Buffer, generation: 1 | 2): Buffer {
  const hash = createHash('sha256').update(message);
  if (generation === 2) return second(hash.digest('base64'), signature, certificate);
  const spec = {
    data: { hash: { algorithm: 'sha256', value: hash.digest('hex') } },
    signature: { content: signature.toString('base64'), publicKey: { content: pem64(certificate) } },
  };
  return Buffer.from(JSON.stringify({ apiVersion: '0.0.1', kind: 'hashedrekord', spec }));
}

function dsseBody(
  payload: Buffer,
  pae: Buffer,
  signature: Buffer,
  certificate: Buffer,
  generation: 1 | 2,
): Buffer {
  if (generation === 2)
    return second(createHash('sha256').update(pae).digest('base64'), signature, certificate);
  const payloadHash = { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') };
  // Of the envelope as it was uploaded, which nobody keeps.
  const envelopeHash = { algorithm: 'sha256', value: createHash('sha256').update(pae).digest('hex') };
  const spec = {
    envelopeHash,
    payloadHash,
    signatures: [{ signature: signature.toString('base64'), verifier: pem64(certificate) }],
  };
  return Buffer.from(JSON.stringify({ apiVersion: '0.0.1', kind: 'dsse', spec }));
}

function second(digest: string, signature: Buffer, certificate: Buffer): Buffer {
  const verifier = {
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    x509Certificate: { rawBytes: certificate.toString('base64') },
  };
  const spec = {
    hashedRekordV002: {
      data: { algorithm: 'SHA2_256', digest },
      signature: { content: signature.toString('base64'), verifier },
    },
  };
  return Buffer.from(JSON.stringify({ apiVersion: '0.0.2', kind: 'hashedrekord', spec }));
}

function pem64(certificate: Buffer): string {
  return Buffer.from(pemOf(certificate, 'CERTIFICATE')).toString('base64');
}

/** A tree of two leaves, the entry being the second, so that the proof has a hash. */
function proofOf(body: Buffer, host: string, origin: string, log: KeyPair) {
  const sha = (...parts: Buffer[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
  const sibling = sha(Buffer.from('the entry before'));
  const rootHash = sha(Buffer.from([1]), sibling, sha(Buffer.from([0]), body));
  const note = `${origin}\n2\n${rootHash.toString('base64')}\n`;
  const signature = sign(
    log.publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256',
    Buffer.from(note),
    log.privateKey,
  );
  const line = `\u2014 ${host} ${Buffer.concat([idOf(log).subarray(0, 4), signature]).toString('base64')}\n`;
  return {
    logIndex: '1',
    rootHash: rootHash.toString('base64'),
    treeSize: '2',
    hashes: [sibling.toString('base64')],
    checkpoint: { envelope: `${note}\n${line}` },
  };
}

function entry1(body: Buffer, log: KeyPair, time: number) {
  const promised = {
    body: body.toString('base64'),
    integratedTime: time / 1000,
    logID: idOf(log).toString('hex'),
    logIndex: 4711,
  };
  const parsed = JSON.parse(body.toString()) as { kind: string; apiVersion: string };
  return {
    logIndex: '4711',
    logId: { keyId: idOf(log).toString('base64') },
    kindVersion: { kind: parsed.kind, version: parsed.apiVersion },
    integratedTime: String(time / 1000),
    inclusionPromise: {
      signedEntryTimestamp: sign('sha256', Buffer.from(JSON.stringify(promised)), log.privateKey).toString(
        'base64',
      ),
    },
    inclusionProof: proofOf(body, 'log.example.com', 'log.example.com - 42', log),
    canonicalizedBody: body.toString('base64'),
  };
}

function entry2(body: Buffer, log: KeyPair) {
  return {
    logIndex: '1',
    logId: { keyId: idOf(log).toString('base64') },
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    inclusionProof: proofOf(body, 'log2.example.com', 'log2.example.com', log),
    canonicalizedBody: body.toString('base64'),
  };
}
