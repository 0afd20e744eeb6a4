import type { ProvenanceFacts } from '../../formats/in-toto/facts.ts';
import { TrustError } from '../errors.ts';
import type { SignerClaims } from '../fulcio.ts';
import { checkRef, checkSource, type ProvenanceExpectations, repositoryOf } from './source.ts';

export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
const GENERATOR = 'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/';

/** The builders that are believed without being named: the reusable workflows of slsa-github-generator. */
const DEFAULT_BUILDERS: ReadonlySet<string> = new Set(
  [
    'generator_generic_slsa3.yml',
    'builder_go_slsa3.yml',
    'builder_container-based_slsa3.yml',
    'generator_container_slsa3.yml',
    'builder_nodejs_slsa3.yml',
  ].map(file => GENERATOR + file),
);

/** Delegators run a builder of somebody else in isolation; the provenance names that builder, and the certificate the delegator. */
const DELEGATORS: ReadonlySet<string> = new Set(
  ['delegator_generic_slsa3.yml', 'delegator_lowperms-generic_slsa3.yml'].map(file => GENERATOR + file),
);

/** Repositories that test the builders from their main branch. */
const BUILDER_TESTERS: ReadonlySet<string> = new Set([
  'github.com/slsa-framework/slsa-github-generator',
  'github.com/slsa-framework/example-package',
]);

/** A builder that a certificate proves: the workflow that signed. */
export interface ProvedBuilder {
  readonly id: string;
  /** Whether the workflow only carried out the work of another builder, which the provenance names. */
  readonly delegated: boolean;
}

/** Splits `https://.../workflow.yml@refs/tags/v1` into name and ref. */
export function splitBuilder(id: string): { readonly name: string; readonly ref: string | null } {
  const at = id.indexOf('@');
  return at < 0 ? { name: id, ref: null } : { name: id.slice(0, at), ref: id.slice(at + 1) };
}

/** Whether a builder is the expected one. The version may be left out; `v1.2.3` means the tag. */
export function isBuilder(expected: string, actual: string): boolean {
  const [wanted, found] = [splitBuilder(expected), splitBuilder(actual)];
  if (wanted.name !== found.name) return false;
  return wanted.ref === null || wanted.ref === found.ref || `refs/tags/${wanted.ref}` === found.ref;
}

/**
 * Who built, by the signer's certificate (slsa-verifier, GitHub Actions): the workflow in it must be the expected builder, or one of the default ones at a released
 * version. Throws `issuer-mismatch`, `builder-untrusted` or `ref-invalid`.
 */
export function provedBuilder(claims: SignerClaims, expected: string | null): ProvedBuilder {
  if (claims.issuer !== GITHUB_ISSUER)
    throw new TrustError(
      'issuer-mismatch',
      `The builder's identity was vouched for by ${claims.issuer ?? 'nobody'}, not by GitHub Actions.`,
    );
  const id = claims.buildSigner ?? claims.names.find(name => name.includes('@')) ?? '';
  const { name, ref } = splitBuilder(id);
  const delegated = DELEGATORS.has(name);
  const known = DEFAULT_BUILDERS.has(name) || delegated;
  if (expected === null ? !known : !(delegated || isBuilder(expected, id)))
    throw new TrustError(
      'builder-untrusted',
      `The builder is ${id}, ${expected === null ? 'which is not among the trusted ones; name it with --builder-id' : `not ${expected}`}.`,
    );
  if (name.startsWith(GENERATOR)) checkRelease(ref, claims);
  return { id, delegated };
}

/** Whether a signing workflow carries out other builders in isolation, at a released version: what it signs may name them. */
export function isDelegator(id: string): boolean {
  const { name, ref } = splitBuilder(id);
  return DELEGATORS.has(name) && ref !== null && RELEASE.test(ref);
}

