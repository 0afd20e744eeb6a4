import { makePurl, type Purl, purlName, qualifier } from '../model/purl.ts';
import { versionOf, withEpoch } from '../model/purl-version.ts';

/**
 * How the packages of an OSV ecosystem are called as purls. `names` says what the records of a distribution name: `source` packages (a binary package is
 * then looked up by its `upstream` qualifier), or `binary` packages.
 * Source: OSV schema 1.7 "Defined Ecosystems", purl-spec type definitions, and the records themselves.
 */
interface Ecosystem {
  readonly type: string;
  readonly namespace?: string;
  readonly names?: 'source' | 'binary';
  /** Splits an OSV name into purl namespace and name. */
  readonly split?: (name: string) => { readonly namespace: string | null; readonly name: string };
}

const ECOSYSTEMS: Readonly<Record<string, Ecosystem>> = {
  npm: { type: 'npm', split: bySlash },
  PyPI: { type: 'pypi' },
  Go: { type: 'golang', split: bySlash },
  Maven: { type: 'maven', split: byColon },
  'crates.io': { type: 'cargo' },
  RubyGems: { type: 'gem' },
  NuGet: { type: 'nuget' },
  Packagist: { type: 'composer', split: bySlash },
  Hex: { type: 'hex', split: bySlash },
  Pub: { type: 'pub' },
  Hackage: { type: 'hackage' },
  CRAN: { type: 'cran' },
  Bioconductor: { type: 'bioconductor' },
  SwiftURL: { type: 'swift', split: bySlash },
  ConanCenter: { type: 'conan' },
  'GitHub Actions': { type: 'githubactions', split: bySlash },
  Bitnami: { type: 'bitnami' },
  Julia: { type: 'julia' },
  opam: { type: 'opam' },
  VSCode: { type: 'vscode-extension', split: bySlash },
  Debian: { type: 'deb', namespace: 'debian', names: 'source' },
  Ubuntu: { type: 'deb', namespace: 'ubuntu', names: 'source' },
  Echo: { type: 'deb', namespace: 'echo', names: 'source' },
  Alpine: { type: 'apk', namespace: 'alpine', names: 'source' },
  Wolfi: { type: 'apk', namespace: 'wolfi', names: 'source' },
  Chainguard: { type: 'apk', namespace: 'chainguard', names: 'source' },
  Alpaquita: { type: 'apk', namespace: 'alpaquita', names: 'source' },
  'BellSoft Hardened Containers': { type: 'apk', namespace: 'bellsoft-hardened-containers', names: 'source' },
  MinimOS: { type: 'apk', namespace: 'minimos', names: 'source' },
  CleanStart: { type: 'apk', namespace: 'cleanstart', names: 'source' },
  AlmaLinux: { type: 'rpm', namespace: 'almalinux', names: 'binary' },
  'Rocky Linux': { type: 'rpm', namespace: 'rocky', names: 'binary' },
  'Red Hat': { type: 'rpm', namespace: 'redhat', names: 'binary' },
  openSUSE: { type: 'rpm', namespace: 'opensuse', names: 'source' },
  SUSE: { type: 'rpm', namespace: 'suse', names: 'source' },
  openEuler: { type: 'rpm', namespace: 'openeuler', names: 'binary' },
  Mageia: { type: 'rpm', namespace: 'mageia', names: 'source' },
  'Photon OS': { type: 'rpm', namespace: 'photon', names: 'binary' },
  'Azure Linux': { type: 'rpm', namespace: 'azurelinux', names: 'binary' },
  'Amazon Linux': { type: 'rpm', namespace: 'amzn', names: 'binary' },
  'Oracle Linux': { type: 'rpm', namespace: 'oracle', names: 'binary' },
  'SUSE Linux Enterprise Server': { type: 'rpm', namespace: 'suse', names: 'binary' },
};

