import { tryCpe } from '../model/cpe.ts';
import { type Purl, qualifier } from '../model/purl.ts';
import { ecosystemBase, ecosystemSuffix } from './ecosystems.ts';

/** What the `distro` qualifier says: `{ id: 'debian', version: '12' }` of `debian-12`; version null when only the distribution is named. */
export interface Distro {
  readonly id: string;
  readonly version: string | null;
}

/** Debian and Ubuntu code names that tools write in place of numbers. Source: the distributions' own release lists. */
const CODE_NAMES: Readonly<Record<string, string>> = {
  wheezy: '7',
  jessie: '8',
  stretch: '9',
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
  forky: '14',
  trusty: '14.04',
  xenial: '16.04',
  bionic: '18.04',
  focal: '20.04',
  jammy: '22.04',
  noble: '24.04',
};

/** The distribution release of a purl, or null when it says none. */
export function distroOf(purl: Purl): Distro | null {
  const stated = qualifier(purl, 'distro');
  if (stated === null || stated === '') return null;
  const text = stated.toLowerCase();
  const named = CODE_NAMES[text];
  if (named !== undefined) return { id: purl.namespace ?? '', version: named };
  const dash = text.search(/-v?\d/);
  if (dash === -1)
    return /^\d/.test(text) ? { id: purl.namespace ?? '', version: text } : { id: text, version: null };
  return { id: text.slice(0, dash), version: text.slice(dash + 1).replace(/^v/, '') };
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
  if (suffix === '') return 'yes';
  const base = ecosystemBase(ecosystem);
  if (base === 'Red Hat' && cpes.some(cpe => namesStream(cpe, suffix))) return 'yes';
  const wanted = releaseOfSuffix(base, suffix);
  if (wanted === 'stream') return 'no';
  const distro = distroOf(purl);
  if (distro === null || distro.version === null || wanted === null) return 'unknown';
  return sameRelease(wanted, distro.version) ? 'yes' : 'no';
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
      return /^(\d+\.\d+)(?::LTS)?$/.exec(suffix)?.[1] ?? (/^(?:Pro|FIPS)/.test(suffix) ? 'stream' : null);
    case 'Red Hat':
      return (
        /^enterprise_linux:(\d+)(?:::\w+)?$/.exec(suffix)?.[1] ??
        (suffix.startsWith('rhel_') ? 'stream' : null)
      );
    case 'SUSE':
    case 'openSUSE': {
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
