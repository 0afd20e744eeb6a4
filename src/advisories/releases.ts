import { tryCpe } from '../model/cpe.ts';
import { type Purl, qualifier } from '../model/purl.ts';
import { distroNamespace, ecosystemBase, ecosystemSuffix, isDistroPackage, namesOf } from './ecosystems.ts';

/** What the `distro` qualifier says: `{ id: 'debian', version: '12' }` of `debian-12`; version null when only the distribution is named. */
export interface Distro {
  readonly id: string;
  readonly version: string | null;
}

/** Debian and Ubuntu code names that tools write in place of numbers. Source: the distributions' own release lists. */
const CODE_NAMES: Readonly<Record<string, string>> = {
  squeeze: '6',
  wheezy: '7',
  jessie: '8',
  stretch: '9',
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
  forky: '14',
  duke: '15',
  precise: '12.04',
  trusty: '14.04',
  utopic: '14.10',
  vivid: '15.04',
  wily: '15.10',
  xenial: '16.04',
  yakkety: '16.10',
  zesty: '17.04',
  artful: '17.10',
  bionic: '18.04',
  cosmic: '18.10',
  disco: '19.04',
  eoan: '19.10',
  focal: '20.04',
  groovy: '20.10',
  hirsute: '21.04',
  impish: '21.10',
  jammy: '22.04',
  kinetic: '22.10',
  lunar: '23.04',
  mantic: '23.10',
  noble: '24.04',
  oracular: '24.10',
  plucky: '25.04',
  questing: '25.10',
};

/** How the version of a package names the release it was built for: `3.0.7-6.el9_2`, `1.module+el8.1.0+3334`, `2.36-9+deb12u4`, `5.15.0~22.04.1`. */
const BUILT_FOR: Readonly<Record<string, RegExp>> = {
  redhat: /[.+]el(\d+(?:[_.]\d+)?)/,
  almalinux: /[.+]el(\d+(?:[_.]\d+)?)/,
  rocky: /[.+]el(\d+(?:[_.]\d+)?)/,
  oracle: /[.+]el(\d+(?:[_.]\d+)?)/,
  amzn: /\.amzn(\d+)/,
  fedora: /\.fc(\d+)/,
  debian: /[+~]deb(\d+)u\d/,
  ubuntu: /(?:~|ubuntu0\.)(\d\d\.(?:04|10))(?:\.|$)/,
};

/** The distribution release of a purl, or null when neither a qualifier nor its version says one. */
export function distroOf(purl: Purl): Distro | null {
  const stated = qualifier(purl, 'distro') ?? qualifier(purl, 'distro_name') ?? '';
  if (stated === '') return builtFor(purl);
  const text = stated.toLowerCase();
  const word = text.slice(text.lastIndexOf('-') + 1);
  const named = Object.hasOwn(CODE_NAMES, word) ? CODE_NAMES[word] : undefined;
  if (named !== undefined) return { id: purl.namespace ?? '', version: named };
  const dash = text.search(/-v?\d/);
  if (dash === -1)
    return /^\d/.test(text)
      ? { id: purl.namespace ?? '', version: text }
      : (builtFor(purl) ?? { id: text, version: null });
  return { id: text.slice(0, dash), version: text.slice(dash + 1).replace(/^v/, '') };
}

/**
 * Whether a package is from the release that a statement's `distro` qualifier names, however each of them spells it: a vendor writes `jammy`, a scanner `ubuntu-22.04`. A package that
 * does not say its release is not from it.
 */
export function distroFits(wanted: Purl, have: Purl): boolean {
  const [named, own] = [distroOf(wanted), distroOf(have)];
  if (named === null || own === null) return named === own;
  if (named.version === null) return named.id === own.id;
  return own.version !== null && sameRelease(named.version, own.version);
}

function builtFor(purl: Purl): Distro | null {
  const id = distroNamespace(purl) ?? '';
  const version = Object.hasOwn(BUILT_FOR, id) ? BUILT_FOR[id]?.exec(purl.version ?? '')?.[1] : undefined;
  return version === undefined ? null : { id, version: version.replace('_', '.') };
}

/** The distribution that a platform's CPE names. Extended streams (`rhel_eus`, `sles-ltss`) are other products of the same vendors. */
const PLATFORMS: Readonly<Record<string, string>> = {
  'redhat:enterprise_linux': 'redhat',
  'suse:sles': 'suse',
  'suse:sled': 'suse',
  'suse:suse_linux_enterprise_server': 'suse',
  'opensuse:leap': 'opensuse',
  'canonical:ubuntu_linux': 'ubuntu',
  'debian:debian_linux': 'debian',
  'oracle:linux': 'oracle',
  'almalinux:almalinux': 'almalinux',
  'rocky:rocky': 'rocky',
  'rocky:rocky_linux': 'rocky',
  'resf:rocky_linux': 'rocky',
  'amazon:linux': 'amzn',
  'amazon:amazon_linux': 'amzn',
  'alpinelinux:alpine_linux': 'alpine',
  'fedoraproject:fedora': 'fedora',
};

/**
 * Whether a package of a distribution is from the release that a platform's CPE names, as statements on packages in a platform do: a package says so itself, whatever holds it.
 * Null when the CPE names no distribution or the package is none of its packages.
 */
