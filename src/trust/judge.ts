import { jsonValues } from '../formats/dsse/evidence.ts';
import { FormatError } from '../formats/errors.ts';
import type { DocumentInput } from '../formats/format.ts';
import { classicType, statementValue } from '../formats/in-toto/classic.ts';
import type { Resource, StatementFacts } from '../formats/in-toto/facts.ts';
import { looksLikeStatement, statementFromJson } from '../formats/in-toto/statement.ts';
import { listOf, pick } from '../formats/in-toto/values.ts';
import { jsonOrNull } from '../formats/json.ts';
import { bundleFromJson } from '../formats/sigstore/bundle.ts';
import { bundleValues } from '../formats/sigstore/format.ts';
import { identifies } from '../model/digest.ts';
import type { Attested, TrustIntake } from '../store/intake.ts';
import { verifyBundle } from './bundle.ts';
import { logMissing } from './certified-envelope.ts';
import { verifyEnvelope } from './envelope.ts';
import { TrustError } from './errors.ts';
import { type About, aboutOf, allowed, type TrustPolicy } from './policy.ts';
import { identityOf } from './report.ts';
import type { TrustMaterial } from './root.ts';
import { type SignedEnvelope, signedEnvelope, trustedKeys } from './signed-envelope.ts';
import { isSigned, UNSIGNED } from './signed-formats.ts';
import type { Signer } from './signer.ts';
import { isGcb, signedBytes } from './slsa/gcb.ts';
import { earnedLevel } from './slsa/level.ts';
import { refusalOf } from './steps.ts';

/** What a larder believes when it takes evidence in. */
export interface Belief {
  readonly policy: TrustPolicy;
  readonly material: TrustMaterial;
}

/**
 * The trust verdict of a document, as it is kept with it: every signature in it is checked, and its signer must be allowed by the trust policy. `verified` says by which
 * entry; `unverifiable` says what is missing, also when the signature is right and only nobody said who may sign. Pure and total; `now` is the caller's clock, for
 * signatures whose time nothing proves; `apps` are those that the BOMs inside stand for.
 */
export function judge(
  input: DocumentInput,
  format: string,
  belief: Belief,
  now: number,
  apps: About['apps'] | null = null,
): TrustIntake {
  return joined(judgeParts(input, format, belief, now, apps));
}

/**
 * The verdict of a document that stands inside a signed one, at the place that its reader gave it (`line 2 /predicate`): as good as the whole, and about what the
 * statement around it is about, not what its neighbours are about.
 */
export function judgeMember(
  input: DocumentInput,
  format: string,
  belief: Belief,
  now: number,
  path: string,
  apps: About['apps'] | null = null,
): TrustIntake {
  const parts = judgeParts(input, format, belief, now, apps);
  const own = parts.filter(({ at }) => at === '' || path.startsWith(`${at} `));
  const { attests: _, ...whole } = joined(parts);
  if (whole.state !== 'verified') return whole;
  return { ...whole, ...attesting(attestedBy(own).map(one => ({ ...one, level: null }))) };
}

interface JudgedPart {
  readonly at: string;
  readonly trust: TrustIntake;
}

function judgeParts(
  input: DocumentInput,
  format: string,
  belief: Belief,
  now: number,
  apps: About['apps'] | null,
): JudgedPart[] {
  if (!isSigned(format)) return [];
  try {
    return jsonValues(input).flatMap(({ value, at }) =>
      signedParts(value).map(part => ({ at, trust: judgePart(part, isGcb(value), belief, now, apps) })),
    );
  } catch (error) {
    return [{ at: '', trust: refused(error) }];
  }
}

/** A document is as good as its worst signature, and attests something only when it is verified as a whole. */
function joined(parts: readonly JudgedPart[]): TrustIntake {
  const { attests: _, ...whole } = worst(parts.map(part => part.trust));
  return whole.state === 'verified' ? { ...whole, ...attesting(attestedBy(parts)) } : whole;
}

function attesting(attests: readonly Attested[]): Pick<TrustIntake, 'attests'> {
  return attests.length === 0 ? {} : { attests };
}

/** Statements may list files by the ten thousand; no question is asked by the later ones. */
const MOST_ATTESTED = 1_000;

/** Each digest once, at the highest level that a statement about it earned, in one order for all runs. */
function attestedBy(parts: readonly JudgedPart[]): Attested[] {
  const levels = new Map<string, number | null>();
  for (const { digest, level } of parts.flatMap(part => part.trust.attests ?? [])) {
    const before = levels.get(digest);
    if (before === undefined || (level ?? -1) > (before ?? -1)) levels.set(digest, level);
  }
  return [...levels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MOST_ATTESTED)
    .map(([digest, level]) => ({ digest, level }));
}

function signedParts(value: unknown): readonly unknown[] {
  if (isGcb(value))
    return listOf(value, 'provenance_summary', 'provenance').map(one => pick(one, 'envelope'));
  if (looksLikeStatement(value) || classicType(value) !== null) return [];
  return bundleValues(value);
}

