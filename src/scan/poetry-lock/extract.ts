import { pypiName } from '../../model/pypi-name.ts';
import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { addStronger, LockGraph, type LockNode } from '../support/lock-graph.ts';
import {
  fileDigests,
  lockedPackages,
  type PythonSource,
  pythonSourcePurl,
  readPyproject,
} from '../support/python.ts';
import { at, entriesAt, listAt, readTomlTable, tableAt, textAt } from '../support/values.ts';
import { folderOf } from '../tree.ts';

/** poetry.lock, formats 0 to 2. Groups come from the lockfile (Poetry 2) or from pyproject.toml. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const metadata = tableAt(root, 'metadata');
  const version = textAt(metadata, 'lock-version');
  if (version !== null && !/^[012]\./.test(version))
    throw unsupportedVersion(file.path, version, 'lock-version 0 to 2');
  const graph = new LockGraph(file.path, 'PyPI', context);
  // Formats before 2.0 list the files of all packages apart.
  const files = tableAt(metadata, 'files');
  const nodes = new Map<string, number[]>();
  const packages = listAt(root, 'package');
  for (const { entry, name, line } of lockedPackages(graph, text, root, 'package')) {
    const source = sourceOf(entry);
    const locked = textAt(entry, 'version');
    const node = graph.add({
      name,
      version: locked,
      purl: pythonSourcePurl(name, locked, source),
      scopes: scopesOf(entry),
      line,
      digests: fileDigests([...listAt(entry, 'files'), ...listAt(files, name)]),
      source: source === null ? null : source.commit === null ? source.url : `${source.url}#${source.commit}`,
    });
    nodes.set(pypiName(name), [...(nodes.get(pypiName(name)) ?? []), node]);
  }
  for (const entry of packages) {
    for (const from of nodes.get(pypiName(textAt(entry, 'name') ?? '')) ?? []) {
      if (graph.node(from).version !== textAt(entry, 'version')) continue;
      for (const [name, need] of entriesAt(entry, 'dependencies')) {
        for (const to of nodes.get(pypiName(name)) ?? []) {
          const scope = at(need, 'optional') === true ? extraScope(graph.node(from), graph.node(to)) : 'prod';
          if (scope !== null) graph.edge(from, to, scope);
        }
      }
    }
  }
  const manifest = await readPyproject(context.tree, folderOf(file.path)).catch(() => null);
  const importer = graph.importer(folderOf(file.path), manifest?.subject, manifest !== null);
  for (const need of manifest?.needs ?? []) {
    const scope: ScanScope =
      need.group === '' || need.optional ? (need.optional ? 'optional' : 'prod') : 'dev';
    for (const to of nodes.get(need.name) ?? []) if (importer.direct) addStronger(importer.direct, to, scope);
  }
  return graph.projects();
}

/**
 * An entry lists what all its extras need, whether anyone asks for them or not. What an extra that was asked for needs is in the groups of who asks, and is
 * flagged optional only where that is; in no group of them, the extra was not asked for. Formats without groups do not tell.
 */
function extraScope(from: LockNode, to: LockNode): ScanScope | null {
  const [asking, needed] = [from.scopes ?? [], to.scopes ?? []];
  if (asking.every(scope => scope === 'optional') || needed.every(scope => scope === 'optional'))
    return 'optional';
  return needed.some(scope => asking.includes(scope)) ? 'prod' : null;
}

function sourceOf(entry: unknown): PythonSource | null {
  const source = tableAt(entry, 'source');
  const url = textAt(source, 'url');
  switch (textAt(source, 'type')) {
    case 'git':
      return {
        kind: 'git',
        url: url ?? '',
        commit: textAt(source, 'resolved_reference') ?? textAt(source, 'reference'),
      };
    case 'directory':
    case 'file':
      return { kind: 'local', url: url ?? '', commit: null };
    case 'url':
      return { kind: 'url', url: url ?? '', commit: null };
    default:
      return null;
  }
}

/** `category` of old formats, `groups` of Poetry 2; `optional` is for extras. */
function scopesOf(entry: unknown): ScanScope[] {
  const groups = [...listAt(entry, 'groups'), textAt(entry, 'category')].filter(
    group => typeof group === 'string',
  );
  if (groups.length === 0) return at(entry, 'optional') === true ? ['optional'] : [];
  const isMain = groups.includes('main');
  if (isMain && at(entry, 'optional') === true) return ['optional'];
  return [
    ...(isMain ? (['prod'] as const) : []),
    ...(groups.some(group => group !== 'main') ? (['dev'] as const) : []),
  ];
}
