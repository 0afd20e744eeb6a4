import type { StatementFacts } from '../formats/in-toto/facts.ts';
import { listOf, textOf } from '../formats/in-toto/values.ts';
import { parseJson } from '../formats/json.ts';
import { type Bundle, bundleFromJson, looksLikeBundle } from '../formats/sigstore/bundle.ts';
import { decodeBase64 } from '../io/base64.ts';
import { type Artifact, artifactOfBytes } from './artifact.ts';
import { asksProvenance, checkCertifiedBuild, refuseUntold } from './asked.ts';
import { finish, type Outcome } from './authorise.ts';
import { type Thresholds, verifyBundle } from './bundle.ts';
import { checkSimpleSigning, cosignBundle, isCosignBundle } from './cosign.ts';
import { verifyEitherEncoding, verifyEnvelope } from './envelope.ts';
import { TrustError } from './errors.ts';
import { type IdentityPolicy, keyHasNoIdentity } from './identity.ts';
import { keyName, type PublicKey } from './keys.ts';
import { isNpmAttestations, isNpmManifest, verifyNpm, verifyNpmManifest } from './npm.ts';
import type { TrustPolicy } from './policy.ts';
import { isPypiProvenance, verifyPypi } from './pypi.ts';
import type { EvidenceReport } from './report.ts';
import { ALWAYS, NO_MATERIAL, type TrustMaterial, withKeys } from './root.ts';
import { type SignedEnvelope, signedEnvelope, trustedKeys } from './signed-envelope.ts';
import { isGcb, verifyGcb } from './slsa/gcb.ts';
import { checkKeyedProvenance } from './slsa/github.ts';
import { checkSource, type ProvenanceExpectations, repositoryOf } from './slsa/source.ts';
import { statementOf, verifyGithub } from './slsa/verify.ts';
import { checkSummary, type SummaryExpectations } from './slsa/vsa.ts';
import { refusalOf, Steps } from './steps.ts';
import { matchSubject } from './subject.ts';

/** What evidence is examined against. Pure: everything it may believe is in here. */
export interface ExamineRequest {
  readonly artifact: Artifact | null;
  /** The file's name without folder, for rules that compare it (PEP 740). */
  readonly fileName: string;
  readonly material: TrustMaterial;
  readonly policy: TrustPolicy;
  readonly identity: IdentityPolicy | null;
  readonly key: PublicKey | null;
  readonly expectations: ProvenanceExpectations;
  readonly summary: SummaryExpectations | null;
  /** The repository that the package itself names (package.json), null when it is not known: it must be the one it was built from. */
  readonly packageRepository?: string | null;
  /** Milliseconds since the epoch, from the caller's clock: for signatures whose time nothing proves. */
  readonly now: number;
  readonly thresholds?: Thresholds;
  /** RFC 3161 timestamps over the signature that came apart from it. */
  readonly timestamps?: readonly Buffer[];
  /** The payload of cosign's simple signing, when the signature is over it and not over the artifact: it names the image. */
  readonly payload?: Uint8Array | null;
}

/** Examines one file of evidence, whatever kind it is; a file of several lines gives a report for each line that is about the artifact. Never throws. */
export function examine(name: string, text: string, request: ExamineRequest): EvidenceReport[] {
  let values: unknown[] | null;
  try {
    values = valuesOf(text);
  } catch (error) {
    return [
      report(name, () => {
        throw error;
      }),
    ];
  }
  if (values === null) return [detached(name, text, request)];
  const reports = values.map((value, index) =>
    examineOne(values.length === 1 ? name : `${name} line ${index + 1}`, value, request),
  );
  if (reports.length === 1) return reports;
  const about = reports.filter(report => report.code !== 'subject-mismatch');
  return about.length > 0 ? about : reports.slice(0, 1);
}

function examineOne(name: string, value: unknown, request: ExamineRequest): EvidenceReport {
  return report(name, steps => dispatch(value, request, steps));
}

