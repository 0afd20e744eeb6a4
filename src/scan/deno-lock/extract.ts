import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { hexDigest, integrityDigests } from '../support/digests.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { npmPurl } from '../support/purls.ts';
import {
  at,
  entriesAt,
  isTable,
  listAt,
  readJsonTable,
  type Table,
  tableAt,
  textAt,
} from '../support/values.ts';
import { folderOf } from '../tree.ts';

const KNOWN = ['2', '3', '4', '5'];

/** deno.lock, versions 2 to 5: packages of npm and JSR, and modules by address with their digest. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const version = textAt(root, 'version');
  if (version === null || !KNOWN.includes(version))
    throw unsupportedVersion(file.path, version, 'versions 2 to 5');
  const graph = new LockGraph(file.path, 'npm', context);
  // Version 2 kept npm in `npm.packages`, version 3 both in `packages`, later ones on top.
  const prefix = version === '2' ? 'npm\n' : version === '3' ? 'packages\n' : '';
  const holder: Table = version === '3' ? tableAt(root, 'packages') : root;
  const npm = version === '2' ? tableAt(tableAt(root, 'npm'), 'packages') : tableAt(holder, 'npm');
  const jsr = tableAt(holder, 'jsr');
  const specifiers =
    version === '2' ? tableAt(tableAt(root, 'npm'), 'specifiers') : tableAt(holder, 'specifiers');
  const lines = keyLines(text, 3);
  const nodes = new Map<string, number>();
  for (const [kind, table] of [
    ['npm', npm],
    ['jsr', jsr],
  ] as const) {
    for (const [key, entry] of Object.entries(table)) {
      const place = version === '2' ? `npm\npackages\n${key}` : `${prefix}${kind}\n${key}`;
      const node = addPackage(graph, kind, key, entry, lines.get(place) ?? null);
      if (node === null) continue;
      nodes.set(`${kind}:${key}`, node);
    }
  }
  const find = finder(nodes, specifiers);
  for (const [kind, table] of [
    ['npm', npm],
    ['jsr', jsr],
  ] as const) {
    for (const [key, entry] of Object.entries(table)) {
      const from = nodes.get(`${kind}:${key}`);
      if (from === undefined) continue;
      for (const [section, scope] of [
        ['optionalDependencies', 'optional'],
        ['dependencies', 'prod'],
      ] as const) {
        for (const needed of dependenciesOf(entry, section)) {
          const to = find(kind, needed);
          if (to !== null) graph.edge(from, to, scope);
        }
      }
    }
  }
  for (const [url, digest] of entriesAt(root, 'remote')) {
    const sha256 = typeof digest === 'string' ? hexDigest('sha256', digest) : null;
    graph.add({
      name: url,
      line: lines.get(`remote\n${url}`) ?? null,
      digests: sha256 === null ? [] : [sha256],
      source: url,
    });
  }
  addDirect(graph, folderOf(file.path), root, specifiers, version, find);
  return graph.projects();
}

type Find = (kind: 'npm' | 'jsr', needed: string) => number | null;

/** What the workspace asks for; without a `workspace` the specifiers are what the code itself imports. */
function addDirect(
  graph: LockGraph,
  folder: string,
  root: Table,
  specifiers: Table,
  version: string,
  find: Find,
): void {
  const workspace = at(root, 'workspace');
  const stated = isTable(workspace)
    ? [
        ...listAt(workspace, 'dependencies'),
        ...listAt(at(workspace, 'packageJson'), 'dependencies'),
        ...entriesAt(workspace, 'members').flatMap(([, member]) => [
          ...listAt(member, 'dependencies'),
          ...listAt(at(member, 'packageJson'), 'dependencies'),
        ]),
      ]
    : Object.keys(specifiers).map(key => (version === '2' ? `npm:${key}` : key));
  const importer = graph.importer(folder);
  for (const item of stated) {
    if (typeof item !== 'string') continue;
    const kind = item.startsWith('jsr:') ? 'jsr' : 'npm';
    const node = find(kind, item);
    if (node !== null) importer.direct?.set(node, 'prod');
  }
}

function finder(nodes: ReadonlyMap<string, number>, specifiers: Table): Find {
  const byName = new Map<string, number>();
  for (const [key, node] of nodes) byName.set(key.slice(0, key.indexOf('@', key.indexOf(':') + 2)), node);
  return (kind, needed) => {
    const prefixed = needed.startsWith('npm:') || needed.startsWith('jsr:') ? needed : `${kind}:${needed}`;
    const own = prefixed.slice(0, 4);
    const name = prefixed.slice(4, prefixed.indexOf('@', 5) < 0 ? undefined : prefixed.indexOf('@', 5));
    const target = at(specifiers, prefixed) ?? at(specifiers, prefixed.slice(4));
    if (typeof target === 'string') {
      const found = nodes.get(`${own}${name}@${target}`) ?? nodes.get(`${own}${target}`) ?? nodes.get(target);
      if (found !== undefined) return found;
    }
    return nodes.get(prefixed) ?? byName.get(`${own}${name}`) ?? null;
  };
}

/** A list of names (version 4 on), or a table of name to key. */
function dependenciesOf(entry: unknown, section: string): string[] {
  const stated = at(entry, section);
  const values = Array.isArray(stated) ? stated : isTable(stated) ? Object.values(stated) : [];
  return values.filter(value => typeof value === 'string');
}

/** npm keys have the peers they were resolved with behind an underscore: `a@1.0.0_b@2.0.0`. */
function addPackage(
  graph: LockGraph,
  kind: 'npm' | 'jsr',
  key: string,
  entry: unknown,
  line: number | null,
): number | null {
  const split = key.indexOf('@', 1);
  if (split < 0) {
    graph.gap(
      'malformed-entry',
      `The key ${JSON.stringify(key)} names no version and is left out.`,
      line === null ? null : `line ${line}`,
    );
    return null;
  }
  const name = key.slice(0, split);
  const version = key.slice(split + 1).split('_')[0] ?? '';
  const integrity = textAt(entry, 'integrity');
  if (kind === 'npm')
    return graph.add({
      name,
      version,
      purl: npmPurl(name, version),
      line,
      digests: integrityDigests(integrity),
    });
  const sha256 = integrity === null ? null : hexDigest('sha256', integrity);
  const parts = { ...npmPurl(name, version), type: 'jsr' };
  return graph.add({ name, version, purl: parts, line, digests: sha256 === null ? [] : [sha256] });
}