const RELEASE = /^refs\/tags\/v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/** A branch or a moving tag can be changed after review; only full version tags are believed. */
function checkRelease(ref: string | null, claims: SignerClaims): void {
  if (ref !== null && RELEASE.test(ref)) return;
  if (
    ref === 'refs/heads/main' &&
    claims.sourceRepository !== null &&
    BUILDER_TESTERS.has(repositoryOf(claims.sourceRepository))
  )
    return;
  throw new TrustError(
    'ref-invalid',
    `The builder was used at ${ref ?? 'no version'}, not at a full version tag.`,
  );
}

/** Checks provenance of GitHub builds against the certificate and the expectations. Throws the code of the first thing that differs. */
export function checkGithubProvenance(
  facts: ProvenanceFacts,
  claims: SignerClaims,
  builder: ProvedBuilder,
  expected: ProvenanceExpectations,
): void {
  checkSource(expected.sourceUri, [claims.sourceRepository]);
  checkStatedBuilder(facts, builder, expected.builderId);
  checkSource(expected.sourceUri ?? claims.sourceRepository, [facts.source, facts.trigger ?? facts.source]);
  checkCertified(facts, claims, builder);
  checkRef(expected, facts.ref, facts.baseRef);
  checkInputs(facts, expected.inputs);
}

/** A workflow may sign provenance of its own writing (actions/attest); at which ref and commit it ran, GitHub told the authority. A delegated build may check out another commit. */
function checkCertified(facts: ProvenanceFacts, claims: SignerClaims, builder: ProvedBuilder): void {
  for (const [what, certified, stated] of [
    ['ref', claims.sourceRef, facts.ref],
    ['commit', builder.delegated ? null : claims.sourceDigest, facts.commit],
  ] as const)
    if (certified !== null && stated !== null && certified !== stated)
      throw new TrustError(
        'provenance-mismatch',
        `The provenance states the ${what} ${stated}, but the certificate ${certified}.`,
      );
}

/** Checks what was signed with a key, which proves no builder of its own: what the provenance states is all there is, on the word of the key's holder. */
export function checkKeyedProvenance(facts: ProvenanceFacts, expected: ProvenanceExpectations): void {
  const { builder } = facts;
  if (expected.builderId !== null && (builder === null || !isBuilder(expected.builderId, builder)))
    throw new TrustError(
      'builder-mismatch',
      `The provenance names the builder ${builder ?? 'nobody'}, not ${expected.builderId}.`,
    );
  checkSource(expected.sourceUri, [facts.source]);
  checkRef(expected, facts.ref, facts.baseRef);
  checkInputs(facts, expected.inputs);
}

function checkStatedBuilder(facts: ProvenanceFacts, builder: ProvedBuilder, expected: string | null): void {
  const stated = facts.builder ?? '';
  if (!builder.delegated) {
    if (stated !== builder.id)
      throw new TrustError(
        'builder-mismatch',
        `The provenance names the builder ${stated || 'nobody'}, but ${builder.id} signed it.`,
      );
    return;
  }
  if (expected === null ? stated.startsWith(GENERATOR) : isBuilder(expected, stated)) {
    const { ref } = splitBuilder(stated);
    if (ref !== null && RELEASE.test(ref)) return;
    throw new TrustError(
      'ref-invalid',
      `The builder was used at ${ref ?? 'no version'}, not at a full version tag.`,
    );
  }
  throw new TrustError(
    'builder-untrusted',
    `The provenance names the builder ${stated || 'nobody'}, ${expected === null ? 'which is not among the trusted ones' : `not ${expected}`}.`,
  );
}

/** Each input that was asked for was given to the build. Throws `inputs-mismatch`. */
export function checkInputs(facts: ProvenanceFacts, expected: ReadonlyMap<string, string>): void {
  const stated = new Map(facts.inputs);
  for (const [name, value] of expected)
    if (stated.get(name) !== value)
      throw new TrustError(
        'inputs-mismatch',
        `The build had ${stated.has(name) ? `${JSON.stringify(stated.get(name))} as` : 'no'} input ${name}${stated.has(name) ? `, not ${JSON.stringify(value)}` : ''}.`,
      );
}
