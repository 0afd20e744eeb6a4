import type { Artifact } from './artifact.ts';
import { refuseUntold } from './asked.ts';
import { finish } from './authorise.ts';
import type { NamedKey } from './envelope.ts';
import { TrustError } from './errors.ts';
import { valuesOf } from './examine.ts';
import { readEvidenceFile } from './find.ts';
import { isLayout, type SignedPart, signedPart, verifyLayout } from './layout/verify.ts';
import { answerOfOne, type EvidenceReport, type VerifyAnswer } from './report.ts';
import { trustedKeys } from './signed-envelope.ts';
import { refusalOf, Steps } from './steps.ts';
import type { VerifyRequest } from './verify-request.ts';

/** When the evidence given holds an in-toto layout, the artifact is judged by it, with the links among the evidence; null when there is none. */
export async function layoutAnswer(
  request: VerifyRequest,
  artifact: Artifact,
  described: VerifyAnswer['artifact'],
): Promise<VerifyAnswer | null> {
  const parts: SignedPart[] = [];
  for (const file of request.evidence.map(request.resolve))
    parts.push(...partsIn(file, await readEvidenceFile(file)));
  const [layout, second] = parts.filter(isLayout);
  if (layout === undefined) return null;
  const steps = new Steps();
  const report = (rest: Omit<EvidenceReport, 'evidence' | 'steps'>): VerifyAnswer =>
    answerOfOne({ evidence: layout.name, steps: steps.list(), ...rest }, described);
  try {
    if (second !== undefined)
      throw new TrustError(
        'evidence-unsupported',
        `${layout.name} and ${second.name} are both layouts; an artifact is judged by one.`,
      );
    refuseUntold(request, 'A layout');
    const links = parts.filter(part => part !== layout);
    const { key, id } = verifyLayout(layout, links, ownersOf(request), artifact, request.now, steps);
    const { identity } = finish(request, steps, { kind: 'key', hint: id, key }, null, null, []);
    return report({
      verdict: 'verified',
      code: 'ok',
      message: 'The layout was followed.',
      identity,
      statement: null,
    });
  } catch (error) {
    return report({ ...refusalOf(error), identity: null, statement: null });
  }
}

function partsIn(file: string, text: string): SignedPart[] {
  try {
    return (valuesOf(text) ?? []).flatMap(value => signedPart(file, value) ?? []);
  } catch {
    // What is no evidence at all is told of by those who examine each file.
    return [];
  }
}

/** The key given, else those of the trust policy: `finish` asks whether they may speak. */
function ownersOf(request: VerifyRequest): NamedKey[] {
  return request.key === null ? trustedKeys(request.material) : [{ id: '', key: request.key }];
}