function report(evidence: string, run: (steps: Steps) => Outcome): EvidenceReport {
  const steps = new Steps();
  try {
    const outcome = run(steps);
    return {
      evidence,
      verdict: 'verified',
      code: 'ok',
      message: 'Verified.',
      steps: steps.list(),
      ...outcome,
    };
  } catch (error) {
    return { evidence, ...refusalOf(error), steps: steps.list(), identity: null, statement: null };
  }
}

function dispatch(value: unknown, request: ExamineRequest, steps: Steps): Outcome {
  const served = isNpmAttestations(value) || isPypiProvenance(value) || isGcb(value);
  if (served && request.summary !== null)
    throw new TrustError('predicate-mismatch', 'The evidence holds no verification summary.');
  if (isNpmAttestations(value)) return npm(value, request, steps);
  if (isPypiProvenance(value)) return pypi(value, request, steps);
  if (isNpmManifest(value)) return manifest(value, request, steps);
  if (isGcb(value)) return gcb(value, request, steps);
  if (isCosignBundle(value)) return bundle(cosignBundle(value), value, request, steps);
  if (looksLikeBundle(value))
    return bundle(
      steps.check(
        'format',
        () => bundleFromJson(value),
        one => `Sigstore bundle ${one.version}`,
      ),
      value,
      request,
      steps,
    );
  const signed = signedEnvelope(value);
  if (signed !== null) return envelope(signed, value, request, steps);
  throw new TrustError(
    'evidence-unsupported',
    'This is no signed evidence that is known: no Sigstore bundle, DSSE envelope, npm, PyPI or Cloud Build attestation.',
  );
}

function npm(value: unknown, request: ExamineRequest, steps: Steps): Outcome {
  const artifact = needed(request.artifact);
  const found = steps.check(
    'npm',
    () => verifyNpm(value, artifact, request.expectations, request.material),
    one => `Published by the registry, built by ${one.builder}.`,
  );
  checkPackageJson(request, found.signer.claims.sourceRepository, steps);
  return finish(request, steps, found.signer, found.provenance, found.builder, found.times);
}

/** npm never compares what a package says of itself with where it was built. A source that the user named outweighs it. */
function checkPackageJson(request: ExamineRequest, built: string | null, steps: Steps): void {
  const named = request.packageRepository ?? null;
  const plain = (uri: string | null): string => repositoryOf(uri ?? '').toLowerCase();
  if (named === null) steps.skip('package.json', 'The package names no repository.');
  else if (request.expectations.sourceUri !== null && plain(named) !== plain(built))
    steps.skip('package.json', `The package names the repository ${plain(named)}, but the source was given.`);
  else
    steps.check(
      'package.json',
      () => checkSource(plain(named), [plain(built)]),
      () => `The package names the repository ${plain(named)} itself.`,
    );
}

function pypi(value: unknown, request: ExamineRequest, steps: Steps): Outcome {
  const artifact = needed(request.artifact);
  const policy = { publisher: null, identity: request.identity };
  const all = steps.check(
    'pypi',
    () => verifyPypi(value, request.fileName, artifact, policy, request.material),
    list => `${list.length} attestations for ${request.fileName}.`,
  );
  for (const { signer } of all)
    steps.check(
      'source',
      () => checkCertifiedBuild(signer.claims, request.expectations),
      () => 'The certificate is for what was asked of the build.',
    );
  const outcomes = all.map(one => finish(request, steps, one.signer, one.statement, null, one.times));
  return outcomes[0] as Outcome;
}

/** The registry's own word that it published this tarball; who made it is another question. */
function manifest(value: unknown, request: ExamineRequest, steps: Steps): Outcome {
  const artifact = needed(request.artifact);
  refuseUntold(request, "The registry's signature on a version", true);
  if (request.identity !== null || request.key !== null)
    throw new TrustError(
      'predicate-mismatch',
      "The registry's signature on a version does not tell who made it; give its attestations.",
      { missing: true },
    );
  const found = steps.check(
    'registry',
    () => verifyNpmManifest(value, artifact, request.expectations, request.material),
    one => `The registry signed ${one.name}@${one.version} with ${one.keyIds.join(', ')}.`,
  );
  steps.skip('provenance', 'A registry signature does not tell who built it.');
  return { identity: { kind: 'key', subject: found.keyIds.join(', '), issuer: null }, statement: null };
}

