import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { addLibraries, splitLibrary } from '../support/dotnet.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph, NO_SUBJECT } from '../support/lock-graph.ts';
import { at, entriesAt, isTable, readJsonTable, textAt } from '../support/values.ts';
import { folderOf, nameOf } from '../tree.ts';

/** NAME.deps.json, written beside a built .NET program: what it is made of. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  if (!isTable(at(root, 'libraries')) && !isTable(at(root, 'targets')))
    throw new ScanError('malformed-file', `${file.path} has neither targets nor libraries.`);
  const graph = new LockGraph(file.path, 'NuGet', context);
  const projects = entriesAt(root, 'libraries')
    .filter(([, entry]) => textAt(entry, 'type') === 'project')
    .map(([key]) => key);
  // The program is named as the file is; other entries of type project are built with it.
  const program = nameOf(file.path).replace(/\.deps\.json$/, '');
  const own = projects.find(key => splitLibrary(key)?.name === program);
  const found = own === undefined ? null : splitLibrary(own);
  const importer = graph.importer(
    folderOf(file.path),
    found === null ? NO_SUBJECT : { ...NO_SUBJECT, ...found },
  );
  addLibraries(
    graph,
    root,
    keyLines(text, 2),
    importer,
    own === undefined ? new Set() : new Set([own]),
    (type, key) => type === 'package' || (type === 'project' && key !== own),
  );
  return graph.projects();
}
