import assert from 'node:assert/strict';

import type { Intake } from '../intake.ts';
import type { Store } from '../ports.ts';
import { EVERYTHING, type Scope } from '../scope.ts';
import type { SmallBom } from '../testing.ts';

/** Declares one test of the contract, with a store of its own. */
export type WithStore = (
  name: string,
  work: (store: Store, reopen: () => Promise<Store>) => Promise<void>,
  options?: { readonly segmentBoms?: number },
) => void;

/** Everything that was ever taken in. */
export const HISTORY: Scope = { ...EVERYTHING, includeSuperseded: true };
/** What most tests look for. */
export const log4j = 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1';
/** A BOM in which log4j is transitive. */
export const payments = {
  app: 'payments',
  release: '4.2.0',
  purls: ['pkg:generic/payments@4.2.0', 'pkg:npm/a@1.0.0', log4j],
  edges: [
    [0, 1],
    [1, 2],
  ],
  licences: ['MIT', 'Apache-2.0'],
} satisfies SmallBom;

/** App name and flags of every BOM that holds a package, by app. `first` looks up that many only. */
export async function holders(
  store: Store,
  purl: string,
  scope: Scope,
  first = 100,
): Promise<[string, number][]> {
  const found = await store.dictionary.packageByPurl(purl);
  if (found === null) return [];
  const hits = await store.membership.ofPackages([found.id], scope);
  if (first === 0) return Array.from(hits.bom, (bom): [string, number] => [String(bom), 0]);
  const boms = new Map((await store.documents.boms(hits.bom, scope)).map(bom => [bom.id, bom]));
  const rows = Array.from(hits.bom, (bom, at): [string, number] => [
    boms.get(bom)?.appName ?? '?',
    hits.flags[at] ?? 0,
  ]);
  return rows.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

export async function purlsOf(store: Store, ids: Uint32Array): Promise<string[]> {
  return (await store.dictionary.packages(ids)).map(one => one.purl);
}

export async function pages<T>(
  read: (after: string | null) => Promise<{ items: readonly T[]; next: string | null }>,
  text: (item: T) => string,
): Promise<string[]> {
  const found: string[] = [];
  let after: string | null = null;
  do {
    const page: { items: readonly T[]; next: string | null } = await read(after);
    found.push(...page.items.map(text));
    after = page.next;
  } while (after !== null);
  return found;
}

/** All that a store answers about its documents, without numbers of its own. */
export async function everything(store: Store): Promise<unknown> {
  const scope: Scope = { ...HISTORY, includeRetired: true };
  const boms = (await store.documents.listBoms({}, { limit: 100 }, scope)).items.map(bom => ({
    ...bom,
    id: 0,
    line: 0,
    document: { ...bom.document, id: 0, bom: 0 },
  }));
  const apps = (await store.apps.list({ limit: 100 }, scope)).items.map(app => ({ ...app, number: 0 }));
  return {
    boms,
    apps,
    holders: await holders(store, log4j, scope),
    statements: await store.assertions.list({}, scope),
    totals: await store.membership.totals(scope),
  };
}

/** Rebuilds from all that the store holds. */
export async function rebuild(store: Store, intakes: readonly Intake[]): Promise<void> {
  await store.writer.beginRebuild();
  for await (const evidence of store.maintenance.everyDocument()) {
    const intake = intakes.find(one => one.sha256 === evidence.sha256);
    assert.ok(intake !== undefined);
    await store.writer.write([intake], { recordedAt: evidence.recordedFrom });
  }
  await store.writer.endRebuild('keep');
}

export async function noFaults(store: Store): Promise<void> {
  const faults = [];
  for await (const fault of store.maintenance.check()) faults.push(fault);
  assert.deepEqual(faults, []);
}
