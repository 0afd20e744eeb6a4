import { stat } from 'node:fs/promises';
import { textOf } from '../formats/in-toto/values.ts';
import { bundleFromJson, looksLikeBundle } from '../formats/sigstore/bundle.ts';
import { artifactOfBytes, artifactOfDigests } from './artifact.ts';
import type { Certificate } from './certificate.ts';
import { iso } from './chain.ts';
import { TrustError } from './errors.ts';
import { asksProvenance, type ExamineRequest, examine } from './examine.ts';
import { evidenceBeside, nameArtifact, readEvidenceFile } from './find.ts';
import { isLivePurl, type Live, liveFiles, packageOf } from './live.ts';
import type { HashCache } from './model/cache.ts';
import type { Progress } from './model/hashing.ts';
import { EARLY_PREDICATE, MODEL_PREDICATE } from './model/manifest.ts';
import type { ModelSignerRule } from './model/signature.ts';
import { verifyModel } from './model/verify.ts';
import { checkImage, evidenceInLayout, onlyImage } from './oci/evidence.ts';
import { isLayout, readLayout } from './oci/layout.ts';
import { repositoryInPackage } from './package-json.ts';
import { allowing } from './policy.ts';
import { type EvidenceReport, joinReports, type StatementSummary } from './report.ts';
import { refusalOf, Steps } from './steps.ts';

/** Everything `larder verify` was told. */
export interface VerifyRequest extends Omit<ExamineRequest, 'artifact' | 'fileName'> {
  /** As typed: a file, a folder, or a digest. */
  readonly named: string;
  readonly resolve: (path: string) => string;
  /** Files of evidence; empty looks beside the artifact, and then in the larder. */
  readonly evidence: readonly string[];
  /** Evidence that the larder holds about a SHA-256. */
  readonly held: (sha256: string) => Promise<readonly HeldEvidence[]>;
  /** How registries are asked for a package named by its purl; null forbids it. */
  readonly live: Live | null;
  /** Roots for signatures with a certificate of one's own authority. */
  readonly roots: readonly Certificate[];
  readonly model: {
    readonly signature: string | null;
    readonly ignorePaths: readonly string[];
    readonly ignoreGitPaths: boolean;
    readonly ignoreUnsigned: boolean;
    readonly allowSymlinks: boolean;
    readonly cache: HashCache;
    readonly progress: Progress;
  };
}

export interface HeldEvidence {
  readonly name: string;
  readonly text: string;
}

/** The answer: the deciding report, and all of them. */
export interface VerifyAnswer extends Omit<EvidenceReport, 'evidence'> {
  readonly artifact: { readonly name: string; readonly sha256: string | null };
  readonly evidence: readonly EvidenceReport[];
}

/** Verifies an artifact, a model folder or a digest against the evidence given or found. Never throws for what is wrong with either. */
export async function verifyArtifact(request: VerifyRequest): Promise<VerifyAnswer> {
  try {
    if (isLivePurl(request.named)) return await liveAnswer(request);
    const path = request.resolve(request.named);
    const found = await stat(path).catch(() => null);
    const image = await layoutNamed(request);
    if (image !== null) return await layoutAnswer(request, image);
    const signature = await modelSignature(request, path, found?.isDirectory() ?? false);
    if (found !== null && signature !== null) return await modelAnswer(request, path, signature);
    return await artifactAnswer(request);
  } catch (error) {
    return {
      ...refusalOf(error),
      steps: [],
      identity: null,
      statement: null,
      artifact: { name: request.named, sha256: null },
      evidence: [],
    };
  }
}

/** A version of a package with what its registry serves about it. Every file of it has to be attested: one that is not makes the whole unverifiable. */
async function liveAnswer(request: VerifyRequest): Promise<VerifyAnswer> {
  if (request.live === null)
    throw new TrustError(
      'network-forbidden',
      `${request.named} is asked of its registry only with --online.`,
      {
        missing: true,
      },
    );
  const { name, version } = packageOf(request.named);
  const files = await liveFiles(request.named, request.live);
  const { expectations } = request;
  const reports: EvidenceReport[] = [];
  for (const file of files) {
    const artifact = artifactOfBytes(file.fileName, file.bytes);
    const about = {
      ...request,
      artifact,
      fileName: file.fileName,
      packageRepository: file.fileName.endsWith('.tgz') ? await repositoryInPackage(file.bytes) : null,
      expectations: {
        ...expectations,
        packageName: expectations.packageName ?? name,
        packageVersion: expectations.packageVersion ?? version,
      },
    };
    for (const one of file.evidence) reports.push(...examine(one.name, one.text, about));
    if (file.evidence.length === 0) reports.push(unattested(file.fileName));
  }
  const deciding = reports.find(one => one.verdict === 'unverifiable');
  const joined = joinReports(reports) as EvidenceReport;
  const [only, second] = files;
  const sha256 =
    only === undefined || second !== undefined ? null : artifactOfBytes('', only.bytes).digest('sha256');
  return answerOf(
    joined.verdict === 'failed' ? joined : (deciding ?? joined),
    { name: request.named, sha256: sha256?.toString('hex') ?? null },
    reports,
  );
}

