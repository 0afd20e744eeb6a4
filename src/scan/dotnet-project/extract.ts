import type { ExtractContext, Extractor, Project, Tree, TreeFile } from '../extractor.ts';
import { LockGraph, NO_SUBJECT } from '../support/lock-graph.ts';
import { type BuildFile, type BuildItem, expand, nugetVersion, readBuildFile } from '../support/msbuild.ts';
import { folderOf, nameOf } from '../tree.ts';

/** Project files of .NET: PackageReference items, its own and those of the nearest Directory.Build.props and .targets, with central versions from the nearest Directory.Packages.props. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const own = readBuildFile(file.path, await file.text());
  const central = await nearest(context.tree, folderOf(file.path), 'Directory.Packages.props');
  const shared = await nearest(context.tree, folderOf(file.path), 'Directory.Build.props');
  const after = await nearest(context.tree, folderOf(file.path), 'Directory.Build.targets');
  const references = referencesOf([shared, own, after]);
  if (references.length === 0) return [];
  const properties = new Map([
    ...(shared?.properties ?? []),
    ...(central?.properties ?? []),
    ...own.properties,
    ...(after?.properties ?? []),
  ]);
  const versions = new Map(
    (central?.items ?? [])
      .filter(item => item.kind === 'PackageVersion')
      .map(item => [item.name.toLowerCase(), item.version]),
  );
  const graph = new LockGraph(file.path, 'NuGet', context);
  const name =
    own.properties.get('packageid') ??
    own.properties.get('assemblyname') ??
    nameOf(file.path).replace(/\.[a-z]+proj$/, '');
  const importer = graph.importer(folderOf(file.path), {
    ...NO_SUBJECT,
    name: expand(name, properties),
    version: own.properties.get('version') ?? null,
  });
  for (const item of references) {
    const needed = expand(item.name, properties);
    const stated = item.version ?? versions.get(needed.toLowerCase()) ?? null;
    const full = stated === null ? null : expand(stated, properties);
    const version = full === null ? null : nugetVersion(full);
    if (full === null || full.includes('$('))
      graph.gap(
        'unresolved-property',
        `${needed} has no version that a file of the tree sets.`,
        item.file === file.path ? `line ${item.line}` : null,
      );
    const node = graph.add({
      name: needed,
      version,
      range: version === null ? full : null,
      purl: { type: 'nuget', name: needed, version },
      line: item.line,
      file: item.file,
    });
    importer.direct?.set(node, item.isPrivate ? 'dev' : 'prod');
  }
  graph.gap(
    'manifest-without-lock',
    'The project file states what is asked for; what is resolved is in no lockfile here. Set RestorePackagesWithLockFile and commit packages.lock.json.',
  );
  return graph.projects();
}

interface Reference extends BuildItem {
  readonly file: string;
}

/** The items that are included, in the order in which MSBuild imports the files, each with what updates say of it. */
function referencesOf(files: readonly (BuildFile | null)[]): Reference[] {
  const items = files.flatMap(file => (file?.items ?? []).map(item => ({ ...item, file: file?.path ?? '' })));
  const byName = Map.groupBy(
    items.filter(item => item.kind === 'PackageReference'),
    item => item.name.toLowerCase(),
  );
  return [...byName.values()].flatMap(named => {
    const update = named.findLast(item => item.isUpdate && item.version !== null);
    const isPrivate = named.some(item => item.isUpdate && item.isPrivate);
    return named
      .filter(item => !item.isUpdate)
      .map(item => ({
        ...item,
        version: update?.version ?? item.version,
        isPrivate: isPrivate || item.isPrivate,
      }));
  });
}

/** The file of that name in this folder or the nearest above, as MSBuild looks for it. */
async function nearest(tree: Tree, folder: string, name: string): Promise<BuildFile | null> {
  for (let at = folder; ; at = folderOf(at)) {
    const path = at === '.' ? name : `${at}/${name}`;
    const file = await tree.file(path);
    if (file !== null) {
      try {
        return readBuildFile(path, await file.text());
      } catch {
        return null;
      }
    }
    if (at === '.') return null;
  }
}
