import { type Envelope, envelopeFromJson, looksLikeEnvelope } from '../formats/dsse/envelope.ts';
import { jsonValues } from '../formats/dsse/evidence.ts';
import { FormatError } from '../formats/errors.ts';
import type { DocumentInput } from '../formats/format.ts';
import { statementFromJson } from '../formats/in-toto/statement.ts';
import { listOf, pick } from '../formats/in-toto/values.ts';
import { bundleFromJson } from '../formats/sigstore/bundle.ts';
import { bundleValues } from '../formats/sigstore/format.ts';
import type { TrustIntake } from '../store/intake.ts';
import { verifyBundle } from './bundle.ts';
import { logMissing } from './certified-envelope.ts';
import { type NamedKey, verifyEnvelope } from './envelope.ts';
import { TrustError } from './errors.ts';
import { allowing, type TrustPolicy } from './policy.ts';
import { identityOf } from './report.ts';
import type { TrustMaterial } from './root.ts';
import type { Signer } from './signer.ts';
import { isGcb } from './slsa/gcb.ts';
import { refusalOf } from './steps.ts';

/** What a larder believes when it takes evidence in. */
export interface Belief {
  readonly policy: TrustPolicy;
  readonly material: TrustMaterial;
}

/** Documents that nobody signed, or whose signature is none of ours to check. */
export const UNSIGNED: TrustIntake = { state: 'unsigned', identity: null, reason: null };

const SIGNED_FORMATS: ReadonlySet<string> = new Set(['sigstore', 'dsse']);

/** Whether documents of a format carry signatures at all. */
export function isSigned(format: string): boolean {
  return SIGNED_FORMATS.has(format);
}

/**
 * The trust verdict of a document, as it is kept with it: every signature in it is checked, and its signer must be allowed by the trust policy. `verified` says by which
 * entry; `unverifiable` says what is missing, also when the signature is right and only nobody said who may sign. Pure and total; `now` is the caller's clock, for
 * signatures whose time nothing proves.
 */
export function judge(input: DocumentInput, format: string, belief: Belief, now: number): TrustIntake {
  if (!isSigned(format)) return UNSIGNED;
  try {
    const verdicts = jsonValues(input).flatMap(({ value }) =>
      signedParts(value).map(part => judgePart(part, belief, now)),
    );
    return worst(verdicts);
  } catch (error) {
    return refused(error);
  }
}

function signedParts(value: unknown): readonly unknown[] {
  if (isGcb(value))
    return listOf(value, 'provenance_summary', 'provenance').map(one => pick(one, 'envelope'));
  return bundleValues(value);
}

function judgePart(part: unknown, belief: Belief, now: number): TrustIntake {
  let identity: string | null = null;
  try {
    const { signer, times, payload } = looksLikeEnvelope(part)
      ? byKey(part, belief.material)
      : byBundle(part, belief.material);
    identity = nameOf(signer);
    const about = aboutOf(payload);
    const who =
      signer.kind === 'key'
        ? { names: [], issuer: null, key: signer.key }
        : { names: signer.claims.names, issuer: signer.claims.issuer, key: null };
    const entry = allowing(belief.policy, who, about, times.length > 0 ? Math.max(...times) : now);
    if (entry === null)
      throw new TrustError(
        'identity-required',
        'The signature is right, but no entry of the trust policy allows its signer.',
        { missing: true },
      );
    return { state: 'verified', identity, reason: `allowed by ${entry.name}` };
  } catch (error) {
    return { ...refused(error), identity };
  }
}

interface Proved {
  readonly signer: Signer;
  readonly times: readonly number[];
  readonly payload: Buffer | null;
}

function byBundle(part: unknown, material: TrustMaterial): Proved {
  const bundle = bundleFromJson(part);
  // Model signatures with a key have neither log entry nor time, and need none: the key itself is what the policy allows.
  if (bundle.signer.kind === 'key' && bundle.entries.length === 0 && bundle.content.kind === 'envelope')
    return byKeys(bundle.content.envelope, material);
  const verdict = verifyBundle(bundle, { material, artifact: null, identity: null });
  if (verdict.code !== 'ok' || verdict.signer === null)
    throw new TrustError(verdict.code === 'ok' ? 'evidence-malformed' : verdict.code, verdict.message, {
      missing: verdict.verdict === 'unverifiable',
    });
  return {
    signer: verdict.signer,
    times: verdict.times,
    payload: bundle.content.kind === 'envelope' ? bundle.content.envelope.payload : null,
  };
}

function byKey(part: unknown, material: TrustMaterial): Proved {
  return byKeys(envelopeFromJson(part), material);
}

function byKeys(envelope: Envelope, material: TrustMaterial): Proved {
  if (envelope.signatures.some(one => one.certificate !== null)) throw logMissing();
  const keys = [...material.keys].flatMap(([id, list]) =>
    list.map((one): NamedKey => ({ id, key: one.key })),
  );
  const [signer] = verifyEnvelope(envelope, keys, { threshold: 1 });
  if (signer === undefined) throw new TrustError('signature-invalid', 'No trusted key signed the envelope.');
  return { signer: { kind: 'key', hint: signer.id, key: signer.key }, times: [], payload: envelope.payload };
}

function aboutOf(payload: Buffer | null): Parameters<typeof allowing>[2] {
  const nothing = { packages: [], app: null, predicate: null, model: null };
  if (payload === null) return nothing;
  try {
    const statement = statementFromJson(JSON.parse(payload.toString('utf8')));
    const packages = statement.subjects
      .map(subject => subject.name ?? '')
      .filter(name => name.startsWith('pkg:'));
    return { ...nothing, packages, predicate: statement.predicateType };
  } catch (error) {
    if (error instanceof FormatError || error instanceof SyntaxError) return nothing;
    throw error;
  }
}

function nameOf(signer: Signer): string {
  const { subject, issuer } = identityOf(signer);
  return issuer === null ? subject : `${subject} (${issuer})`;
}

function refused(error: unknown): TrustIntake {
  const { verdict, code, message } = refusalOf(error);
  return {
    state: verdict === 'failed' ? 'failed' : 'unverifiable',
    identity: null,
    reason: `${code}: ${message}`,
  };
}

/** A document is as good as its worst signature. */
function worst(verdicts: readonly TrustIntake[]): TrustIntake {
  const order: readonly TrustIntake['state'][] = ['failed', 'unverifiable', 'verified'];
  for (const state of order) {
    const found = verdicts.find(one => one.state === state);
    if (found !== undefined) return found;
  }
  return UNSIGNED;
}