function judgePart(
  part: unknown,
  gcb: boolean,
  belief: Belief,
  now: number,
  apps: About['apps'] | null,
): TrustIntake {
  let identity: string | null = null;
  try {
    const signed = signedEnvelope(part);
    const { signer, times, payload, payloadType } =
      signed === null
        ? byBundle(part, belief.material)
        : byKeys(gcb ? { ...signed, over: { encode: signedBytes } } : signed, belief.material);
    identity = nameOf(signer);
    const statement = statementIn(payload, payloadType);
    const who =
      signer.kind === 'key'
        ? { names: [], issuer: null, key: signer.key }
        : { names: signer.claims.names, issuer: signer.claims.issuer, key: null };
    const at = times.length > 0 ? Math.max(...times) : now;
    const about = aboutOf(statement, apps);
    const packages = [...about.packages, ...(statement === null ? [] : vexProducts(payload))];
    const entry = allowed(belief.policy, who, { ...about, packages }, at);
    if (entry === null)
      throw new TrustError(
        'identity-required',
        'The signature is right, but no entry of the trust policy allows its signer.',
        { missing: true },
      );
    const attests = attestedIn(statement, signer, belief.policy);
    return { state: 'verified', identity, reason: `allowed by ${entry.name}`, ...attesting(attests) };
  } catch (error) {
    return { ...refused(error), identity };
  }
}

interface Proved {
  readonly signer: Signer;
  readonly times: readonly number[];
  readonly payload: Buffer | null;
  readonly payloadType: string | null;
}

function byBundle(part: unknown, material: TrustMaterial): Proved {
  const bundle = bundleFromJson(part);
  // Model signatures with a key have neither log entry nor time, and need none: the key itself is what the policy allows.
  if (bundle.signer.kind === 'key' && bundle.entries.length === 0 && bundle.content.kind === 'envelope')
    return byKeys({ envelope: bundle.content.envelope, over: {} }, material);
  const verdict = verifyBundle(bundle, { material, artifact: null, identity: null });
  if (verdict.code !== 'ok' || verdict.signer === null)
    throw new TrustError(verdict.code === 'ok' ? 'evidence-malformed' : verdict.code, verdict.message, {
      missing: verdict.verdict === 'unverifiable',
    });
  const { signer, times } = verdict;
  if (bundle.content.kind !== 'envelope') return { signer, times, payload: null, payloadType: null };
  const { payload, payloadType } = bundle.content.envelope;
  return { signer, times, payload, payloadType };
}

function byKeys({ envelope, over }: SignedEnvelope, material: TrustMaterial): Proved {
  if (envelope.signatures.some(one => one.certificate !== null)) throw logMissing();
  const [signer] = verifyEnvelope(envelope, trustedKeys(material), { threshold: 1, anyone: true, ...over });
  if (signer === undefined) throw new TrustError('signature-invalid', 'No trusted key signed the envelope.');
  const { payload, payloadType } = envelope;
  return { signer: { kind: 'key', hint: signer.id, key: signer.key }, times: [], payload, payloadType };
}

/** An OpenVEX document speaks of the products that it names, whatever the statement around it is about. */
function vexProducts(payload: Buffer | null): string[] {
  const vex: unknown = payload === null ? null : pick(JSON.parse(payload.toString('utf8')), 'predicate');
  return listOf(vex, 'statements')
    .flatMap(statement => listOf(statement, 'products'))
    .map(product => {
      const name = pick(product, 'identifiers', 'purl') ?? pick(product, '@id') ?? product;
      return typeof name === 'string' ? name : '';
    });
}

/** in-toto's own media type, or one that names the predicate too (in-toto/attestation, spec/v1/envelope.md). */
const IN_TOTO = /^application\/vnd\.in-toto(?:\.[\w.-]+)?\+json$/;

/** Who signs texts of another type has made no statement, whatever a text reads like: it is what somebody else may have written (DSSE, protocol.md). */
function statementIn(payload: Buffer | null, type: string | null): StatementFacts | null {
  const value: unknown = payload === null ? null : jsonOrNull(payload);
  if (!looksLikeStatement(value) && classicType(value) === null) return null;
  if (!IN_TOTO.test(type ?? ''))
    throw new TrustError(
      'statement-malformed',
      `The envelope holds ${JSON.stringify(type)}, but reads like an in-toto statement.`,
    );
  try {
    return statementFromJson(statementValue(value));
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** Digests strong enough that nobody makes a second artifact of one. */
const STRONG: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512']);

function attestedIn(statement: StatementFacts | null, signer: Signer, policy: TrustPolicy): Attested[] {
  const facts = statement?.predicate.provenance ?? null;
  const level = facts === null ? null : (earnedLevel(policy, facts, signer)?.level ?? null);
  return attestedResources(statement).flatMap(resource =>
    resource.digests
      .filter(({ algorithm, value }) => STRONG.has(algorithm) && /^[0-9a-f]{64,128}$/.test(value))
      .filter(({ value }) => identifies(value))
      .map(({ value }) => ({ digest: value, level })),
  );
}

/** A statement is about its subjects; a model's signature is about each of its files too, which is how others name a model. */
function attestedResources(statement: StatementFacts | null): readonly Resource[] {
  if (statement === null) return [];
  if (statement.predicate.kind !== 'model-signature') return statement.subjects;
  return [...statement.subjects, ...statement.predicate.resources.map(([, resource]) => resource)];
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

function worst(verdicts: readonly TrustIntake[]): TrustIntake {
  const order: readonly TrustIntake['state'][] = ['failed', 'unverifiable', 'verified'];
  for (const state of order) {
    const found = verdicts.find(one => one.state === state);
    if (found !== undefined) return found;
  }
  return UNSIGNED;
}
