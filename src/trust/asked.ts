import { TrustError } from './errors.ts';
import type { SignerClaims } from './fulcio.ts';
import { isBuilder } from './slsa/github.ts';
import { checkRef, type ProvenanceExpectations } from './slsa/source.ts';
import type { SummaryExpectations } from './slsa/vsa.ts';

/** Whether anything was asked of how it was built, which a bare signature cannot answer. */
export function asksProvenance(expected: ProvenanceExpectations): boolean {
  return (
    expected.sourceUri !== null ||
    expected.builderId !== null ||
    expected.branch !== null ||
    expected.tag !== null ||
    expected.versionedTag !== null ||
    expected.inputs.size > 0
  );
}

/** What was asked must not pass for answered by a signature that says nothing of it. */
export function refuseUntold(
  {
    expectations,
    summary,
  }: { readonly expectations: ProvenanceExpectations; readonly summary: SummaryExpectations | null },
  what: string,
  missing = false,
): void {
  const untold = asksProvenance(expectations)
    ? 'does not tell how it was built; give its provenance.'
    : summary === null
      ? null
      : 'is no verification summary.';
  if (untold !== null) throw new TrustError('predicate-mismatch', `${what} ${untold}`, { missing });
}

/** A publish attestation says nothing of the build, but its certificate names workflow and ref; inputs stand in neither. */
export function checkCertifiedBuild(claims: SignerClaims, expectations: ProvenanceExpectations): void {
  const { builderId, inputs } = expectations;
  const builder = claims.buildSigner;
  if (builderId !== null && (builder === null || !isBuilder(builderId, builder)))
    throw new TrustError('builder-mismatch', `The builder is ${builder ?? 'not stated'}, not ${builderId}.`);
  checkRef(expectations, claims.sourceRef, null);
  if (inputs.size > 0)
    throw new TrustError('inputs-mismatch', 'The certificate does not tell the inputs of the build.');
}
