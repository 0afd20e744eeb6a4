import type { DeclaredDependency, PackageVersion } from '../../registries/registry.ts';
import { schemeForPurlType } from '../../versions/list.ts';
import { isInConstraint, parseConstraint } from '../../versions/range.ts';

/** What a package manager does when it resolves, as far as it decides which version is reached. */
export interface ResolveRules {
  readonly purlType: string;
  /**
   * `nested`: each dependent has its own version (npm, Cargo between incompatible ones). `joint`: one version that all requirements accept (pip).
   * `maximum`: the highest stated minimum (Go). `nearest`: the first declared at the least depth (Maven).
   */
  readonly model: 'nested' | 'joint' | 'maximum' | 'nearest';
  readonly scopes: ReadonlySet<DeclaredDependency['scope']>;
  /** What may be brought in beside these: features, extras, peers. A lockfile that has a package in no other way has it by one of them. */
  readonly wide: ReadonlySet<DeclaredDependency['scope']>;
  /** The version taken; null when none fits, or when what is stated is no range of a registry's versions. */
  readonly pick: (versions: readonly PackageVersion[], ranges: readonly string[]) => string | null;
  readonly isPrerelease: (version: string) => boolean;
}

type Semver = typeof import('semver');

const RUNTIME = new Set<DeclaredDependency['scope']>(['runtime']);
const BUILT = new Set<DeclaredDependency['scope']>(['runtime', 'build']);
const INSTALLED = new Set<DeclaredDependency['scope']>(['runtime', 'optional']);
const FEATURED = new Set<DeclaredDependency['scope']>(['runtime', 'build', 'optional']);
const PEERED = new Set<DeclaredDependency['scope']>(['runtime', 'optional', 'peer']);

/** The rules of an ecosystem; null where Larder does not know them. */
export async function rulesFor(purlType: string): Promise<ResolveRules | null> {
  switch (purlType) {
    case 'npm': {
      const semver = await import('semver');
      const pick: ResolveRules['pick'] = (versions, ranges) =>
        highestSemver(semver, versions, ranges.map(npmRange));
      return {
        purlType,
        model: 'nested',
        scopes: INSTALLED,
        wide: PEERED,
        pick,
        isPrerelease: isSemverPrerelease(semver),
      };
    }
    case 'cargo': {
      const semver = await import('semver');
      const pick: ResolveRules['pick'] = (versions, ranges) =>
        highestSemver(semver, versions, ranges.map(cargoRange));
      return {
        purlType,
        model: 'nested',
        scopes: BUILT,
        wide: FEATURED,
        pick,
        isPrerelease: isSemverPrerelease(semver),
      };
    }
    case 'pypi': {
      const { explain, satisfies, valid, validRange } = await import('@renovatebot/pep440');
      const isPrerelease = (version: string): boolean => explain(version)?.is_prerelease === true;
      return {
        purlType,
        model: 'joint',
        scopes: RUNTIME,
        wide: INSTALLED,
        isPrerelease,
        pick: (versions, ranges) => {
          if (!ranges.every(range => range === '' || validRange(range))) return null;
          const fitting = versions.filter(
            one =>
              !one.yanked &&
              valid(one.version) !== null &&
              ranges.every(range => range === '' || satisfies(one.version, range)),
          );
          const stable = fitting.filter(one => !isPrerelease(one.version));
          return highest(purlType, stable.length > 0 ? stable : fitting);
        },
      };
    }
    case 'golang':
      return {
        purlType,
        model: 'maximum',
        scopes: RUNTIME,
        wide: RUNTIME,
        isPrerelease: version => version.includes('-'),
        pick: (_versions, ranges) => highest(purlType, ranges.map(named)),
      };
    case 'maven':
      return {
        purlType,
        model: 'nearest',
        scopes: RUNTIME,
        wide: INSTALLED,
        isPrerelease: version => /[.-](?:alpha|beta|b\d|rc|cr|m\d|snapshot|pre|ea)/i.test(version),
        pick: (versions, [range = '']) => pickMaven(versions, range),
      };
    default:
      return null;
  }
}

/** By the order of the ecosystem, ascending; versions that it cannot order are left out. */
export function ordered<T extends { readonly version: string }>(
  purlType: string,
  versions: readonly T[],
): T[] {
  const scheme = schemeForPurlType(purlType);
  if (scheme === null) return [];
  return versions
    .flatMap(one => {
      const parsed = scheme.parse(one.version);
      return parsed === null ? [] : [{ one, parsed }];
    })
    .sort((a, b) => scheme.compare(a.parsed, b.parsed))
    .map(({ one }) => one);
}

function highest(purlType: string, versions: readonly { readonly version: string }[]): string | null {
  return ordered(purlType, versions).at(-1)?.version ?? null;
}

function named(version: string): { readonly version: string } {
  return { version };
}

/** As npm does: what is deprecated is taken only when nothing else fits. */
function highestSemver(
  semver: Semver,
  versions: readonly PackageVersion[],
  ranges: readonly (string | null)[],
): string | null {
  const fits = (version: string): boolean =>
    ranges.every(range => range !== null && semver.satisfies(version, range));
  const fitting = versions.filter(one => !one.yanked && fits(one.version));
  const kept = fitting.filter(one => one.deprecated === null);
  return semver.maxSatisfying(
    (kept.length > 0 ? kept : fitting).map(one => one.version),
    '*',
    { includePrerelease: true },
  );
}

function isSemverPrerelease(semver: Semver): (version: string) => boolean {
  return version => semver.prerelease(version) !== null;
}

/** Tags, addresses and folders are no ranges. */
function npmRange(range: string): string | null {
  if (range === '' || range === 'latest') return '*';
  const alias = /^npm:(?:@[^/]+\/)?[^@]+@(.*)$/.exec(range);
  if (alias) return alias[1] ?? '*';
  return /[:/]/.test(range) ? null : range;
}

/** Cargo reads a bare version as a caret requirement, and joins by comma (Cargo reference, "Specifying Dependencies"). */
function cargoRange(range: string): string {
  return range
    .split(',')
    .map(part => part.trim().replace(/^(?=\d+(?:\.\d+)*(?:[-+][\w.+-]*)?$)/, '^'))
    .join(' ');
}

/** A bare version is what Maven takes; only brackets make a range. A version that a parent defines is unknown here. */
function pickMaven(versions: readonly PackageVersion[], range: string): string | null {
  if (range === '' || range.includes('${')) return null;
  if (!/^[[(]/.test(range)) return range;
  const scheme = schemeForPurlType('maven');
  if (scheme === null) return null;
  const wanted = parseConstraint(range);
  return highest(
    'maven',
    versions.filter(one => isInConstraint(wanted, scheme, one.version) === true),
  );
}
