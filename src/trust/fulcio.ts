import { alternativeNamesOf, type Certificate } from './certificate.ts';
import { content, DER, readDer } from './der.ts';

/**
 * Who a signing certificate says its holder is: what Sigstore's CA wrote into it after checking the identity token (Fulcio oid-info).
 * Null where the certificate does not say.
 */
export interface SignerClaims {
  readonly names: readonly string[];
  readonly issuer: string | null;
  readonly buildSigner: string | null;
  readonly buildSignerDigest: string | null;
  readonly runnerEnvironment: string | null;
  readonly sourceRepository: string | null;
  readonly sourceDigest: string | null;
  readonly sourceRef: string | null;
  readonly sourceRepositoryId: string | null;
  readonly sourceOwner: string | null;
  readonly sourceOwnerId: string | null;
  readonly buildConfig: string | null;
  readonly buildConfigDigest: string | null;
  readonly buildTrigger: string | null;
  readonly runInvocation: string | null;
  readonly visibility: string | null;
}

const ARC = '1.3.6.1.4.1.57264.1.';

/** Reads the claims. The older extensions 1 to 6 (raw text, GitHub only) stand in where the newer ones are absent. */
export function claimsOf(certificate: Certificate): SignerClaims {
  const repository = raw(certificate, 5);
  return {
    names: alternativeNamesOf(certificate),
    issuer: text(certificate, 8) ?? raw(certificate, 1),
    buildSigner: text(certificate, 9),
    buildSignerDigest: text(certificate, 10),
    runnerEnvironment: text(certificate, 11),
    sourceRepository:
      text(certificate, 12) ?? (repository === null ? null : `https://github.com/${repository}`),
    sourceDigest: text(certificate, 13) ?? raw(certificate, 3),
    sourceRef: text(certificate, 14) ?? raw(certificate, 6),
    sourceRepositoryId: text(certificate, 15),
    sourceOwner: text(certificate, 16),
    sourceOwnerId: text(certificate, 17),
    buildConfig: text(certificate, 18),
    buildConfigDigest: text(certificate, 19),
    buildTrigger: text(certificate, 20) ?? raw(certificate, 2),
    runInvocation: text(certificate, 21),
    visibility: text(certificate, 22),
  };
}

/** Any Fulcio extension as text, by its OID; null when absent. */
export function extensionText(certificate: Certificate, oid: string): string | null {
  const number = oid.startsWith(ARC) ? Number(oid.slice(ARC.length)) : 0;
  return number >= 1 && number <= 6
    ? raw(certificate, number)
    : derText(certificate.extensions.get(oid)?.value);
}

function text(certificate: Certificate, number: number): string | null {
  return derText(certificate.extensions.get(ARC + number)?.value);
}

function raw(certificate: Certificate, number: number): string | null {
  const value = certificate.extensions.get(ARC + number)?.value;
  return value === undefined ? null : Buffer.from(value).toString('utf8');
}

function derText(value: Uint8Array | undefined): string | null {
  if (value === undefined) return null;
  const node = readDer(value);
  return node.tag === DER.utf8 ? Buffer.from(content(node)).toString('utf8') : null;
}
