import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { expand, nugetVersion, readBuildFile } from '../support/msbuild.ts';

/** Directory.Packages.props (and packages.props): versions kept in one place. Which projects use which of them the project files say. */
export const extractor: Extractor = { extract };

const KINDS = new Set(['PackageVersion', 'PackageReference', 'GlobalPackageReference']);

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { properties, items } = readBuildFile(file.path, await file.text());
  const graph = new LockGraph(file.path, 'NuGet', context);
  for (const item of items) {
    if (!KINDS.has(item.kind)) continue;
    const stated = item.version === null ? null : expand(item.version, properties);
    const version = stated === null ? null : nugetVersion(stated);
    const name = expand(item.name, properties);
    if (stated === null || stated.includes('$('))
      graph.gap('unresolved-property', `${name} has no version that this file sets.`, `line ${item.line}`);
    graph.add({
      name,
      version,
      range: version === null ? stated : null,
      purl: { type: 'nuget', name, version },
      line: item.line,
    });
  }
  if (graph.size > 0)
    graph.gap(
      'manifest-without-lock',
      'Central versions are wishes; what is resolved is in no lockfile here. Set RestorePackagesWithLockFile and commit packages.lock.json.',
    );
  return graph.projects();
}
