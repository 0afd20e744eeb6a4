import { createHash } from 'node:crypto';
import { type Certificate, extendedKeyUsageOf, keyOf, OID, parseCertificate } from './certificate.ts';
import { checkTimes, iso, issuersOf } from './chain.ts';
import {
  children,
  content,
  DER,
  type DerNode,
  encodeDer,
  expectTag,
  inner,
  integer,
  oidOf,
  readDer,
  smallInteger,
  timeOf,
  whole,
} from './der.ts';
import { TrustError } from './errors.ts';
import { type HashName, type PublicKey, verifyBytes } from './keys.ts';
import { type Authority, inWindow } from './root.ts';

/** A time a timestamp authority put on a signature. */
export interface Timestamp {
  readonly time: number;
  readonly authority: string;
}

const HASHES: ReadonlyMap<string, HashName> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

const CMS = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

/** Signature algorithms of CMS, with the hash they bring (null: the digest algorithm of the signer). */
const SIGNATURES: ReadonlyMap<
  string,
  { readonly family: 'ec' | 'rsa' | 'ed25519'; readonly hash: HashName | null }
> = new Map([
  ['1.2.840.10045.4.3.2', { family: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { family: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { family: 'ec', hash: 'sha512' }],
  ['1.2.840.113549.1.1.1', { family: 'rsa', hash: null }],
  ['1.2.840.113549.1.1.11', { family: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { family: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { family: 'rsa', hash: 'sha512' }],
  ['1.3.101.112', { family: 'ed25519', hash: null }],
]);

/**
 * Verifies a TimeStampResp (RFC 3161) over `stamped`, by one of the authorities, whose certificates must hold at the time it states: the clock of the
 * machine plays no part. Throws `timestamp-untrusted` (missing) for an unknown authority, `timestamp-invalid` for everything else.
 */
export function verifyTimestamp(
  response: Uint8Array,
  stamped: Uint8Array,
  authorities: readonly Authority[],
): Timestamp {
  const { token, info } = readResponse(response);
  if (!createHash(info.hash).update(stamped).digest().equals(info.imprint))
    invalid('it was made for another signature');
  const { certificate, authority } = signerOf(token, info.time, authorities);
  verifySigner(token, certificate, keyOf(certificate));
  return { time: info.time, authority };
}

function readResponse(response: Uint8Array) {
  try {
    const token = readToken(response);
    return { token, info: readInfo(content(token.info)) };
  } catch (error) {
    // What the reader of DER cannot read is no certificate here.
    if (error instanceof TrustError && error.code === 'certificate-malformed') invalid(error.message);
    throw error;
  }
}

interface Token {
  /** The TSTInfo, as the content of its OCTET STRING. */
  readonly info: DerNode;
  readonly certificates: readonly DerNode[];
  readonly issuer: Uint8Array | null;
  readonly serial: Uint8Array | null;
  readonly keyId: Uint8Array | null;
  readonly hash: HashName;
  readonly attributes: DerNode;
  readonly algorithm: string;
  readonly signature: Uint8Array;
}

function readToken(response: Uint8Array): Token {
  const [status, contentInfo] = children(
    expectTag(readDer(response), DER.sequence, 'the timestamp response'),
  );
  const granted = smallInteger(children(expectTag(status, DER.sequence, 'the status'))[0], 'the status');
  if (granted > 1 || contentInfo === undefined) invalid('the authority did not grant it');
  const [type, wrapped] = children(expectTag(contentInfo, DER.sequence, 'the token'));
  if (type === undefined || oidOf(type) !== CMS.signedData) invalid('it holds no signed data');
  const parts = children(
    expectTag(inner(expectTag(wrapped, 0xa0, 'the signed data')), DER.sequence, 'the signed data'),
  );
  const [contentType, contentWrapper] = children(expectTag(parts[2], DER.sequence, 'the content'));
  if (contentType === undefined || oidOf(contentType) !== CMS.tstInfo)
    invalid('what is signed is no timestamp');
  const signers = children(expectTag(parts.at(-1), DER.set, 'the signers'));
  if (signers.length !== 1) invalid(`it has ${signers.length} signers instead of one`);
  return {
    info: expectTag(inner(expectTag(contentWrapper, 0xa0, 'the content')), DER.octetString, 'the content'),
    certificates: parts
      .slice(3, -1)
      .filter(part => part.tag === 0xa0)
      .flatMap(children),
    ...readSigner(signers[0] as DerNode),
  };
}

function readSigner(signer: DerNode): Omit<Token, 'info' | 'certificates'> {
  const parts = children(expectTag(signer, DER.sequence, 'the signer'));
  if (parts[3]?.tag !== 0xa0) invalid('the signer signed no attributes');
  const [, identifier, digest, attributes, algorithm, signature] = parts;
  const named = identifier?.tag === DER.sequence ? children(identifier) : null;
  const hash = HASHES.get(
    oidOf(
      expectTag(
        children(expectTag(digest, DER.sequence, 'the digest algorithm'))[0],
        DER.oid,
        'the digest algorithm',
      ),
    ),
  );
  if (hash === undefined) invalid('its digest algorithm is not SHA-2');
  if (named === null && identifier?.tag !== 0x80) invalid('the signer is not named');
  return {
    issuer: named === null ? null : whole(expectTag(named[0], DER.sequence, 'the issuer')),
    serial: named === null ? null : content(integer(named[1], 'the serial number')),
    keyId: named === null ? content(identifier as DerNode) : null,
    hash,
    attributes: attributes as DerNode,
    algorithm: oidOf(
      expectTag(
        children(expectTag(algorithm, DER.sequence, 'the signature algorithm'))[0],
        DER.oid,
        'the signature algorithm',
      ),
    ),
    signature: content(expectTag(signature, DER.octetString, 'the signature')),
  };
}

function readInfo(bytes: Uint8Array): {
  readonly hash: HashName;
  readonly imprint: Buffer;
  readonly time: number;
} {
  const [version, , imprint, , time] = children(expectTag(readDer(bytes), DER.sequence, 'the timestamp'));
  if (smallInteger(version, 'the version') !== 1) invalid('its version is not 1');
  const [algorithm, digest] = children(expectTag(imprint, DER.sequence, 'the message imprint'));
  const hash = HASHES.get(
    oidOf(
      expectTag(
        children(expectTag(algorithm, DER.sequence, 'the imprint algorithm'))[0],
        DER.oid,
        'the imprint algorithm',
      ),
    ),
  );
  if (hash === undefined) invalid('its imprint is not SHA-2');
  return {
    hash,
    imprint: Buffer.from(content(expectTag(digest, DER.octetString, 'the message imprint'))),
    time: timeOf(time, 'the time'),
  };
}

/** The certificate that signed, from the trusted chain itself or, where the chain leaves it out, from the token, issued by the chain. */
function signerOf(
  token: Token,
  time: number,
  authorities: readonly Authority[],
): { readonly certificate: Certificate; readonly authority: string } {
  let outside: Authority | null = null;
  for (const authority of authorities) {
    const certificate = authority.chain.links.map(link => link.certificate).find(one => isSigner(token, one));
    if (certificate === undefined) continue;
    const link = authority.chain.links.find(one => one.certificate === certificate);
    if (link === undefined || link.fault !== null)
      invalid(`the chain of its authority cannot be used: ${link?.fault}`);
    if (time < link.from || time > link.to)
      invalid(`the certificates of its authority were not valid at ${iso(time)}`);
    if (inWindow(authority.window, time))
      return { certificate: mayStamp(certificate), authority: authority.uri };
    outside = authority;
  }
  if (outside !== null) invalid(`the trusted root does not believe ${outside.uri} at ${iso(time)}`);
  return embeddedSigner(token, time, authorities);
}

function embeddedSigner(
  token: Token,
  time: number,
  authorities: readonly Authority[],
): { readonly certificate: Certificate; readonly authority: string } {
  const certificate = token.certificates
    .filter(node => node.tag === DER.sequence)
    .map(node => parseCertificate(whole(node)))
    .find(one => isSigner(token, one));
  for (const authority of certificate === undefined ? [] : authorities) {
    if (!inWindow(authority.window, time)) continue;
    try {
      for (const issuer of issuersOf(certificate as Certificate, [authority.chain]).slice(0, 1))
        checkTimes(certificate as Certificate, issuer, [time]);
    } catch {
      continue;
    }
    return { certificate: mayStamp(certificate as Certificate), authority: authority.uri };
  }
  throw new TrustError(
    'timestamp-untrusted',
    'The timestamp was made by an authority that is not among the trusted roots.',
    { missing: true },
  );
}

function isSigner(token: Token, certificate: Certificate): boolean {
  if (token.keyId !== null) {
    const extension = certificate.extensions.get('2.5.29.14');
    return extension !== undefined && Buffer.compare(content(readDer(extension.value)), token.keyId) === 0;
  }
  return (
    Buffer.compare(certificate.serial, token.serial as Uint8Array) === 0 &&
    Buffer.compare(certificate.issuer, token.issuer as Uint8Array) === 0
  );
}

/** RFC 3161 §2.3: the key may do nothing but stamp time. */
function mayStamp(certificate: Certificate): Certificate {
  const usages = extendedKeyUsageOf(certificate);
  if (usages.length !== 1 || usages[0] !== OID.timeStamping)
    invalid('the certificate that signed it is not for timestamps only');
  return certificate;
}

function verifySigner(token: Token, certificate: Certificate, key: PublicKey): void {
  const attributes = new Map<string, DerNode>();
  for (const attribute of children(token.attributes)) {
    const [type, values] = children(expectTag(attribute, DER.sequence, 'an attribute'));
    const list = children(expectTag(values, DER.set, 'an attribute'));
    const oid = oidOf(expectTag(type, DER.oid, 'an attribute'));
    if (list.length !== 1 || attributes.has(oid)) invalid('an attribute of its signer is ambiguous');
    attributes.set(oid, list[0] as DerNode);
  }
  const type = attributes.get(CMS.contentType);
  if (type === undefined || oidOf(type) !== CMS.tstInfo) invalid('its signer signed another type of content');
  const digest = attributes.get(CMS.messageDigest);
  const actual = createHash(token.hash).update(content(token.info)).digest();
  if (digest?.tag !== DER.octetString || !actual.equals(content(digest))) invalid('its content was changed');
  checkNamedCertificate(attributes, certificate);
  const algorithm = SIGNATURES.get(token.algorithm);
  const family = key.kind === 'rsa' || key.kind === 'ed25519' ? key.kind : 'ec';
  if (algorithm === undefined || algorithm.family !== family)
    invalid(`its signature algorithm ${token.algorithm} does not fit the key`);
  // RFC 5652 §5.4: the attributes are signed as a SET, not under the tag they travel in.
  const signed = encodeDer(DER.set, content(token.attributes));
  if (!verifyBytes(key, signed, token.signature, algorithm.hash ?? token.hash))
    invalid('its signature is wrong');
}

/** RFC 5816, RFC 2634: the signer names its own certificate, so that another certificate for the same key cannot be put in its place. */
function checkNamedCertificate(attributes: ReadonlyMap<string, DerNode>, certificate: Certificate): void {
  const second = attributes.get(CMS.signingCertificateV2);
  const first = attributes.get(CMS.signingCertificate);
  const attribute = second ?? first;
  if (attribute === undefined) return;
  const id = children(children(children(attribute)[0] as DerNode)[0] as DerNode);
  const stated = id.find(part => part.tag === DER.octetString);
  const algorithm = id[0]?.tag === DER.sequence ? HASHES.get(oidOf(children(id[0])[0] as DerNode)) : 'sha256';
  const name = second === undefined ? 'sha1' : algorithm;
  if (stated === undefined || name === undefined) invalid('the certificate it names cannot be read');
  if (!createHash(name).update(certificate.der).digest().equals(content(stated)))
    invalid('it names another certificate');
}

function invalid(what: string): never {
  throw new TrustError('timestamp-invalid', `The timestamp cannot be used: ${what}.`);
}
