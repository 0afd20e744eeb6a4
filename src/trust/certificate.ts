import { X509Certificate } from 'node:crypto';
import {
  bitsOf,
  booleanOf,
  children,
  content,
  DER,
  type DerNode,
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
import { type HashName, type PublicKey, publicKeyFromSpki, verifyBytes } from './keys.ts';

/** The parts of an X.509 certificate (RFC 5280) that verification needs, as views of its bytes. */
export interface Certificate {
  readonly der: Buffer;
  /** The signed part and its top-level values, for rebuilding the precertificate (RFC 6962 §3.2). */
  readonly tbs: Uint8Array;
  readonly tbsValues: readonly DerNode[];
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  readonly serial: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Milliseconds since the epoch, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly spki: Uint8Array;
  readonly extensions: ReadonlyMap<string, Extension>;
}

export interface Extension {
  readonly critical: boolean;
  /** Content of the extnValue OCTET STRING. */
  readonly value: Uint8Array;
  readonly node: DerNode;
}

export const OID = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  sctList: '1.3.6.1.4.1.11129.2.4.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  otherNameUser: '1.3.6.1.4.1.57264.1.7',
} as const;

/** Extensions we understand enough to honour when they are critical. A critical one that is not here makes the certificate unusable (RFC 5280 §4.2). */
const UNDERSTOOD = new Set<string>([
  OID.keyUsage,
  OID.subjectAltName,
  OID.basicConstraints,
  OID.extendedKeyUsage,
]);

const SIGNATURES: ReadonlyMap<string, HashName> = new Map([
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.3.101.112', 'sha512'],
]);

/** Reads one DER certificate. Throws `certificate-malformed`. */
export function parseCertificate(der: Uint8Array): Certificate {
  const bytes = Buffer.from(der.buffer, der.byteOffset, der.byteLength);
  const [tbs, algorithm, signature] = children(expectTag(readDer(bytes), DER.sequence, 'the certificate'));
  const tbsValues = children(expectTag(tbs, DER.sequence, 'the signed part'));
  if (tbsValues[0]?.tag !== 0xa0 || smallInteger(inner(tbsValues[0]), 'the version') !== 2)
    fail('only version 3 certificates are used');
  const [, serial, signed, issuer, validity, subject, spki, ...rest] = tbsValues;
  expectTag(algorithm, DER.sequence, 'the signature algorithm');
  if (
    Buffer.compare(
      whole(algorithm as DerNode),
      whole(expectTag(signed, DER.sequence, 'the inner signature algorithm')),
    ) !== 0
  )
    fail('the signature algorithm differs inside and outside the signed part');
  const [from, to] = children(expectTag(validity, DER.sequence, 'the validity'));
  return {
    der: bytes,
    tbs: whole(tbs as DerNode),
    tbsValues,
    signatureAlgorithm: oidOf(
      expectTag(children(algorithm as DerNode)[0], DER.oid, 'the signature algorithm'),
    ),
    signature: bitsOf(signature, 'the signature'),
    serial: content(integer(serial, 'the serial number')),
    issuer: whole(expectTag(issuer, DER.sequence, 'the issuer')),
    subject: whole(expectTag(subject, DER.sequence, 'the subject')),
    notBefore: timeOf(from, 'notBefore'),
    notAfter: timeOf(to, 'notAfter'),
    spki: whole(expectTag(spki, DER.sequence, 'the public key')),
    extensions: extensionsOf(rest),
  };
}

/** The certificates of a PEM text, in order. Throws `certificate-malformed` when there is none. */
export function certificatesFromPem(text: string): Certificate[] {
  const found = [
    ...text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g),
  ];
  if (found.length === 0) fail('the PEM text holds none');
  return found.map(([, body]) =>
    parseCertificate(Buffer.from((body as string).replaceAll(/\s+/g, ''), 'base64')),
  );
}

/** The key of a certificate. */
export function keyOf(certificate: Certificate): PublicKey {
  return publicKeyFromSpki(certificate.spki);
}

/** Whether `issuer` signed `certificate`. */
export function signedBy(certificate: Certificate, issuer: PublicKey): boolean {
  const hash = SIGNATURES.get(certificate.signatureAlgorithm);
  if (hash !== undefined) {
    const rsa = certificate.signatureAlgorithm.startsWith('1.2.840.113549');
    if (
      rsa !== (issuer.kind === 'rsa') ||
      (certificate.signatureAlgorithm === '1.3.101.112') !== (issuer.kind === 'ed25519')
    )
      return false;
    return verifyBytes(issuer, certificate.tbs, certificate.signature, hash);
  }
  // RSA-PSS carries its parameters in the certificate; OpenSSL reads them.
  if (certificate.signatureAlgorithm !== '1.2.840.113549.1.1.10') return false;
  try {
    return new X509Certificate(certificate.der).verify(issuer.object);
  } catch {
    return false;
  }
}

