import { createHash } from 'node:crypto';
import type { StatementFacts } from '../formats/in-toto/facts.ts';
import { statementFromJson } from '../formats/in-toto/statement.ts';
import { listOf, pick, textOf } from '../formats/in-toto/values.ts';
import { type Bundle, bundleFromJson } from '../formats/sigstore/bundle.ts';
import { decodeBase64 } from '../io/base64.ts';
import type { Artifact } from './artifact.ts';
import { type BundleVerdict, verifyBundle } from './bundle.ts';
import { iso } from './chain.ts';
import { TrustError } from './errors.ts';
import type { SignerClaims } from './fulcio.ts';
import { verifyBytes } from './keys.ts';
import { inWindow, type TrustMaterial } from './root.ts';
import type { Signer } from './signer.ts';
import { checkInputs, GITHUB_ISSUER, isBuilder, provedBuilder } from './slsa/github.ts';
import { checkRef, checkSource, type ProvenanceExpectations } from './slsa/source.ts';
import { matchSubject } from './subject.ts';

const PUBLISH = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';
const PROVENANCE = new Set(['https://slsa.dev/provenance/v0.2', 'https://slsa.dev/provenance/v1']);
const RUNNER = 'https://github.com/actions/runner';
const RUNNERS: ReadonlySet<string> = new Set([RUNNER, `${RUNNER}/github-hosted`, `${RUNNER}/self-hosted`]);

export interface NpmVerified {
  readonly signer: Extract<Signer, { readonly kind: 'certificate' }>;
  readonly provenance: StatementFacts;
  readonly builder: string;
  readonly times: readonly number[];
}

interface Attested {
  readonly bundle: Bundle;
  readonly verdict: BundleVerdict;
  readonly statement: StatementFacts;
  readonly payload: Buffer;
}

/** Whether a value is npm's attestation response: publish and provenance of one package version. */
export function isNpmAttestations(value: unknown): boolean {
  return listOf(value, 'attestations').some(
    one => pick(one, 'bundle') !== undefined && textOf(one, 'predicateType') !== null,
  );
}

/**
 * Verifies the attestations of an npm package version: the registry's word that it published this (a key), and the builder's word where it came from (a certificate).
 * npm itself stops at the signatures; here repository, builder, package and the certificate have to agree too (the rules of slsa-verifier).
 */
export function verifyNpm(
  value: unknown,
  artifact: Artifact,
  expected: ProvenanceExpectations,
  material: TrustMaterial,
): NpmVerified {
  const provenance = attested(value, type => PROVENANCE.has(type), 'provenance', material);
  const publish = attested(value, type => type === PUBLISH, 'publish', material);
  if (publish.verdict.signer?.kind !== 'key')
    throw new TrustError(
      'key-mismatch',
      'The publish attestation was not signed with a key of the registry.',
    );
  const signer = provenance.verdict.signer;
  if (signer?.kind !== 'certificate')
    throw new TrustError('identity-mismatch', 'The provenance was not signed with a certificate.');
  const builder = npmBuilder(provenance.statement, signer.claims, expected.builderId);
  checkSource(expected.sourceUri, [signer.claims.sourceRepository]);
  checkNpmSource(provenance.statement, signer.claims, expected);
  checkPackage(publish.statement, provenance.statement, expected);
  matchSubject(provenance.payload, artifact);
  matchSubject(publish.payload, artifact);
  return { signer, provenance: provenance.statement, builder, times: provenance.verdict.times };
}

/** Every attestation must verify: a response with one rotten bundle is rotten. */
function attested(
  value: unknown,
  wanted: (type: string) => boolean,
  what: string,
  material: TrustMaterial,
): Attested {
  const found = listOf(value, 'attestations').filter(one => wanted(textOf(one, 'predicateType') ?? ''));
  if (found.length !== 1)
    throw new TrustError(
      'evidence-missing',
      `The response has ${found.length} ${what} attestations; exactly one is needed.`,
    );
  const bundle = bundleFromJson(pick(found[0], 'bundle'));
  if (bundle.content.kind !== 'envelope')
    throw new TrustError('evidence-malformed', `The ${what} attestation holds no statement.`);
  const { payload, payloadType } = bundle.content.envelope;
  const verdict = verifyBundle(bundle, { material, artifact: null, identity: null });
  if (verdict.verdict !== 'verified' && verdict.code !== 'ok')
    throw new TrustError(verdict.code, `The ${what} attestation: ${verdict.message}`, {
      missing: verdict.verdict === 'unverifiable',
    });
  if (payloadType !== 'application/vnd.in-toto+json')
    throw new TrustError(
      'statement-malformed',
      `The ${what} attestation holds ${JSON.stringify(payloadType)}.`,
    );
  const statement = statementFromJson(JSON.parse(payload.toString('utf8')));
  if (statement.predicateType !== textOf(found[0], 'predicateType'))
    throw new TrustError(
      'predicate-mismatch',
      `The ${what} attestation is stated as ${textOf(found[0], 'predicateType')} but is ${statement.predicateType}.`,
    );
  return { bundle, verdict, statement, payload };
}

