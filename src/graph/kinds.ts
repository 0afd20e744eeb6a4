import type { Store } from '../store/ports.ts';

/** A kind of package: its purl type, and the namespace, which is the distribution of a deb, rpm or apk. */
export interface PackageKind {
  readonly type: string;
  readonly namespace: string | null;
}

const CHUNK = 10_000;

/** The kinds of all packages that a larder has ever seen. */
export async function packageKinds(store: Store): Promise<readonly PackageKind[]> {
  const kinds = new Map<string, PackageKind>();
  const seen = new Set<number>();
  for await (const chunk of store.dictionary.allMatches(CHUNK)) {
    const names = [...new Set(chunk.map(match => match.name))].filter(name => !seen.has(name));
    for (const name of names) seen.add(name);
    for (const { type, namespace } of await store.dictionary.nameRecords(names))
      kinds.set(`${type}/${namespace ?? ''}`, { type, namespace });
  }
  return [...kinds.values()];
}