/** Whether it may sign other certificates, and how many more may stand between it and the leaf (null: any number). */
export function authorityOf(certificate: Certificate): { readonly pathLength: number | null } | null {
  const extension = certificate.extensions.get(OID.basicConstraints);
  if (extension === undefined) return null;
  const [flag, length] = children(expectTag(readDer(extension.value), DER.sequence, 'the basic constraints'));
  if (flag === undefined || flag.tag !== DER.boolean || !booleanOf(flag)) return null;
  const usage = keyUsageOf(certificate);
  if (usage !== null && !usage.certificateSigning) return null;
  return { pathLength: length === undefined ? null : smallInteger(length, 'the path length') };
}

/** The key usages that matter here; null when the certificate states none. */
export function keyUsageOf(
  certificate: Certificate,
): { readonly digitalSignature: boolean; readonly certificateSigning: boolean } | null {
  const extension = certificate.extensions.get(OID.keyUsage);
  if (extension === undefined) return null;
  const node = expectTag(readDer(extension.value), DER.bitString, 'the key usage');
  const first = node.bytes[node.start + 1] ?? 0;
  return { digitalSignature: (first & 0x80) !== 0, certificateSigning: (first & 0x04) !== 0 };
}

/** The extended key usages, as OIDs; empty when none are stated. */
export function extendedKeyUsageOf(certificate: Certificate): string[] {
  const extension = certificate.extensions.get(OID.extendedKeyUsage);
  if (extension === undefined) return [];
  return children(expectTag(readDer(extension.value), DER.sequence, 'the extended key usage')).map(oidOf);
}

/** The names a certificate is for: e-mail addresses, URIs, DNS names and Fulcio user names, as stated. */
export function alternativeNamesOf(certificate: Certificate): string[] {
  const extension = certificate.extensions.get(OID.subjectAltName);
  if (extension === undefined) return [];
  const names: string[] = [];
  for (const name of children(
    expectTag(readDer(extension.value), DER.sequence, 'the subject alternative name'),
  )) {
    if (name.tag === 0x81 || name.tag === 0x82 || name.tag === 0x86)
      names.push(Buffer.from(content(name)).toString('utf8'));
    else if (name.tag === 0xa0) names.push(...otherName(name));
  }
  return names;
}

/** The first extension that is critical and not understood, or null. */
export function strangeCriticalOf(certificate: Certificate): string | null {
  for (const [oid, extension] of certificate.extensions)
    if (extension.critical && !UNDERSTOOD.has(oid)) return oid;
  return null;
}

/** The subject as `O=..., CN=...`, for messages. */
export function subjectText(certificate: Certificate): string {
  const parts: string[] = [];
  for (const relative of children(readDer(certificate.subject)))
    for (const attribute of children(relative)) {
      const [type, value] = children(attribute);
      if (type === undefined || value === undefined) continue;
      const oid = oidOf(type);
      const label = oid === '2.5.4.3' ? 'CN' : oid === '2.5.4.10' ? 'O' : oid === '2.5.4.11' ? 'OU' : null;
      if (label !== null) parts.push(`${label}=${Buffer.from(content(value)).toString('utf8')}`);
    }
  return parts.join(', ') || `serial ${Buffer.from(certificate.serial).toString('hex')}`;
}

function extensionsOf(values: readonly DerNode[]): Map<string, Extension> {
  const found = new Map<string, Extension>();
  const wrapper = values.find(value => value.tag === 0xa3);
  if (wrapper === undefined) return found;
  for (const node of children(expectTag(inner(wrapper), DER.sequence, 'the extensions'))) {
    const parts = children(expectTag(node, DER.sequence, 'an extension'));
    const oid = oidOf(expectTag(parts[0], DER.oid, 'an extension name'));
    const critical = parts.length === 3 && booleanOf(parts[1] as DerNode);
    if (found.has(oid)) fail(`the extension ${oid} stands twice`);
    found.set(oid, {
      critical,
      value: content(expectTag(parts.at(-1), DER.octetString, 'an extension value')),
      node,
    });
  }
  return found;
}

function otherName(name: DerNode): string[] {
  const [type, wrapped] = children(name);
  if (type === undefined || wrapped === undefined || oidOf(type) !== OID.otherNameUser) return [];
  return [Buffer.from(content(expectTag(inner(wrapped), DER.utf8, 'a user name'))).toString('utf8')];
}

function fail(what: string): never {
  throw new TrustError('certificate-malformed', `A certificate cannot be used: ${what}.`);
}
