import type { NameRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { groupsOf } from './groups.ts';
import { rowsOf } from './hits.ts';
import { packageName } from './naming.ts';
import {
  comparedVersion,
  type Identity,
  type Resolved,
  resolve,
  typeOf,
  type VersionTest,
} from './resolve.ts';

/** One version of one package, and who has it. */
export interface VersionRow {
  readonly name: string;
  /** purl type; null where the package has no purl. */
  readonly type: string | null;
  readonly version: string | null;
  readonly apps: number;
  readonly documents: number;
  /** Names of the first apps, sorted. */
  readonly someApps: readonly string[];
  /** By value of the label asked for: how many apps. Apps without the label stand under the empty text. */
  readonly groups: ReadonlyMap<string, number> | null;
}

export interface VersionsAnswer {
  readonly resolved: Resolved;
  readonly apps: number;
  /** Newest version first within a package, where versions can be ordered. */
  readonly rows: readonly VersionRow[];
}

/** Positive when `a` is newer; null when the two cannot be ordered. */
export type CompareVersions = (type: string | null, a: string, b: string) => number | null;

const SOME_APPS = 8;

/** Which versions of a package are in which apps: was it updated everywhere? */
export async function versionsOf(
  store: Store,
  words: string,
  options: {
    readonly wants: VersionTest | null;
    readonly compare: CompareVersions;
    readonly groupBy: string | null;
  },
  scope: Scope,
): Promise<VersionsAnswer> {
  const resolved = await resolve(store, words, options.wants, scope);
  const rows = await rowsOf(store, resolved.identities, scope);
  const groupOf = options.groupBy === null ? null : await groupsOf(store, rows.bom, options.groupBy, scope);
  const byVersion = new Map<
    string,
    { identity: Identity; apps: Set<number>; boms: Set<number>; groups: Map<string, Set<number>> }
  >();
  for (let i = 0; i < rows.length; i++) {
    const identity = resolved.identities[rows.identity[i] ?? 0] as Identity;
    const key = `${nameKey(identity)}\n${identity.label.version ?? ''}`;
    const entry = byVersion.get(key) ?? { identity, apps: new Set(), boms: new Set(), groups: new Map() };
    byVersion.set(key, entry);
    entry.apps.add(rows.app[i] ?? 0);
    entry.boms.add(rows.bom[i] ?? 0);
    const group = groupOf?.get(rows.bom[i] ?? 0) ?? '';
    entry.groups.set(group, (entry.groups.get(group) ?? new Set()).add(rows.app[i] ?? 0));
  }
  const apps = new Set(rows.app);
  const names = new Map(
    (await store.apps.byNumber(Uint32Array.from(apps), scope)).map(app => [app.number, app.name]),
  );
  const found = [...byVersion.values()].map(entry => ({
    name: entry.identity.label.name,
    type: typeOf(entry.identity),
    version: entry.identity.label.version,
    apps: entry.apps.size,
    documents: entry.boms.size,
    someApps: [...entry.apps]
      .map(app => names.get(app) ?? '')
      .sort()
      .slice(0, SOME_APPS),
    groups:
      groupOf === null ? null : new Map([...entry.groups].map(([group, inside]) => [group, inside.size])),
  }));
  return { resolved, apps: apps.size, rows: found.sort((a, b) => order(a, b, options.compare)) };
}

function nameKey(identity: Identity): string {
  return `${typeOf(identity) ?? ''} ${identity.label.name}`;
}

function order(a: VersionRow, b: VersionRow, compare: CompareVersions): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  if (a.type !== b.type) return (a.type ?? '') < (b.type ?? '') ? -1 : 1;
  if (a.version === null || b.version === null) return a.version === null ? 1 : -1;
  const newer = compare(a.type, b.version, a.version);
  if (newer !== null && newer !== 0) return newer;
  return a.version < b.version ? 1 : -1;
}

/** A package whose versions differ between apps. */
export interface SpreadAnswerRow {
  readonly name: string;
  readonly type: string;
  readonly versions: number;
  readonly apps: number;
  /** By label value: the versions there; null when no label was asked for. */
  readonly groups: ReadonlyMap<string, readonly string[]> | null;
}

/** Where apps diverge most: the packages in most versions, and with a label, which group has which. */
export async function divergence(
  store: Store,
  options: {
    readonly limit: number;
    readonly compare: CompareVersions;
    readonly groupBy: string | null;
  },
  scope: Scope,
): Promise<readonly SpreadAnswerRow[]> {
  const spread = await store.membership.spread(options.limit, scope);
  const records = new Map(
    (await store.dictionary.nameRecords(spread.map(row => row.name))).map(record => [record.id, record]),
  );
  const rows: SpreadAnswerRow[] = [];
  for (const row of spread) {
    const record = records.get(row.name);
    if (record === undefined) continue;
    const groups =
      options.groupBy === null
        ? null
        : await versionsByGroup(store, record, options.groupBy, options.compare, scope);
    rows.push({
      name: packageName(record),
      type: record.type,
      versions: row.versions,
      apps: row.apps,
      groups,
    });
  }
  return rows;
}

async function versionsByGroup(
  store: Store,
  name: NameRecord,
  key: string,
  compare: CompareVersions,
  scope: Scope,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const matches = await store.dictionary.matches([name.id]);
  const packages = await store.dictionary.packagesOfMatches(matches.map(match => match.id));
  const versions = new Map(packages.map(record => [record.id, comparedVersion(record) ?? 'no version']));
  const hits = await store.membership.ofPackages([...versions.keys()], scope);
  const groupOf = await groupsOf(store, hits.bom, key, scope);
  const groups = new Map<string, Set<string>>();
  for (let i = 0; i < hits.length; i++) {
    const group = groupOf.get(hits.bom[i] ?? 0) ?? '';
    groups.set(group, (groups.get(group) ?? new Set()).add(versions.get(hits.identity[i] ?? 0) ?? ''));
  }
  const ascending = (a: string, b: string): number =>
    compare(name.type, a, b) || (a < b ? -1 : a > b ? 1 : 0);
  return new Map(
    [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([group, found]) => [group, [...found].sort(ascending)]),
  );
}
