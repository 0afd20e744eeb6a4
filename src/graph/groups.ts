import type { Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';

/** The value of a label for each BOM that has it. */
export async function groupsOf(
  store: Store,
  boms: Iterable<number>,
  key: string,
  scope: Scope,
): Promise<ReadonlyMap<number, string>> {
  const labels = await store.apps.labels(Uint32Array.from(new Set(boms)), scope);
  const groups = new Map<number, string>();
  for (const [bom, all] of labels) {
    const value = all.find(label => label.key === key)?.value;
    if (value !== undefined) groups.set(bom, value);
  }
  return groups;
}
