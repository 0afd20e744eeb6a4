import { credibleDate } from '../model/date.ts';
import type { BomGraph } from '../store/graph.ts';
import type { AppName, BomRecord, Store } from '../store/ports.ts';
import type { Scope, TrustState } from '../store/scope.ts';
import { type ByJoin, rowKey, withContained } from './contained.ts';
import { groupsOf } from './groups.ts';
import {
  distinct,
  howOfFlags,
  isSuperseded,
  joined,
  newestOf,
  nodesOf,
  type Row,
  type Rows,
  rowsFrom,
  rowsOf,
  rowsOfApps,
} from './hits.ts';
import type { JoinRule } from './joins.ts';
import { type LinkedRow, linkedRows } from './linked.ts';
import { type Naming, nodeName, purlsOf } from './naming.ts';
import { type Identity, type IdentityLabel, type Resolved, resolve, type VersionTest } from './resolve.ts';
import { type SignedThing, signedThings } from './signed.ts';
import { distances, type How, howOf, nearest, parentsOf } from './walk.ts';

export interface WhereRequest {
  /** A package name, purl, CPE or digest. */
  readonly words: string;
  /** The versions wanted; null: all. */
  readonly wants: VersionTest | null;
  /** Apps per page. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after: string | null;
  /** Label whose values the apps are counted by; null: none. */
  readonly groupBy: string | null;
  readonly scope: Scope;
}

/** One identity in one document of one app. */
export interface WhereRow {
  readonly match: IdentityLabel;
  readonly app: string;
  readonly appKey: string;
  readonly release: string | null;
  readonly branch: string | null;
  /** SHA-256 of the document that says so. */
  readonly document: string;
  readonly documentName: string;
  readonly how: How;
  /** True: a relation leads from a subject to it; false: only through others; null: no path is stated, or it is the subject itself. */
  readonly direct: boolean | null;
  /** The components that need or hold it themselves, those nearest to the app first. */
  readonly parents: readonly Naming[];
  /** When the first document of the app that had it says it was made, or else was recorded; milliseconds. */
  readonly since: number;
  readonly superseded: boolean;
  readonly trust: TrustState;
  /** Who identified it, when the document itself does not say so. */
  readonly by: { readonly who: string; readonly document: string } | null;
  /** Set when the app holds it only because a user linked it to what does: who said so, and the assertion document. */
  readonly linked: { readonly who: string; readonly document: string } | null;
  /** Set when the app's document does not list it, but a component there has the digest of what another document, which does, is about, or a link to it. */
  readonly joined: { readonly rule: JoinRule; readonly because: string; readonly document: string } | null;
  /** Verified evidence about what the document (or the other one) is about: who signed what holds it. */
  readonly signed: readonly SignedThing[];
}

export interface WhereAnswer {
  readonly resolved: Resolved;
  /** Exact numbers over all pages. `rows` counts (identity, document) pairs. */
  readonly counts: {
    readonly rows: number;
    readonly apps: number;
    readonly documents: number;
  };
  /** Older documents that had it too and are not counted above. */
  readonly superseded: number;
  /** Retired apps that have it; looked for only where no other has. */
  readonly retired: number;
  /** True when so many documents hold it that those which hold one of them by digest were not looked for. */
  readonly cut: boolean;
  /** Exact counts by value of the label asked for, most apps first; value null: without the label. */
  readonly groups: readonly WhereGroup[] | null;
  /** By app name, then by identity. */
  readonly rows: readonly WhereRow[];
  readonly next: string | null;
}

export interface WhereGroup {
  readonly value: string | null;
  readonly apps: number;
  readonly documents: number;
}

/** Which apps hold what the words name, how they come to it and since when. */
export async function where(store: Store, request: WhereRequest): Promise<WhereAnswer> {
  return (await wherePages(store, request))(request);
}

/** The same for many pages: what they have in common is looked up once. */
export async function wherePages(
  store: Store,
  request: Omit<WhereRequest, 'limit' | 'after'>,
): Promise<(page: Pick<WhereRequest, 'limit' | 'after'>) => Promise<WhereAnswer>> {
  const { scope } = request;
  const resolved = await resolve(store, request.words, request.wants, scope);
  // Asked once with the superseded ones: `since` needs them too.
  const stated = await rowsOf(store, resolved.identities, { ...scope, includeSuperseded: true });
  const direct = scope.includeSuperseded ? stated : newestOf(stated);
  const { rows, byJoin, cut } = await withContained(store, resolved.identities, direct, scope);
  const ever = rows === direct ? stated : joined([stated, rowsFrom(rows, direct.length)]);
  const linked = await linkedRows(store, { identities: resolved.identities, rows, byJoin }, scope);
  const apps = new Set(distinct(rows.app));
  for (const one of linked) apps.add(one.app.number);
  const documents = distinct(rows.bom);
  const found = { rows, ever, linked, byJoin };
  const common = {
    resolved,
    counts: { rows: rows.length + linked.length, apps: apps.size, documents: documents.length },
    superseded: distinct(ever.bom).length - documents.length,
    retired: apps.size > 0 ? 0 : await retiredApps(store, resolved.identities, scope),
    cut,
    groups: request.groupBy === null ? null : await groupRows(store, rows, linked, request.groupBy, scope),
  };
  return async asked => {
    const { items, next } = await store.apps.inOrder(apps, { limit: asked.limit, after: asked.after });
    return {
      ...common,
      rows: await shownRows(store, resolved.identities, found, items, scope),
      next,
    };
  };
}

