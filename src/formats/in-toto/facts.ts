import type { Digest } from '../../model/facts.ts';

/** What an in-toto statement says. Who said it, and whether that was checked, is not in here: that is the trust room's verdict. */
export interface StatementFacts {
  readonly version: '0.1' | '1';
  readonly subjects: readonly Resource[];
  readonly predicateType: string;
  readonly predicate: PredicateFacts;
}

/** Anything a statement points at: the subject, a material, a product, a policy. Joined to the graph by digest. */
export interface Resource {
  readonly name: string | null;
  readonly uri: string | null;
  readonly digests: readonly Digest[];
  /** Of a source revision: the references that point at it, fully qualified (SLSA Source track). */
  readonly refs: readonly string[];
  readonly at: string;
}

export type ResourceRole =
  | 'source'
  | 'material'
  | 'product'
  | 'byproduct'
  | 'policy'
  | 'attestation'
  | 'tool'
  | 'evidence'
  | 'dependency';

/** A predicate in one shape for all types, so that a question needs not know which tool wrote it. What a predicate does not say is null or empty. */
export interface PredicateFacts {
  readonly kind: PredicateKind;
  /** Whose judgement or work it is: the builder, verifier, scanner or producer, by id. */
  readonly producer: string | null;
  /** PASSED, FAILED and the like, as stated. */
  readonly result: string | null;
  /** What it is about besides its subjects: the resource of a VSA, the package of a release, the command of a link. */
  readonly about: string | null;
  /** SLSA levels, SVR properties, SCAI attributes, test names: what is claimed, as stated. */
  readonly claims: readonly string[];
  readonly resources: readonly (readonly [ResourceRole, Resource])[];
  readonly started: string | null;
  readonly finished: string | null;
  readonly provenance: ProvenanceFacts | null;
  /** Where in the statement another document stands (an SBOM, a VEX), for the reader of that format. */
  readonly document: string | null;
}

export type PredicateKind =
  | 'provenance'
  | 'verification-summary'
  | 'link'
  | 'test-result'
  | 'release'
  | 'promotion'
  | 'runtime-trace'
  | 'scai'
  | 'svr'
  | 'reference'
  | 'vulns'
  | 'sbom'
  | 'vex'
  | 'publish'
  | 'model-signature'
  | 'image-signature'
  | 'source-provenance'
  | 'collection'
  | 'policy-result'
  | 'unknown';

/** What provenance of any version says of a build. */
export interface ProvenanceFacts {
  readonly version: '0.1' | '0.2' | '1';
  readonly builder: string | null;
  readonly buildType: string | null;
  /** The repository the build was made from, as stated, without ref. */
  readonly source: string | null;
  readonly commit: string | null;
  /** The full ref that was built. */
  readonly ref: string | null;
  /** The workflow or build file, by path. */
  readonly entryPoint: string | null;
  /** Where the trigger (the workflow) came from, as stated with its ref. */
  readonly trigger: string | null;
  readonly inputs: readonly (readonly [string, string])[];
  readonly invocation: string | null;
  /** Environment or internal parameters of GitHub builds, names in upper case. */
  readonly environment: ReadonlyMap<string, string>;
  /** The branch a tag was pushed from, where the build recorded it. */
  readonly baseRef: string | null;
}
