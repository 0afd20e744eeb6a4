import { pypiName } from '../../model/pypi-name.ts';
import { ScanError, unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { fileDigests, lockedPackages, type PythonSource, pythonSourcePurl } from '../support/python.ts';
import { at, listAt, readTomlTable, tableAt, textAt } from '../support/values.ts';

/** pylock.toml and pylock.NAME.toml (PEP 751). */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const version = textAt(root, 'lock-version');
  if (version !== null && !version.startsWith('1.'))
    throw unsupportedVersion(file.path, version, 'lock-version 1');
  if (!Array.isArray(at(root, 'packages')))
    throw new ScanError('malformed-file', `${file.path} has no packages, which PEP 751 demands.`);
  const graph = new LockGraph(file.path, 'PyPI', context);
  const nodes = new Map<string, number>();
  for (const { entry, name, line } of lockedPackages(graph, text, root, 'packages')) {
    const source = sourceOf(entry);
    const locked = textAt(entry, 'version');
    const files = [at(entry, 'sdist'), at(entry, 'archive'), ...listAt(entry, 'wheels')];
    const node = graph.add({
      name,
      version: locked,
      purl: pythonSourcePurl(name, locked, source),
      line,
      digests: fileDigests(files),
      source: source?.url ?? null,
    });
    nodes.set(pypiName(name), node);
  }
  for (const entry of listAt(root, 'packages')) {
    const from = nodes.get(pypiName(textAt(entry, 'name') ?? ''));
    for (const need of listAt(entry, 'dependencies')) {
      const to = nodes.get(pypiName(textAt(need, 'name') ?? ''));
      if (from !== undefined && to !== undefined) graph.edge(from, to);
    }
  }
  return graph.projects();
}

function sourceOf(entry: unknown): PythonSource | null {
  const vcs = tableAt(entry, 'vcs');
  const repository = textAt(vcs, 'url') ?? textAt(vcs, 'path');
  if (repository !== null) return { kind: 'git', url: repository, commit: textAt(vcs, 'commit-id') };
  const folder = textAt(tableAt(entry, 'directory'), 'path');
  if (folder !== null) return { kind: 'local', url: folder, commit: null };
  const archive = tableAt(entry, 'archive');
  const url = textAt(archive, 'url');
  if (url !== null) return { kind: 'url', url, commit: null };
  const path = textAt(archive, 'path');
  return path === null ? null : { kind: 'local', url: path, commit: null };
}