export function platformFits(text: string, purl: Purl): 'yes' | 'no' | 'unknown' | null {
  const cpe = tryCpe(text);
  if (cpe === null || !isDistroPackage(purl)) return null;
  const name = `${cpe.vendor}:${cpe.product}`.replaceAll('\\', '');
  const platform = Object.hasOwn(PLATFORMS, name) ? PLATFORMS[name] : moduleOfSuse(name);
  if (platform === undefined || platform !== distroNamespace(purl)) return null;
  if (cpe.version === '*' || cpe.version === '-') return 'no';
  const pack = /^sp(\d+)$/.exec(cpe.update)?.[1];
  const wanted = cpe.version.replaceAll('\\', '') + (pack === undefined ? '' : `.${pack}`);
  const distro = distroOf(purl);
  if (distro === null || distro.version === null) return 'unknown';
  return sameRelease(wanted, distro.version) ? 'yes' : 'no';
}

/** Parts of SUSE Linux Enterprise that are sold by themselves and hold its packages. */
function moduleOfSuse(name: string): string | undefined {
  return /^suse:sle-(?:module|we|ha)\b/.test(name) ? 'suse' : undefined;
}

/**
 * Whether an advisory of an OSV ecosystem speaks of the release that a distribution package is from: `yes`, `no`, or `unknown` when the package does not say its
 * release, or the suffix is of a kind we cannot read. Product streams (EUS, AUS, ESM) are distinct products (DESIGN.md §7): a package is from one only when a
 * CPE beside it says so.
 */
export function releaseFits(
  ecosystem: string,
  purl: Purl,
  cpes: readonly string[] = [],
): 'yes' | 'no' | 'unknown' {
  const suffix = ecosystemSuffix(ecosystem);
  // Of others it is the registry (`Packagist:https://packages.example.com/8`), which is not where a package is looked up.
  if (suffix === '' || namesOf(ecosystem) === null) return 'yes';
  const base = ecosystemBase(ecosystem);
  if (base === 'Red Hat' && cpes.some(cpe => namesStream(cpe, suffix))) return 'yes';
  if (base === 'openEuler') return openEulerFits(suffix, purl);
  const wanted = releaseOfSuffix(base, suffix);
  if (wanted === 'stream') return 'no';
  const distro = distroOf(purl);
  if (distro !== null && ROLLING.has(suffix)) return rollingFits(suffix, distro);
  if (distro === null || distro.version === null || wanted === null) return 'unknown';
  return sameRelease(wanted, distro.version) ? 'yes' : 'no';
}

/** Releases without a number, as suffixes call them. */
const ROLLING: ReadonlySet<string> = new Set(['Tumbleweed', 'edge']);

/** A rolling release is in the name that a package gives (`opensuse-tumbleweed-20260101`); one that gives a number and not the name is from a numbered one. */
function rollingFits(suffix: string, { id, version }: Distro): 'yes' | 'no' | 'unknown' {
  if (id.endsWith(suffix.toLowerCase())) return 'yes';
  return version === null ? 'unknown' : 'no';
}

/** openEuler's `22.03-LTS-SP3` is `oe2203sp3` in a package's version; its os-release, and so `distro`, leaves the service pack out. */
function openEulerFits(suffix: string, purl: Purl): 'yes' | 'no' | 'unknown' {
  const [, number, pack = '0'] = /^(\d\d\.\d\d)(?:-LTS)?(?:-SP(\d+))?$/.exec(suffix) ?? [];
  if (number === undefined) return 'unknown';
  const [, year, month, built = '0'] = /\.oe(\d\d)(\d\d)(?:sp(\d+))?(?:\.|$)/.exec(purl.version ?? '') ?? [];
  if (year !== undefined) return `${year}.${month}` === number && built === pack ? 'yes' : 'no';
  const version = distroOf(purl)?.version ?? null;
  return version !== null && !sameRelease(number, version) ? 'no' : 'unknown';
}

/** A Red Hat suffix is the end of a CPE: `rhel_eus:9.2::appstream` of `cpe:/a:redhat:rhel_eus:9.2::appstream`. */
function namesStream(text: string, suffix: string): boolean {
  const cpe = tryCpe(text);
  const [product, version] = suffix.split(':');
  return (
    cpe !== null &&
    cpe.vendor === 'redhat' &&
    cpe.product === product &&
    cpe.version.replaceAll('\\', '') === version
  );
}

/** The release number in a suffix: `12`, `v3.18`, `22.04:LTS`, `9`, `Linux Enterprise Server 15 SP4`; `stream` for an extended one; null when it cannot be read. */
function releaseOfSuffix(base: string, suffix: string): string | 'stream' | null {
  switch (base) {
    case 'Ubuntu':
      // Whatever follows the number but `LTS` is a stream as well: `22.04:LTS:for:NVIDIA:BlueField`.
      return (
        /^(\d+\.\d+)(?::LTS)?$/.exec(suffix)?.[1] ??
        (/^(?:Pro|FIPS|Nvidia|\d+\.\d+:)/.test(suffix) ? 'stream' : null)
      );
    case 'Red Hat':
      return (
        /^enterprise_linux:(\d+)(?:::\w+)?$/.exec(suffix)?.[1] ??
        (suffix.startsWith('rhel_') ? 'stream' : null)
      );
    case 'SUSE':
    case 'openSUSE': {
      if (/LTSS|ESPOS/.test(suffix)) return 'stream';
      const [, major, pack] = /(?:^|\s)(\d+(?:\.\d+)?)(?: SP(\d+))?$/.exec(suffix) ?? [];
      return major === undefined ? null : pack === undefined ? major : `${major}.${pack}`;
    }
    default:
      return /^v?(\d+(?:\.\d+)*)$/.exec(suffix)?.[1] ?? null;
  }
}

/** A major release (`12`, `9`) holds its point releases (`12.4`); a stated minor must be the same. */
function sameRelease(wanted: string, stated: string): boolean {
  const parts = wanted.split('.');
  const have = stated.replace(/[-_. ]?sp/i, '.').split('.');
  return parts.every((part, index) => part === have[index]);
}
