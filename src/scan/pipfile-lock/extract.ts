import { pypiName } from '../../model/pypi-name.ts';
import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { fileDigests, type PythonSource, pinnedVersion, pythonSourcePurl } from '../support/python.ts';
import {
  at,
  entriesAt,
  isTable,
  listAt,
  parseTomlOf,
  readJsonTable,
  tableAt,
  textAt,
} from '../support/values.ts';
import { folderOf, joinPath } from '../tree.ts';

/** Pipfile.lock: `default`, `develop` and further categories. It has no edges; Pipfile says what is direct. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const spec = at(tableAt(root, '_meta'), 'pipfile-spec');
  if (spec !== undefined && spec !== 6) throw unsupportedVersion(file.path, spec, 'pipfile-spec 6');
  const graph = new LockGraph(file.path, 'PyPI', context);
  const lines = keyLines(text, 2);
  const direct = await directNames(file, context);
  const byKey = new Map<string, { scopes: Set<ScanScope>; entry: unknown; name: string; category: string }>();
  for (const [category, table] of Object.entries(root)) {
    if (category === '_meta' || !isTable(table)) continue;
    for (const [name, entry] of Object.entries(table)) {
      const key = `${name}\n${textAt(entry, 'version')}`;
      const known = byKey.get(key) ?? { scopes: new Set(), entry, name, category };
      known.scopes.add(category === 'default' ? 'prod' : 'dev');
      byKey.set(key, known);
    }
  }
  for (const { scopes, entry, name, category } of byKey.values()) {
    const line = lines.get(`${category}\n${name}`) ?? null;
    const stated = textAt(entry, 'version');
    const version = pinnedVersion(stated);
    const source = sourceOf(entry);
    if (version === null && source === null)
      graph.gap(
        'unpinned-requirement',
        `${name} has no exact version in the lockfile.`,
        line === null ? null : `line ${line}`,
      );
    graph.add({
      name,
      version,
      range: version === null ? stated : null,
      purl: pythonSourcePurl(name, version, source),
      scopes: [...scopes],
      direct: direct === null ? null : direct.has(pypiName(name)),
      line,
      digests: fileDigests(listAt(entry, 'hashes')),
      source: source === null ? null : source.commit === null ? source.url : `${source.url}#${source.commit}`,
    });
  }
  return graph.projects();
}

async function directNames(file: TreeFile, context: ExtractContext): Promise<ReadonlySet<string> | null> {
  const path = joinPath(folderOf(file.path), 'Pipfile');
  const pipfile = path === null ? null : await context.tree.file(path);
  if (path === null || pipfile === null) return null;
  const root = await parseTomlOf(path, await pipfile.text()).catch(() => null);
  if (root === null) return null;
  const sections = Object.keys(root).filter(
    key => !['source', 'requires', 'scripts', 'pipenv'].includes(key),
  );
  return new Set(sections.flatMap(section => entriesAt(root, section).map(([name]) => pypiName(name))));
}

function sourceOf(entry: unknown): PythonSource | null {
  const git = textAt(entry, 'git');
  if (git !== null) return { kind: 'git', url: git, commit: textAt(entry, 'ref') };
  const url = textAt(entry, 'file') ?? textAt(entry, 'url');
  if (url !== null) return { kind: /^https?:/.test(url) ? 'url' : 'local', url, commit: null };
  const path = textAt(entry, 'path');
  return path === null ? null : { kind: 'local', url: path, commit: null };
}
