import { pypiName } from '../../model/pypi-name.ts';
import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { addStronger, LockGraph } from '../support/lock-graph.ts';
import {
  fileDigests,
  lockedPackages,
  type PythonSource,
  pinnedVersion,
  pythonSourcePurl,
  readPyproject,
  splitRequirement,
} from '../support/python.ts';
import { at, listAt, readTomlTable, tableAt, textAt } from '../support/values.ts';
import { folderOf } from '../tree.ts';

/** pdm.lock, formats 2 to 4 (`lock_version`). */
export const extractor: Extractor = { extract };

type Locked = { readonly entry: unknown; readonly name: string; readonly line: number | null };

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
  // The same package stands several times, once per set of extras: it is one, with what each of them needs.
  const entries = Map.groupBy(lockedPackages(graph, text, root, 'package'), ({ name, entry }) =>
    [pypiName(name), textAt(entry, 'version'), sourceOf(entry)?.url].join('\n'),
  );
  const nodes = new Map<string, number[]>();
  const owners: { readonly from: number; readonly entry: unknown }[] = [];
  for (const copies of entries.values()) {
    const [first, ...more] = copies as [Locked, ...Locked[]];
    const { entry, name, line } = first;
    const source = sourceOf(entry);
    const locked = textAt(entry, 'version');
    const node = graph.add({
      name,
      version: locked,
      purl: pythonSourcePurl(name, locked, source),
      scopes: [...new Set(copies.flatMap(copy => scopesOf(copy.entry, groups)))],
      line,
      digests: fileDigests([
        ...copies.flatMap(copy => listAt(copy.entry, 'files')),
        ...listAt(files, `${name} ${locked}`),
      ]),
      source: source === null ? null : source.commit === null ? source.url : `${source.url}#${source.commit}`,
      copies: more,
    });
    nodes.set(pypiName(name), [...(nodes.get(pypiName(name)) ?? []), node]);
    for (const copy of copies) owners.push({ from: node, entry: copy.entry });
  }
  for (const { from, entry } of owners) {
    for (const item of listAt(entry, 'dependencies')) {
      const need = typeof item === 'string' ? splitRequirement(item) : null;
      const pinned = pinnedVersion(need?.range ?? null);
      for (const to of nodes.get(need?.name ?? '') ?? []) {
        const fits = pinned === null || graph.node(to).version === pinned;
        if (to !== from && fits) graph.edge(from, to);
      }
    }
  }
  const importer = graph.importer(folderOf(file.path), manifest?.subject, manifest !== null);
  for (const need of manifest?.needs ?? []) {
    const scope = need.group === '' ? 'prod' : (groups.get(need.group) ?? 'dev');
    for (const to of nodes.get(need.name) ?? []) if (importer.direct) addStronger(importer.direct, to, scope);
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
