import type { Bundle, LogEntry } from '../formats/sigstore/bundle.ts';
import type { Artifact } from './artifact.ts';
import { parseCertificate } from './certificate.ts';
import { checkTimes, iso } from './chain.ts';
import { TrustError } from './errors.ts';
import { checkIdentity, type IdentityPolicy, keyHasNoIdentity } from './identity.ts';
import { issuedCertificate } from './issued.ts';
import { keyName, type PublicKey, verifyBytes, verifyDigest, verifyPrehashed } from './keys.ts';
import { isSecondGeneration, logsOf, verifyInclusion, verifyPromise } from './log.ts';
import { verifyBody } from './log-body.ts';
import { encodePae } from './pae.ts';
import { inWindow, type TrustMaterial } from './root.ts';
import { verifyScts } from './sct.ts';
import type { Signer } from './signer.ts';
import { refusalOf, Steps } from './steps.ts';
import { matchSubject, type SubjectMatch } from './subject.ts';
import { verifyTimestamp } from './timestamp.ts';
import type { Step, Verdict, VerdictCode } from './verdict.ts';

/** How much a bundle has to prove. The defaults are those of the Sigstore client specification. */
export interface Thresholds {
  /** Log entries, certificate log timestamps, and proved times. */
  readonly logEntries: number;
  readonly scts: number;
  readonly times: number;
}

export const SIGSTORE_THRESHOLDS: Thresholds = { logEntries: 1, scts: 1, times: 1 };

/** A key that the user gave does not expire, so that no time is needed; and where the root knows no log, its owner has none. */
function thresholdsFor({ key, material, thresholds }: BundleRequest): Thresholds {
  const asked = thresholds ?? SIGSTORE_THRESHOLDS;
  if (!key) return asked;
  return { ...asked, logEntries: material.logs.length === 0 ? 0 : asked.logEntries, times: 0 };
}

/** What a bundle is verified against. Nothing is read from anywhere else. */
export interface BundleRequest {
  readonly material: TrustMaterial;
  /** What must be signed or stated; null checks the signature alone, and the steps say so. */
  readonly artifact: Artifact | null;
  readonly identity: IdentityPolicy | null;
  /** The key the user gave; it must be the signer, whatever hint the bundle has. */
  readonly key?: PublicKey | null;
  readonly thresholds?: Thresholds;
}

/** What verifying a bundle gave. Of a bundle that was not verified only the verdict, the message and the steps may be used. */
export interface BundleVerdict {
  readonly verdict: Verdict;
  readonly code: VerdictCode;
  readonly message: string;
  readonly steps: readonly Step[];
  readonly signer: Signer | null;
  /** The proved times of signing, in milliseconds. */
  readonly times: readonly number[];
  readonly subject: SubjectMatch | null;
}

const IN_TOTO_TYPE = 'application/vnd.in-toto+json';

/** Verifies one bundle: times, signer, log, signature, artifact, identity, in this order. Never throws. */
export function verifyBundle(bundle: Bundle, request: BundleRequest): BundleVerdict {
  const steps = new Steps();
  try {
    const proved = proveBundle(bundle, request, steps);
    return {
      verdict: 'verified',
      code: 'ok',
      message: 'The bundle is verified.',
      steps: steps.list(),
      ...proved,
    };
  } catch (error) {
    return { ...refusalOf(error), steps: steps.list(), signer: null, times: [], subject: null };
  }
}

