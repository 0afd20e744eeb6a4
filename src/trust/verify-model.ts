import { stat } from 'node:fs/promises';
import { textOf } from '../formats/in-toto/values.ts';
import { jsonOrNull } from '../formats/json.ts';
import { bundleFromJson, looksLikeBundle } from '../formats/sigstore/bundle.ts';
import { refuseUntold } from './asked.ts';
import { iso } from './chain.ts';
import { TrustError } from './errors.ts';
import { readEvidenceFile } from './find.ts';
import { keyHasNoIdentity } from './identity.ts';
import type { PublicKey } from './keys.ts';
import { EARLY_PREDICATE, MODEL_PREDICATE } from './model/manifest.ts';
import type { ModelSignerRule } from './model/signature.ts';
import { verifyModel } from './model/verify.ts';
import { allowed, allowing, boundsModel } from './policy.ts';
import { answerOfOne, type EvidenceReport, type StatementSummary, type VerifyAnswer } from './report.ts';
import { keyHint } from './sign.ts';
import { refusalOf, Steps } from './steps.ts';
import type { VerifyRequest } from './verify-request.ts';

/** The signature of a model: the file named with --signature, `model.sig` in a folder, or any evidence that says it is one. */
export async function modelSignature(
  request: VerifyRequest,
  path: string,
  folder: boolean,
): Promise<{ readonly path: string; readonly value: unknown } | null> {
  const given = request.model.signature ?? (folder ? `${path}/model.sig` : (request.evidence[0] ?? null));
  if (given === null) return null;
  const file = request.resolve(given);
  if (folder && (await stat(file).catch(() => null)) === null)
    throw new TrustError(
      'evidence-missing',
      `${request.named} is a folder without model.sig; give its signature with --signature.`,
      { missing: true },
    );
  const value = jsonOrNull(await readEvidenceFile(file));
  if (!folder && !isModelSignature(value)) return null;
  return { path: file, value };
}

function isModelSignature(value: unknown): boolean {
  if (!looksLikeBundle(value)) return false;
  try {
    const { content } = bundleFromJson(value);
    if (content.kind !== 'envelope') return false;
    const type = textOf(jsonOrNull(content.envelope.payload), 'predicateType');
    return type === MODEL_PREDICATE || type === EARLY_PREDICATE;
  } catch {
    return false;
  }
}

/** A model folder or file against its signature. */
export async function modelAnswer(
  request: VerifyRequest,
  path: string,
  signature: { readonly path: string; readonly value: unknown },
): Promise<VerifyAnswer> {
  const steps = new Steps();
  const report = (rest: Omit<EvidenceReport, 'evidence' | 'steps'>): VerifyAnswer =>
    answerOfOne(
      { evidence: signature.path, steps: steps.list(), ...rest },
      { name: request.named, sha256: null },
    );
  try {
    refuseUntold(request, "A model's signature");
    const rule = ruleOf(request, signature.value);
    const found = await verifyModel(
      {
        ...request.model,
        model: path,
        signaturePath: signature.path,
        signature: signature.value,
        rule,
        now: request.now,
      },
      steps,
    );
    const { signer } = found;
    steps.check(
      'policy',
      () => authorise(request, found.claimed, signer, found.times, rule.kind === 'key' ? rule.key : null),
      by => by,
    );
    const statement: StatementSummary = {
      type: 'model-signature',
      predicateType: MODEL_PREDICATE,
      subjects: 1,
      builder: null,
      buildLevel: null,
      levelRule: null,
      source: null,
      commit: null,
      ref: null,
      signedAt: [...new Set(found.times.map(iso))],
      unchecked: [],
    };
    return report({
      verdict: 'verified',
      code: 'ok',
      message: `${found.manifest.entries.length} ${found.manifest.serialization.method} are what was signed.`,
      identity: { ...signer },
      statement,
    });
  } catch (error) {
    return report({ ...refusalOf(error), identity: null, statement: null });
  }
}

/** Without a key, roots or an identity, a Sigstore signature is still checked, and the policy decides who may have made it. */
function ruleOf(request: VerifyRequest, value: unknown): ModelSignerRule {
  if (request.key !== null && request.identity !== null) throw keyHasNoIdentity();
  if (request.key !== null) return { kind: 'key', key: request.key };
  if (request.roots.length > 0) return { kind: 'roots', roots: request.roots, identity: request.identity };
  const bundle = bundleFromJson(value);
  if (bundle.signer.kind === 'key') {
    const { hint } = bundle.signer;
    const known = request.policy.entries
      .flatMap(({ who }) => (who.kind === 'key' ? [who] : []))
      .find(({ id, key }) => id === hint || keyHint(key) === hint);
    if (known !== undefined) return { kind: 'key', key: known.key };
    throw new TrustError('key-unknown', 'The model was signed with a key; give its public key with --key.', {
      missing: true,
    });
  }
  if (bundle.entries.length === 0)
    throw new TrustError(
      'certificate-untrusted',
      'The model was signed with a certificate of its own authority; give its roots with --certificate-chain.',
      { missing: true },
    );
  return {
    kind: 'sigstore',
    material: request.material,
    identity: request.identity ?? { identity: null, issuer: null },
  };
}

/** A hub's folder claims an owner; the policy says who may sign for that owner. */
function authorise(
  request: VerifyRequest,
  claimed: string | null,
  signer: { readonly kind: 'certificate' | 'key'; readonly subject: string; readonly issuer: string | null },
  times: readonly number[],
  key: PublicKey | null,
): string {
  const who = { names: [signer.subject], issuer: signer.issuer, key };
  const given = request.key !== null || request.identity !== null || request.roots.length > 0;
  const about = { packages: [], apps: [], predicate: MODEL_PREDICATE, model: claimed };
  const at = times.length > 0 ? Math.max(...times) : request.now;
  const entry = (given ? allowing : allowed)(request.policy, who, about, at);
  if (entry !== null) return `Allowed by the trust policy: ${JSON.stringify(entry.name)}.`;
  if (claimed !== null && boundsModel(request.policy, claimed))
    throw new TrustError(
      'policy-refused',
      `The trust policy says who may sign ${claimed}, and ${signer.subject} is not one of them.`,
    );
  if (given) return 'The signer was given.';
  throw new TrustError(
    'identity-required',
    `The model is rightly signed by ${signer.subject} (${signer.issuer ?? 'no issuer'}), but nobody said who may sign it; give --certificate-identity and --certificate-oidc-issuer.`,
    { missing: true },
  );
}
