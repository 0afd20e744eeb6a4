import { stat } from 'node:fs/promises';
import { artifactOfBytes } from './artifact.ts';
import { TrustError } from './errors.ts';
import { examine } from './examine.ts';
import { evidenceBeside, nameArtifact, readEvidenceFile } from './find.ts';
import { isLivePurl, liveFiles, packageOf } from './live.ts';
import { repositoryInPackage } from './package-json.ts';
import { answerOf, type EvidenceReport, joinReports, type VerifyAnswer } from './report.ts';
import { refusalOf } from './steps.ts';
import { imageAnswer } from './verify-image.ts';
import { layoutAnswer } from './verify-layout.ts';
import { modelAnswer, modelSignature } from './verify-model.ts';
import type { VerifyRequest } from './verify-request.ts';

/** Verifies an artifact, a model folder or a digest against the evidence given or found. Never throws for what is wrong with either. */
export async function verifyArtifact(request: VerifyRequest): Promise<VerifyAnswer> {
  try {
    if (isLivePurl(request.named)) return await liveAnswer(request);
    const path = request.resolve(request.named);
    const found = await stat(path).catch(() => null);
    const image = found === null || found.isDirectory() ? await imageAnswer(request) : null;
    if (image !== null) return image;
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
  const [reports, perFile]: [EvidenceReport[], EvidenceReport[]] = [[], []];
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
    const own = file.evidence.flatMap(one => examine(one.name, one.text, about));
    if (own.length === 0) own.push(unattested(file.fileName));
    reports.push(...own);
    // Attestations answer what the registry's own signature cannot.
    perFile.push(joinReports(own) as EvidenceReport);
  }
  const deciding = perFile.find(one => one.verdict === 'unverifiable');
  const joined = joinReports(perFile) as EvidenceReport;
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

async function artifactAnswer(request: VerifyRequest): Promise<VerifyAnswer> {
  const { artifact, fileName, path } = await nameArtifact(request.named, request.resolve);
  const files =
    request.evidence.length > 0
      ? request.evidence.map(request.resolve)
      : path === null
        ? []
        : await evidenceBeside(path);
  const described = { name: request.named, sha256: artifact.digest('sha256')?.toString('hex') ?? null };
  const laidOut = request.evidence.length > 1 ? await layoutAnswer(request, artifact, described) : null;
  if (laidOut !== null) return laidOut;
  const held = files.length > 0 || described.sha256 === null ? [] : await request.held(described.sha256);
  if (files.length === 0 && held.length === 0)
    throw new TrustError(
      'evidence-missing',
      `There is no evidence ${path === null ? 'for' : 'beside'} ${request.named} or in the larder; give it with --bundle or --provenance${request.named.includes('@sha256:') ? ", or ask the image's registry with --online (HOST/NAME@sha256:...)" : ''}.`,
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
