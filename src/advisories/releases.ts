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
 * release, or the suffix is of a kind whose releases cannot be told from a purl. Product streams (EUS, AUS, ESM) are distinct products (DESIGN.md §7).
 */
export function releaseFits(ecosystem: string, purl: Purl): 'yes' | 'no' | 'unknown' {
  const suffix = ecosystemSuffix(ecosystem);
  if (suffix === '') return 'yes';
  const distro = distroOf(purl);
  if (distro === null || distro.version === null) return 'unknown';
  const wanted = releaseOfSuffix(ecosystemBase(ecosystem), suffix);
  if (wanted === null) return 'unknown';
  return sameRelease(wanted, distro.version) ? 'yes' : 'no';
}

/** The release number in a suffix: `12`, `v3.18`, `22.04:LTS`, `9`. Null for extended streams, which a plain package is not from unless it says so. */
function releaseOfSuffix(base: string, suffix: string): string | null {
  if (base === 'Ubuntu') {
    const plain = /^(\d+\.\d+)(?::LTS)?$/.exec(suffix);
    return plain?.[1] ?? null;
  }
  if (base === 'Red Hat') {
    const mainline = /^enterprise_linux:(\d+)(?:::\w+)?$/.exec(suffix);
    return mainline?.[1] ?? null;
  }
  return /^v?(\d+(?:\.\d+)*)$/.exec(suffix)?.[1] ?? null;
}

/** A major release (`12`, `9`) holds its point releases (`12.4`); a stated minor must be the same. */
function sameRelease(wanted: string, stated: string): boolean {
  const parts = wanted.split('.');
  const have = stated.split('.');
  return parts.every((part, index) => part === have[index]);
}
