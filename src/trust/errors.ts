import { LarderError } from '../model/errors.ts';

/** Why a signature, a statement or a piece of trust material was not accepted. Every code has its own sentence, and docs/verify.md lists them. */
export type TrustErrorCode =
  // what was given cannot be read
  | 'evidence-malformed'
  | 'evidence-unsupported'
  | 'certificate-malformed'
  | 'key-malformed'
  | 'key-unsupported'
  | 'key-passphrase'
  | 'root-malformed'
  | 'policy-malformed'
  // cryptography
  | 'signature-invalid'
  | 'signature-missing'
  | 'threshold-not-met'
  | 'digest-mismatch'
  | 'subject-mismatch'
  // who signed
  | 'key-unknown'
  | 'key-mismatch'
  | 'key-expired'
  | 'certificate-untrusted'
  | 'certificate-expired'
  | 'certificate-invalid'
  | 'identity-mismatch'
  | 'issuer-mismatch'
  | 'identity-required'
  | 'signer-revoked'
  // logs and clocks
  | 'sct-missing'
  | 'sct-invalid'
  | 'log-unknown'
  | 'log-entry-missing'
  | 'log-entry-mismatch'
  | 'log-expired'
  | 'inclusion-promise-invalid'
  | 'inclusion-proof-invalid'
  | 'checkpoint-invalid'
  | 'timestamp-invalid'
  | 'timestamp-untrusted'
  | 'time-missing'
  // what is stated
  | 'statement-malformed'
  | 'predicate-mismatch'
  | 'builder-untrusted'
  | 'builder-mismatch'
  | 'builder-unsupported'
  | 'builder-required'
  | 'source-mismatch'
  | 'branch-mismatch'
  | 'tag-mismatch'
  | 'versioned-tag-mismatch'
  | 'ref-invalid'
  | 'tag-invalid'
  | 'inputs-mismatch'
  | 'package-name-mismatch'
  | 'package-version-mismatch'
  | 'provenance-mismatch'
  | 'image-mutable'
  | 'level-not-met'
  | 'verifier-mismatch'
  | 'resource-mismatch'
  | 'result-not-passed'
  | 'publisher-mismatch'
  | 'policy-refused'
  // layouts
  | 'layout-expired'
  | 'layout-step-missing'
  | 'layout-rule-broken'
  // models
  | 'model-empty'
  | 'model-file-missing'
  | 'model-file-extra'
  | 'model-file-changed'
  | 'model-path-unsafe'
  | 'model-symlink'
  | 'model-changing'
  // finding evidence
  | 'evidence-missing'
  | 'artifact-missing'
  | 'network-forbidden';

/**
 * Thrown inside the room and turned into a verdict at its border. `missing` marks the errors that say "cannot tell" (a root, a log or a key is not
 * there) and not "is wrong": the verdict is then `unverifiable`, not `failed`.
 */
export class TrustError extends LarderError<TrustErrorCode> {
  readonly missing: boolean;

  constructor(
    code: TrustErrorCode,
    message: string,
    options: { readonly missing?: boolean; readonly cause?: unknown } = {},
  ) {
    super(code, message, options.cause);
    this.missing = options.missing ?? false;
  }
}
