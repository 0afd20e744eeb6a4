import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { hexDigest } from '../support/digests.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';
import { entriesAt, listAt, parseTomlOf, readTomlTable, textAt } from '../support/values.ts';
import { folderOf, joinPath } from '../tree.ts';

/** manifest.toml of Gleam: packages with versions, edges by name and digests; gleam.toml says which are for development. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const graph = new LockGraph(file.path, 'Hex', context);
  const nodes = new Map<string, number>();
  const packages = listAt(root, 'packages');
  for (const entry of packages) {
    const name = textAt(entry, 'name');
    if (name === null) {
      graph.gap('malformed-entry', 'A package without a name is left out.');
      continue;
    }
    const version = textAt(entry, 'version');
    const digest = textAt(entry, 'outer_checksum');
    const sha256 = digest === null ? null : hexDigest('sha256', digest);
    const source = textAt(entry, 'source');
    const repository = textAt(entry, 'repo');
    const commit = textAt(entry, 'commit');
    const purl =
      source === 'local'
        ? null
        : {
            type: 'hex',
            name,
            version,
            qualifiers: source === 'git' && repository !== null ? [vcsUrl(repository, commit)] : [],
          };
    nodes.set(
      name,
      graph.add({
        name,
        version,
        purl,
        line: lineOf(text, name),
        digests: sha256 === null ? [] : [sha256],
        source: repository ?? textAt(entry, 'path'),
      }),
    );
  }
  for (const entry of packages) {
    const from = nodes.get(textAt(entry, 'name') ?? '');
    for (const need of listAt(entry, 'requirements')) {
      const to = typeof need === 'string' ? nodes.get(need) : undefined;
      if (from !== undefined && to !== undefined) graph.edge(from, to);
    }
  }
  const manifest = await readManifest(file, context);
  const subject = {
    name: textAt(manifest, 'name'),
    version: textAt(manifest, 'version'),
    purl: null,
    licences: listAt(manifest, 'licences').filter(item => typeof item === 'string'),
    contacts: [],
  };
  const importer = graph.importer(folderOf(file.path), subject, true, manifest !== null);
  const stated: [string, ScanScope][] =
    manifest === null
      ? entriesAt(root, 'requirements').map(([name]) => [name, 'prod'])
      : [
          ...[...entriesAt(manifest, 'dev-dependencies'), ...entriesAt(manifest, 'dev_dependencies')].map(
            ([name]): [string, ScanScope] => [name, 'dev'],
          ),
          ...entriesAt(manifest, 'dependencies').map(([name]): [string, ScanScope] => [name, 'prod']),
        ];
  for (const [name, scope] of stated) {
    const to = nodes.get(name);
    if (to !== undefined) importer.direct?.set(to, scope);
  }
  return graph.projects();
}

async function readManifest(file: TreeFile, context: ExtractContext): Promise<unknown> {
  const path = joinPath(folderOf(file.path), 'gleam.toml');
  const manifest = path === null ? null : await context.tree.file(path);
  return path === null || manifest === null
    ? null
    : parseTomlOf(path, await manifest.text()).catch(() => null);
}

function lineOf(text: string, name: string): number | null {
  const start = text.indexOf(`name = "${name}"`);
  return start < 0 ? null : text.slice(0, start).split('\n').length;
}
