/**
 * What each package URL type says about its parts, from the type definitions of the purl specification (package-url/purl-spec,
 * `types/*-definition.json`, 1.1): whether a namespace is needed, which parts are not case sensitive and so stand in lower case.
 */
export interface PurlTypeRule {
  readonly namespace: 'required' | 'optional' | 'prohibited';
  readonly lowerNamespace: boolean;
  readonly lowerName: boolean;
  readonly lowerVersion: boolean;
  /** The qualifiers that can change a verdict: see VERDICT_QUALIFIERS. */
  readonly verdict: readonly string[];
}

/**
 * The qualifiers that can change what an advisory says of a package, per type. A distribution's advisory is for one release (`distro`), one
 * architecture (`arch`), one module stream (`rpmmod`, which some tools spell `modularitylabel`), often for the source package (`upstream`, or `source`,
 * `sourcerpm` and `origin`);
 * `epoch` and `port_version` are parts of the version; an `oci` name is only the last path segment, so `repository_url` and, where no digest is
 * given, `tag` say which image it is; `uuid` and `tag_id` name the package itself. All others (classifier, type, file_name, checksum,
 * download_url, vcs_url, repository_url elsewhere, platform, channel, ...) say which file it is or where it came from: no advisory
 * source makes a difference there, and keeping them would split one package into many.
 */
const VERDICT_QUALIFIERS: Readonly<Record<string, readonly string[]>> = {
  deb: ['arch', 'distro', 'distro_name', 'epoch', 'source', 'sourceversion', 'upstream'],
  rpm: ['arch', 'distro', 'epoch', 'modularitylabel', 'rpmmod', 'sourcerpm', 'upstream'],
  apk: ['arch', 'distro', 'origin', 'upstream'],
  alpm: ['arch', 'distro', 'upstream'],
  oci: ['arch', 'repository_url', 'tag'],
  vcpkg: ['port_version'],
  julia: ['uuid'],
  swid: ['tag_id'],
};

/** Rows: types, namespace, the parts in lower case (`n` namespace, `p` package name, `v` version). */
const ROWS = [
  ['alpm apk bitbucket composer deb github', 'required', 'np'],
  ['vscode-extension', 'required', 'npv'],
  ['qpkg rpm', 'required', 'n'],
  ['huggingface', 'required', 'v'],
  ['git golang maven swift', 'required', ''],
  ['brew hex luarocks', 'optional', 'np'],
  ['yocto', 'optional', 'n'],
  ['conan cpan docker generic npm swid', 'optional', ''],
  ['oci pypi', 'prohibited', 'pv'],
  ['bitnami chrome-extension otp pub', 'prohibited', 'p'],
  ['bazel cargo cocoapods conda cran gem hackage julia mlflow nuget opam vcpkg', 'prohibited', ''],
] as const satisfies readonly (readonly [string, PurlTypeRule['namespace'], string])[];

/** A type the specification does not define: nothing is known, so nothing is changed. */
const UNKNOWN: PurlTypeRule = {
  namespace: 'optional',
  lowerNamespace: false,
  lowerName: false,
  lowerVersion: false,
  verdict: [],
};

const rules = new Map<string, PurlTypeRule>(
  ROWS.flatMap(([types, namespace, lower]) =>
    types.split(' ').map(type => [type, rule(type, namespace, lower)] as const),
  ),
);

/** Every type with a definition, in alphabetical order. */
export const PURL_TYPES: readonly string[] = [...rules.keys()].toSorted();

/** The rule of a type (in lower case); the one that changes nothing for a type without a definition. */
export function purlTypeRule(type: string): PurlTypeRule {
  return rules.get(type) ?? UNKNOWN;
}

function rule(type: string, namespace: PurlTypeRule['namespace'], lower: string): PurlTypeRule {
  return {
    namespace,
    lowerNamespace: lower.includes('n'),
    lowerName: lower.includes('p'),
    lowerVersion: lower.includes('v'),
    verdict: VERDICT_QUALIFIERS[type] ?? [],
  };
}
