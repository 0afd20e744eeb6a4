import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import {
  fileDigests,
  lockedPackages,
  type PythonSource,
  pythonName,
  pythonSourcePurl,
  readPyproject,
  splitRequirement,
} from '../support/python.ts';
import { at, listAt, readTomlTable, tableAt, textAt } from '../support/values.ts';
import { folderOf } from '../tree.ts';

/** pdm.lock, formats 2 to 4 (`lock_version`). */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const version = textAt(tableAt(root, 'metadata'), 'lock_version');
  if (version !== null && !/^[1-4](?:\.|$)/.test(version))
    throw unsupportedVersion(file.path, version, 'lock_version 1 to 4');
  const graph = new LockGraph(file.path, 'PyPI', context);
  const files = tableAt(tableAt(root, 'metadata'), 'files');
  const manifest = await readPyproject(context.tree, folderOf(file.path)).catch(() => null);
  const groups = new Map<string, 'prod' | 'optional' | 'dev'>([['default', 'prod']]);
  for (const need of manifest?.needs ?? [])
    if (need.group !== '') groups.set(need.group, need.optional ? 'optional' : 'dev');
  const nodes = new Map<string, number>();
  for (const { entry, name, line } of lockedPackages(graph, text, root, 'package')) {
    const source = sourceOf(entry);
    const locked = textAt(entry, 'version');
    const node = graph.add({
      name,
      version: locked,
      purl: pythonSourcePurl(name, locked, source),
      scopes: scopesOf(entry, groups),
      line,
      digests: fileDigests([...listAt(entry, 'files'), ...listAt(files, `${name} ${locked}`)]),
      source: source === null ? null : source.commit === null ? source.url : `${source.url}#${source.commit}`,
    });
    // The same package may stand several times, once per set of extras.
    if (!nodes.has(pythonName(name))) nodes.set(pythonName(name), node);
  }
  for (const entry of listAt(root, 'package')) {
    const from = nodes.get(pythonName(textAt(entry, 'name') ?? ''));
    if (from === undefined) continue;
    for (const item of listAt(entry, 'dependencies')) {
      const need = typeof item === 'string' ? splitRequirement(item) : null;
      const to = need === null ? undefined : nodes.get(need.name);
      if (to !== undefined && to !== from) graph.edge(from, to);
    }
  }
  const importer = graph.importer(folderOf(file.path), manifest?.subject, manifest !== null);
  for (const need of manifest?.needs ?? []) {
    const to = nodes.get(need.name);
    if (to !== undefined)
      importer.direct?.set(to, need.group === '' ? 'prod' : (groups.get(need.group) ?? 'dev'));
  }
  return graph.projects();
}

function sourceOf(entry: unknown): PythonSource | null {
  const git = textAt(entry, 'git');
  if (git !== null) return { kind: 'git', url: git, commit: textAt(entry, 'revision') };
  const url = textAt(entry, 'url');
  if (url !== null) return { kind: 'url', url, commit: null };
  const path = textAt(entry, 'path');
  return path === null ? null : { kind: 'local', url: path, commit: null };
}

/** The groups of the lockfile (format 4.4 on); what a group is for only pyproject.toml says, `dev` and `test` speak for themselves. */
function scopesOf(entry: unknown, known: ReadonlyMap<string, ScanScope>): ScanScope[] {
  const scopes = new Set<ScanScope>();
  for (const group of listAt(entry, 'groups')) {
    if (typeof group === 'string')
      scopes.add(
        known.get(group) ?? (/test/.test(group) ? 'test' : /dev|lint|doc/.test(group) ? 'dev' : 'optional'),
      );
  }
  if (scopes.size === 0 && at(entry, 'groups') !== undefined) scopes.add('prod');
  return [...scopes];
}
