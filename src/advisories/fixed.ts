import type { Claim } from '../model/advisory.ts';
import { schemeForPurlType } from '../versions/list.ts';
import { isDistroPackage } from './ecosystems.ts';
import { atVersion, type Selection, select, type Target } from './select.ts';

/** A claim that names the component or holds its version, with how. */
export interface FixSource {
  readonly claim: Pick<Claim, 'kind' | 'product' | 'fixed'>;
  readonly selection: Selection;
}

/**
 * Versions that fix it, smallest first: of the range that holds the version the next one up, not those of other branches. Where several sources name versions, one that
 * another source's range still holds fixes nothing, and is left out unless all are.
 */
export function fixedVersions(sources: readonly FixSource[], target: Target): string[] {
  const speaking = sources.filter(({ selection }) => selection.containment.inside !== false);
  const all = [
    ...new Set(speaking.flatMap(({ claim, selection }) => selection.containment.fixedBy ?? claim.fixed)),
  ];
  if (all.length < 2) return all;
  const sorted = inOrder(all, target);
  const clear = sorted.filter(version => isClear(version, sources, target));
  return clear.length > 0 ? clear : sorted;
}

function inOrder(versions: readonly string[], target: Target): string[] {
  const scheme = schemeForPurlType(target.purls[0]?.type ?? '');
  if (scheme === null) return versions.toSorted();
  const parsed = versions.map(version => ({ version, at: scheme.parse(version) }));
  return parsed
    .sort((a, b) => {
      if (a.at === null || b.at === null) return Number(a.at === null) - Number(b.at === null);
      return scheme.compare(a.at, b.at) || (a.version < b.version ? -1 : 1);
    })
    .map(({ version }) => version);
}

/** Versions of a distribution's source package are not those of what is built from it, so that they are not tried. */
function isClear(version: string, sources: readonly FixSource[], target: Target): boolean {
  if (target.purls.length === 0 || target.purls.some(isDistroPackage)) return true;
  const bumped = atVersion(target, version);
  return sources.every(({ claim, selection }) => {
    if (claim.kind !== 'range' || selection.by === 'cpe') return true;
    return select(claim.product, bumped)?.containment.inside !== true;
  });
}
