import {
  authorityOf,
  type Certificate,
  keyOf,
  signedBy,
  strangeCriticalOf,
  subjectText,
} from './certificate.ts';
import { TrustError } from './errors.ts';
import type { PublicKey } from './keys.ts';

/**
 * A chain of issuing certificates, leaf-most first, the last one being what is trusted. Everything that does not depend on a leaf is worked out
 * once: the signatures inside it, what each may issue, and the time in which all of it holds.
 */
export interface IssuerChain {
  readonly links: readonly Link[];
}

interface Link {
  readonly certificate: Certificate;
  readonly key: PublicKey;
  /** When this certificate and all above it are valid, in milliseconds since the epoch, inclusive. */
  readonly from: number;
  readonly to: number;
  /** Why nothing issued by it can be believed; null when all is well. */
  readonly fault: string | null;
}

/** One certificate of a chain that signed a leaf. What remains to be checked is time. */
export interface Issuer {
  readonly chain: IssuerChain;
  readonly certificate: Certificate;
  readonly key: PublicKey;
  readonly from: number;
  readonly to: number;
}

/** Checks a chain once. A chain with a fault is kept with its reason: it only matters when a leaf depends on it. */
export function compileChain(certificates: readonly Certificate[]): IssuerChain {
  const links: Link[] = [];
  for (let at = certificates.length - 1; at >= 0; at--) {
    const certificate = certificates[at] as Certificate;
    const above = links[0];
    const key = keyOf(certificate);
    links.unshift({
      certificate,
      key,
      from: Math.max(certificate.notBefore, above?.from ?? Number.NEGATIVE_INFINITY),
      to: Math.min(certificate.notAfter, above?.to ?? Number.POSITIVE_INFINITY),
      fault: linkFault(certificate, above, links),
    });
  }
  return { links };
}

/**
 * The certificates that signed `leaf`, in any of the chains, at any time. Throws `certificate-untrusted` (missing) when no chain has its issuer,
 * `certificate-invalid` when one has but did not sign it or may not.
 */
export function issuersOf(leaf: Certificate, chains: readonly IssuerChain[]): Issuer[] {
  const found: Issuer[] = [];
  let refusal: TrustError | null = null;
  for (const chain of chains)
    for (const link of chain.links) {
      if (Buffer.compare(link.certificate.subject, leaf.issuer) !== 0) continue;
      const fault = refuse(leaf, chain, link);
      if (fault === null)
        found.push({ chain, certificate: link.certificate, key: link.key, from: link.from, to: link.to });
      else
        refusal ??= new TrustError(
          'certificate-invalid',
          `The signing certificate cannot be used: ${fault}.`,
        );
    }
  if (found.length > 0) return found;
  throw refusal ?? untrusted();
}

/** Checks that leaf and issuing chain hold at every time given. Throws `certificate-expired`. */
export function checkTimes(leaf: Certificate, issuer: Issuer, times: readonly number[]): void {
  for (const time of times) {
    if (time < leaf.notBefore || time > leaf.notAfter)
      throw new TrustError(
        'certificate-expired',
        `The signing certificate is valid from ${iso(leaf.notBefore)} to ${iso(leaf.notAfter)}, but the signature was made at ${iso(time)}.`,
      );
    if (time < issuer.from || time > issuer.to)
      throw new TrustError(
        'certificate-expired',
        `The issuing chain of the signing certificate was not valid at ${iso(time)}.`,
      );
  }
}

/** The chain the signer sent, joined to trusted roots: each link signed by the next, up to one of the roots or a certificate a root signed. */
export function chainToRoots(sent: readonly Certificate[], roots: readonly Certificate[]): IssuerChain[] {
  const intermediates = sent.slice(1);
  const chains: IssuerChain[] = [];
  for (const root of roots) {
    const at = intermediates.findIndex(certificate => certificate.der.equals(root.der));
    const last = intermediates.at(-1);
    if (at >= 0) chains.push(compileChain([...intermediates.slice(0, at), root]));
    else if (last !== undefined && Buffer.compare(last.issuer, root.subject) === 0)
      chains.push(compileChain([...intermediates, root]));
    if (at < 0) chains.push(compileChain([root]));
  }
  return chains;
}

function linkFault(
  certificate: Certificate,
  above: Link | undefined,
  higher: readonly Link[],
): string | null {
  const name = subjectText(certificate);
  const strange = strangeCriticalOf(certificate);
  if (strange !== null) return `${name} has the critical extension ${strange}, which is not understood`;
  if (above === undefined) return null;
  if (above.fault !== null) return above.fault;
  if (Buffer.compare(certificate.issuer, above.certificate.subject) !== 0)
    return `${name} was not issued by ${subjectText(above.certificate)}`;
  const authority = authorityOf(above.certificate);
  if (authority === null) return `${subjectText(above.certificate)} may not issue certificates`;
  if (!signedBy(certificate, above.key)) return `the signature on ${name} is wrong`;
  // Path lengths count the certificates between an authority and the leaf; `certificate` may be an authority itself.
  if (authorityOf(certificate) !== null)
    for (const [distance, link] of higher.entries()) {
      const allowed = authorityOf(link.certificate)?.pathLength ?? null;
      if (allowed !== null && distance + 1 > allowed)
        return `${subjectText(link.certificate)} does not allow ${distance + 1} authorities below it`;
    }
  return null;
}

function refuse(leaf: Certificate, chain: IssuerChain, link: Link): string | null {
  if (link.fault !== null) return link.fault;
  // A certificate that is itself what is trusted needs no issuer.
  if (link === chain.links.at(-1) && leaf.der.equals(link.certificate.der)) return null;
  if (authorityOf(link.certificate) === null)
    return `${subjectText(link.certificate)} may not issue certificates`;
  return signedBy(leaf, link.key) ? null : `the signature of ${subjectText(link.certificate)} on it is wrong`;
}

function untrusted(): TrustError {
  return new TrustError(
    'certificate-untrusted',
    'The signing certificate was issued by an authority that is not among the trusted roots.',
    { missing: true },
  );
}

/** A time for people, to the second, UTC. */
export function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.000Z$/, 'Z');
}