function unattested(fileName: string): EvidenceReport {
  const error = new TrustError('evidence-missing', `The registry has no attestation of ${fileName}.`, {
    missing: true,
  });
  return { evidence: fileName, ...refusalOf(error), steps: [], identity: null, statement: null };
}

/** A folder that is an image layout, or one image of it by digest; null for everything else. */
async function layoutNamed(
  request: VerifyRequest,
): Promise<{ readonly folder: string; readonly digest: string | null } | null> {
  if (request.model.signature !== null) return null;
  const named = /^(.+)@(sha256:[0-9a-f]{64})$/.exec(request.named);
  const folder = request.resolve(named?.[1] ?? request.named);
  return (await isLayout(folder)) ? { folder, digest: named?.[2] ?? null } : null;
}

async function layoutAnswer(
  request: VerifyRequest,
  named: { readonly folder: string; readonly digest: string | null },
): Promise<VerifyAnswer> {
  const layout = await readLayout(named.folder);
  const image = named.digest ?? onlyImage(layout);
  const { checked, absent } = await checkImage(layout, image);
  const steps = new Steps();
  steps.pass('layout', `${image} and ${checked - 1} of its parts have the digests they are named by.`);
  if (absent > 0) steps.skip('layout', `${absent} parts of the image are not in the layout.`);
  const [algorithm, hex] = image.split(':') as [string, string];
  const about = {
    ...request,
    artifact: artifactOfDigests(image, new Map([[algorithm, Buffer.from(hex, 'hex')]])),
    fileName: request.named,
  };
  const reports: EvidenceReport[] = [];
  if (request.evidence.length > 0)
    for (const file of request.evidence.map(request.resolve))
      reports.push(...examine(file, await readEvidenceFile(file), about));
  else
    for (const one of await evidenceInLayout(layout, image))
      if (one.payload === null || !asksProvenance(request.expectations))
        reports.push(...examine(one.name, one.text, { ...about, payload: one.payload }));
  if (reports.length === 0)
    for (const one of await request.held(hex)) reports.push(...examine(one.name, one.text, about));
  if (reports.length === 0)
    throw new TrustError(
      'evidence-missing',
      `There is no signature or attestation of ${image} in ${request.named} or in the larder; give it with --bundle.`,
      { missing: true },
    );
  // cosign saves signatures of several images side by side.
  const own = reports.filter(one => one.code !== 'subject-mismatch');
  const all = (own.length > 0 ? own : reports).map(one => ({
    ...one,
    steps: [...steps.list(), ...one.steps],
  }));
  return answerOf(
    joinReports(all) as EvidenceReport,
    { name: request.named, sha256: algorithm === 'sha256' ? hex : null },
    all,
  );
}

async function artifactAnswer(request: VerifyRequest): Promise<VerifyAnswer> {
  const { artifact, fileName, path } = await nameArtifact(request.named, request.resolve);
  const files =
    request.evidence.length > 0
      ? request.evidence.map(request.resolve)
      : path === null
        ? []
        : await evidenceBeside(path);
  const described = { name: request.named, sha256: artifact.digest('sha256')?.toString('hex') ?? null };
  const held = files.length > 0 || described.sha256 === null ? [] : await request.held(described.sha256);
  if (files.length === 0 && held.length === 0)
    throw new TrustError(
      'evidence-missing',
      `There is no evidence ${path === null ? 'for' : 'beside'} ${request.named} or in the larder; give it with --bundle or --provenance.`,
      { missing: true },
    );
  const packageRepository =
    fileName.endsWith('.tgz') && artifact.bytes !== null ? await repositoryInPackage(artifact.bytes) : null;
  const about = { ...request, artifact, fileName, packageRepository };
  const reports: EvidenceReport[] = [];
  for (const file of files) reports.push(...examine(file, await readEvidenceFile(file), about));
  for (const one of held) reports.push(...examine(one.name, one.text, about));
  const deciding = joinReports(reports) as EvidenceReport;
  return answerOf(deciding, described, reports);
}

