import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';
import { at, entriesAt, readJsonTable, type Table, tableAt, textAt } from '../support/values.ts';
import { folderOf } from '../tree.ts';

/** flake.lock of Nix, versions 5 to 7: inputs pinned by revision. Its narHash is of an unpacked tree, so it is no digest of a file. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const version = at(root, 'version');
  if (version !== 5 && version !== 6 && version !== 7)
    throw unsupportedVersion(file.path, version, 'versions 5 to 7');
  const graph = new LockGraph(file.path, 'nix', context);
  const lines = keyLines(text, 2);
  const nodes = tableAt(root, 'nodes');
  const rootKey = textAt(root, 'root') ?? 'root';
  const numbers = new Map<string, number>();
  for (const [key, entry] of Object.entries(nodes)) {
    if (key !== rootKey)
      numbers.set(
        key,
        graph.add({ ...nodeOf(key, tableAt(entry, 'locked')), line: lines.get(`nodes\n${key}`) ?? null }),
      );
  }
  const importer = graph.importer(folderOf(file.path));
  for (const [key, entry] of Object.entries(nodes)) {
    const from = numbers.get(key);
    for (const [, target] of entriesAt(entry, 'inputs')) {
      const found = followed(nodes, rootKey, target);
      const to = found === null ? undefined : numbers.get(found);
      if (to === undefined) continue;
      if (key === rootKey) importer.direct?.set(to, 'build');
      else if (from !== undefined) graph.edge(from, to);
    }
  }
  return graph.projects();
}

/** A key, or a path of inputs from the root that the input follows. */
function followed(nodes: Table, rootKey: string, target: unknown): string | null {
  if (typeof target === 'string') return target;
  if (!Array.isArray(target)) return null;
  let key: string | null = rootKey;
  for (const step of target.slice(0, 64)) {
    const next: unknown = key === null ? undefined : at(tableAt(at(nodes, key), 'inputs'), String(step));
    key = typeof next === 'string' ? next : null;
  }
  return key;
}

function nodeOf(key: string, locked: Table): Parameters<LockGraph['add']>[0] {
  const revision = textAt(locked, 'rev');
  const owner = textAt(locked, 'owner');
  const repository = textAt(locked, 'repo');
  const url = textAt(locked, 'url');
  if (owner !== null && repository !== null) {
    const type = textAt(locked, 'type') ?? 'github';
    return {
      name: `${owner}/${repository}`,
      version: revision,
      purl: { type, namespace: owner, name: repository, version: revision },
    };
  }
  if (url === null) return { name: key, version: revision, purl: null, source: textAt(locked, 'path') };
  const qualifiers =
    textAt(locked, 'type') === 'git' ? [vcsUrl(url, revision)] : [['download_url', url] as const];
  return {
    name: key,
    version: revision,
    purl: { type: 'generic', name: key, version: revision, qualifiers },
    source: url,
  };
}