function proveBundle(
  bundle: Bundle,
  request: BundleRequest,
  steps: Steps,
): Pick<BundleVerdict, 'signer' | 'times' | 'subject'> {
  const { material } = request;
  const thresholds = thresholdsFor(request);
  const signature = signatureOf(bundle);
  steps.check(
    'format',
    () => checkShape(bundle, thresholds),
    () => `Sigstore bundle ${bundle.version}`,
  );
  const times = steps.check(
    'times',
    () => proveTimes(bundle, signature, material, thresholds.times),
    describeTimes,
  );
  const signer = steps.check('signer', () => proveSigner(bundle, request, times, thresholds), describeSigner);
  if (request.identity === null)
    steps.skip('identity', 'No identity was asked for: anybody this root vouches for may have signed.');
  else
    steps.check(
      'identity',
      () => proveIdentity(request.identity as IdentityPolicy, signer),
      () => 'The signer is who was asked for.',
    );
  const pae =
    bundle.content.kind === 'envelope'
      ? encodePae(bundle.content.envelope.payloadType, bundle.content.envelope.payload)
      : null;
  steps.check('log', () => proveLogged(bundle, request, signer, signature, pae, times), describeEntries);
  steps.check(
    'signature',
    () => proveSignature(bundle, request, signer, signature, pae),
    () => 'The signature is right.',
  );
  const subject = proveSubject(bundle, request, steps);
  return { signer, times, subject };
}

function signatureOf(bundle: Bundle): Buffer {
  return bundle.content.kind === 'message'
    ? bundle.content.signature
    : (bundle.content.envelope.signatures[0]?.signature as Buffer);
}

/** What each version demands of its log entries (protobuf-specs, and sigstore's clients). */
function checkShape(bundle: Bundle, thresholds: Thresholds): void {
  if (bundle.version === '0.3' && bundle.signer.kind === 'chain')
    throw new TrustError('evidence-malformed', 'A version 0.3 bundle carries one certificate, not a chain.');
  // Signers must not add the root. The older bundles of slsa-github-generator do, and their verifier takes them: there it is left unused, as everywhere.
  if (
    bundle.content.kind === 'message' &&
    bundle.signer.kind === 'chain' &&
    bundle.signer.ders.slice(1).some(isRoot)
  )
    throw new TrustError(
      'evidence-malformed',
      'The bundle carries a root certificate; roots come from the trusted root alone.',
    );
  for (const entry of bundle.entries) {
    if (bundle.version === '0.1' && entry.promise === null)
      throw new TrustError(
        'log-entry-missing',
        'A version 0.1 bundle needs the promise of the log (signed entry timestamp).',
      );
    if (bundle.version !== '0.1' && entry.proof === null)
      throw new TrustError(
        'log-entry-missing',
        `A version ${bundle.version} bundle needs an inclusion proof.`,
      );
  }
  if (bundle.entries.length < thresholds.logEntries)
    throw new TrustError(
      'log-entry-missing',
      `The bundle has ${bundle.entries.length} log entries; ${thresholds.logEntries} are needed.`,
    );
  const places = new Set(bundle.entries.map(entry => `${entry.logId.toString('hex')} ${entry.logIndex}`));
  if (places.size < bundle.entries.length)
    throw new TrustError('log-entry-mismatch', 'The same log entry stands in the bundle twice.');
}

function isRoot(der: Buffer): boolean {
  const { issuer, subject } = parseCertificate(der);
  return Buffer.compare(issuer, subject) === 0;
}

/** Times are only what somebody trusted signed: a timestamp authority, or a log's promise. */
function proveTimes(bundle: Bundle, signature: Buffer, material: TrustMaterial, threshold: number): number[] {
  const seen = new Set<string>();
  const times: number[] = [];
  for (const response of bundle.timestamps) {
    const { time, authority } = verifyTimestamp(response, signature, material.timestampAuthorities);
    if (seen.has(`${authority} ${time}`))
      throw new TrustError('timestamp-invalid', 'The same timestamp stands in the bundle twice.');
    seen.add(`${authority} ${time}`);
    times.push(time);
  }
  for (const entry of bundle.entries)
    if (entry.promise !== null) times.push(verifyPromise(entry, entry.promise, logsOf(entry, material.logs)));
  if (times.length < threshold) {
    const why = bundle.entries.some(isSecondGeneration)
      ? ' Rekor version 2 states no time, so a timestamp is needed.'
      : '';
    throw new TrustError(
      'time-missing',
      `The bundle proves ${times.length} times of signing; ${threshold} are needed.${why}`,
    );
  }
  return times;
}

