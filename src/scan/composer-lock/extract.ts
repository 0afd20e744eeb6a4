import { formatPurl } from '../../model/purl.ts';
import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { hexDigest } from '../support/digests.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { slashed } from '../support/purls.ts';
import {
  at,
  entriesAt,
  isTable,
  listAt,
  parseJsonOf,
  readJsonTable,
  type Table,
  tableAt,
  textAt,
} from '../support/values.ts';
import { folderOf, joinPath } from '../tree.ts';

/** composer.lock: `packages` and `packages-dev`, with licences. composer.json says what is direct. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  if (!Array.isArray(at(root, 'packages')) && Object.keys(root).length > 0)
    throw new ScanError('malformed-file', `${file.path} has no list of packages.`);
  const graph = new LockGraph(file.path, 'Packagist', context);
  const lines = keyLines(text, 3);
  const nodes = new Map<string, number>();
  for (const [section, scope] of [
    ['packages', 'prod'],
    ['packages-dev', 'dev'],
  ] as const) {
    for (const [index, entry] of listAt(root, section).entries()) {
      const line = lines.get(`${section}\n${index}\nname`) ?? lines.get(`${section}\n${index}`) ?? null;
      const name = textAt(entry, 'name');
      if (name === null)
        graph.gap(
          'malformed-entry',
          'A package without a name is left out.',
          line === null ? null : `line ${line}`,
        );
      else addPackage(graph, nodes, name, entry, scope, line);
    }
  }
  for (const section of ['packages', 'packages-dev']) {
    for (const entry of listAt(root, section)) {
      const from = nodes.get((textAt(entry, 'name') ?? '').toLowerCase());
      if (from === undefined) continue;
      for (const [needed] of entriesAt(entry, 'require')) {
        const to = nodes.get(needed.toLowerCase());
        if (to !== undefined && to !== from) graph.edge(from, to);
      }
    }
  }
  const manifest = await readManifest(file, context);
  const importer = graph.importer(
    folderOf(file.path),
    manifest === null ? undefined : subjectOf(manifest),
    manifest !== null,
  );
  for (const [section, scope] of [
    ['require-dev', 'dev'],
    ['require', 'prod'],
  ] as const) {
    for (const [needed] of entriesAt(manifest, section)) {
      const to = nodes.get(needed.toLowerCase());
      if (to !== undefined) importer.direct?.set(to, scope);
    }
  }
  return graph.projects();
}

function addPackage(
  graph: LockGraph,
  nodes: Map<string, number>,
  name: string,
  entry: unknown,
  scope: ScanScope,
  line: number | null,
): void {
  const version = textAt(entry, 'version');
  const dist = tableAt(entry, 'dist');
  const sha1 = textAt(dist, 'shasum');
  const digest = sha1 === null ? null : hexDigest('sha1', sha1);
  const isLocal = textAt(dist, 'type') === 'path';
  const licences = listAt(entry, 'license').filter(item => typeof item === 'string');
  const node = graph.add({
    name,
    version,
    purl: isLocal ? null : slashed('composer', name, version),
    scopes: [scope],
    line,
    licences: licences.length > 1 ? [licences.join(' OR ')] : licences,
    digests: digest === null ? [] : [digest],
    source: sourceOf(entry),
  });
  nodes.set(name.toLowerCase(), node);
  // What a package replaces or provides is needed under that name by others.
  for (const section of ['replace', 'provide']) {
    for (const [other] of entriesAt(entry, section))
      if (!nodes.has(other.toLowerCase())) nodes.set(other.toLowerCase(), node);
  }
}

function sourceOf(entry: unknown): string | null {
  const source = tableAt(entry, 'source');
  const url = textAt(source, 'url') ?? textAt(tableAt(entry, 'dist'), 'url');
  const reference = textAt(source, 'reference');
  return url === null ? null : reference === null ? url : `${url}#${reference}`;
}

async function readManifest(file: TreeFile, context: ExtractContext): Promise<Table | null> {
  const path = joinPath(folderOf(file.path), 'composer.json');
  const manifest = path === null ? null : await context.tree.file(path);
  if (path === null || manifest === null) return null;
  try {
    const root = parseJsonOf(path, await manifest.text());
    return isTable(root) ? root : null;
  } catch {
    return null;
  }
}

function subjectOf(root: Table): {
  name: string | null;
  version: string | null;
  purl: string | null;
  licences: string[];
  contacts: string[];
} {
  const name = textAt(root, 'name');
  const version = textAt(root, 'version');
  const licence = at(root, 'license');
  const contacts = [
    ...listAt(root, 'authors').map(author => textAt(author, 'email')),
    textAt(tableAt(root, 'support'), 'issues'),
    textAt(tableAt(root, 'support'), 'email'),
  ];
  return {
    name,
    version,
    purl: name?.includes('/') ? safePurl(name, version) : null,
    licences:
      typeof licence === 'string'
        ? [licence]
        : listAt(root, 'license').filter(item => typeof item === 'string'),
    contacts: [...new Set(contacts.filter(text => text !== null))],
  };
}

function safePurl(name: string, version: string | null): string | null {
  try {
    return formatPurl(slashed('composer', name, version));
  } catch {
    return null;
  }
}
