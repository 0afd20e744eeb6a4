import { splitUri } from '../../formats/in-toto/provenance.ts';
import { TrustError } from '../errors.ts';

/** What a user expects of provenance; null is not asked. Meanings as in slsa-verifier. */
export interface ProvenanceExpectations {
  /** `github.com/owner/name`, with or without `git+https://`. */
  readonly sourceUri: string | null;
  readonly branch: string | null;
  readonly tag: string | null;
  readonly versionedTag: string | null;
  readonly builderId: string | null;
  readonly packageName: string | null;
  readonly packageVersion: string | null;
  readonly inputs: ReadonlyMap<string, string>;
}

export const NO_EXPECTATIONS: ProvenanceExpectations = {
  sourceUri: null,
  branch: null,
  tag: null,
  versionedTag: null,
  builderId: null,
  packageName: null,
  packageVersion: null,
  inputs: new Map(),
};

/** A repository without scheme and ref, for comparing: `github.com/owner/name`. The case of letters is kept: hosts differ in whether it matters. */
export function repositoryOf(uri: string): string {
  const bare = splitUri(uri).uri ?? uri;
  return bare
    .replace(/^git\+/, '')
    .replace(/^https:\/\//, '')
    .replace(/\.git$/, '');
}

export function checkSource(expected: string | null, stated: readonly (string | null)[]): void {
  if (expected === null) return;
  for (const one of stated)
    if (one === null || repositoryOf(one) !== repositoryOf(expected))
      throw new TrustError(
        'source-mismatch',
        `The source is ${one === null ? 'not stated' : repositoryOf(one)}, not ${repositoryOf(expected)}.`,
      );
}

/** Checks branch and tags against the ref that was built and, for a tag, the branch it was pushed from. */
export function checkRef(expected: ProvenanceExpectations, ref: string | null, baseRef: string | null): void {
  if (expected.branch !== null) checkBranch(expected.branch, ref?.startsWith('refs/tags/') ? baseRef : ref);
  if (expected.tag !== null && tagOf(ref) !== expected.tag)
    throw new TrustError(
      'tag-mismatch',
      `The build was made from the tag ${tagOf(ref)}, not ${expected.tag}.`,
    );
  if (expected.versionedTag !== null) checkVersionedTag(expected.versionedTag, tagOf(ref));
}

function checkBranch(expected: string, ref: string | null): void {
  if (ref === null || !ref.startsWith('refs/heads/'))
    throw new TrustError(
      'ref-invalid',
      `The build was made from ${ref ?? 'no stated ref'}, which is no branch.`,
    );
  if (ref !== `refs/heads/${expected}`)
    throw new TrustError(
      'branch-mismatch',
      `The build was made from the branch ${ref.slice(11)}, not ${expected}.`,
    );
}

function tagOf(ref: string | null): string {
  if (ref === null || !ref.startsWith('refs/tags/'))
    throw new TrustError(
      'ref-invalid',
      `The build was made from ${ref ?? 'no stated ref'}, which is no tag.`,
    );
  return ref.slice('refs/tags/'.length);
}

/** `v1` asks for the major version, `v1.2` for the minor, `v1.2.3` for exactly this; a tag without minor or patch counts as zero there. */
function checkVersionedTag(expected: string, tag: string): void {
  const [wanted, actual] = [versionOf(expected), versionOf(tag)];
  if (wanted === null || actual === null)
    throw new TrustError(
      'tag-invalid',
      `${JSON.stringify(wanted === null ? expected : tag)} is no version tag like v1, v1.2 or v1.2.3.`,
    );
  const same =
    wanted.parts.every((part, index) => part === (actual.parts[index] ?? 0)) &&
    (wanted.parts.length < 3 || wanted.rest === actual.rest);
  if (!same)
    throw new TrustError(
      'versioned-tag-mismatch',
      `The build was made from the tag ${tag}, which is not ${expected}.`,
    );
}

function versionOf(tag: string): { readonly parts: readonly number[]; readonly rest: string } | null {
  const found =
    /^v(0|[1-9]\d{0,8})(?:\.(0|[1-9]\d{0,8})(?:\.(0|[1-9]\d{0,8})(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)?)?$/.exec(
      tag,
    );
  if (found === null) return null;
  return {
    parts: found
      .slice(1, 4)
      .filter(part => part !== undefined)
      .map(Number),
    rest: found[4] ?? '',
  };
}
