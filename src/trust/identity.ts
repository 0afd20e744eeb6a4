import { type Certificate } from './certificate.ts';
import { TrustError } from './errors.ts';
import { extensionText, type SignerClaims } from './fulcio.ts';

/** How a stated value must be met: exactly, or by a pattern that has to fit the whole of it. */
export type Match =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'pattern'; readonly value: string };

/** Who must have signed. Null parts are not asked for; a policy that asks for nothing accepts everybody and says so in the steps. */
export interface IdentityPolicy {
  readonly identity: Match | null;
  readonly issuer: Match | null;
  /** Certificate extensions by OID, exact. */
  readonly extensions?: ReadonlyMap<string, string>;
}

const LONGEST_NAME = 2048;

export function exactly(value: string): Match {
  return { kind: 'exact', value };
}

/** A pattern, refused when it is no regular expression. It is anchored at both ends here: `example.com` must not fit `example.com.attacker.net`. */
export function pattern(value: string): Match {
  try {
    // By itself: `a)|(?:b` would close the group that anchors it.
    new RegExp(value, 'u');
  } catch (cause) {
    throw new TrustError(
      'policy-malformed',
      `The identity pattern ${JSON.stringify(value)} is no regular expression.`,
      { cause },
    );
  }
  return { kind: 'pattern', value };
}

export function matches(match: Match, value: string): boolean {
  if (match.kind === 'exact') return match.value === value;
  return value.length <= LONGEST_NAME && new RegExp(`^(?:${match.value})$`, 'u').test(value);
}

/** Checks the holder of a certificate against a policy. Throws `issuer-mismatch` or `identity-mismatch` with both values. */
export function checkIdentity(policy: IdentityPolicy, claims: SignerClaims, certificate: Certificate): void {
  if (policy.issuer !== null && (claims.issuer === null || !matches(policy.issuer, claims.issuer)))
    throw new TrustError(
      'issuer-mismatch',
      `The identity was vouched for by ${quoted(claims.issuer)}, not by ${quoted(policy.issuer.value)}.`,
    );
  const wanted = policy.identity;
  if (wanted !== null && !claims.names.some(name => matches(wanted, name)))
    throw new TrustError(
      'identity-mismatch',
      `The signer is ${claims.names.map(quoted).join(', ') || 'nameless'}, not ${quoted(wanted.value)}.`,
    );
  for (const [oid, value] of policy.extensions ?? []) {
    const stated = extensionText(certificate, oid);
    if (stated !== value)
      throw new TrustError(
        'identity-mismatch',
        `The certificate states ${quoted(stated)} in ${oid}, not ${quoted(value)}.`,
      );
  }
}

function quoted(value: string | null): string {
  return value === null ? 'nobody' : JSON.stringify(value);
}

/** Who asks for an identity and gets a signature by a key has no answer, whatever key it is. */
export function keyHasNoIdentity(): TrustError {
  return new TrustError(
    'identity-mismatch',
    'It was signed with a key, which has no identity; ask for the key, or for an identity, not for both.',
  );
}
