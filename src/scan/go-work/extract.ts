import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { goLines } from '../support/go.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { folderOf, joinPath } from '../tree.ts';

/** go.work: a workspace of modules. It is a project that links to them; each go.mod lists its own. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const lines = goLines(await file.text());
  if ('badLine' in lines)
    throw new ScanError(
      'malformed-file',
      `${file.path} is no go.work: a line is no directive.`,
      `line ${lines.badLine}`,
    );
  const graph = new LockGraph(file.path, 'Go', context);
  const importer = graph.importer(folderOf(file.path));
  for (const { verb, words, line } of lines) {
    if (verb !== 'use' || words[0] === undefined) continue;
    const folder = joinPath(folderOf(file.path), words[0]);
    const path = folder === null ? null : joinPath(folder, 'go.mod');
    const isThere = path !== null && (await context.tree.file(path)) !== null;
    if (folder !== null && isThere) importer.links.set(folder, 'prod');
    else
      graph.gap(
        'missing-include',
        `The workspace uses ${words[0]}, which has no go.mod in the tree.`,
        `line ${line}`,
      );
  }
  return graph.projects();
}
