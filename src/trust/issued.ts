import { hash } from 'node:crypto';
import { Recent } from '../model/recent.ts';
import {
  extendedKeyUsageOf,
  keyOf,
  keyUsageOf,
  OID,
  parseCertificate,
  strangeCriticalOf,
  subjectText,
} from './certificate.ts';
import { type Issuer, issuersOf } from './chain.ts';
import { TrustError } from './errors.ts';
import { claimsOf } from './fulcio.ts';
import type { TrustMaterial, Window } from './root.ts';
import type { Signer } from './signer.ts';

/** What of a certificate depends on nothing but the trusted root: who issued it, and what it says. */
export interface Issued {
  readonly signer: Extract<Signer, { readonly kind: 'certificate' }>;
  readonly issuers: readonly { readonly issuer: Issuer; readonly window: Window; scts?: number }[];
}

/** Projects sign many files with one certificate, and its issuer's signature is the dearest step; the latest ones are kept per root. */
const REMEMBERED = 128;
const remembered = new WeakMap<TrustMaterial, Recent<string, Issued>>();

/** What is known of a certificate under a root, worked out once for both. Throws `certificate-malformed`, `certificate-invalid` or `certificate-untrusted`. */
export function issuedCertificate(der: Buffer, material: TrustMaterial): Issued {
  let known = remembered.get(material);
  if (known === undefined) remembered.set(material, (known = new Recent(REMEMBERED)));
  const id = hash('sha256', der, 'base64');
  const before = known.get(id);
  if (before !== undefined) return before;
  const issued = proveIssued(der, material);
  known.set(id, issued);
  return issued;
}

function proveIssued(der: Buffer, material: TrustMaterial): Issued {
  const certificate = parseCertificate(der);
  const strange = strangeCriticalOf(certificate);
  if (strange !== null)
    throw new TrustError(
      'certificate-invalid',
      `The signing certificate has the critical extension ${strange}, which is not understood.`,
    );
  if (!extendedKeyUsageOf(certificate).includes(OID.codeSigning))
    throw new TrustError(
      'certificate-invalid',
      `The certificate of ${subjectText(certificate)} is not for signing code.`,
    );
  if (keyUsageOf(certificate)?.digitalSignature === false)
    throw new TrustError('certificate-invalid', 'The key of the signing certificate is not for signatures.');
  const windows = new Map(material.authorities.map(authority => [authority.chain, authority.window]));
  const issuers = issuersOf(certificate, [...windows.keys()]).map(issuer => ({
    issuer,
    window: windows.get(issuer.chain) as Window,
  }));
  return {
    signer: { kind: 'certificate', certificate, claims: claimsOf(certificate), key: keyOf(certificate) },
    issuers,
  };
}
