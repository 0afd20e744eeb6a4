import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { addLibraries, splitLibrary } from '../support/dotnet.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph, NO_SUBJECT } from '../support/lock-graph.ts';
import { at, entriesAt, readJsonTable, tableAt, textAt } from '../support/values.ts';
import { folderOf } from '../tree.ts';

/** obj/project.assets.json, what a NuGet restore resolved, versions 2 to 4. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const version = at(root, 'version');
  if (version !== 2 && version !== 3 && version !== 4)
    throw unsupportedVersion(file.path, version, 'versions 2 to 4');
  const graph = new LockGraph(file.path, 'NuGet', context);
  const project = tableAt(root, 'project');
  const name = textAt(tableAt(project, 'restore'), 'projectName');
  const importer = graph.importer(folderOf(file.path), {
    ...NO_SUBJECT,
    name,
    version: textAt(project, 'version'),
  });
  const nodes = addLibraries(graph, root, keyLines(text, 2), importer, new Set(), type => type === 'package');
  const direct = new Set<string>();
  for (const [framework] of entriesAt(project, 'frameworks')) {
    for (const [needed, entry] of entriesAt(
      tableAt(tableAt(project, 'frameworks'), framework),
      'dependencies',
    )) {
      if (textAt(entry, 'target') !== 'Project') direct.add(needed.toLowerCase());
    }
  }
  for (const [key, node] of nodes)
    if (direct.has(splitLibrary(key)?.name.toLowerCase() ?? '')) importer.direct?.set(node, 'prod');
  return graph.projects();
}
