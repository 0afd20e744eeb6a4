import type { BomFacts, Component } from '../model/facts.ts';
import { purlName, tryPurl } from '../model/purl.ts';
import type { Project, ScannedComponent, ScanScope } from './extractor.ts';

/** One difference between a BOM and what is really there. */
export interface Difference {
  readonly kind: 'missing' | 'extra' | 'version' | 'digest';
  readonly name: string;
  /** What the tree has; empty for `extra`. */
  readonly tree: readonly string[];
  /** What the BOM says; empty for `missing`. */
  readonly bom: readonly string[];
  readonly scopes: readonly ScanScope[];
  readonly locations: readonly { readonly file: string; readonly line: number | null }[];
  /** Where the BOM says it. */
  readonly at: string | null;
}

export interface Comparison {
  readonly same: number;
  readonly differences: readonly Difference[];
  /** Of the tree, without an exact version: they can be compared by name alone. */
  readonly unpinned: number;
}

interface Entry {
  readonly name: string;
  readonly version: string | null;
  readonly digests: ReadonlySet<string>;
  readonly scopes: readonly ScanScope[];
  readonly locations: Difference['locations'];
  readonly at: string | null;
}

/**
 * Compares a BOM that someone gave with what a scan found: by the name a package is looked up by, then by version, then by digest where both have one of
 * the same algorithm. The subject of the BOM and the tree's own projects are no packages of either side.
 */
export function compareBom(projects: readonly Project[], bom: BomFacts): Comparison {
  const own = new Set(projects.map(project => project.subject.name));
  const tree = Map.groupBy(
    projects.flatMap(project => project.components.map(treeEntry)),
    ([key]) => key,
  );
  const subjects = new Set(bom.subjects);
  const stated = bom.components.filter(
    (component, ordinal) => isPackage(component) && !subjects.has(ordinal) && !own.has(fullName(component)),
  );
  const said = Map.groupBy(stated.map(bomEntry), ([key]) => key);
  const differences: Difference[] = [];
  let same = 0;
  let unpinned = 0;
  for (const [key, pairs] of tree) {
    const here = pairs.map(([, entry]) => entry);
    const there = (said.get(key) ?? []).map(([, entry]) => entry);
    if (here.every(entry => entry.version === null)) unpinned++;
    if (there.length === 0) differences.push(difference('missing', here, []));
    else if (!compareVersions(here, there, differences)) same++;
  }
  for (const [key, pairs] of said)
    if (!tree.has(key))
      differences.push(
        difference(
          'extra',
          [],
          pairs.map(([, entry]) => entry),
        ),
      );
  return {
    same,
    differences: differences.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    unpinned,
  };
}

/** Adds what differs between the entries of one package; false when nothing does. */
function compareVersions(
  here: readonly Entry[],
  there: readonly Entry[],
  differences: Difference[],
): boolean {
  const before = differences.length;
  const pinned = here.filter(entry => entry.version !== null);
  const onlyHere = pinned.filter(entry => !there.some(other => other.version === entry.version));
  const onlyThere =
    pinned.length === 0 ? [] : there.filter(entry => !pinned.some(other => other.version === entry.version));
  if (onlyHere.length > 0 && onlyThere.length > 0)
    differences.push(difference('version', onlyHere, onlyThere));
  else if (onlyHere.length > 0) differences.push(difference('missing', onlyHere, []));
  else if (onlyThere.length > 0) differences.push(difference('extra', [], onlyThere));
  for (const entry of pinned) {
    const others = there.filter(other => other.version === entry.version);
    const clash = others.length > 0 && others.every(other => digestsClash(entry.digests, other.digests));
    if (clash)
      differences.push({
        ...difference('digest', [entry], others),
        tree: [...entry.digests],
        bom: others.flatMap(other => [...other.digests]),
      });
  }
  return differences.length > before;
}

/** Both state digests of one algorithm, and no value agrees. */
function digestsClash(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const algorithm = (digest: string): string => digest.slice(0, digest.indexOf(':'));
  const algorithms = new Set([...b].map(algorithm));
  const sharesOne = [...a].some(digest => algorithms.has(algorithm(digest)));
  return sharesOne && ![...a].some(digest => b.has(digest));
}

function difference(kind: Difference['kind'], here: readonly Entry[], there: readonly Entry[]): Difference {
  const versions = (entries: readonly Entry[]) => [
    ...new Set(entries.map(entry => entry.version ?? 'no version')),
  ];
  return {
    kind,
    name: (here[0] ?? there[0])?.name ?? '',
    tree: versions(here),
    bom: versions(there),
    scopes: [...new Set(here.flatMap(entry => entry.scopes))],
    locations: here.flatMap(entry => entry.locations).slice(0, 5),
    at: there[0]?.at ?? null,
  };
}

function treeEntry(component: ScannedComponent): [string, Entry] {
  const { name, version, digests, scopes, locations } = component;
  return [
    keyOf(component.purl, name),
    {
      name,
      version: plainVersion(component.purl, version),
      digests: new Set(digests),
      scopes,
      locations,
      at: null,
    },
  ];
}

function bomEntry(component: Component): [string, Entry] {
  const purl = component.purls[0] ?? null;
  const name = fullName(component);
  const version = (purl === null ? null : tryPurl(purl)?.version) ?? component.version;
  const digests = new Set(component.digests.map(digest => `${digest.algorithm}:${digest.value}`));
  return [
    keyOf(purl, name),
    { name, version: plainVersion(purl, version), digests, scopes: [], locations: [], at: component.at },
  ];
}

/** The lookup name of a purl; without one the name as it stands. */
function keyOf(purl: string | null, name: string): string {
  const parsed = purl === null ? null : tryPurl(purl);
  if (parsed === null) return `name ${name}`;
  const found = purlName(parsed);
  return `${found.type} ${found.namespace ?? ''} ${found.name}`;
}

/** Go versions have a `v` that many tools leave out. */
function plainVersion(purl: string | null, version: string | null): string | null {
  return purl?.startsWith('pkg:golang/') ? (version?.replace(/^v(?=\d)/, '') ?? null) : version;
}

function fullName(component: Component): string {
  if (component.group === null || component.group === '') return component.name;
  const separator = component.purls[0]?.startsWith('pkg:maven/') ? ':' : '/';
  return `${component.group}${separator}${component.name}`;
}

function isPackage(component: Component): boolean {
  return component.role === 'listed' && component.type !== 'file' && component.type !== 'operating-system';
}