/** Spellings of one distribution's purl namespace, as tools write them. */
const NAMESPACES: Readonly<Record<string, string>> = {
  'rocky-linux': 'rocky',
  rockylinux: 'rocky',
  alma: 'almalinux',
  rhel: 'redhat',
  'red-hat': 'redhat',
  'amazon-linux': 'amzn',
  amazon: 'amzn',
  amazonlinux: 'amzn',
  ol: 'oracle',
  oraclelinux: 'oracle',
  'oracle-linux': 'oracle',
  sles: 'suse',
  'opensuse-leap': 'opensuse',
  'opensuse-tumbleweed': 'opensuse',
  'photon-os': 'photon',
  mariner: 'azurelinux',
  'azure-linux': 'azurelinux',
};

const DISTRO_TYPES: ReadonlySet<string> = new Set(['deb', 'rpm', 'apk', 'alpm', 'alpine']);

/** The part of an OSV ecosystem before its suffix: `Debian` of `Debian:12`. */
export function ecosystemBase(ecosystem: string): string {
  const colon = ecosystem.indexOf(':');
  return colon === -1 ? ecosystem : ecosystem.slice(0, colon);
}

/** The suffix: `12` of `Debian:12`; empty when there is none. */
export function ecosystemSuffix(ecosystem: string): string {
  const colon = ecosystem.indexOf(':');
  return colon === -1 ? '' : ecosystem.slice(colon + 1);
}

/**
 * The OSV ecosystems (without suffix) whose records may speak of packages of a purl type and namespace: `npm`; of a distribution `Debian`, `Red Hat`.
 */
export function ecosystemsOf(type: string, namespace: string | null): readonly string[] {
  const distro = DISTRO_TYPES.has(type) && namespace !== null ? usualNamespace(namespace) : null;
  return Object.entries(ECOSYSTEMS).flatMap(([name, entry]) =>
    entry.type === type && (entry.namespace === undefined || entry.namespace === distro) ? [name] : [],
  );
}

/** Whether Larder knows how the packages of an ecosystem are called as purls. */
export function knowsEcosystem(ecosystem: string): boolean {
  return Object.hasOwn(ECOSYSTEMS, ecosystemBase(ecosystem));
}

/**
 * The key by which an OSV package and a component's purl meet: `type/namespace/name`, folded as the registry looks names up. An ecosystem that has no purl type
 * keeps a key of its own, which no purl has.
 */
export function osvKey(ecosystem: string, name: string): string {
  const base = ecosystemBase(ecosystem);
  const entry = Object.hasOwn(ECOSYSTEMS, base) ? ECOSYSTEMS[base] : undefined;
  if (!entry) return `osv:${base}/${name}`;
  const parts = entry.split ? entry.split(name) : { namespace: null, name };
  const namespace = entry.namespace ?? parts.namespace;
  if (parts.name === '') return `osv:${base}/${name}`;
  return nameKey(makePurl({ type: entry.type, namespace, name: parts.name }));
}

/** The lookup key of a purl's own name. Tools that write the distribution as the type (`pkg:alpine/musl`) mean its packages. */
export function nameKey(purl: Purl): string {
  const { type, namespace, name } = purlName(purl);
  if (type === 'alpine') return `apk/alpine/${name}`;
  const distro = DISTRO_TYPES.has(type) && namespace !== null ? usualNamespace(namespace) : namespace;
  return distro === null ? `${type}/${name}` : `${type}/${distro}/${name}`;
}

/** A name under which a component is looked up, and the version to compare there. */
export interface Lookup {
  readonly key: string;
  readonly version: string | null;
  /** `source`: the source package that the component was built from, by its `upstream` qualifier. */
  readonly by: 'name' | 'source';
}

/**
 * All names under which a component's purl is looked up. A distribution's binary package is also its source package, at the source's version where the
 * qualifier states one (`upstream=openssl@3.0.11-1`, or for rpm the file name of the source rpm).
 */
