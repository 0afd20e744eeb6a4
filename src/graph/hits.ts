import type { BomGraph } from '../store/graph.ts';
import { MEMBER } from '../store/intake.ts';
import type { BomRecord, Hits, Store } from '../store/ports.ts';
import { momentOf, type Scope } from '../store/scope.ts';
import type { Identity } from './resolve.ts';
import type { How } from './walk.ts';

/** Where identities are: one row per (identity, BOM), in columns, so that a row costs nanoseconds. */
export interface Rows {
  readonly length: number;
  /** Index into the identities asked for. */
  readonly identity: Uint32Array;
  readonly bom: Uint32Array;
  readonly app: Uint32Array;
  readonly flags: Uint16Array;
}

/** The row of one hit that a page shows. */
export interface Row {
  readonly identity: number;
  readonly bom: number;
  readonly app: number;
  readonly flags: number;
}

/** Every row of the identities in the scope. Digests and single entries are looked up one by one, all else by membership. */
export async function rowsOf(store: Store, identities: readonly Identity[], scope: Scope): Promise<Rows> {
  const { membership } = store;
  const parts = [
    await byKind(identities, 'package', ids => membership.ofPackages(ids, scope)),
    await byKind(identities, 'identifier', ids => membership.ofIdentifiers(ids, scope)),
    await byKind(identities, 'plain', ids => membership.ofPlain(ids, scope)),
    await byDigests(store, identities, scope),
    await byComponents(store, identities, scope),
  ].filter(part => part.length > 0);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : joined(parts);
}

async function byKind(
  identities: readonly Identity[],
  kind: Identity['kind'],
  ask: (ids: number[]) => Promise<Hits>,
): Promise<Rows> {
  const indexes = new Map<number, number>();
  for (const [index, identity] of identities.entries())
    if (identity.kind === kind) indexes.set(identity.id, index);
  if (indexes.size === 0) return joined([]);
  const hits = await ask([...indexes.keys()]);
  const identity = hits.identity.map(id => indexes.get(id) ?? 0);
  return { length: hits.length, identity, bom: hits.bom, app: hits.app, flags: hits.flags };
}

async function byDigests(store: Store, identities: readonly Identity[], scope: Scope): Promise<Rows> {
  const rows: Row[] = [];
  for (const [index, identity] of identities.entries()) {
    if (identity.kind !== 'digest') continue;
    const boms = new Set((await store.digests.find(identity.label.text, scope)).map(hit => hit.bom));
    for (const row of await rowsOfBoms(store, index, [...boms], scope)) rows.push(row);
  }
  return columns(rows);
}

/** Single entries that a user identified. */
async function byComponents(store: Store, identities: readonly Identity[], scope: Scope): Promise<Rows> {
  const rows: Row[] = [];
  for (const [index, identity] of identities.entries()) {
    if (identity.kind !== 'component' || identity.document === undefined) continue;
    const record = await store.documents.find(identity.document, scope);
    if (record?.bom) rows.push(...(await rowsOfBoms(store, index, [record.bom], scope)));
  }
  return columns(rows);
}

async function rowsOfBoms(
  store: Store,
  identity: number,
  boms: readonly number[],
  scope: Scope,
): Promise<Row[]> {
  const records = (await store.documents.boms(boms, scope)).filter(
    bom => scope.includeSuperseded || !isSuperseded(bom, scope),
  );
  const apps = new Map<string, number>();
  for (const { app } of records) {
    if (!apps.has(app)) apps.set(app, (await store.apps.resolve(app, scope))[0]?.number ?? 0);
  }
  return records.map(record => {
    const flags = isSuperseded(record, scope) ? MEMBER.SUPERSEDED : 0;
    return { identity, bom: record.id, app: apps.get(record.app) ?? 0, flags };
  });
}

/** Rows as columns. */
export function columns(rows: readonly Row[]): Rows {
  return {
    length: rows.length,
    identity: Uint32Array.from(rows, row => row.identity),
    bom: Uint32Array.from(rows, row => row.bom),
    app: Uint32Array.from(rows, row => row.app),
    flags: Uint16Array.from(rows, row => row.flags),
  };
}