function gcb(value: unknown, request: ExamineRequest, steps: Steps): Outcome {
  const artifact = needed(request.artifact);
  const found = steps.check(
    'cloud build',
    () => verifyGcb(value, artifact, request.expectations, gcbMaterial(value, request)),
    one => `Signed by ${one.keyId}, built by ${one.builder}.`,
  );
  return finish(
    request,
    steps,
    { kind: 'key', hint: found.keyId, key: found.key },
    found.statement,
    found.builder,
    [],
  );
}

/** A key given on the command line stands for every key id of the file. */
function gcbMaterial(value: unknown, request: ExamineRequest): TrustMaterial {
  const { key } = request;
  if (key === null) return request.material;
  const ids = listOf(value, 'provenance_summary', 'provenance').flatMap(one =>
    listOf(one, 'envelope', 'signatures').map(signature => textOf(signature, 'keyid') ?? ''),
  );
  return withKeys(
    NO_MATERIAL,
    ids.map(id => [id, { key, window: ALWAYS, usage: null }] as const),
  );
}

function bundle(given: Bundle, value: unknown, request: ExamineRequest, steps: Steps): Outcome {
  const asked = asksProvenance(request.expectations);
  if (given.content.kind === 'envelope' && given.signer.kind !== 'key' && asked) {
    const found = verifyGithub(
      value,
      request.artifact === null ? [] : [request.artifact],
      request.expectations,
      request.material,
      steps,
    );
    judgeSummary(found.statement, request, steps);
    return finish(request, steps, found.signer, found.statement, found.builder, found.times);
  }
  if (given.content.kind === 'message') refuseUntold(request, 'This signs the artifact alone and');
  const payload = given.content.kind === 'message' ? (request.payload ?? null) : null;
  const timestamps = [...given.timestamps, ...(request.timestamps ?? [])];
  const verdict = verifyBundle(
    { ...given, timestamps },
    {
      material: request.material,
      artifact: payload === null ? request.artifact : artifactOfBytes('the payload', payload),
      identity: request.identity,
      key: request.key,
      ...(request.thresholds ? { thresholds: request.thresholds } : {}),
    },
  );
  for (const step of verdict.steps)
    if (step.step !== 'format' && !(step.step === 'identity' && step.result === 'skipped')) steps.add(step);
  if (verdict.code !== 'ok' || verdict.signer === null)
    throw new TrustError(verdict.code === 'ok' ? 'evidence-malformed' : verdict.code, verdict.message, {
      missing: verdict.verdict === 'unverifiable',
    });
  if (payload !== null) checkImage(payload, request, steps);
  const statement =
    given.content.kind === 'envelope' && given.content.envelope.payloadType === 'application/vnd.in-toto+json'
      ? statementOf(given.content.envelope)
      : null;
  judgeSummary(statement, request, steps);
  if (asked) checkStated(statement, request, steps);
  return finish(request, steps, verdict.signer, statement, null, verdict.times);
}

/** An envelope signed by keys. */
function envelope(
  { envelope: read, over }: SignedEnvelope,
  value: unknown,
  request: ExamineRequest,
  steps: Steps,
): Outcome {
  if (request.key === null && read.signatures.some(one => one.certificate !== null)) {
    verifyGithub(
      value,
      request.artifact === null ? [] : [request.artifact],
      request.expectations,
      request.material,
      steps,
    );
    throw new TrustError('log-entry-missing', 'The envelope has no log entry.', { missing: true });
  }
  const keys = request.key === null ? trustedKeys(request.material) : [{ id: '', key: request.key }];
  const [signer] = steps.check(
    'signature',
    () => verifyEnvelope(read, keys, { threshold: 1, anyone: request.key === null, ...over }),
    list => `Signed with the ${list.map(one => keyName(one.key)).join(' and the ')}.`,
  );
  const statement = steps.check(
    'statement',
    () => statementOf(read),
    one => one.predicateType,
  );
  const { artifact } = request;
  if (artifact === null)
    steps.skip('artifact', 'No artifact was given: what is signed was not compared with anything.');
  else
    steps.check(
      'artifact',
      () => matchSubject(read.payload, artifact),
      match => `${artifact.name} is the subject ${JSON.stringify(match.name)} by ${match.algorithm}.`,
    );
  judgeSummary(statement, request, steps);
  if (asksProvenance(request.expectations)) checkStated(statement, request, steps);
  if (signer === undefined) throw new TrustError('signature-invalid', 'No trusted key signed the envelope.');
  return finish(request, steps, { kind: 'key', hint: signer.id, key: signer.key }, statement, null, []);
}

