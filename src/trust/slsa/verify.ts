import { type Envelope, envelopeFromJson, looksLikeEnvelope } from '../../formats/dsse/envelope.ts';
import { statementValue } from '../../formats/in-toto/classic.ts';
import type { StatementFacts } from '../../formats/in-toto/facts.ts';
import { statementFromJson } from '../../formats/in-toto/statement.ts';
import { bundleFromJson, looksLikeBundle } from '../../formats/sigstore/bundle.ts';
import type { Artifact } from '../artifact.ts';
import { verifyBundle } from '../bundle.ts';
import { logMissing, verifyCertifiedEnvelope } from '../certified-envelope.ts';
import { TrustError } from '../errors.ts';
import type { TrustMaterial } from '../root.ts';
import type { Signer } from '../signer.ts';
import { Steps } from '../steps.ts';
import { matchSubject } from '../subject.ts';
import { checkGithubProvenance, provedBuilder } from './github.ts';
import type { ProvenanceExpectations } from './source.ts';

export interface GithubVerified {
  readonly signer: Extract<Signer, { readonly kind: 'certificate' }>;
  readonly statement: StatementFacts;
  /** The builder that did the work; for a delegated build the one the provenance names. */
  readonly builder: string;
  readonly times: readonly number[];
}

const PROVENANCE_TYPES = /^https:\/\/slsa\.dev\/provenance\/v(0\.2|1(\.0)?(\?draft)?)$/;

/**
 * Verifies SLSA provenance of a GitHub Actions build: a Sigstore bundle, or the older envelope with a certificate. Signature, builder, source, ref, inputs and
 * every artifact, in slsa-verifier's order. An older envelope is refused as it must be, but can at best be `log-entry-missing` (missing).
 */
export function verifyGithub(
  value: unknown,
  artifacts: readonly Artifact[],
  expected: ProvenanceExpectations,
  material: TrustMaterial,
  steps = new Steps(),
): GithubVerified {
  const { signer, envelope, times, proved } = signed(value, material, steps);
  if (signer.kind !== 'certificate')
    throw new TrustError(
      'identity-mismatch',
      'The provenance was signed with a key, which names no builder.',
    );
  const statement = steps.check(
    'statement',
    () => statementOf(envelope),
    one => `${one.predicateType} for ${one.subjects.length} subjects`,
  );
  const facts = statement.predicate.provenance;
  if (facts === null || !PROVENANCE_TYPES.test(statement.predicateType))
    throw new TrustError(
      'predicate-mismatch',
      `The statement is ${statement.predicateType}, not SLSA provenance.`,
    );
  const builder = steps.check(
    'builder',
    () => provedBuilder(signer.claims, expected.builderId),
    one => `Built by ${one.id}.`,
  );
  steps.check(
    'provenance',
    () => checkGithubProvenance(facts, signer.claims, builder, expected),
    () =>
      `From ${facts.source ?? 'an unstated source'} at ${facts.commit ?? facts.ref ?? 'no stated commit'}.`,
  );
  for (const artifact of artifacts)
    steps.check(
      'artifact',
      () => matchSubject(envelope.payload, artifact),
      match => `${artifact.name} is the subject ${JSON.stringify(match.name)} by ${match.algorithm}.`,
    );
  if (!proved)
    steps.check(
      'log',
      () => {
        throw logMissing();
      },
      () => '',
    );
  return { signer, statement, builder: builder.delegated ? (facts.builder as string) : builder.id, times };
}

function signed(
  value: unknown,
  material: TrustMaterial,
  steps: Steps,
): {
  readonly signer: Signer;
  readonly envelope: Envelope;
  readonly times: readonly number[];
  readonly proved: boolean;
} {
  if (looksLikeBundle(value)) {
    const bundle = bundleFromJson(value);
    if (bundle.content.kind !== 'envelope')
      throw new TrustError('evidence-malformed', 'The bundle signs a file, not a statement.');
    const verdict = verifyBundle(bundle, { material, artifact: null, identity: null });
    for (const step of verdict.steps) if (step.result !== 'skipped') steps.add(step);
    if (verdict.signer === null || verdict.code !== 'ok')
      throw new TrustError(verdict.code === 'ok' ? 'evidence-malformed' : verdict.code, verdict.message, {
        missing: verdict.verdict === 'unverifiable',
      });
    return { signer: verdict.signer, envelope: bundle.content.envelope, times: verdict.times, proved: true };
  }
  if (!looksLikeEnvelope(value))
    throw new TrustError(
      'evidence-unsupported',
      'The provenance is neither a Sigstore bundle nor a DSSE envelope.',
    );
  const envelope = envelopeFromJson(value);
  if (envelope.signatures.every(one => one.certificate === null)) throw logMissing();
  const signer = steps.check(
    'signature',
    () => verifyCertifiedEnvelope(envelope, material),
    () => 'The signature is right; when it was made is not proved.',
  );
  return { signer, envelope, times: [], proved: false };
}

/** The statement in an envelope. Throws `statement-malformed`. */
export function statementOf(envelope: Envelope): StatementFacts {
  if (envelope.payloadType !== 'application/vnd.in-toto+json')
    throw new TrustError(
      'statement-malformed',
      `The envelope holds ${JSON.stringify(envelope.payloadType)}, not an in-toto statement.`,
    );
  try {
    return statementFromJson(statementValue(JSON.parse(envelope.payload.toString('utf8'))));
  } catch (cause) {
    throw new TrustError('statement-malformed', 'The signed payload is no in-toto statement.', { cause });
  }
}
