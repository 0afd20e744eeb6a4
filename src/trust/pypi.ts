import { valid } from '@renovatebot/pep440';
import type { StatementFacts } from '../formats/in-toto/facts.ts';
import { bundleFromJson } from '../formats/sigstore/bundle.ts';
import { type IntegrityBundle, integrityBundles, type Publisher } from '../formats/sigstore/integrity.ts';
import { pypiName } from '../model/pypi-name.ts';
import type { Artifact } from './artifact.ts';
import { verifyBundle } from './bundle.ts';
import { TrustError } from './errors.ts';
import type { SignerClaims } from './fulcio.ts';
import { checkIdentity, type IdentityPolicy } from './identity.ts';
import type { TrustMaterial } from './root.ts';
import type { Signer } from './signer.ts';
import { statementOf } from './slsa/verify.ts';

export interface PypiVerified {
  readonly signer: Extract<Signer, { readonly kind: 'certificate' }>;
  readonly statement: StatementFacts;
  readonly publisher: Publisher | null;
  readonly times: readonly number[];
}

/** Who must have published: a publisher as PyPI writes it, or an identity as Sigstore does. With neither, the index's own claim has to hold. */
export interface PublisherPolicy {
  readonly publisher: Publisher | null;
  readonly identity: IdentityPolicy | null;
}

/** The predicates PEP 740 allows: the index's publish attestation, by its path, and SLSA provenance. */
const PREDICATES = /^https:\/\/(slsa\.dev\/provenance\/v1|[^/]+\/attestations\/publish\/v1)$/;

/** Whether a value is what PyPI's integrity API serves, or one attestation of it. */
export function isPypiProvenance(value: unknown): boolean {
  return integrityBundles(value).length > 0;
}

/**
 * Verifies PEP 740 attestations of one distribution file: each by Sigstore, each with one subject that is this very file by name and sha256, each signed by the publisher.
 * The publisher object in the response is signed by nobody, so it has to agree with the certificate. `environment` stands in no certificate and is never believed.
 */
export function verifyPypi(
  value: unknown,
  fileName: string,
  artifact: Artifact,
  policy: PublisherPolicy,
  material: TrustMaterial,
): PypiVerified[] {
  const bundles = integrityBundles(value);
  if (bundles.length === 0) throw new TrustError('evidence-missing', 'The response holds no attestation.');
  return bundles.map(one => verifyOne(one, fileName, artifact, policy, material));
}

function verifyOne(
  one: IntegrityBundle,
  fileName: string,
  artifact: Artifact,
  policy: PublisherPolicy,
  material: TrustMaterial,
): PypiVerified {
  const bundle = bundleFromJson(one.bundle);
  const verdict = verifyBundle(bundle, { material, artifact: null, identity: policy.identity });
  if (verdict.code !== 'ok' || verdict.signer === null)
    throw new TrustError(verdict.code === 'ok' ? 'evidence-malformed' : verdict.code, verdict.message, {
      missing: verdict.verdict === 'unverifiable',
    });
  if (verdict.signer.kind !== 'certificate' || bundle.content.kind !== 'envelope')
    throw new TrustError('identity-mismatch', 'The attestation was not signed with a certificate.');
  const publisher = policy.publisher ?? one.publisher;
  if (publisher !== null) checkPublisher(publisher, verdict.signer.claims, verdict.signer);
  const statement = statementOf(bundle.content.envelope);
  checkStatement(statement, fileName, artifact);
  return { signer: verdict.signer, statement, publisher, times: verdict.times };
}

