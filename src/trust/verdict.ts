import type { TrustErrorCode } from './errors.ts';

/** `verified`: checked and right. `failed`: checked and wrong. `unverifiable`: it cannot be told, because a root, a log, a key or the evidence is missing. */
export type Verdict = 'verified' | 'failed' | 'unverifiable';

/** One thing that was checked, or that was not. */
export interface Step {
  readonly step: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  readonly detail: string;
}

/** Who signed, as far as it was proved. */
export interface SignerIdentity {
  readonly kind: 'certificate' | 'key';
  /** The certificate's names, or the key's id. */
  readonly subject: string;
  readonly issuer: string | null;
  readonly [claim: string]: string | null;
}

/** The code of a verdict: `ok`, or why not. */
export type VerdictCode = 'ok' | TrustErrorCode;