async function retiredApps(store: Store, identities: readonly Identity[], scope: Scope): Promise<number> {
  if (scope.includeRetired) return 0;
  return distinct((await rowsOf(store, identities, { ...scope, includeRetired: true })).app).length;
}

async function groupRows(
  store: Store,
  rows: Rows,
  linked: readonly LinkedRow[],
  key: string,
  scope: Scope,
): Promise<WhereGroup[]> {
  const values = await groupsOf(store, rows.bom, key, scope);
  const groups = new Map<string | null, { readonly apps: Set<number>; readonly documents: Set<number> }>();
  const groupOf = (value: string | null): { apps: Set<number>; documents: Set<number> } => {
    const group = groups.get(value) ?? { apps: new Set(), documents: new Set() };
    groups.set(value, group);
    return group;
  };
  for (let i = 0; i < rows.length; i++) {
    const group = groupOf(values.get(rows.bom[i] ?? 0) ?? null);
    group.apps.add(rows.app[i] ?? 0);
    group.documents.add(rows.bom[i] ?? 0);
  }
  for (const [app, found] of await labelsOfLinked(store, linked, key, scope))
    for (const value of found) groupOf(value).apps.add(app);
  return [...groups]
    .map(([value, group]) => ({ value, apps: group.apps.size, documents: group.documents.size }))
    .sort((a, b) => b.apps - a.apps || compare(a.value ?? '', b.value ?? ''));
}

/** A linked product is counted by its own label: no document of it holds what was asked for. */
async function labelsOfLinked(
  store: Store,
  linked: readonly LinkedRow[],
  key: string,
  scope: Scope,
): Promise<ReadonlyMap<number, ReadonlySet<string | null>>> {
  const products = new Map(linked.map(one => [JSON.stringify([one.app.number, one.release]), one]));
  const labels = new Map<number, Set<string | null>>();
  for (const { app, release } of products.values()) {
    const boms = (await store.apps.boms(app.key, release ?? undefined, scope)).map(bom => bom.id);
    const values = await groupsOf(store, boms, key, scope);
    const found = labels.get(app.number) ?? new Set();
    labels.set(app.number, found);
    for (const bom of boms) found.add(values.get(bom) ?? null);
  }
  return labels;
}

function compare(a: string | undefined, b: string | undefined): number {
  const left = a ?? '';
  const right = b ?? '';
  return left < right ? -1 : left > right ? 1 : 0;
}

interface Found {
  readonly rows: Rows;
  readonly ever: Rows;
  readonly linked: readonly LinkedRow[];
  readonly byJoin: ReadonlyMap<string, ByJoin>;
}

async function shownRows(
  store: Store,
  identities: readonly Identity[],
  { rows, ever, linked, byJoin }: Found,
  page: readonly AppName[],
  scope: Scope,
): Promise<WhereRow[]> {
  const numbers = new Set(page.map(app => app.number));
  const older = rowsOfApps(ever, numbers);
  const wide = { ...scope, includeSuperseded: true };
  const through = linked.filter(one => numbers.has(one.app.number));
  const ids = new Set([...older.map(row => row.bom), ...through.map(one => rows.bom[one.row] ?? 0)]);
  const boms = new Map((await store.documents.boms([...ids], wide)).map(bom => [bom.id, bom]));
  const since = firstOfApps(older, boms);
  const paged = rowsOfApps(rows, numbers);
  const graphs = await store.graphs.many([...new Set(paged.map(row => row.bom))], scope);
  const found: FoundRow[] = [];
  for (const row of paged) {
    const bom = boms.get(row.bom);
    const identity = identities[row.identity];
    const graph = graphs.get(row.bom) ?? null;
    if (bom === undefined || identity === undefined) continue;
    const join = byJoin.get(rowKey(row)) ?? null;
    const base = { row, identity, bom, graph, join };
    found.push(
      join === null
        ? await findRow(store, base, scope)
        : { ...base, how: 'transitive', holders: [join.ordinal] },
    );
  }
  const signed = await signedThings(store, found, scope);
  const purls = await purlsOf(
    store.dictionary,
    found.flatMap(({ graph, holders }) => holders.map(node => graph?.packages[node] ?? 0)),
  );
  const shown: WhereRow[] = found.map(one => ({
    ...rowOf(one, purls, since.get(one.row.app) ?? dateOf(one.bom), scope),
    signed: signed.get(one.bom.id) ?? [],
  }));
  for (const one of through) {
    const bom = boms.get(rows.bom[one.row] ?? 0);
    const identity = identities[rows.identity[one.row] ?? 0];
    if (bom !== undefined && identity !== undefined) shown.push(rowThrough(one, identity, bom, scope));
  }
  const place = new Map(page.map((app, at) => [app.key, at]));
  return shown.sort(
    (a, b) =>
      (place.get(a.appKey) ?? 0) - (place.get(b.appKey) ?? 0) ||
      compare(a.match.text, b.match.text) ||
      compare(a.release ?? '', b.release ?? '') ||
      compare(a.document, b.document),
  );
}

