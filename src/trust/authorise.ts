import type { StatementFacts } from '../formats/in-toto/facts.ts';
import { TrustError } from './errors.ts';
import type { SignerClaims } from './fulcio.ts';
import { checkIdentity, type IdentityPolicy, keyHasNoIdentity } from './identity.ts';
import type { PublicKey } from './keys.ts';
import { aboutOf, allowed, levelOfBuilder, type TrustPolicy } from './policy.ts';
import { identityOf, type StatementSummary, summaryOf } from './report.ts';
import type { Signer } from './signer.ts';
import { GITHUB_ISSUER } from './slsa/github.ts';
import { earnedLevel } from './slsa/level.ts';
import { checkSource, type ProvenanceExpectations, repositoryOf } from './slsa/source.ts';
import type { Steps } from './steps.ts';
import type { SignerIdentity } from './verdict.ts';

/** By what a signer may be believed: who was named for this run, and the trust policy. */
export interface AuthoriseRequest {
  readonly policy: TrustPolicy;
  readonly identity: IdentityPolicy | null;
  readonly key: PublicKey | null;
  readonly expectations: ProvenanceExpectations;
  readonly now: number;
}

/** What rightly signed evidence proved. */
export interface Outcome {
  readonly identity: SignerIdentity;
  readonly statement: StatementSummary | null;
}

/**
 * The last question: may this signer say this? By what the user asked for on the command line, else by an entry of the trust policy. A signature of just anybody,
 * however right, is not enough.
 */
export function finish(
  request: AuthoriseRequest,
  steps: Steps,
  signer: Signer,
  statement: StatementFacts | null,
  builder: string | null,
  times: readonly number[],
): Outcome {
  steps.check(
    'policy',
    () => authorise(request, signer, statement, times),
    by => by,
  );
  return {
    identity: identityOf(signer),
    statement: statement === null ? null : story(request, statement, builder, signer, times),
  };
}

function authorise(
  request: AuthoriseRequest,
  signer: Signer,
  statement: StatementFacts | null,
  times: readonly number[],
): string {
  // Each path above checks its own rules; who it was is checked here for all of them, so that none can forget.
  if (request.identity !== null && signer.kind === 'key') throw keyHasNoIdentity();
  if (request.key !== null && signer.kind === 'key' && signer.key.spki.equals(request.key.spki))
    return 'The key was given.';
  if (request.key !== null)
    throw new TrustError(
      'key-mismatch',
      `It was signed by ${identityOf(signer).subject}, not with the key given.`,
    );
  if (request.identity !== null && signer.kind === 'certificate') {
    checkIdentity(request.identity, signer.claims, signer.certificate);
    return 'The identity was given.';
  }
  if (request.expectations.sourceUri !== null && signer.kind === 'certificate') {
    checkSource(request.expectations.sourceUri, [signer.claims.sourceRepository]);
    checkSourceIssuer(signer.claims);
    return `The source ${repositoryOf(request.expectations.sourceUri)} was given, and the signer speaks for it.`;
  }
  const who =
    signer.kind === 'key'
      ? { names: [], issuer: null, key: signer.key }
      : { names: signer.claims.names, issuer: signer.claims.issuer, key: null };
  const at = times.length > 0 ? Math.max(...times) : request.now;
  const entry = allowed(request.policy, who, aboutOf(statement), at);
  if (entry !== null) return `Allowed by the trust policy: ${JSON.stringify(entry.name)}.`;
  const name = identityOf(signer);
  throw new TrustError(
    'identity-required',
    `It is rightly signed by ${name.subject}${name.issuer === null ? '' : ` (${name.issuer})`}, but nobody said who may sign this; give --certificate-identity and --certificate-oidc-issuer, or add it with larder trust add.`,
    { missing: true },
  );
}

/** Who may say what runs for a repository of these hosts: other build services state whichever repository a build of theirs fetched. */
const SOURCE_ISSUERS: ReadonlyMap<string, string> = new Map([
  ['github.com', GITHUB_ISSUER],
  ['gitlab.com', 'https://gitlab.com'],
]);

function checkSourceIssuer({ sourceRepository, issuer }: SignerClaims): void {
  const host = repositoryOf(sourceRepository ?? '').split('/')[0] as string;
  const wanted = SOURCE_ISSUERS.get(host.toLowerCase()) ?? issuer;
  if (wanted !== issuer)
    throw new TrustError(
      'issuer-mismatch',
      `The source ${repositoryOf(sourceRepository ?? '')} was vouched for by ${issuer ?? 'nobody'}, not by ${wanted}.`,
    );
}

function story(
  request: AuthoriseRequest,
  statement: StatementFacts,
  builder: string | null,
  signer: Signer | null,
  times: readonly number[],
): StatementSummary {
  const facts = statement.predicate.provenance;
  const unchecked = [
    ...(facts !== null && request.expectations.sourceUri === null ? ['the source was not asked for'] : []),
    ...(facts === null ? [] : ['source review (no source attestation)']),
  ];
  const runner = signer?.kind === 'certificate' ? signer.claims.runnerEnvironment : null;
  const by = builder ?? facts?.builder ?? null;
  const earned =
    facts === null || by === null || signer === null
      ? null
      : builder === null
        ? earnedLevel(request.policy, facts, signer)
        : levelOfBuilder(request.policy, builder, runner);
  return summaryOf(statement, {
    builder: by,
    level: earned?.level ?? null,
    rule: earned?.rule ?? null,
    times,
    unchecked,
  });
}