function proveSigner(
  bundle: Bundle,
  request: BundleRequest,
  times: readonly number[],
  thresholds: Thresholds,
): Signer {
  const { signer } = bundle;
  if (signer.kind === 'key') return proveKey(signer.hint, request, times);
  if (request.key)
    throw new TrustError('key-mismatch', 'The bundle was signed with a certificate, not with the key given.');
  const der = signer.kind === 'certificate' ? signer.der : (signer.ders[0] as Buffer);
  return proveCertificate(der, request, times, thresholds.scts);
}

function proveKey(hint: string, request: BundleRequest, times: readonly number[]): Signer {
  // Nobody signed the hint: taken for the name of a key that was given, it would let anybody call that key Google's.
  if (request.key) return { kind: 'key', hint: '', key: request.key };
  // A registry's keys for packages are not its keys for attestations, even where they are the same keys.
  const known = (request.material.keys.get(hint) ?? []).filter(entry => entry.usage !== 'npm:signatures');
  if (known.length === 0)
    throw new TrustError(
      'key-unknown',
      `The bundle was signed with the key ${JSON.stringify(hint)}, which is not among the trusted keys; give it with --key.`,
      { missing: true },
    );
  const valid = known.find(entry => times.every(time => inWindow(entry.window, time)));
  if (valid === undefined)
    throw new TrustError(
      'key-expired',
      `The key ${JSON.stringify(hint)} was not valid at ${times.map(iso).join(', ')}.`,
    );
  return { kind: 'key', hint, key: valid.key };
}

function proveCertificate(
  der: Buffer,
  request: BundleRequest,
  times: readonly number[],
  scts: number,
): Signer {
  // A certificate that lives ten minutes proves nothing at an unknown time, whatever the thresholds are.
  if (times.length === 0)
    throw new TrustError(
      'time-missing',
      'Nothing proves when the bundle was signed, and its certificate is not valid for ever.',
    );
  const issued = issuedCertificate(der, request.material);
  const { certificate } = issued.signer;
  // The chain must hold at every proved time (the hybrid model of the client specification), under an authority the root believes at that time.
  const first = issued.issuers.find(one => times.every(time => inWindow(one.window, time)));
  for (const issuer of issued.issuers.slice(0, 1)) checkTimes(certificate, (first ?? issuer).issuer, times);
  if (first === undefined)
    throw new TrustError(
      'certificate-expired',
      `The trusted root does not believe the issuing authority at ${times.map(iso).join(', ')}.`,
    );
  first.scts ??= verifyScts(certificate, first.issuer, request.material.ctLogs, scts);
  if (first.scts < scts) verifyScts(certificate, first.issuer, request.material.ctLogs, scts);
  return issued.signer;
}

function proveIdentity(policy: IdentityPolicy, signer: Signer): void {
  if (signer.kind === 'key') throw keyHasNoIdentity();
  checkIdentity(policy, signer.claims, signer.certificate);
}

function proveLogged(
  bundle: Bundle,
  request: BundleRequest,
  signer: Signer,
  signature: Buffer,
  pae: Buffer | null,
  times: readonly number[],
): readonly LogEntry[] {
  for (const entry of bundle.entries) {
    const logs = logsOf(entry, request.material.logs);
    if (entry.proof !== null) verifyInclusion(entry, entry.proof, logs, times);
    verifyBody(entry, {
      signature,
      verifier: signer.kind === 'certificate' ? signer.certificate.der : signer.key.spki,
      signed: signedOf(bundle, request.artifact, pae),
    });
  }
  return bundle.entries;
}

function signedOf(
  bundle: Bundle,
  artifact: Artifact | null,
  pae: Buffer | null,
): Parameters<typeof verifyBody>[1]['signed'] {
  const { content } = bundle;
  if (content.kind === 'envelope')
    return {
      kind: 'envelope',
      payload: content.envelope.payload,
      payloadType: content.envelope.payloadType,
      pae: pae as Buffer,
    };
  const stated = content.digest;
  return {
    kind: 'message',
    digest: algorithm =>
      artifact?.digest(algorithm) ??
      (artifact === null && stated?.algorithm === algorithm ? stated.value : null),
  };
}

