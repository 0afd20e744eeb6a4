import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import {
  at,
  entriesAt,
  isTable,
  listAt,
  parseTomlOf,
  readTomlTable,
  type Table,
  tableAt,
  textAt,
} from '../support/values.ts';
import { folderOf, joinPath, nameOf } from '../tree.ts';

interface Entry {
  readonly name: string;
  readonly table: Table;
  readonly line: number | null;
}

/** Manifest.toml and JuliaManifest.toml, formats 1 and 2. Packages of the standard library have no version of their own before Julia 1.8. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const format = textAt(root, 'manifest_format') ?? '1.0';
  if (!/^[12](?:\.|$)/.test(format)) throw unsupportedVersion(file.path, format, 'manifest_format 1 and 2');
  const holder = format.startsWith('2') ? tableAt(root, 'deps') : root;
  const entries = entriesOf(holder, text);
  const graph = new LockGraph(file.path, 'Julia', context);
  const byUuid = new Map<string, number>();
  const byName = new Map<string, number>();
  for (const { name, table, line } of entries) {
    const version = textAt(table, 'version');
    const uuid = textAt(table, 'uuid');
    const isLocal = textAt(table, 'path') !== null;
    const purl =
      isLocal || uuid === null
        ? null
        : { type: 'julia', name, version, qualifiers: [['uuid', uuid] as const] };
    const url = textAt(table, 'repo-url');
    const node = graph.add({
      name,
      version,
      purl,
      line,
      source:
        url === null
          ? textAt(table, 'path')
          : `${url}#${textAt(table, 'repo-rev') ?? textAt(table, 'git-tree-sha1') ?? ''}`,
    });
    if (uuid !== null) byUuid.set(uuid, node);
    byName.set(name, node);
  }
  for (const { name, table } of entries) {
    const from = byUuid.get(textAt(table, 'uuid') ?? '') ?? byName.get(name);
    // A list of names, or a table of name to UUID where a name stands for several packages.
    const stated = at(table, 'deps');
    const needs = isTable(stated)
      ? Object.values(stated).map(uuid => byUuid.get(String(uuid)))
      : listAt(table, 'deps').map(need => byName.get(String(need)));
    for (const to of needs) if (from !== undefined && to !== undefined) graph.edge(from, to);
  }
  await addDirect(graph, file, context, byUuid);
  return graph.projects();
}

function entriesOf(holder: Table, text: string): Entry[] {
  const lines = new Map<string, number[]>();
  for (const [index, content] of text.split('\n').entries()) {
    const name = /^\[\[(?:deps\.)?([^\]]+)\]\]/.exec(content)?.[1]?.replaceAll('"', '');
    if (name !== undefined) lines.set(name, [...(lines.get(name) ?? []), index + 1]);
  }
  return Object.entries(holder).flatMap(([name, list]) =>
    Array.isArray(list)
      ? list.flatMap((table, index) =>
          isTable(table) ? [{ name, table, line: lines.get(name)?.[index] ?? null }] : [],
        )
      : [],
  );
}

async function addDirect(
  graph: LockGraph,
  file: TreeFile,
  context: ExtractContext,
  byUuid: ReadonlyMap<string, number>,
): Promise<void> {
  const path = joinPath(folderOf(file.path), nameOf(file.path).replace('Manifest', 'Project'));
  const manifest = path === null || path === file.path ? null : await context.tree.file(path);
  const root =
    path === null || manifest === null
      ? null
      : await parseTomlOf(path, await manifest.text()).catch(() => null);
  if (root === null) return;
  const importer = graph.importer(folderOf(file.path), {
    name: textAt(root, 'name'),
    version: textAt(root, 'version'),
    purl: null,
    licences: [],
    contacts: [],
  });
  for (const [section, scope] of [
    ['extras', 'test'],
    ['weakdeps', 'optional'],
    ['deps', 'prod'],
  ] as const satisfies readonly (readonly [string, ScanScope])[]) {
    for (const [, uuid] of entriesAt(root, section)) {
      const node = byUuid.get(String(uuid));
      if (node !== undefined) importer.direct?.set(node, scope);
    }
  }
}
