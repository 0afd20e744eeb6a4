import type { ProductSelector } from '../model/advisory.ts';
import { identifies } from '../model/digest.ts';
import type { Digest } from '../model/facts.ts';
import { type Purl, qualifier, tryPurl } from '../model/purl.ts';
import { Recent } from '../model/recent.ts';
import { schemeForEcosystem, schemeForPurlType } from '../versions/list.ts';
import type { VersionScheme } from '../versions/scheme.ts';
import { cpeSelects } from './cpe-match.ts';
import {
  comparedVersion,
  isDistroPackage,
  knowsEcosystem,
  type Lookup,
  lookups,
  nameKey,
  namesOf,
  osvKey,
} from './ecosystems.ts';
import { type Containment, contains } from './range.ts';
import { distroFits, releaseFits } from './releases.ts';

/** What identifies a component (or a product) when claims are matched. Made once per component, see `targetOf`. */
export interface Target {
  readonly purls: readonly Purl[];
  /** Names under which each of the purls is looked up. */
  readonly lookups: readonly (readonly Lookup[])[];
  readonly cpes: readonly string[];
  readonly digests: readonly Digest[];
  /** bom-ref, BOM-Link, serial number or IRI under which a VEX document may name it. */
  readonly refs: readonly string[];
  readonly version: string | null;
}

/**
 * That a selector names a target, by which identity, and whether the target's version is within it. The higher `specificity`, the narrower the statement:
 * a digest over an exact version over a range over a whole product.
 */
export interface Selection {
  readonly by: 'digest' | 'ref' | 'package' | 'source-package' | 'purl' | 'cpe';
  readonly specificity: number;
  readonly containment: Containment;
  /** `unknown` when the advisory is for one release of a distribution and the package does not say its own. */
  readonly release: 'yes' | 'unknown';
}

const EXACT: Containment = { inside: true, rule: 'listed', text: 'the statement names exactly this' };

/** A target from the parts a component states; what cannot be parsed is left out. */
export function targetOf(parts: {
  readonly purls: readonly string[];
  /** Purls with more qualifiers, which stand for those of `purls` that they refine. */
  readonly refined?: readonly string[];
  readonly cpes?: readonly string[];
  readonly digests?: readonly Digest[];
  readonly refs?: readonly string[];
  readonly version: string | null;
}): Target {
  const refined = (parts.refined ?? []).flatMap(text => tryPurl(text) ?? []);
  const stated = parts.purls.flatMap(text => tryPurl(text) ?? []);
  // What the document says beside a purl stands for it, so that the two do not answer differently.
  const purls = [...refined, ...stated.filter(purl => !refined.some(one => isRefinement(one, purl)))];
  return {
    purls,
    lookups: purls.map(lookups),
    cpes: parts.cpes ?? [],
    digests: parts.digests ?? [],
    refs: parts.refs ?? [],
    version: parts.version,
  };
}

/** The same component in another version. */
export function atVersion(target: Target, version: string): Target {
  const purls = target.purls.map(purl => ({ ...purl, version }));
  return { ...target, purls, lookups: purls.map(lookups), version };
}

function isRefinement(refined: Purl, purl: Purl): boolean {
  return (
    nameKey(refined) === nameKey(purl) &&
    refined.version === purl.version &&
    purl.qualifiers.every(([key, value]) => qualifier(refined, key) === value)
  );
}

/**
 * Whether a selector names the target; null when it does not. Identities are never stretched: each kind of selector is compared with the same kind of identity,
 * and with the version order of that identity's own ecosystem. The narrowest selection wins when several identities match.
 */
export function select(selector: ProductSelector, target: Target): Selection | null {
  const found = [
    byDigest(selector, target),
    byRef(selector, target),
    byPackage(selector, target),
    byPurl(selector, target),
    byCpe(selector, target),
  ];
  let best: Selection | null = null;
  for (const selection of found) {
    if (selection !== null && (best === null || selection.specificity > best.specificity)) best = selection;
  }
  return best;
}

function byDigest(selector: ProductSelector, target: Target): Selection | null {
  const equal = selector.digests.some(wanted =>
    target.digests.some(
      have => have.algorithm === wanted.algorithm && have.value === wanted.value && identifies(wanted.value),
    ),
  );
  return equal ? { by: 'digest', specificity: 60, containment: EXACT, release: 'yes' } : null;
}

function byRef(selector: ProductSelector, target: Target): Selection | null {
  if (selector.ref === null || !target.refs.includes(selector.ref)) return null;
  const stated = selector.versions.length + selector.ranges.length > 0;
  const type = target.purls[0]?.type ?? null;
  const scheme = type === null ? null : schemeForPurlType(type);
  return {
    by: 'ref',
    specificity: 50,
    containment: stated ? containsOneOf(selector, versionsOf(target), scheme) : EXACT,
    release: 'yes',
  };
}

/** The entry itself is named, so that each way to write its version counts: as stated, as in its purl, and as its ecosystem orders it. */
function versionsOf({ version, purls, lookups: all }: Target): readonly string[] {
  const stated = [version, ...purls.map(purl => purl.version), ...all.flat().map(lookup => lookup.version)];
  return [...new Set(stated.filter(one => one !== null))];
}

