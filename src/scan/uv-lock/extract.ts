import { pypiName } from '../../model/pypi-name.ts';
import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { type Importer, LockGraph } from '../support/lock-graph.ts';
import {
  fileDigests,
  lockedPackages,
  type PythonSource,
  pythonSourcePurl,
  readPyproject,
} from '../support/python.ts';
import { at, entriesAt, listAt, readTomlTable, tableAt, textAt } from '../support/values.ts';
import { folderOf, joinPath } from '../tree.ts';

/** uv.lock. Packages with an editable or virtual source are the projects of the tree; the others are what they reach. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const version = at(root, 'version');
  if (version !== undefined && version !== 1) throw unsupportedVersion(file.path, version, 'version 1');
  const graph = new LockGraph(file.path, 'PyPI', context);
  const nodes = new Map<string, { readonly node: number; readonly version: string | null }[]>();
  const importers = new Map<string, Importer>();
  const owners: {
    readonly entry: unknown;
    readonly node: number | null;
    readonly importer: Importer | null;
  }[] = [];
  for (const { entry, name, line } of lockedPackages(graph, text, root, 'package')) {
    const source = tableAt(entry, 'source');
    const own = textAt(source, 'editable') ?? textAt(source, 'virtual');
    const folder = own === null ? null : joinPath(folderOf(file.path), own);
    if (folder !== null) {
      const manifest = await readPyproject(context.tree, folder).catch(() => null);
      const stated = { name, version: textAt(entry, 'version'), purl: null, licences: [], contacts: [] };
      const importer = graph.importer(folder, manifest?.subject ?? stated);
      importers.set(pypiName(name), importer);
      owners.push({ entry, node: null, importer });
      continue;
    }
    const node = addPackage(graph, name, entry, line);
    nodes.set(pypiName(name), [
      ...(nodes.get(pypiName(name)) ?? []),
      { node, version: textAt(entry, 'version') },
    ]);
    owners.push({ entry, node, importer: null });
  }
  for (const { entry, node, importer } of owners) {
    for (const { need, scope: stated } of needsOf(entry)) {
      // Of a package that is not the project's own uv lists only the extras that someone asked for.
      const scope = importer === null ? 'prod' : stated;
      const name = pypiName(textAt(need, 'name') ?? '');
      const wanted = textAt(need, 'version');
      const member = importers.get(name);
      if (member !== undefined && member !== importer) importer?.links.set(member.path, scope);
      for (const found of nodes.get(name) ?? []) {
        if (wanted !== null && found.version !== wanted) continue;
        if (importer !== null) importer.direct?.set(found.node, scope);
        else if (node !== null) graph.edge(node, found.node, scope);
      }
    }
  }
  return graph.projects();
}

/** The weakest first, so that the strongest scope of a repeated need stands. */
function needsOf(entry: unknown): { readonly need: unknown; readonly scope: 'prod' | 'optional' | 'dev' }[] {
  const lists = (section: string) =>
    entriesAt(entry, section).flatMap(([, list]) => (Array.isArray(list) ? list : []));
  return [
    ...[...lists('dev-dependencies'), ...lists('dependency-groups')].map(need => ({
      need,
      scope: 'dev' as const,
    })),
    ...lists('optional-dependencies').map(need => ({ need, scope: 'optional' as const })),
    ...listAt(entry, 'dependencies').map(need => ({ need, scope: 'prod' as const })),
  ];
}

function addPackage(graph: LockGraph, name: string, entry: unknown, line: number | null): number {
  const source = sourceOf(entry);
  const version = textAt(entry, 'version');
  return graph.add({
    name,
    version,
    purl: pythonSourcePurl(name, version, source),
    line,
    digests: fileDigests([at(entry, 'sdist'), ...listAt(entry, 'wheels')]),
    source: source === null ? null : source.commit === null ? source.url : `${source.url}#${source.commit}`,
  });
}

/** `git = "https://host/repo?rev=main#commit"`, `url`, `path`, `directory`. */
function sourceOf(entry: unknown): PythonSource | null {
  const source = tableAt(entry, 'source');
  const git = textAt(source, 'git');
  if (git !== null) {
    const [address = '', commit = null] = git.split('#');
    return { kind: 'git', url: address.split('?')[0] ?? '', commit };
  }
  const url = textAt(source, 'url');
  if (url !== null) return { kind: 'url', url, commit: null };
  const local = textAt(source, 'path') ?? textAt(source, 'directory');
  return local === null ? null : { kind: 'local', url: local, commit: null };
}
