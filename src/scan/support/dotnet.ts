import type { Importer, LockGraph } from './lock-graph.ts';
import { entriesAt, tableAt, textAt } from './values.ts';

/** `Name/1.0.0` in its parts, or null. */
export function splitLibrary(key: string): { readonly name: string; readonly version: string } | null {
  const slash = key.indexOf('/');
  return slash <= 0 || slash === key.length - 1
    ? null
    : { name: key.slice(0, slash), version: key.slice(slash + 1) };
}

/** Adds the libraries that are listed (what is built from source has no purl) and the edges of all targets: the shape deps.json and project.assets.json share. */
export function addLibraries(
  graph: LockGraph,
  root: unknown,
  lines: ReadonlyMap<string, number>,
  importer: Importer,
  ownKeys: ReadonlySet<string>,
  isListed: (type: string | null, key: string) => boolean,
): Map<string, number> {
  const nodes = new Map<string, number>();
  for (const [key, entry] of entriesAt(root, 'libraries')) {
    const found = splitLibrary(key);
    const line = lines.get(`libraries\n${key}`) ?? null;
    const type = textAt(entry, 'type');
    if (!isListed(type, key)) continue;
    if (found === null)
      graph.gap(
        'malformed-entry',
        `The key ${JSON.stringify(key)} names no package and version and is left out.`,
        line === null ? null : `line ${line}`,
      );
    else
      nodes.set(
        key,
        graph.add({ ...found, purl: type === 'package' ? { type: 'nuget', ...found } : null, line }),
      );
  }
  const byName = new Map(
    [...nodes].map(([key, node]) => [splitLibrary(key)?.name.toLowerCase() ?? '', node]),
  );
  for (const [framework] of entriesAt(root, 'targets')) {
    for (const [key, entry] of entriesAt(tableAt(root, 'targets'), framework)) {
      const from = nodes.get(key);
      for (const [name, version] of entriesAt(entry, 'dependencies')) {
        const to = nodes.get(`${name}/${String(version)}`) ?? byName.get(name.toLowerCase());
        if (to === undefined) continue;
        if (from !== undefined) graph.edge(from, to);
        else if (ownKeys.has(key)) importer.direct?.set(to, 'prod');
      }
    }
  }
  return nodes;
}
