import { createHash, sign } from 'node:crypto';
import { DER, encodeDer } from '../der.ts';
import { encodePae } from '../pae.ts';
import {
  extension,
  idOf,
  type KeyPair,
  mintCertificate,
  mintLoggedCertificate,
  newEd25519,
  newKey,
  TIMESTAMPING,
} from './mint-certificate.ts';
import { dsseBody, entry1, entry2, recordBody } from './mint-log.ts';
import { mintTimestamp } from './mint-timestamp.ts';

/** Makes a small Sigstore of our own (authority, certificate log, transparency log, clock) and bundles signed by it, so that every rule can be tested without anybody's data. */

type MintedContent =
  | { readonly message: Buffer }
  | { readonly payload: Buffer; readonly payloadType?: string };

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
  readonly bundle: (content: MintedContent, generation?: 1 | 2) => Record<string, unknown>;
}

/** A whole Sigstore with one signer. */
export function mintSigstore(
  identity = 'https://ci.example.com/build.yml@refs/heads/main',
  issuer = 'https://token.example.com',
  /** The workflow that signed, when the certificate is to prove one. */
  buildSigner: string | null = null,
  /** What the certificate log adds to its timestamp. */
  sctExtensions: Buffer = Buffer.alloc(0),
  /** Further claims of the certificate, by the last arc of their extension. */
  claims: Readonly<Record<number, string>> = {},
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
  const { interDer, rootDer, tsa, tsaRoot } = authorities({ rootKey, interKey, tsaRootKey, tsaKey }, time);
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
        ...Object.entries(claims).map(([arc, text]) =>
          extension(`1.3.6.1.4.1.57264.1.${arc}`, encodeDer(DER.utf8, Buffer.from(text))),
        ),
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
    bundle: (content, generation = 1) =>
      bundleBy({ key: leafKey, certificate, time, log, log2, tsaKey }, content, generation),
  };
}

interface MintedSigner {
  readonly key: KeyPair;
  readonly certificate: Buffer;
  readonly time: number;
  readonly log: KeyPair;
  readonly log2: KeyPair;
  readonly tsaKey: KeyPair;
}

function bundleBy(signer: MintedSigner, content: MintedContent, generation: 1 | 2): Record<string, unknown> {
  const { certificate, time, log, log2, tsaKey } = signer;
  const payloadType = 'payload' in content ? (content.payloadType ?? 'application/vnd.in-toto+json') : '';
  const signed = 'payload' in content ? encodePae(payloadType, content.payload) : content.message;
  const signature = sign('sha256', signed, signer.key.privateKey);
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
}

/** The certificates of a signing authority and of a timestamp authority, each with its root. */
function authorities(
  {
    rootKey,
    interKey,
    tsaRootKey,
    tsaKey,
  }: Readonly<Record<'rootKey' | 'interKey' | 'tsaRootKey' | 'tsaKey', KeyPair>>,
  time: number,
) {
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
  return { interDer, rootDer, tsa, tsaRoot };
}
