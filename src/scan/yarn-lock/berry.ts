import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, ScanScope } from '../extractor.ts';
import type { Importer, LockGraph } from '../support/lock-graph.ts';
import { npmSubject, readNpmManifest } from '../support/npm-manifest.ts';
import { npmSource, npmSourcePurl } from '../support/npm-source.ts';
import { parseYamlMap, YamlMap } from '../support/yaml.ts';
import { folderOf, joinPath } from '../tree.ts';

/** Versions of `__metadata`: Yarn 2 wrote 4, Yarn 3 wrote 5 and 6, Yarn 4 writes 8 and later. */
const NEWEST = 10;

/** Reads the YAML of Yarn 2 and later. Workspaces are entries; which of their needs are for development only package.json knows. */
export async function readBerry(
  graph: LockGraph,
  path: string,
  text: string,
  context: ExtractContext,
): Promise<void> {
  const root = await parseYamlMap(path, text);
  const version = Number(root.map('__metadata').text('version') ?? Number.NaN);
  if (!(version >= 1 && version <= NEWEST))
    throw unsupportedVersion(path, root.map('__metadata').text('version'), `versions 1 to ${NEWEST}`);
  const nodes = new Map<string, number>();
  const members = new Map<string, Importer>();
  const entries: {
    readonly entry: YamlMap;
    readonly node: number | null;
    readonly importer: Importer | null;
  }[] = [];
  for (const [key, entry, line] of root.entries()) {
    if (key === '__metadata') continue;
    if (!(entry instanceof YamlMap)) {
      graph.gap(
        'malformed-entry',
        `The entry ${JSON.stringify(key)} is no mapping and is left out.`,
        `line ${line}`,
      );
      continue;
    }
    const { name, reference } = splitLocator(entry.text('resolution') ?? key.split(',')[0] ?? key);
    const workspace = reference.startsWith('workspace:')
      ? joinPath(folderOf(path), reference.slice('workspace:'.length))
      : null;
    const importer = workspace === null ? null : await addMember(graph, workspace, name, context);
    const node = workspace === null ? addPackage(graph, name, reference, entry, line) : null;
    for (const descriptor of key.split(/,\s*/)) {
      if (importer !== null) members.set(descriptor, importer);
      else if (node !== null) nodes.set(descriptor, node);
    }
    if (importer !== null) members.set(`${name}@workspace:${reference.slice('workspace:'.length)}`, importer);
    entries.push({ entry, node, importer });
  }
  const byName = Map.groupBy(nodes, ([descriptor]) => splitLocator(descriptor).name);
  const find = <Found>(map: ReadonlyMap<string, Found>, name: string, range: string): Found | undefined =>
    map.get(`${name}@${range}`) ?? map.get(`${name}@npm:${range}`);
  for (const { entry, node, importer } of entries) {
    const scopes = importer === null ? null : await scopesOf(importer.path, context);
    for (const section of ['dependencies', 'optionalDependencies']) {
      for (const [name, range] of entry.map(section).entries()) {
        if (typeof range !== 'string') continue;
        const member = find(members, name, range);
        const to =
          find(nodes, name, range) ??
          onlyPatched(nodes, name, range) ??
          (member === undefined ? onlyResolved(graph, byName.get(name) ?? []) : undefined);
        const optional =
          section === 'optionalDependencies' ||
          entry.map('dependenciesMeta').map(name).text('optional') === 'true';
        const scope: ScanScope = scopes?.get(name) ?? (optional ? 'optional' : 'prod');
        if (to !== undefined) {
          if (importer !== null) importer.direct?.set(to, scope);
          else if (node !== null) graph.edge(node, to, scope);
        } else if (member !== undefined && member !== importer) importer?.links.set(member.path, scope);
      }
    }
  }
}

async function addMember(
  graph: LockGraph,
  folder: string,
  name: string,
  context: ExtractContext,
): Promise<Importer> {
  const manifest = await readNpmManifest(context.tree, folder).catch(() => null);
  return graph.importer(folder, manifest?.subject ?? npmSubject({ name }), true, manifest !== null);
}

async function scopesOf(folder: string, context: ExtractContext): Promise<ReadonlyMap<string, ScanScope>> {
  const manifest = await readNpmManifest(context.tree, folder).catch(() => null);
  return new Map([...(manifest?.needs ?? [])].map(([name, { scope }]) => [name, scope]));
}

/** A range that a patch stands on is bound to the patched package under its own descriptor: `typescript@patch:typescript@npm%3A^5#...`. */
function onlyPatched(nodes: ReadonlyMap<string, number>, name: string, range: string): number | undefined {
  if (!range.startsWith('patch:')) return undefined;
  for (const [descriptor, node] of nodes) if (descriptor.startsWith(`${name}@patch:`)) return node;
  return undefined;
}

/**
 * Under `resolutions` the entries keep the range they ask for, and the lockfile lists only what was put in its place: the package is meant when all of that
 * name are one version (a patched one stands beside its original).
 */
function onlyResolved(
  graph: LockGraph,
  named: readonly (readonly [descriptor: string, node: number])[],
): number | undefined {
  const [, first] = named.find(([descriptor]) => descriptor.includes('@patch:')) ?? named[0] ?? [];
  if (first === undefined) return undefined;
  const { version } = graph.node(first);
  return named.every(([, node]) => graph.node(node).version === version) ? first : undefined;
}

function splitLocator(locator: string): { readonly name: string; readonly reference: string } {
  const at = locator.indexOf('@', 1);
  return at < 0
    ? { name: locator, reference: '' }
    : { name: locator.slice(0, at), reference: locator.slice(at + 1) };
}

/** Yarn's own checksum is of the archive in its cache, not of what the registry serves: it is no digest of the package. */
function addPackage(graph: LockGraph, name: string, reference: string, entry: YamlMap, line: number): number {
  const version = entry.text('version');
  const plain = reference.split('::')[0] ?? reference;
  const source = plain.startsWith('npm:') || plain.startsWith('patch:') ? null : npmSource(plain);
  return graph.add({
    name,
    version,
    purl: npmSourcePurl(name, version, source),
    line,
    source: source === null && !plain.startsWith('patch:') ? null : reference,
  });
}
