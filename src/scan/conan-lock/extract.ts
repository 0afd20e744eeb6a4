import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { at, entriesAt, isTable, listAt, readJsonTable, tableAt, textAt } from '../support/values.ts';
import { folderOf } from '../tree.ts';

/** conan.lock: the graph of Conan 1 (versions 0.0 to 0.4) and the lists of Conan 2 (version 0.5). */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const version = textAt(root, 'version');
  if (version !== null && !/^0\.[0-5]$/.test(version))
    throw unsupportedVersion(file.path, version, 'versions 0.0 to 0.5');
  const graph = new LockGraph(file.path, 'ConanCenter', context);
  if (isTable(at(root, 'graph_lock'))) readGraph(graph, file.path, text, root);
  else readLists(graph, text, root);
  return graph.projects();
}

interface Reference {
  readonly name: string;
  readonly version: string;
  readonly user: string | null;
  readonly channel: string | null;
  readonly revision: string | null;
}

/** `name/version@user/channel#recipe_revision:package_id#package_revision%time`. */
function parseReference(text: string): Reference | null {
  const [recipe = ''] = text.split(/[:%]/);
  const [main = '', revision = null] = recipe.split('#');
  const [package_ = '', owner = null] = main.split('@');
  const slash = package_.indexOf('/');
  if (slash <= 0 || slash === package_.length - 1) return null;
  const [user = null, channel = null] = owner?.split('/') ?? [];
  return {
    name: package_.slice(0, slash),
    version: package_.slice(slash + 1),
    user: user || null,
    channel: channel || null,
    revision,
  };
}

function add(
  graph: LockGraph,
  text: string,
  scopes: readonly ScanScope[] | undefined,
  line: number | null,
): number | null {
  const found = parseReference(text);
  if (found === null) {
    graph.gap(
      'malformed-entry',
      `${JSON.stringify(text.slice(0, 100))} is no reference of a package and is left out.`,
      line === null ? null : `line ${line}`,
    );
    return null;
  }
  const { name, version, user, channel, revision } = found;
  const qualifiers: (readonly [string, string])[] = [];
  if (user !== null) qualifiers.push(['user', user]);
  if (channel !== null) qualifiers.push(['channel', channel]);
  if (revision !== null) qualifiers.push(['rrev', revision]);
  return graph.add({
    name,
    version,
    purl: { type: 'conan', namespace: null, name, version, qualifiers },
    scopes,
    line,
  });
}

function readLists(graph: LockGraph, text: string, root: Parameters<typeof at>[0]): void {
  const lines = keyLines(text, 2);
  for (const [section, scope] of [
    ['requires', 'prod'],
    ['build_requires', 'build'],
    ['python_requires', 'build'],
    ['config_requires', 'build'],
  ] as const) {
    for (const [index, item] of listAt(root, section).entries()) {
      const reference =
        typeof item === 'string' ? item : Array.isArray(item) && typeof item[0] === 'string' ? item[0] : '';
      add(graph, reference, [scope], lines.get(`${section}\n${index}`) ?? null);
    }
  }
}

/** A node with a `path` is the project's own recipe. */
function readGraph(graph: LockGraph, path: string, text: string, root: Parameters<typeof at>[0]): void {
  const lines = keyLines(text, 3);
  const nodes = new Map<string, number>();
  const own: string[] = [];
  const entries = entriesAt(tableAt(root, 'graph_lock'), 'nodes');
  for (const [key, entry] of entries) {
    const reference = textAt(entry, 'ref') ?? textAt(entry, 'pref');
    if (reference === null || textAt(entry, 'path') !== null) {
      own.push(key);
      continue;
    }
    const node = add(
      graph,
      reference,
      textAt(entry, 'context') === 'build' ? ['build'] : undefined,
      lines.get(`graph_lock\nnodes\n${key}`) ?? null,
    );
    if (node !== null) nodes.set(key, node);
  }
  const importer = graph.importer(folderOf(path));
  for (const [key, entry] of entries) {
    for (const [section, scope] of [
      ['build_requires', 'build'],
      ['requires', 'prod'],
    ] as const) {
      const stated = at(entry, section);
      const keys = Array.isArray(stated) ? stated : Object.values(isTable(stated) ? stated : {});
      for (const target of keys) {
        const to = typeof target === 'string' ? nodes.get(target) : undefined;
        if (to === undefined) continue;
        const from = nodes.get(key);
        if (from !== undefined) graph.edge(from, to, scope);
        else if (own.includes(key)) importer.direct?.set(to, scope);
      }
    }
  }
}
