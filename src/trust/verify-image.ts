import { type ImageReference, imageReference } from '../registries/oci/reference.ts';
import { artifactOfDigests } from './artifact.ts';
import { asksProvenance } from './asked.ts';
import { TrustError } from './errors.ts';
import { examine } from './examine.ts';
import { readEvidenceFile } from './find.ts';
import { checkImage, evidenceAbout, onlyImage } from './oci/evidence.ts';
import { type ImageSource, isImageLayout, readLayout } from './oci/layout.ts';
import { digestOfTag, imageInRegistry } from './oci/registry.ts';
import { answerOf, type EvidenceReport, joinReports, type VerifyAnswer } from './report.ts';
import { Steps } from './steps.ts';
import type { VerifyRequest } from './verify-request.ts';

/** An image in a layout on disk or, with the network, in its registry; null when none is named. */
export async function imageAnswer(request: VerifyRequest): Promise<VerifyAnswer | null> {
  if (request.model.signature !== null) return null;
  const named = /^(.+)@(sha256:[0-9a-f]{64})$/.exec(request.named);
  const folder = request.resolve(named?.[1] ?? request.named);
  if (await isImageLayout(folder)) return folderAnswer(request, folder, named?.[2] ?? null);
  const reference = imageReference(request.named);
  return reference === null || request.live === null || request.evidence.length > 0
    ? null
    : registryAnswer(request, reference, request.live.repository(reference));
}

async function folderAnswer(
  request: VerifyRequest,
  folder: string,
  named: string | null,
): Promise<VerifyAnswer> {
  const layout = await readLayout(folder);
  const image = named ?? onlyImage(layout);
  const { checked, absent } = await checkImage(layout, image);
  const steps = new Steps();
  steps.pass('layout', `${image} and ${checked - 1} of its parts have the digests they are named by.`);
  if (absent > 0) steps.skip('layout', `${absent} parts of the image are not in the layout.`);
  return answerFor(request, image, layout, steps);
}

async function registryAnswer(
  request: VerifyRequest,
  reference: ImageReference,
  repository: Parameters<typeof imageInRegistry>[0],
): Promise<VerifyAnswer> {
  const name = `${reference.host}/${reference.name}`;
  if (reference.digest === null) {
    const digest = await digestOfTag(repository, name, reference.tag ?? 'latest');
    throw new TrustError(
      'image-mutable',
      `${request.named} names an image by a tag, which may be another image tomorrow; now it is ${name}@${digest}: name it so.`,
    );
  }
  const image = await imageInRegistry(repository, name, reference.digest);
  const steps = new Steps();
  steps.pass('registry', `${reference.host} has ${reference.digest}.`);
  if (image.others.length > 0)
    steps.skip(
      'registry',
      `What else refers to the image is no signature that is understood: ${image.others.slice(0, 10).join(', ')}.`,
    );
  return answerFor(request, reference.digest, image, steps);
}

async function answerFor(
  request: VerifyRequest,
  image: string,
  source: ImageSource,
  steps: Steps,
): Promise<VerifyAnswer> {
  const [algorithm, hex] = image.split(':') as [string, string];
  const artifact = artifactOfDigests(image, new Map([[algorithm, Buffer.from(hex, 'hex')]]));
  const about = { ...request, artifact, fileName: request.named };
  const reports: EvidenceReport[] = [];
  if (request.evidence.length > 0)
    for (const file of request.evidence.map(request.resolve))
      reports.push(...examine(file, await readEvidenceFile(file), about));
  else
    for (const one of await evidenceAbout(source, image))
      if (one.payload === null || !asksProvenance(request.expectations))
        reports.push(...examine(one.name, one.text, { ...about, payload: one.payload }));
  if (reports.length === 0)
    for (const one of await request.held(hex)) reports.push(...examine(one.name, one.text, about));
  if (reports.length === 0)
    throw new TrustError(
      'evidence-missing',
      `There is no signature or attestation of ${image} in ${source.name} or in the larder; give it with --bundle.`,
      { missing: true },
    );
  // cosign saves signatures of several images side by side.
  const own = reports.filter(one => one.code !== 'subject-mismatch');
  const all = (own.length > 0 ? own : reports).map(one => ({
    ...one,
    steps: [...steps.list(), ...one.steps],
  }));
  // Whoever may push may put a signature of their own beside the others: it takes nothing from the one that was asked for.
  const deciding = all.find(one => one.verdict === 'verified') ?? (joinReports(all) as EvidenceReport);
  return answerOf(deciding, { name: request.named, sha256: algorithm === 'sha256' ? hex : null }, all);
}