function firstOfApps(rows: readonly Row[], boms: ReadonlyMap<number, BomRecord>): Map<number, number> {
  const first = new Map<number, number>();
  for (const row of rows) {
    const bom = boms.get(row.bom);
    if (bom === undefined) continue;
    first.set(row.app, Math.min(first.get(row.app) ?? Number.POSITIVE_INFINITY, dateOf(bom)));
  }
  return first;
}

/** When a document says it was made, where that can be believed; else when it was recorded. */
function dateOf(bom: BomRecord): number {
  return credibleDate(bom.created, bom.document.recordedFrom);
}

/** A row with the entries that its identity means and those that hold them, before they are named. */
export interface FoundRow {
  readonly join: ByJoin | null;
  readonly row: Row;
  readonly identity: Identity;
  readonly bom: BomRecord;
  readonly graph: BomGraph | null;
  readonly how: How;
  readonly holders: readonly number[];
}

async function findRow(
  store: Store,
  base: Omit<FoundRow, 'how' | 'holders'>,
  scope: Scope,
): Promise<FoundRow> {
  const { row, identity, graph } = base;
  if (graph === null) return { ...base, how: howOfFlags(row.flags) ?? 'none', holders: [] };
  const nodes = await nodesOf(store, identity, row.bom, graph, scope);
  const holders = [...new Set(nodes.flatMap(node => parentsOf(graph, node)))];
  const stated = howOfFlags(row.flags);
  return { ...base, how: stated ?? howOfNodes(graph, nodes), holders: nearestFirst(graph, holders) };
}

function howOfNodes(graph: BomGraph, nodes: readonly number[]): How {
  const away = distances(graph, graph.subjects, 'down');
  return howOf(nearest(nodes.map(node => away[node] ?? -1)));
}

/** Subjects, then what a subject needs itself (that is what one can change), then the rest; without a walk over the whole graph. */
function nearestFirst(graph: BomGraph, holders: readonly number[]): readonly number[] {
  if (holders.length < 2) return holders;
  const subjects = new Set(graph.subjects);
  const { start, target } = graph.up();
  const ranks: number[][] = [[], [], []];
  for (const node of holders) {
    let rank = subjects.has(node) ? 0 : 2;
    for (let i = start[node] ?? 0; rank === 2 && i < (start[node + 1] ?? 0); i++) {
      if (subjects.has(target[i] ?? 0)) rank = 1;
    }
    ranks[rank]?.push(node);
  }
  return ranks.flat();
}

function rowOf(
  { identity, bom, graph, how, holders, join }: FoundRow,
  purls: ReadonlyMap<number, string>,
  since: number,
  scope: Scope,
): Omit<WhereRow, 'signed'> {
  return {
    match: identity.label,
    app: bom.appName,
    appKey: bom.app,
    release: bom.release,
    branch: bom.branch,
    document: bom.document.sha256,
    documentName: bom.document.name,
    how,
    direct: how === 'direct' ? true : how === 'transitive' ? false : null,
    parents: graph === null ? [] : holders.map(node => nodeName(graph, node, purls)),
    since,
    superseded: isSuperseded(bom, scope),
    trust: bom.document.trust,
    by: identity.by ?? null,
    linked: null,
    joined:
      join === null
        ? null
        : { rule: join.rule, because: join.because, document: join.through.document.sha256 },
  };
}

function rowThrough(
  { app, release, via, said }: LinkedRow,
  identity: Identity,
  bom: BomRecord,
  scope: Scope,
): WhereRow {
  return {
    match: identity.label,
    app: app.name,
    appKey: app.key,
    release,
    branch: null,
    document: bom.document.sha256,
    documentName: bom.document.name,
    how: 'transitive',
    direct: false,
    parents: [{ short: via, name: via, version: null, purl: null }],
    since: dateOf(bom),
    superseded: isSuperseded(bom, scope),
    trust: bom.document.trust,
    by: identity.by ?? null,
    linked: { who: said.who, document: said.document },
    joined: null,
    signed: [],
  };
}
