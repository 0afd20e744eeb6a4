import { formatPurl, type PurlParts } from '../../model/purl.ts';
import type { ProjectSubject, Tree } from '../extractor.ts';

/** The operating system of a root file system, by os-release(5). */
export interface OsRelease {
  /** `debian`, `alpine`, `rhel`; null when nothing says. */
  readonly id: string | null;
  readonly version: string | null;
  readonly codename: string | null;
  readonly title: string | null;
  readonly contacts: readonly string[];
}

const UNKNOWN: OsRelease = { id: null, version: null, codename: null, title: null, contacts: [] };
const OS_RELEASE_LIMIT = 64 * 1024;

/** What package URLs call a distribution where its os-release has another word. */
const NAMESPACES: Readonly<Record<string, string>> = {
  rhel: 'redhat',
  ol: 'oracle',
  sles: 'suse',
  sled: 'suse',
  'opensuse-leap': 'opensuse',
  'opensuse-tumbleweed': 'opensuse',
};

/** The os-release of the root that a path lies in, `prefix` being that root (`` or `rootfs/`). */
export async function readOs(tree: Tree, prefix: string): Promise<OsRelease> {
  for (const path of ['etc/os-release', 'usr/lib/os-release']) {
    const file = await tree.file(`${prefix}${path}`).catch(() => null);
    const text = await file?.text(OS_RELEASE_LIMIT).catch(() => null);
    if (text) return parseOsRelease(text);
  }
  return UNKNOWN;
}

export function parseOsRelease(text: string): OsRelease {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const equals = line.indexOf('=');
    if (equals > 0 && !line.startsWith('#'))
      values.set(line.slice(0, equals).trim(), unquoted(line.slice(equals + 1)));
  }
  const value = (key: string) => values.get(key) || null;
  return {
    id: value('ID')?.toLowerCase() ?? null,
    version: value('VERSION_ID'),
    codename: value('VERSION_CODENAME'),
    title: value('PRETTY_NAME') ?? value('NAME'),
    contacts: [value('BUG_REPORT_URL'), value('SUPPORT_URL')].filter(url => url !== null),
  };
}

/** A shell value without its quotes (os-release(5): single or double quotes, backslash before the few special characters). */
function unquoted(text: string): string {
  const value = text.trim();
  const quote = value[0];
  if (value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote))
    return quote === "'" ? value.slice(1, -1) : value.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  return value;
}

/** How OSV calls the distribution, with its release where OSV has releases; the purl type for one that OSV does not know. */
export function osEcosystem(os: OsRelease, type: string): string {
  const major = os.version?.split('.')[0];
  const minor = os.version?.split('.').slice(0, 2).join('.');
  switch (os.id) {
    case 'debian':
      return major === undefined ? 'Debian' : `Debian:${major}`;
    case 'ubuntu':
      return os.version === null ? 'Ubuntu' : `Ubuntu:${os.version}${isLongTerm(os.version) ? ':LTS' : ''}`;
    case 'alpine':
      return minor === undefined ? 'Alpine' : `Alpine:v${minor}`;
    case 'rocky':
      return major === undefined ? 'Rocky Linux' : `Rocky Linux:${major}`;
    case 'almalinux':
      return major === undefined ? 'AlmaLinux' : `AlmaLinux:${major}`;
    case 'mageia':
      return major === undefined ? 'Mageia' : `Mageia:${major}`;
    case 'rhel':
      return 'Red Hat';
    case 'wolfi':
      return 'Wolfi';
    case 'chainguard':
      return 'Chainguard';
    case 'openeuler':
      return 'openEuler';
    case 'photon':
      return minor === undefined ? 'Photon OS' : `Photon OS:${minor}`;
    case 'sles':
    case 'sled':
      return 'SUSE';
    case 'opensuse-leap':
    case 'opensuse-tumbleweed':
      return 'openSUSE';
    default:
      return type;
  }
}

/** Ubuntu's long-term releases: April of even years. */
function isLongTerm(version: string): boolean {
  const [year, month] = version.split('.');
  return month === '04' && Number(year) % 2 === 0;
}

/** The operating system as the subject of what is installed in it. */
export function osSubject(os: OsRelease): ProjectSubject {
  return { name: os.id, version: os.version ?? os.codename, purl: null, licences: [], contacts: os.contacts };
}

/** The namespace of package URLs on that system; `fallback` where nothing says which it is. */
export function osNamespace(os: OsRelease, fallback: string | null): string | null {
  return os.id === null ? fallback : (NAMESPACES[os.id] ?? os.id);
}

/** The qualifiers `arch`, `distro` and `upstream` of a distribution's package. */
export function osQualifiers(
  os: OsRelease,
  arch: string | null,
  upstream: string | null,
): (readonly [string, string])[] {
  const release = os.version ?? os.codename;
  const distro = os.id === null ? null : release === null ? os.id : `${os.id}-${release}`;
  const pairs = [
    ['arch', arch],
    ['distro', distro],
    ['upstream', upstream],
  ] as const;
  return pairs.flatMap(([key, value]) => (value === null || value === '' ? [] : [[key, value] as const]));
}

/** A purl, or null for a name that none can have. */
export function safePurl(parts: PurlParts): string | null {
  try {
    return formatPurl(parts);
  } catch {
    return null;
  }
}

/** `gcc-12@12.2.0-14`, `glibc`, or null when the package is its own source. Syft's spelling, which other tools read. */
export function upstreamOf(
  source: string | null,
  sourceVersion: string | null,
  name: string,
  version: string | null,
): string | null {
  if (source === null || source === '') return null;
  const differs = sourceVersion !== null && sourceVersion !== version;
  if (source === name && !differs) return null;
  return differs ? `${source}@${sourceVersion}` : source;
}

/** The part of a path before one of the places where a database lies: `` or `rootfs/`. */
export function prefixBefore(path: string, place: string): string {
  const at = path.lastIndexOf(place);
  return at <= 0 ? '' : path.slice(0, at);
}

/** The folder a prefix names, as projects spell it. */
export function rootOf(prefix: string): string {
  return prefix === '' ? '.' : prefix.replace(/\/$/, '');
}

/** One spelling of a path for both layouts: on merged systems `/bin` and `/lib` are links into `/usr`, and databases may name either. */
export function mergedUsr(path: string): string {
  return path.replace(/^usr\/(?=(?:s?bin|lib(?:32|64|x32)?)\/)/, '');
}

/** Tells which of the paths asked for a database names, whatever their spelling. */
export class OwnedPaths {
  readonly found = new Map<string, string>();
  readonly #wanted: ReadonlyMap<string, string>;

  constructor(paths: ReadonlySet<string>, prefix: string) {
    this.#wanted = new Map(
      [...paths]
        .filter(path => path.startsWith(prefix))
        .map(path => [mergedUsr(path.slice(prefix.length)), path]),
    );
  }

  /** @param path relative to the root of the system */
  own(path: string, owner: string): void {
    const wanted = this.#wanted.get(mergedUsr(path));
    if (wanted !== undefined) this.found.set(wanted, owner);
  }
}