function checkStated(statement: StatementFacts | null, request: ExamineRequest, steps: Steps): void {
  const facts = statement?.predicate.provenance ?? null;
  if (facts === null)
    throw new TrustError(
      'predicate-mismatch',
      `The statement is ${statement?.predicateType ?? 'none'}, not SLSA provenance.`,
    );
  steps.check(
    'provenance',
    () => checkKeyedProvenance(facts, request.expectations),
    () => `As the holder of the key states it: built by ${facts.builder ?? 'nobody'}.`,
  );
}

/** cosign signs a small text that names the image by digest: it has to be this image. */
function checkImage(payload: Uint8Array, request: ExamineRequest, steps: Steps): void {
  const image = needed(request.artifact);
  steps.check(
    'image',
    () => checkSimpleSigning(payload, image, null),
    () => `The signed payload names ${image.name}.`,
  );
}

/** A detached signature over the artifact's bytes, by the key given: as cosign writes it, or OpenSSL. */
function detached(name: string, text: string, request: ExamineRequest): EvidenceReport {
  return report(name, steps => {
    const { artifact, key } = request;
    refuseUntold(request, 'A bare signature');
    if (request.identity !== null) throw keyHasNoIdentity();
    if (key === null)
      throw new TrustError(
        'key-unknown',
        `${name} is a bare signature; give the key that made it with --key.`,
        { missing: true },
      );
    const payload = request.payload ?? null;
    const bytes = payload ?? needed(artifact).bytes;
    if (bytes === null)
      throw new TrustError('artifact-missing', 'A bare signature is checked over the artifact itself.', {
        missing: true,
      });
    const signature = decodeBase64(text.trim());
    if (signature === null)
      throw new TrustError(
        'evidence-unsupported',
        `${name} is neither JSON nor a bare signature, in binary or base64.`,
      );
    steps.check(
      'signature',
      () => {
        if (!verifyEitherEncoding(key, bytes, signature))
          throw new TrustError(
            'signature-invalid',
            `The signature was not made by the ${keyName(key)} over this file.`,
          );
      },
      () => `Signed with the ${keyName(key)}.`,
    );
    if (payload !== null) checkImage(payload, request, steps);
    steps.skip('time', 'Nothing proves when it was signed.');
    return { identity: { kind: 'key', subject: keyName(key), issuer: null }, statement: null };
  });
}

function judgeSummary(statement: StatementFacts | null, request: ExamineRequest, steps: Steps): void {
  const { summary } = request;
  if (summary === null) return;
  if (statement === null)
    throw new TrustError('predicate-mismatch', 'The evidence holds no verification summary.');
  steps.check(
    'summary',
    () => checkSummary(statement, summary, request.artifact),
    () => `Verified by ${summary.verifierId} for ${summary.resourceUri}.`,
  );
}

function needed(artifact: Artifact | null): Artifact {
  if (artifact === null)
    throw new TrustError('artifact-missing', 'This evidence is about one artifact; give it or its digest.', {
      missing: true,
    });
  return artifact;
}

/** The JSON values of the text: one, or one a line; null when it is no JSON. */
export function valuesOf(text: string): unknown[] | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) return null;
  const lines = trimmed.split('\n').filter(line => line.trim() !== '');
  const first = tryJson(lines[0] as string);
  if (lines.length > 1 && first !== undefined) return lines.map(line => tryJson(line) ?? null);
  return [parseJson(trimmed)];
}

function tryJson(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}