function checkStatement(statement: StatementFacts, fileName: string, artifact: Artifact): void {
  if (statement.version !== '1' || !PREDICATES.test(statement.predicateType))
    throw new TrustError(
      'predicate-mismatch',
      `PEP 740 does not allow statements of the type ${statement.predicateType}.`,
    );
  const [subject, second] = statement.subjects;
  if (subject === undefined || second !== undefined)
    throw new TrustError(
      'statement-malformed',
      `The attestation has ${statement.subjects.length} subjects; PEP 740 demands one.`,
    );
  if (!sameDistribution(subject.name ?? '', fileName))
    throw new TrustError(
      'subject-mismatch',
      `The attestation is for ${subject.name ?? 'a nameless file'}, not for ${fileName}.`,
    );
  const sha256 = artifact.digest('sha256')?.toString('hex');
  if (subject.digests.find(digest => digest.algorithm === 'sha256')?.value !== sha256)
    throw new TrustError(
      'subject-mismatch',
      `${fileName} (sha256:${sha256}) is not the file the attestation is for.`,
    );
}

/** GitHub and GitLab publishers are a repository and a workflow; the certificate names the workflow at the commit or ref it ran at. */
function checkPublisher(
  publisher: Publisher,
  claims: SignerClaims,
  signer: Extract<Signer, { readonly kind: 'certificate' }>,
): void {
  const mismatch = (stated: string | null): never => {
    throw new TrustError(
      'publisher-mismatch',
      `The publisher is stated as ${publisher.kind} ${publisher.repository ?? publisher.email ?? ''}, but the certificate is for ${stated ?? claims.names.join(', ')}.`,
    );
  };
  switch (publisher.kind) {
    case 'GitHub':
    case 'GitLab': {
      const [host, issuer, between] =
        publisher.kind === 'GitHub'
          ? ['https://github.com', 'https://token.actions.githubusercontent.com', '/.github/workflows/']
          : ['https://gitlab.com', 'https://gitlab.com', '//'];
      if (claims.issuer !== issuer || claims.sourceRepository !== `${host}/${publisher.repository}`)
        mismatch(claims.sourceRepository);
      if (claims.sourceDigest === null && claims.sourceRef === null)
        throw new TrustError(
          'publisher-mismatch',
          'The certificate names neither commit nor ref of its workflow.',
        );
      const places = [claims.sourceDigest, claims.sourceRef]
        .filter(one => one !== null)
        .map(at => `${host}/${publisher.repository}${between}${publisher.workflow}@${at}`);
      if (publisher.workflow === null || claims.buildConfig === null || !places.includes(claims.buildConfig))
        mismatch(claims.buildConfig);
      return;
    }
    case 'Google':
      return checkIdentity(
        {
          identity: { kind: 'exact', value: publisher.email ?? '' },
          issuer: { kind: 'exact', value: 'https://accounts.google.com' },
        },
        claims,
        signer.certificate,
      );
    default:
      throw new TrustError(
        'publisher-mismatch',
        `Publishers of the kind ${JSON.stringify(publisher.kind)} are not known, so the identity has to be named.`,
        { missing: true },
      );
  }
}

/** Two names of one distribution file: equal name, version, build and tags after normalising (wheels by PEP 427, sources by PEP 625). */
export function sameDistribution(first: string, second: string): boolean {
  const [one, other] = [distributionOf(first), distributionOf(second)];
  return one !== null && other !== null && one === other;
}

function distributionOf(file: string): string | null {
  if (file.length > 1024) return null;
  if (file.endsWith('.whl')) {
    const parts = file.slice(0, -4).split('-');
    if (parts.length !== 5 && parts.length !== 6) return null;
    const tags = parts.slice(-3).map(tag => tag.toLowerCase().split('.').sort().join('.'));
    return key('whl', parts[0] as string, parts[1] as string, [...parts.slice(2, -3), ...tags]);
  }
  const ending = ['.tar.gz', '.zip'].find(end => file.endsWith(end));
  const stem = ending === undefined ? '' : file.slice(0, -ending.length);
  const dash = stem.lastIndexOf('-');
  return ending === undefined || dash <= 0
    ? null
    : key(ending, stem.slice(0, dash), stem.slice(dash + 1), []);
}

function key(kind: string, name: string, version: string, rest: readonly string[]): string | null {
  const normal = valid(version.replaceAll('_', '-'));
  return normal === null ? null : [kind, pypiName(name), normal, ...rest].join('|');
}