/** The npm CLI names the runner as its builder; the certificate says which kind of runner it was. Reusable workflows are builders of their own. */
function npmBuilder(statement: StatementFacts, claims: SignerClaims, expected: string | null): string {
  if (expected === null)
    throw new TrustError(
      'builder-required',
      'npm provenance can come from anybody; name the builder with --builder-id.',
    );
  const stated = statement.predicate.provenance?.builder ?? '';
  if (!RUNNERS.has(expected)) {
    if (expected.startsWith(RUNNER))
      throw new TrustError('builder-unsupported', `${expected} is no builder that is known for npm.`);
    if (!isBuilder(expected, stated))
      throw new TrustError('builder-mismatch', `The builder is ${stated || 'not stated'}, not ${expected}.`);
    provedBuilder(claims, expected);
    return stated;
  }
  if (claims.issuer !== GITHUB_ISSUER)
    throw new TrustError(
      'issuer-mismatch',
      `The runner was vouched for by ${claims.issuer ?? 'nobody'}, not by GitHub Actions.`,
    );
  if (!RUNNERS.has(stated))
    throw new TrustError('builder-mismatch', `The builder is ${stated || 'not stated'}, not ${expected}.`);
  const actual = claims.runnerEnvironment === null ? stated : `${RUNNER}/${claims.runnerEnvironment}`;
  if (stated !== RUNNER && stated !== actual)
    throw new TrustError(
      'builder-mismatch',
      `The provenance names ${stated}, but the certificate ${actual}.`,
    );
  if (expected !== RUNNER && expected !== actual)
    throw new TrustError('builder-mismatch', `The builder is ${actual}, not ${expected}.`);
  return actual;
}

/** A workflow writes its provenance itself, so each field must be what the certificate says. */
function checkNpmSource(
  statement: StatementFacts,
  claims: SignerClaims,
  expected: ProvenanceExpectations,
): void {
  const facts = statement.predicate.provenance;
  if (facts === null)
    throw new TrustError(
      'predicate-mismatch',
      `The statement is ${statement.predicateType}, not provenance.`,
    );
  checkSource(expected.sourceUri ?? claims.sourceRepository, [facts.source, facts.trigger]);
  const pairs: readonly (readonly [string, string | null, string | null])[] = [
    [
      'source repository',
      claims.sourceRepository === null ? null : claims.sourceRepository,
      facts.source === null ? null : facts.source.replace(/^git\+/, ''),
    ],
    ['commit', claims.sourceDigest, facts.commit],
    ['ref', claims.sourceRef, facts.ref],
    ['trigger', claims.buildTrigger, facts.environment.get('GITHUB_EVENT_NAME') ?? null],
    ['repository id', claims.sourceRepositoryId, facts.environment.get('GITHUB_REPOSITORY_ID') ?? null],
    ['owner id', claims.sourceOwnerId, facts.environment.get('GITHUB_REPOSITORY_OWNER_ID') ?? null],
  ];
  for (const [what, certified, stated] of pairs)
    if (certified !== null && stated !== null && certified !== stated)
      throw new TrustError(
        'provenance-mismatch',
        `The provenance states the ${what} ${stated}, but the certificate ${certified}.`,
      );
  checkRef(expected, facts.ref, facts.baseRef);
  checkInputs(facts, expected.inputs);
}

function checkPackage(
  publish: StatementFacts,
  provenance: StatementFacts,
  expected: ProvenanceExpectations,
): void {
  const stated = publish.predicate.about ?? '';
  const at = stated.lastIndexOf('@');
  const [name, version] = [stated.slice(0, at), stated.slice(at + 1)];
  for (const statement of [publish, provenance]) {
    const subject = packageOf(statement.subjects[0]?.name ?? '');
    if (subject === null || subject.name !== name)
      throw new TrustError(
        'package-name-mismatch',
        `The attestations are for different packages: ${subject?.name ?? 'none'} and ${name}.`,
      );
    if (subject.version !== version)
      throw new TrustError(
        'package-version-mismatch',
        `The attestations are for different versions: ${subject.version} and ${version}.`,
      );
  }
  if (expected.packageName !== null && expected.packageName !== name)
    throw new TrustError(
      'package-name-mismatch',
      `The attestations are for the package ${name}, not ${expected.packageName}.`,
    );
  if (expected.packageVersion !== null && expected.packageVersion !== version)
    throw new TrustError(
      'package-version-mismatch',
      `The attestations are for version ${version}, not ${expected.packageVersion}.`,
    );
}

