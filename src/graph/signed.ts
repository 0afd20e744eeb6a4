import { RELATIONS } from '../model/relation.ts';
import type { BomGraph } from '../store/graph.ts';
import type { BomRecord, DocumentRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { componentsOf } from './details.ts';

/** Something verified evidence is about: a signed model, an image with provenance. */
export interface SignedThing {
  /** SHA-256 of the evidence. */
  readonly document: string;
  readonly name: string;
  readonly identity: string | null;
  /** The digest that ties it to what the BOM is about. */
  readonly digest: string;
}

/** A BOM in which something was found, and the entries that hold it there. */
interface Holding {
  readonly bom: BomRecord;
  readonly graph: BomGraph | null;
  readonly holders: readonly number[];
  readonly join: { readonly through: BomRecord } | null;
}

const MOST_READ = 50;

/**
 * Verified evidence about what holds the thing in each BOM, joined by digest: about the BOM's subject, and about a model that the BOM lists and that was made from the thing.
 * Evidence says nothing of what went into a model; the BOM does, and the digest says that both speak of the same bytes.
 */
export async function signedThings(
  store: Store,
  holdings: readonly Holding[],
  scope: Scope,
): Promise<Map<number, SignedThing[]>> {
  const digests = new Map<string, Set<number>>();
  const note = (value: string, bom: number): void => {
    digests.set(value, (digests.get(value) ?? new Set()).add(bom));
  };
  let read = 0;
  for (const { bom, graph, holders, join } of holdings) {
    for (const about of [bom, ...(join === null ? [] : [join.through])])
      for (const value of about.subjects.flatMap(subject => subject.digests ?? [])) note(value, bom.id);
    const models = graph === null ? [] : modelsAmong(bom, graph, holders);
    if (models.length === 0 || ++read > MOST_READ) continue;
    const components = await componentsOf(store, bom.document);
    for (const at of models) for (const { value } of components[at]?.digests ?? []) note(value, bom.id);
  }
  const found = new Map<number, SignedThing[]>();
  if (digests.size === 0) return found;
  for (const { digest, document } of await store.documents.attesting([...digests.keys()], {
    ...scope,
    includeSuperseded: true,
  }))
    for (const bom of digests.get(digest) ?? []) {
      const list = found.get(bom) ?? [];
      if (list.some(one => one.document === document.sha256)) continue;
      found.set(bom, [...list, await thing(store, digest, document, scope)]);
    }
  return found;
}

async function thing(
  store: Store,
  digest: string,
  document: DocumentRecord,
  scope: Scope,
): Promise<SignedThing> {
  const trust = await store.documents.trust(document.id, scope);
  return { document: document.sha256, name: document.name, identity: trust?.identity ?? null, digest };
}

const MADE_FROM: ReadonlySet<string> = new Set(['TRAINED_ON', 'TESTED_ON', 'DERIVED_FROM', 'GENERATED_FROM']);

/** Holders that were made from what they hold, other than the subject. */
function modelsAmong(bom: BomRecord, graph: BomGraph, holders: readonly number[]): number[] {
  const subjects = new Set(bom.subjects.map(subject => subject.ordinal));
  const { start, relation } = graph.down();
  return holders.filter(node => {
    if (subjects.has(node)) return false;
    const relations = relation.subarray(start[node] ?? 0, start[node + 1] ?? 0);
    return relations.some(code => MADE_FROM.has(RELATIONS[code]?.name ?? ''));
  });
}
