import type { Digest } from '../../model/facts.ts';
import type { BomId, Store } from '../../store/ports.ts';
import type { Scope } from '../../store/scope.ts';

/** The digests by which statements name entries: of each BOM by ordinal. */
export type NamedDigests = ReadonlyMap<BomId, ReadonlyMap<number, readonly Digest[]>>;

/** Finds the components that lookup keys name by digest (`digest:sha256:HEX`). VEX that names products by hash is rare, so that each is looked up. */
export async function namedByDigest(
  store: Store,
  keys: Iterable<string>,
  scope: Scope,
): Promise<NamedDigests> {
  const found = new Map<BomId, Map<number, Digest[]>>();
  for (const key of keys) {
    const [, algorithm, value] = /^digest:([^:]+):([0-9a-f]+)$/.exec(key) ?? [];
    if (algorithm === undefined || value === undefined) continue;
    for (const { bom, kind, ordinal } of await store.digests.find(value, scope)) {
      if (kind !== 'component') continue;
      const entries = found.get(bom) ?? new Map<number, Digest[]>();
      found.set(bom, entries);
      entries.set(ordinal, [...(entries.get(ordinal) ?? []), { algorithm, value } as Digest]);
    }
  }
  return found;
}