function packageOf(purl: string): { readonly name: string; readonly version: string } | null {
  const found = /^pkg:npm\/(.+)@([^@?#]+)$/.exec(purl);
  if (found === null) return null;
  try {
    return { name: decodeURIComponent(found[1] as string), version: decodeURIComponent(found[2] as string) };
  } catch {
    return null;
  }
}

/** A key of an npm registry, as `/-/npm/v1/keys` lists it. */
export interface RegistryKey {
  readonly id: string;
  readonly key: import('./keys.ts').PublicKey;
  readonly window: import('./root.ts').Window;
}

/**
 * Verifies the registry's signature in a packument (`dist.signatures`): over `name@version:integrity`, by a key that was valid when the version was published.
 * Returns the ids of the keys that signed. Throws `signature-missing`, `key-unknown`, `key-expired` or `signature-invalid`; every signature must be right.
 */
export function verifyRegistrySignatures(
  manifest: unknown,
  published: number | null,
  keys: readonly RegistryKey[],
): string[] {
  const signatures = listOf(manifest, 'dist', 'signatures');
  const [name, version, integrity] = [
    textOf(manifest, 'name'),
    textOf(manifest, 'version'),
    textOf(manifest, 'dist', 'integrity'),
  ];
  if (signatures.length === 0 || integrity === null)
    throw new TrustError('signature-missing', `${name}@${version} has no registry signature.`);
  const signed = Buffer.from(`${name}@${version}:${integrity}`);
  return signatures.slice(0, 20).map(one => {
    const id = textOf(one, 'keyid') ?? '';
    const known = keys.filter(key => key.id === id);
    if (known.length === 0)
      throw new TrustError(
        'key-unknown',
        `${name}@${version} was signed with the registry key ${JSON.stringify(id)}, which is not among the trusted keys.`,
        { missing: true },
      );
    const valid = known.find(key => published === null || inWindow(key.window, published));
    if (valid === undefined)
      throw new TrustError(
        'key-expired',
        `The registry key ${id} was not valid at ${iso(published as number)}.`,
      );
    const signature = decodeBase64(textOf(one, 'sig') ?? '');
    if (signature === null || !verifyBytes(valid.key, signed, signature))
      throw new TrustError('signature-invalid', `The registry's signature on ${name}@${version} is wrong.`);
    return id;
  });
}

/** Checks a tarball against the `integrity` of its manifest (Subresource Integrity; the strongest algorithm counts). */
export function checkIntegrity(integrity: string, tarball: Uint8Array): void {
  const parts = integrity
    .split(/\s+/)
    .map(part => /^(sha512|sha384|sha256)-(.+)$/.exec(part))
    .filter(part => part !== null);
  const strongest = ['sha512', 'sha384', 'sha256'].find(name => parts.some(part => part[1] === name));
  const wanted = parts.filter(part => part[1] === strongest).map(part => part[2]);
  if (strongest === undefined)
    throw new TrustError('evidence-unsupported', 'The manifest states no SHA-2 integrity.');
  const actual = createHash(strongest).update(tarball).digest('base64');
  if (!wanted.includes(actual))
    throw new TrustError(
      'digest-mismatch',
      `The tarball has ${strongest}-${actual}, which is not its stated integrity.`,
    );
}

/** Whether a value is a packument or one version's manifest, as npm registries serve them. */
export function isNpmManifest(value: unknown): boolean {
  return (
    textOf(value, 'name') !== null &&
    (pick(value, 'versions') !== undefined || pick(value, 'dist', 'integrity') !== undefined)
  );
}

/**
 * Verifies a tarball against a saved packument or manifest: the version whose integrity the tarball has, and the registry's signature on it, by a key the material
 * holds for packages. Returns what was signed and by which keys.
 */
export function verifyNpmManifest(
  value: unknown,
  artifact: Artifact,
  expected: ProvenanceExpectations,
  material: TrustMaterial,
): { readonly name: string; readonly version: string; readonly keyIds: readonly string[] } {
  const versions = pick(value, 'versions');
  const manifests = versions === undefined ? [value] : Object.values(versions as object);
  const sha512 = artifact.digest('sha512');
  if (sha512 === null)
    throw new TrustError(
      'artifact-missing',
      `The sha512 digest of ${artifact.name} is needed; give the tarball.`,
      { missing: true },
    );
  const integrity = `sha512-${sha512.toString('base64')}`;
  const manifest = manifests.find(one => textOf(one, 'dist', 'integrity')?.split(/\s+/).includes(integrity));
  if (manifest === undefined)
    throw new TrustError(
      'digest-mismatch',
      `No version in the manifest has the integrity of ${artifact.name}.`,
    );
  const [name, version] = [textOf(manifest, 'name') ?? '', textOf(manifest, 'version') ?? ''];
  if (expected.packageName !== null && expected.packageName !== name)
    throw new TrustError(
      'package-name-mismatch',
      `The manifest is for the package ${name}, not ${expected.packageName}.`,
    );
  if (expected.packageVersion !== null && expected.packageVersion !== version)
    throw new TrustError(
      'package-version-mismatch',
      `The manifest is for version ${version}, not ${expected.packageVersion}.`,
    );
  const keys = [...material.keys].flatMap(([id, list]) =>
    list.filter(one => one.usage === 'npm:signatures').map(one => ({ id, key: one.key, window: one.window })),
  );
  const published = textOf(value, 'time', version);
  return {
    name,
    version,
    keyIds: verifyRegistrySignatures(manifest, published === null ? null : Date.parse(published), keys),
  };
}