function containsOneOf(
  selector: ProductSelector,
  versions: readonly string[],
  scheme: VersionScheme | null,
): Containment {
  const found = versions.map(version => contains(selector, version, scheme));
  const told = found.find(one => one.inside === true) ?? found.find(one => one.inside === false);
  return told ?? found[0] ?? contains(selector, null, scheme);
}

function byPackage(selector: ProductSelector, target: Target): Selection | null {
  if (selector.package === null) return null;
  const { ecosystem, name } = selector.package;
  const key = osvKey(ecosystem, name);
  const names = namesOf(ecosystem);
  for (const [at, purl] of target.purls.entries()) {
    const all = target.lookups[at] ?? [];
    // A binary package whose source is known is looked up by its source only: another source package may have the binary's name.
    const usable =
      names === 'source' && all.length > 1
        ? all.filter(lookup => lookup.by === 'source')
        : names === 'binary'
          ? all.slice(0, 1)
          : all;
    const lookup = usable.find(candidate => candidate.key === key);
    if (!lookup) continue;
    const release = releaseFits(ecosystem, purl, target.cpes);
    if (release === 'no') continue;
    const scheme = schemeForEcosystem(ecosystem);
    const by = lookup.by === 'source' ? 'source-package' : 'package';
    return {
      by,
      specificity: selector.versions.length > 0 ? 30 : 20,
      containment: contains(selector, lookup.version, scheme),
      release,
    };
  }
  return null;
}

function byPurl(selector: ProductSelector, target: Target): Selection | null {
  // Where the ecosystem is known, the package names the same and says its order; the purl beside it is only its other spelling.
  if (selector.purl === null || (selector.package !== null && knowsEcosystem(selector.package.ecosystem)))
    return null;
  const wanted = wantedOf(selector.purl);
  if (wanted === null) return null;
  const key = nameKey(wanted);
  for (const [at, purl] of target.purls.entries()) {
    const all = target.lookups[at] ?? [];
    const source = isSourcePackage(wanted);
    // A statement on a source package is one on all that is built from it. Tools leave the source out where it is called as the binary package is.
    const lookup = all.find(
      one =>
        one.key === key &&
        (one.by === 'name' || source) &&
        qualifiersFit(wanted, purl, source && all.length === 1 ? 'source' : one.by),
    );
    if (lookup === undefined) continue;
    const scheme = schemeForPurlType(purl.type);
    const version = comparedVersion(wanted);
    if (version !== null) {
      if (!sameVersion(version, lookup.version, scheme)) continue;
      return { by: 'purl', specificity: 40 + wanted.qualifiers.length, containment: EXACT, release: 'yes' };
    }
    const containment = contains(selector, lookup.version, scheme);
    return { by: 'purl', specificity: 20 + wanted.qualifiers.length, containment, release: 'yes' };
  }
  return null;
}

/** The same statements are asked about component after component. */
const WANTED = new Recent<string, Purl | null>(20_000);

function wantedOf(text: string): Purl | null {
  let purl = WANTED.get(text);
  if (purl === undefined) {
    purl = tryPurl(text);
    WANTED.set(text, purl);
  }
  return purl;
}

function isSourcePackage(purl: Purl): boolean {
  return isDistroPackage(purl) && /^(?:src|source|nosrc)$/.test(qualifier(purl, 'arch') ?? '');
}

function byCpe(selector: ProductSelector, target: Target): Selection | null {
  if (selector.cpe === null) return null;
  for (const cpe of target.cpes) {
    const match = cpeSelects(selector, cpe);
    if (match !== null)
      return {
        by: 'cpe',
        specificity: match.exact ? 35 : 10,
        containment: match.containment,
        release: 'yes',
      };
  }
  return null;
}

/** Every qualifier the statement names must be the component's own; what the statement leaves out does not matter. */
function qualifiersFit(wanted: Purl, have: Purl, by: 'name' | 'source'): boolean {
  return wanted.qualifiers.every(([key, value]) => {
    if (IGNORED_QUALIFIERS.has(key)) return true;
    // An epoch is a part of the version, and compared with it.
    if (wanted.type === 'rpm' && key === 'epoch') return true;
    if (key === 'arch' && by === 'source') return true;
    if (key === 'distro' && isDistroPackage(wanted)) return distroFits(wanted, have);
    if (wanted.type === 'rpm' && key === 'rpmmod') return streamOf(value) === streamOf(moduleOf(have));
    return qualifier(have, key) === value;
  });
}

/** The module that an rpm is built in, as tools spell the qualifier. */
function moduleOf(purl: Purl): string {
  return qualifier(purl, 'rpmmod') ?? qualifier(purl, 'modularitylabel') ?? '';
}

/** Name and stream of a module (`nodejs:16`); what follows says which build of it, as the version of the package does. */
function streamOf(module: string): string {
  return module.split(':').slice(0, 2).join(':');
}

/** Where a package came from does not change what it is. */
const IGNORED_QUALIFIERS: ReadonlySet<string> = new Set([
  'repository_url',
  'download_url',
  'vcs_url',
  'checksum',
  'file_name',
]);

function sameVersion(wanted: string, have: string | null, scheme: VersionScheme | null): boolean {
  if (have === null) return false;
  if (wanted === have) return true;
  const [a, b] = [scheme?.parse(wanted) ?? null, scheme?.parse(have) ?? null];
  return scheme !== null && a !== null && b !== null && scheme.compare(a, b) === 0;
}
