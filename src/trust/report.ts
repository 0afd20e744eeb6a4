import type { StatementFacts } from '../formats/in-toto/facts.ts';
import { iso } from './chain.ts';
import { keyName } from './keys.ts';
import type { Signer } from './signer.ts';
import type { SignerIdentity, Step, Verdict, VerdictCode } from './verdict.ts';

/** What `larder verify` says of one piece of evidence; the JSON that scripts read. */
export interface EvidenceReport {
  readonly evidence: string;
  readonly verdict: Verdict;
  readonly code: VerdictCode;
  readonly message: string;
  readonly steps: readonly Step[];
  readonly identity: SignerIdentity | null;
  readonly statement: StatementSummary | null;
}

/** The true story of an artifact, as far as it was proved. */
export interface StatementSummary {
  readonly type: string;
  readonly predicateType: string;
  readonly subjects: number;
  readonly builder: string | null;
  readonly buildLevel: number | null;
  readonly levelRule: string | null;
  readonly source: string | null;
  readonly commit: string | null;
  readonly ref: string | null;
  readonly signedAt: readonly string[];
  /** What was verified but not compared with anything. */
  readonly unchecked: readonly string[];
}

/** The answer: the deciding report, and all of them. */
export interface VerifyAnswer extends Omit<EvidenceReport, 'evidence'> {
  readonly artifact: { readonly name: string; readonly sha256: string | null };
  readonly evidence: readonly EvidenceReport[];
}

export function answerOf(
  deciding: EvidenceReport,
  artifact: VerifyAnswer['artifact'],
  evidence: readonly EvidenceReport[],
): VerifyAnswer {
  const { verdict, code, message, steps, identity, statement } = deciding;
  return { verdict, code, message, steps, identity, statement, artifact, evidence };
}

/** The answer when there is one piece of evidence. */
export function answerOfOne(report: EvidenceReport, artifact: VerifyAnswer['artifact']): VerifyAnswer {
  return answerOf(report, artifact, [report]);
}

/** The signer in the report's words. */
export function identityOf(signer: Signer): SignerIdentity {
  if (signer.kind === 'key')
    return { kind: 'key', subject: signer.hint === '' ? keyName(signer.key) : signer.hint, issuer: null };
  const { claims } = signer;
  return {
    kind: 'certificate',
    subject: claims.names[0] ?? '',
    issuer: claims.issuer,
    buildSigner: claims.buildSigner,
    sourceRepository: claims.sourceRepository,
    sourceDigest: claims.sourceDigest,
    sourceRef: claims.sourceRef,
    runnerEnvironment: claims.runnerEnvironment,
    buildTrigger: claims.buildTrigger,
    runInvocation: claims.runInvocation,
  };
}

/** A statement in the report's words. */
export function summaryOf(
  statement: StatementFacts,
  more: {
    readonly builder?: string | null;
    readonly level?: number | null;
    readonly rule?: string | null;
    readonly times?: readonly number[];
    readonly unchecked?: readonly string[];
  },
): StatementSummary {
  const facts = statement.predicate.provenance;
  return {
    type: statement.predicate.kind,
    predicateType: statement.predicateType,
    subjects: statement.subjects.length,
    builder: more.builder ?? facts?.builder ?? null,
    buildLevel: more.level ?? null,
    levelRule: more.rule ?? null,
    source: facts?.source ?? null,
    commit: facts?.commit ?? null,
    ref: facts?.ref ?? null,
    signedAt: [...new Set((more.times ?? []).map(iso))],
    unchecked: more.unchecked ?? [],
  };
}

/** One verdict for all evidence: a failure outweighs everything, and something has to be verified. */
export function joinReports(reports: readonly EvidenceReport[]): EvidenceReport | null {
  const worst = reports.find(one => one.verdict === 'failed');
  return worst ?? reports.find(one => one.verdict === 'verified') ?? reports[0] ?? null;
}