/** Several lists of rows as one. */
export function joined(parts: readonly Rows[]): Rows {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = {
    length,
    identity: new Uint32Array(length),
    bom: new Uint32Array(length),
    app: new Uint32Array(length),
    flags: new Uint16Array(length),
  };
  let at = 0;
  for (const part of parts) {
    all.identity.set(part.identity, at);
    all.bom.set(part.bom, at);
    all.app.set(part.app, at);
    all.flags.set(part.flags, at);
    at += part.length;
  }
  return all;
}

/** The distinct numbers of a column, ascending; by one bit each, so that counting a popular package's hits costs less than finding them. */
export function distinct(column: Uint32Array): Uint32Array {
  let top = 0;
  for (const value of column) if (value > top) top = value;
  const seen = new Uint32Array((top >>> 5) + 1);
  let count = 0;
  for (const value of column) {
    const word = seen[value >>> 5] ?? 0;
    const bit = 1 << (value & 31);
    if ((word & bit) !== 0) continue;
    seen[value >>> 5] = word | bit;
    count++;
  }
  const values = new Uint32Array(count);
  let at = 0;
  for (let value = 0; at < count; value++) {
    if (((seen[value >>> 5] ?? 0) & (1 << (value & 31))) !== 0) values[at++] = value;
  }
  return values;
}

/** Whether a later document of its line had replaced a BOM at the scope's moment. */
export function isSuperseded(bom: BomRecord, scope: Scope): boolean {
  return bom.supersededAt !== null && bom.supersededAt <= momentOf(scope);
}

/** The rows of documents that no later one of their line replaced. */
export function newestOf(rows: Rows): Rows {
  const keep: number[] = [];
  for (let i = 0; i < rows.length; i++) if (((rows.flags[i] ?? 0) & MEMBER.SUPERSEDED) === 0) keep.push(i);
  if (keep.length === rows.length) return rows;
  return {
    length: keep.length,
    identity: Uint32Array.from(keep, at => rows.identity[at] ?? 0),
    bom: Uint32Array.from(keep, at => rows.bom[at] ?? 0),
    app: Uint32Array.from(keep, at => rows.app[at] ?? 0),
    flags: Uint16Array.from(keep, at => rows.flags[at] ?? 0),
  };
}

/** The rows from a place on. */
export function rowsFrom(rows: Rows, at: number): Rows {
  return {
    length: rows.length - at,
    identity: rows.identity.subarray(at),
    bom: rows.bom.subarray(at),
    app: rows.app.subarray(at),
    flags: rows.flags.subarray(at),
  };
}

/** The rows of some apps. */
export function rowsOfApps(rows: Rows, apps: ReadonlySet<number>): Row[] {
  const found: Row[] = [];
  for (let i = 0; i < rows.length; i++) {
    if (!apps.has(rows.app[i] ?? 0)) continue;
    found.push({
      identity: rows.identity[i] ?? 0,
      bom: rows.bom[i] ?? 0,
      app: rows.app[i] ?? 0,
      flags: rows.flags[i] ?? 0,
    });
  }
  return found;
}

/** How a document holds an identity, over all its components that carry it: the nearest way counts. Null where flags do not tell. */
export function howOfFlags(flags: number): How | null {
  if (flags & MEMBER.SUBJECT) return 'subject';
  if (flags & MEMBER.DIRECT) return 'direct';
  if (flags & MEMBER.TRANSITIVE) return 'transitive';
  return flags & MEMBER.NO_PATH ? 'none' : null;
}

/** The entries of one BOM that an identity means. */
export async function nodesOf(
  store: Store,
  identity: Identity,
  bom: number,
  graph: BomGraph,
  scope: Scope,
): Promise<readonly number[]> {
  switch (identity.kind) {
    case 'component':
      return identity.id < graph.size ? [identity.id] : [];
    case 'digest': {
      const hits = await store.digests.find(identity.label.text, scope);
      return hits.filter(hit => hit.bom === bom && hit.kind === 'component').map(hit => hit.ordinal);
    }
    default:
      return graph.ordinalsOf(identity.kind, identity.id);
  }
}