function answerOf(
  deciding: EvidenceReport,
  artifact: VerifyAnswer['artifact'],
  evidence: readonly EvidenceReport[],
): VerifyAnswer {
  const { verdict, code, message, steps, identity, statement } = deciding;
  return { verdict, code, message, steps, identity, statement, artifact, evidence };
}

/** The signature of a model: the file named with --signature, `model.sig` in a folder, or any evidence that says it is one. */
async function modelSignature(
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
  const value = parse(await readEvidenceFile(file));
  if (!folder && !isModelSignature(value)) return null;
  return { path: file, value };
}

function isModelSignature(value: unknown): boolean {
  if (!looksLikeBundle(value)) return false;
  try {
    const { content } = bundleFromJson(value);
    if (content.kind !== 'envelope') return false;
    const type = textOf(parse(content.envelope.payload.toString('utf8')), 'predicateType');
    return type === MODEL_PREDICATE || type === EARLY_PREDICATE;
  } catch {
    return false;
  }
}

async function modelAnswer(
  request: VerifyRequest,
  path: string,
  signature: { readonly path: string; readonly value: unknown },
): Promise<VerifyAnswer> {
  const steps = new Steps();
  const artifact = { name: request.named, sha256: null };
  const evidence = signature.path;
  try {
    const found = await verifyModel(
      {
        ...request.model,
        model: path,
        signaturePath: signature.path,
        signature: signature.value,
        rule: ruleOf(request, signature.value),
        now: request.now,
      },
      steps,
    );
    const { signer } = found;
    steps.check(
      'policy',
      () => authorise(request, found.claimed, signer, found.times),
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
    const identity = { ...signer };
    const report: EvidenceReport = {
      evidence,
      verdict: 'verified',
      code: 'ok',
      message: `${found.manifest.entries.length} ${found.manifest.serialization.method} are what was signed.`,
      steps: steps.list(),
      identity,
      statement,
    };
    return answerOf(report, artifact, [report]);
  } catch (error) {
    const report: EvidenceReport = {
      evidence,
      ...refusalOf(error),
      steps: steps.list(),
      identity: null,
      statement: null,
    };
    return answerOf(report, artifact, [report]);
  }
}

/** Without a key, roots or an identity, a Sigstore signature is still checked, and the policy decides who may have made it. */
function ruleOf(request: VerifyRequest, value: unknown): ModelSignerRule {
  if (request.key !== null) return { kind: 'key', key: request.key };
  if (request.roots.length > 0) return { kind: 'roots', roots: request.roots };
  const bundle = bundleFromJson(value);
  if (bundle.signer.kind === 'key') {
    const known = request.policy.entries.find(
      entry =>
        entry.who.kind === 'key' && entry.who.id === (bundle.signer.kind === 'key' ? bundle.signer.hint : ''),
    );
    if (known?.who.kind === 'key') return { kind: 'key', key: known.who.key };
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
): string {
  const who = { names: [signer.subject], issuer: signer.issuer, key: request.key };
  const bound = request.policy.entries.some(
    entry =>
      claimed !== null &&
      entry.models.some(
        model => model === claimed || (model.endsWith('*') && claimed.startsWith(model.slice(0, -1))),
      ),
  );
  const entry = allowing(
    request.policy,
    who,
    {
      packages: [],
      app: null,
      predicate: MODEL_PREDICATE,
      model: claimed,
    },
    times.length > 0 ? Math.max(...times) : request.now,
  );
  if (entry !== null) return `Allowed by the trust policy: ${JSON.stringify(entry.name)}.`;
  if (bound)
    throw new TrustError(
      'policy-refused',
      `The trust policy says who may sign ${claimed}, and ${signer.subject} is not one of them.`,
    );
  if (request.key !== null || request.identity !== null || request.roots.length > 0)
    return 'The signer was given.';
  if (signer.kind === 'key') return 'The key is in the trust policy.';
  throw new TrustError(
    'identity-required',
    `The model is rightly signed by ${signer.subject} (${signer.issuer ?? 'no issuer'}), but nobody said who may sign it; give --certificate-identity and --certificate-oidc-issuer.`,
    { missing: true },
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
