import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { goSumModules } from '../support/go.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { goPurl } from '../support/purls.ts';
import { folderOf, joinPath } from '../tree.ts';

/** go.sum without a go.mod beside it, or asked for by itself: modules whose source it vouches for. It may hold more versions than a build uses. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const mod = joinPath(folderOf(file.path), 'go.mod');
  if (!context.alone && mod !== null && (await context.tree.file(mod)) !== null) return [];
  const text = await file.text();
  const graph = new LockGraph(file.path, 'Go', context);
  const modules = goSumModules(text);
  if (modules.length === 0 && text.trim() !== '')
    throw new ScanError('malformed-file', `${file.path} has no line of a go.sum.`, 'line 1');
  for (const { path, version, line } of modules)
    graph.add({ name: path, version, purl: goPurl(path, version), line });
  graph.gap(
    'transitive-not-listed',
    'go.sum vouches for modules; which of them a build uses only go.mod says.',
  );
  return graph.projects();
}