function proveSignature(
  bundle: Bundle,
  request: BundleRequest,
  signer: Signer,
  signature: Buffer,
  pae: Buffer | null,
): void {
  const right =
    pae === null
      ? verifyMessage(bundle, request.artifact, signer.key, signature)
      : verifyBytes(signer.key, pae, signature);
  if (!right)
    throw new TrustError(
      'signature-invalid',
      `The signature was not made by ${keyName(signer.key)} over this.`,
    );
}

function verifyMessage(
  bundle: Bundle,
  artifact: Artifact | null,
  key: PublicKey,
  signature: Buffer,
): boolean {
  const stated = bundle.content.kind === 'message' ? bundle.content.digest : null;
  if (artifact === null) {
    if (stated === null || stated.algorithm !== key.hash)
      throw new TrustError(
        'artifact-missing',
        'The bundle signs bytes that were not given; give the artifact or its digest.',
        { missing: true },
      );
    return overDigest(key, stated.value, signature);
  }
  const actual = stated === null ? null : artifact.digest(stated.algorithm);
  if (stated !== null && actual !== null && !actual.equals(stated.value))
    throw new TrustError(
      'digest-mismatch',
      `${artifact.name} has the ${stated.algorithm} digest ${actual.toString('hex')}, but the bundle is for ${stated.value.toString('hex')}.`,
    );
  if (artifact.bytes !== null)
    return verifyBytes(key, artifact.bytes, signature) || verifyPrehashed(key, artifact.bytes, signature);
  const digest = artifact.digest(key.hash);
  if (digest === null)
    throw new TrustError(
      'artifact-missing',
      `The ${key.hash} digest of ${artifact.name} is needed; give the artifact itself.`,
      { missing: true },
    );
  return overDigest(key, digest, signature);
}

function overDigest(key: PublicKey, digest: Uint8Array, signature: Buffer): boolean {
  const right = verifyDigest(key, digest, signature);
  if (right === 'unsupported')
    throw new TrustError(
      'artifact-missing',
      `Signatures of ${key.kind} keys cannot be checked by digest; give the artifact itself.`,
      { missing: true },
    );
  return right;
}

function proveSubject(bundle: Bundle, request: BundleRequest, steps: Steps): SubjectMatch | null {
  const { artifact } = request;
  if (artifact === null) {
    steps.skip('artifact', 'No artifact was given: what is signed was not compared with anything.');
    return null;
  }
  if (bundle.content.kind === 'message') {
    steps.pass('artifact', `${artifact.name} is what was signed.`);
    return null;
  }
  const { envelope } = bundle.content;
  return steps.check(
    'artifact',
    () => {
      if (envelope.payloadType !== IN_TOTO_TYPE)
        throw new TrustError(
          'subject-mismatch',
          `The envelope holds ${JSON.stringify(envelope.payloadType)}, which names no artifact.`,
        );
      return matchSubject(envelope.payload, artifact);
    },
    match => `${artifact.name} is the subject ${JSON.stringify(match.name)} by ${match.algorithm}.`,
  );
}

function describeTimes(times: readonly number[]): string {
  return times.length === 0
    ? 'No time of signing was asked for.'
    : `Signed at ${[...new Set(times.map(iso))].join(' and ')}.`;
}

function describeSigner(signer: Signer): string {
  if (signer.kind === 'key')
    return `Signed with the ${keyName(signer.key)}${signer.hint === '' ? '' : ` (${signer.hint})`}.`;
  return `The certificate of ${signer.claims.names.join(', ') || 'a nameless holder'}, vouched for by ${signer.claims.issuer ?? 'nobody'}.`;
}

function describeEntries(entries: readonly LogEntry[]): string {
  return entries.length === 0
    ? 'No log entry was asked for.'
    : `In the log at index ${entries.map(entry => entry.logIndex).join(', ')}.`;
}
