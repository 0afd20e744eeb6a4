import type { StatementFacts } from '../../formats/in-toto/facts.ts';
import type { Artifact } from '../artifact.ts';
import { TrustError } from '../errors.ts';

/** What a verification summary must say. */
export interface SummaryExpectations {
  readonly verifierId: string;
  readonly resourceUri: string;
  /** Each must be reached: an SLSA level or a higher one of its track, any other level exactly. */
  readonly levels: readonly string[];
  /** For a source revision: references that must point at it, as in `refs/heads/main`. */
  readonly refs: readonly string[];
}

const SUMMARY_TYPES = new Set([
  'https://slsa.dev/verification_summary/v1',
  'https://slsa.dev/verification_summary/v0.2',
  'https://slsa.dev/verification_summary/v0.1',
]);

/**
 * Judges a verification summary (SLSA v1.2, "Verifying VSAs") that is already known to be signed by the key or identity that belongs to the verifier. Throws
 * `predicate-mismatch`, `verifier-mismatch`, `resource-mismatch`, `result-not-passed` or `level-not-met`. Subjects are matched by the caller.
 */
export function checkSummary(
  statement: StatementFacts,
  expected: SummaryExpectations,
  artifact: Artifact | null,
): void {
  const { predicate } = statement;
  if (!SUMMARY_TYPES.has(statement.predicateType))
    throw new TrustError(
      'predicate-mismatch',
      `The statement is ${statement.predicateType}, not a verification summary.`,
    );
  if (predicate.producer !== expected.verifierId)
    throw new TrustError(
      'verifier-mismatch',
      `The verifier is ${predicate.producer ?? 'not stated'}, not ${expected.verifierId}.`,
    );
  if (predicate.about !== expected.resourceUri)
    throw new TrustError(
      'resource-mismatch',
      `The summary is for ${predicate.about ?? 'no resource'}, not for ${expected.resourceUri}.`,
    );
  if (predicate.result !== 'PASSED')
    throw new TrustError(
      'result-not-passed',
      `The verification ended with ${predicate.result ?? 'no result'}, not PASSED.`,
    );
  checkLevels(predicate.claims, expected.levels);
  for (const ref of expected.refs) checkRef(statement, ref, artifact);
}

/** The Source track names the references that pointed at a revision beside the revision, which is the subject that the artifact is. */
function checkRef(statement: StatementFacts, ref: string, artifact: Artifact | null): void {
  const own = statement.subjects.filter(
    subject =>
      artifact === null ||
      subject.digests.some(one => artifact.digest(one.algorithm)?.toString('hex') === one.value),
  );
  if (own.some(subject => subject.refs.includes(ref))) return;
  const stated = own.flatMap(subject => subject.refs).join(', ');
  throw new TrustError(
    ref.startsWith('refs/tags/') ? 'tag-mismatch' : 'branch-mismatch',
    `The summary does not say that ${ref} was this revision; it names ${stated || 'no reference'}.`,
  );
}

/** Level tracks of a summary: `SLSA_BUILD_LEVEL_3` is track `SLSA_BUILD`, level 3. Track names may have underscores; UNEVALUATED counts as nothing reached. */
export function levelOf(text: string): { readonly track: string; readonly level: number | null } | null {
  const found = /^(SLSA_[A-Z]+(?:_[A-Z]+)*)_(?:LEVEL_|L)(\d{1,2}|UNEVALUATED)$/.exec(text);
  if (found === null) return null;
  return {
    track: (found[1] as string).replace(/_LEVEL$/, ''),
    level: found[2] === 'UNEVALUATED' ? null : Number(found[2]),
  };
}

function checkLevels(stated: readonly string[], wanted: readonly string[]): void {
  const tracks = new Map<string, number | null>();
  for (const text of stated) {
    const one = levelOf(text);
    if (one === null) continue;
    if (tracks.has(one.track))
      throw new TrustError('statement-malformed', `The summary states two levels of the track ${one.track}.`);
    tracks.set(one.track, one.level);
  }
  for (const text of wanted) {
    const one = levelOf(text);
    if (one === null ? stated.includes(text) : (tracks.get(one.track) ?? -1) >= (one.level ?? 0)) continue;
    throw new TrustError(
      'level-not-met',
      `The summary does not reach ${text}; it states ${stated.join(', ') || 'no level'}.`,
    );
  }
}

/** What goes into a new summary. */
export interface SummaryInput {
  readonly artifact: Artifact;
  readonly verifier: { readonly id: string; readonly version: Readonly<Record<string, string>> };
  /** When it was verified, from the clock of the caller. */
  readonly verified: Date;
  readonly resourceUri: string;
  readonly policy: { readonly uri: string; readonly sha256: string };
  readonly inputs: readonly { readonly uri: string; readonly sha256: string }[];
  readonly passed: boolean;
  readonly levels: readonly string[];
  /** How many dependencies were verified at each level; null when none were looked at, which is not the same as none being there. */
  readonly dependencyLevels: Readonly<Record<string, number>> | null;
}

/** Makes the statement of a verification summary v1. A failed one states `FAILED` and no level, as the specification says. */
export function makeSummary(input: SummaryInput): object {
  const sha256 = input.artifact.digest('sha256');
  if (sha256 === null)
    throw new TrustError(
      'artifact-missing',
      `The sha256 digest of ${input.artifact.name} is needed for a summary.`,
      { missing: true },
    );
  const bad = input.levels.find(
    level => level.startsWith('SLSA_') && levelOf(level) === null && !VERIFIED_PROPERTIES.has(level),
  );
  if (bad !== undefined)
    throw new TrustError(
      'policy-malformed',
      `${bad} is no level that SLSA defines, and own levels must not begin with SLSA_.`,
    );
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: input.artifact.name, digest: { sha256: sha256.toString('hex') } }],
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: input.verifier,
      timeVerified: input.verified.toISOString(),
      resourceUri: input.resourceUri,
      policy: { uri: input.policy.uri, digest: { sha256: input.policy.sha256 } },
      inputAttestations: input.inputs.map(one => ({ uri: one.uri, digest: { sha256: one.sha256 } })),
      verificationResult: input.passed ? 'PASSED' : 'FAILED',
      verifiedLevels: input.passed ? input.levels : [],
      ...(input.dependencyLevels === null ? {} : { dependencyLevels: input.dependencyLevels }),
      slsaVersion: '1.2',
    },
  };
}

const VERIFIED_PROPERTIES = new Set(['SLSA_SOURCE_TWO_PARTY_REVIEWED', 'SLSA_BUILD_REPRODUCED']);