export function lookups(purl: Purl): readonly Lookup[] {
  const own: Lookup = { key: nameKey(purl), version: comparedVersion(purl), by: 'name' };
  if (!DISTRO_TYPES.has(purl.type)) return [own];
  const source = sourceOf(purl);
  if (source === null) return [own];
  const version = source.version === null ? own.version : withEpoch(purl, source.version);
  return [own, { key: nameKey({ ...purl, name: source.name }), version, by: 'source' }];
}

/** What RubyGems puts behind the version of a gem that was built for a platform (Gem::Platform): processor and system, or an engine. */
const GEM_PLATFORM =
  /-(?:java|jruby|mswin\d*|mingw\d*|(?:x86_64|x86|x64|i\d86|amd64|aarch64|arm64|arm|armv\w+|universal|ppc64le|s390x|riscv64)-[a-z][\w.-]*)$/;

/** The version to compare of a purl. A gem's platform, which lock files and scanners write behind it, would be a prerelease in the order of versions. */
export function comparedVersion(purl: Purl): string | null {
  const version = versionOf(purl);
  return purl.type === 'gem' ? (version?.replace(GEM_PLATFORM, '') ?? null) : version;
}

/** Whether the records of a distribution name source packages; null for ecosystems that are none. */
export function namesOf(ecosystem: string): 'source' | 'binary' | null {
  return ECOSYSTEMS[ecosystemBase(ecosystem)]?.names ?? null;
}

/** The distribution that a purl's namespace means, in its usual spelling. */
export function distroNamespace(purl: Purl): string | null {
  if (purl.type === 'alpine') return 'alpine';
  return purl.namespace === null ? null : usualNamespace(purl.namespace);
}

function usualNamespace(stated: string): string {
  return Object.hasOwn(NAMESPACES, stated) ? (NAMESPACES[stated] ?? stated) : stated;
}

/** Whether a purl is a package of an operating system's distribution. */
export function isDistroPackage(purl: Purl): boolean {
  return isDistroType(purl.type);
}

/** The same by the type alone, in lower case. */
export function isDistroType(type: string): boolean {
  return DISTRO_TYPES.has(type);
}

/**
 * The source package named by `upstream` (`openssl@3.0.11-1`, `openssl`, `openssl-3.0.7-27.el9.src.rpm`), or as other tools write it: `sourcerpm`, `source` with
 * `sourceversion`, `origin`.
 */
function sourceOf(purl: Purl): { readonly name: string; readonly version: string | null } | null {
  const upstream =
    ['upstream', 'sourcerpm', 'source', 'origin'].map(name => qualifier(purl, name)).find(Boolean) ?? null;
  if (upstream === null) return null;
  const version = qualifier(purl, 'sourceversion');
  if (version !== null && upstream === qualifier(purl, 'source')) return { name: upstream, version };
  if (upstream.endsWith('.src.rpm') || upstream.endsWith('.nosrc.rpm')) {
    const parts = upstream.replace(/\.(?:no)?src\.rpm$/, '').split('-');
    const release = parts.pop();
    const version = parts.pop();
    return parts.length === 0 ? null : { name: parts.join('-'), version: `${version}-${release}` };
  }
  const at = upstream.indexOf('@', 1);
  return at === -1
    ? { name: upstream, version: null }
    : { name: upstream.slice(0, at), version: upstream.slice(at + 1) };
}

function bySlash(name: string): { namespace: string | null; name: string } {
  const bare = name.replace(/^https?:\/\//, '').replace(/\.git$/, '');
  const slash = bare.lastIndexOf('/');
  return slash === -1
    ? { namespace: null, name: bare }
    : { namespace: bare.slice(0, slash), name: bare.slice(slash + 1) };
}

function byColon(name: string): { namespace: string | null; name: string } {
  const colon = name.indexOf(':');
  return colon === -1
    ? { namespace: null, name }
    : { namespace: name.slice(0, colon), name: name.slice(colon + 1) };
}
