import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { at, entriesAt, readJsonTable, textAt } from '../support/values.ts';
import { folderOf } from '../tree.ts';

/** packages.lock.json, versions 1 and 2: packages per target framework. Its contentHash leaves out signatures, so it is no digest of the file served. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const version = at(root, 'version');
  if (version !== 1 && version !== 2) throw unsupportedVersion(file.path, version, 'versions 1 and 2');
  const graph = new LockGraph(file.path, 'NuGet', context);
  const lines = keyLines(text, 3);
  const importer = graph.importer(folderOf(file.path));
  const frameworks = new Map<string, ReadonlyMap<string, number>>();
  for (const [framework, packages] of entriesAt(root, 'dependencies')) {
    // `net8.0/win-x64` says only what that runtime needs beyond net8.0, of the packages that are already there.
    const base = frameworks.get(framework.split('/')[0] ?? '');
    const nodes = new Map(base);
    frameworks.set(framework, nodes);
    const entries = Object.entries((packages ?? {}) as object);
    for (const [name, entry] of entries) {
      const kind = textAt(entry, 'type');
      // A project reference is another project of the tree, not a package.
      if (kind === 'Project') continue;
      const line = lines.get(`dependencies\n${framework}\n${name}`) ?? null;
      const resolved = textAt(entry, 'resolved');
      if (resolved === null) {
        graph.gap(
          'malformed-entry',
          `The entry ${JSON.stringify(name)} has no resolved version and is left out.`,
          line === null ? null : `line ${line}`,
        );
        continue;
      }
      const known = base?.get(name.toLowerCase());
      if (known !== undefined && graph.node(known).version === resolved) continue;
      const node = graph.add({
        name,
        version: resolved,
        purl: { type: 'nuget', name, version: resolved },
        line,
      });
      nodes.set(name.toLowerCase(), node);
      if (kind === 'Direct') importer.direct?.set(node, 'prod');
    }
    for (const [name, entry] of entries) {
      for (const [needed] of entriesAt(entry, 'dependencies')) {
        const from = nodes.get(name.toLowerCase());
        const to = nodes.get(needed.toLowerCase());
        if (from !== undefined && to !== undefined) graph.edge(from, to);
      }
    }
  }
  return graph.projects();
}
