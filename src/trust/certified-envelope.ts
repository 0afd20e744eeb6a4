import type { Envelope } from '../formats/dsse/envelope.ts';
import { certificatesFromPem, keyOf } from './certificate.ts';
import { checkTimes, issuersOf } from './chain.ts';
import { TrustError } from './errors.ts';
import { claimsOf } from './fulcio.ts';
import { keyName, verifyBytes } from './keys.ts';
import { encodePae } from './pae.ts';
import type { TrustMaterial } from './root.ts';
import { verifyScts } from './sct.ts';
import type { Signer } from './signer.ts';

/**
 * Verifies an envelope that carries a Fulcio certificate beside its signature and no log entry, as slsa-github-generator wrote before bundles. Signature and
 * certificate can be checked; *when* it was signed, while the certificate lived ten minutes, only the log knows. So what this returns is never enough for
 * `verified`: it serves to find out early that the provenance is not the wanted one.
 */
export function verifyCertifiedEnvelope(envelope: Envelope, material: TrustMaterial): Signer {
  const [signature] = envelope.signatures;
  if (signature === undefined || signature.certificate === null)
    throw new TrustError('signature-missing', 'The envelope has no signature with a certificate.');
  const certificate = certificatesFromPem(signature.certificate)[0];
  if (certificate === undefined)
    throw new TrustError('certificate-malformed', 'The envelope carries no readable certificate.');
  const [issuer] = issuersOf(
    certificate,
    material.authorities.map(authority => authority.chain),
  );
  if (issuer === undefined)
    throw new TrustError('certificate-untrusted', 'The signing certificate has no trusted issuer.', {
      missing: true,
    });
  checkTimes(certificate, issuer, [certificate.notBefore]);
  // Certificates of early 2022 have no embedded timestamps; those that have must be right.
  verifyScts(certificate, issuer, material.ctLogs, 0);
  const key = keyOf(certificate);
  if (!verifyBytes(key, encodePae(envelope.payloadType, envelope.payload), signature.signature))
    throw new TrustError('signature-invalid', `The signature was not made by ${keyName(key)} over this.`);
  return { kind: 'certificate', certificate, claims: claimsOf(certificate), key };
}

/** The end of every verification of such an envelope. */
export function logMissing(): TrustError {
  return new TrustError(
    'log-entry-missing',
    'The envelope has a certificate but no log entry, so nobody can tell offline whether it was signed while the certificate was valid; a Sigstore bundle would carry the entry.',
    { missing: true },
  );
}
