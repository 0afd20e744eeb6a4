import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { readNpmManifest } from '../support/npm-manifest.ts';
import { at, isTable, readJsonTable } from '../support/values.ts';
import { folderOf } from '../tree.ts';
import { readNestedDependencies } from './nested.ts';
import { readPackages } from './packages.ts';

/** package-lock.json and npm-shrinkwrap.json: version 1 nests `dependencies`, versions 2 and 3 list `packages` by place. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const version = at(root, 'lockfileVersion');
  // npm 4 and older wrote npm-shrinkwrap.json without a version, in the shape of version 1.
  if (version !== undefined && version !== 1 && version !== 2 && version !== 3)
    throw unsupportedVersion(file.path, version, 'versions 1 to 3');
  const graph = new LockGraph(file.path, 'npm', context);
  const manifest = await readNpmManifest(context.tree, folderOf(file.path)).catch(() => {
    context.diagnostics.warning(
      'malformed-file',
      `The package.json beside ${file.path} cannot be read; what is direct is taken from the lockfile alone.`,
    );
    return null;
  });
  if (isTable(at(root, 'packages'))) readPackages(graph, file.path, text, root, manifest);
  else {
    if (version === 3) graph.gap('malformed-file', `${file.path} states version 3 but has no "packages".`);
    readNestedDependencies(graph, file.path, text, root, manifest);
  }
  return graph.projects();
}
