/** One component as a comparison sees it: what it is apart from its version, its version, and its licences as stated. */
export interface DiffItem {
  /** The same for every version of one package: a purl without version, a CPE product, or group and name. */
  readonly key: string;
  /** For people. */
  readonly name: string;
  /** The purl type whose order compares the versions; null where there is none. */
  readonly type: string | null;
  readonly version: string | null;
  readonly licences: readonly string[];
}

/** The key that stands in edges for what a side is about: the two sides' subjects are one thing, whatever each is called. */
export const SUBJECT_KEY = 'subject';

/** One side of a comparison: the components of one or more documents, and the stated edges between their keys. */
export interface DiffSide {
  readonly items: readonly DiffItem[];
  /** Pairs of keys: the first needs or holds the second. SUBJECT_KEY stands for a subject. */
  readonly edges: readonly (readonly [holder: string, held: string])[];
}

export type ChangeKind = 'upgraded' | 'downgraded' | 'changed';

export interface VersionChange {
  readonly key: string;
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
  /** `changed`: the two versions cannot be ordered. */
  readonly kind: ChangeKind;
}

export interface LicenceChange {
  readonly key: string;
  readonly name: string;
  readonly version: string | null;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export interface EdgeChange {
  readonly holder: string;
  readonly held: string;
}

export interface Diff {
  readonly added: readonly DiffItem[];
  readonly removed: readonly DiffItem[];
  readonly versions: readonly VersionChange[];
  readonly licences: readonly LicenceChange[];
  /** Edges between packages that both sides have; those that come or go with a package are not repeated here. */
  readonly edgesAdded: readonly EdgeChange[];
  readonly edgesRemoved: readonly EdgeChange[];
  readonly unchanged: number;
}

/** Negative, zero, positive, or null when the two versions cannot be ordered. */
export type CompareVersions = (type: string | null, a: string, b: string) => number | null;

/**
 * What changed from one side to the other. Versions of one package are sets: those on both sides are unchanged, the rest are paired in
 * ascending order, and what has no partner is added or removed.
 */
export function diff(before: DiffSide, after: DiffSide, compare: CompareVersions): Diff {
  const left = byKey(before.items);
  const right = byKey(after.items);
  const out = {
    added: [] as DiffItem[],
    removed: [] as DiffItem[],
    versions: [] as VersionChange[],
    licences: [] as LicenceChange[],
    unchanged: 0,
  };
  for (const key of [...new Set([...left.keys(), ...right.keys()])].sort()) {
    const was = left.get(key) ?? new Map<string, DiffItem>();
    const is = right.get(key) ?? new Map<string, DiffItem>();
    const gone = [...was].filter(([version]) => !is.has(version)).map(([, item]) => item);
    const come = [...is].filter(([version]) => !was.has(version)).map(([, item]) => item);
    pairVersions(gone, come, compare, out);
    for (const [version, item] of was) {
      const other = is.get(version);
      if (other === undefined) continue;
      out.unchanged++;
      compareLicences(item, other, out.licences);
    }
  }
  const shared = (edge: readonly [string, string]): boolean =>
    edge.every(key => key === SUBJECT_KEY || (left.has(key) && right.has(key)));
  return {
    ...out,
    edgesAdded: edgesOnly(after.edges, before.edges).filter(shared).map(toChange),
    edgesRemoved: edgesOnly(before.edges, after.edges).filter(shared).map(toChange),
  };
}

function byKey(items: readonly DiffItem[]): Map<string, Map<string, DiffItem>> {
  const keys = new Map<string, Map<string, DiffItem>>();
  for (const item of items) {
    const versions = keys.get(item.key) ?? new Map<string, DiffItem>();
    keys.set(item.key, versions);
    const id = item.version ?? '';
    const known = versions.get(id);
    const licences = known === undefined ? item.licences : [...known.licences, ...item.licences];
    versions.set(id, { ...item, licences: [...new Set(licences)].sort() });
  }
  return keys;
}

function pairVersions(
  gone: readonly DiffItem[],
  come: readonly DiffItem[],
  compare: CompareVersions,
  out: { added: DiffItem[]; removed: DiffItem[]; versions: VersionChange[]; licences: LicenceChange[] },
): void {
  const order = (a: DiffItem, b: DiffItem): number =>
    orderOf(a, b, compare) ?? ((a.version ?? '') < (b.version ?? '') ? -1 : 1);
  const was = gone.toSorted(order);
  const is = come.toSorted(order);
  const pairs = Math.min(was.length, is.length);
  for (let i = 0; i < pairs; i++) {
    const a = was[i] as DiffItem;
    const b = is[i] as DiffItem;
    out.versions.push({
      key: a.key,
      name: b.name,
      from: a.version,
      to: b.version,
      kind: kindOf(orderOf(a, b, compare)),
    });
    compareLicences(a, b, out.licences);
  }
  out.removed.push(...was.slice(pairs));
  out.added.push(...is.slice(pairs));
}

function orderOf(a: DiffItem, b: DiffItem, compare: CompareVersions): number | null {
  return a.version === null || b.version === null ? null : compare(b.type, a.version, b.version);
}

function kindOf(order: number | null): ChangeKind {
  if (order === null || order === 0) return 'changed';
  return order < 0 ? 'upgraded' : 'downgraded';
}

function compareLicences(a: DiffItem, b: DiffItem, changes: LicenceChange[]): void {
  if (a.licences.join('\n') === b.licences.join('\n')) return;
  changes.push({ key: a.key, name: b.name, version: b.version, from: a.licences, to: b.licences });
}

function edgesOnly(
  edges: readonly (readonly [string, string])[],
  others: readonly (readonly [string, string])[],
): (readonly [string, string])[] {
  const known = new Set(others.map(edge => edge.join('\n')));
  const found = new Map(edges.map(edge => [edge.join('\n'), edge] as const).filter(([id]) => !known.has(id)));
  return [...found.keys()].sort().map(id => found.get(id) as readonly [string, string]);
}

function toChange([holder, held]: readonly [string, string]): EdgeChange {
  return { holder, held };
}
