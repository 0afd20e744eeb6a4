import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { artifactOfDigests } from './artifact.ts';
import type { VerifyAnswer } from './report.ts';
import { makeSummary } from './slsa/vsa.ts';

/** What a summary says besides the answer. */
export interface SummaryContext {
  /** Who verified, as a URI. */
  readonly verifier: string;
  /** The policy file; one that is not there is the empty policy. */
  readonly policy: string;
  /** What was verified, as a URI; null takes the artifact's name. */
  readonly resource: string | null;
  readonly now: Date;
}

/**
 * The verification summary (SLSA VSA v1) of an answer: PASSED with the build level that the builder earned, or FAILED. What could not be told is FAILED too: a summary has no
 * third result. Dependencies were not looked at, so nothing is said of them. Throws `artifact-missing` for a model, which has no one digest.
 */
export async function summaryOfAnswer(answer: VerifyAnswer, context: SummaryContext): Promise<object> {
  const policy = await readFile(context.policy).catch(() => Buffer.alloc(0));
  const level = answer.statement?.buildLevel ?? null;
  const sha256 = answer.artifact.sha256;
  const inputs = await Promise.all(
    answer.evidence.map(async one => ({
      uri: one.evidence,
      bytes: await readFile(one.evidence.replace(/ line \d+$/, '')).catch(() => null),
    })),
  );
  return makeSummary({
    artifact: artifactOfDigests(
      answer.artifact.name,
      sha256 === null ? new Map() : new Map([['sha256', Buffer.from(sha256, 'hex')]]),
    ),
    verifier: { id: context.verifier, version: {} },
    verified: context.now,
    resourceUri: context.resource ?? answer.artifact.name,
    policy: { uri: context.policy, sha256: hashOf(policy) },
    inputs: inputs
      .filter(one => one.bytes !== null)
      .map(one => ({ uri: one.uri, sha256: hashOf(one.bytes as Buffer) })),
    passed: answer.verdict === 'verified',
    levels: level === null ? [] : [`SLSA_BUILD_LEVEL_${level}`],
    dependencyLevels: null,
  });
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
