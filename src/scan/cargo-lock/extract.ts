import { formatPurl } from '../../model/purl.ts';
import { unsupportedVersion } from '../errors.ts';
import type {
  ExtractContext,
  Extractor,
  Project,
  ProjectSubject,
  ScanScope,
  Tree,
  TreeFile,
} from '../extractor.ts';
import { hexDigest } from '../support/digests.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';
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
  tomlArrayLines,
} from '../support/values.ts';
import { workspaceFolders } from '../support/workspaces.ts';
import { folderOf, joinPath } from '../tree.ts';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly source: string | null;
  readonly entry: unknown;
  readonly line: number | null;
}

/** Cargo.lock, versions 1 to 4. Packages without a source are the workspace's own: those with a Cargo.toml in the tree are projects. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const version = at(root, 'version');
  if (version !== undefined && (typeof version !== 'number' || version < 1 || version > 4))
    throw unsupportedVersion(file.path, version, 'versions 1 to 4');
  const graph = new LockGraph(file.path, 'crates.io', context);
  const lines = tomlArrayLines(text, 'package');
  const checksums = new Map(
    entriesAt(root, 'metadata').map(([key, value]) => [key.replace(/^checksum /, ''), value]),
  );
  const packages: Package[] = [];
  for (const [index, entry] of listAt(root, 'package').entries()) {
    const name = textAt(entry, 'name');
    const locked = textAt(entry, 'version');
    const line = lines[index] ?? null;
    if (name === null || locked === null)
      graph.gap(
        'malformed-entry',
        'A package without a name or version is left out.',
        line === null ? null : `line ${line}`,
      );
    else packages.push({ name, version: locked, source: textAt(entry, 'source'), entry, line });
  }
  const manifests = await manifestsOf(context.tree, folderOf(file.path));
  const members = new Map<Package, Manifest>();
  for (const found of packages) {
    const manifest =
      found.source === null ? manifests.find(({ subject }) => subject.name === found.name) : undefined;
    if (manifest !== undefined) members.set(found, manifest);
  }
  const nodes = new Map<Package, number>();
  for (const found of packages) {
    if (!members.has(found)) nodes.set(found, graph.add(nodeOf(found, checksums)));
  }
  const find = finder(packages);
  for (const [from, node] of nodes) {
    for (const need of needsOf(from, find)) {
      const to = nodes.get(need);
      if (to !== undefined) graph.edge(node, to);
    }
  }
  for (const [member, manifest] of members) {
    const importer = graph.importer(manifest.folder, manifest.subject);
    for (const need of needsOf(member, find)) {
      const scope = manifest.scopes.get(need.name) ?? 'prod';
      const other = members.get(need);
      const to = nodes.get(need);
      if (to !== undefined) importer.direct?.set(to, scope);
      else if (other !== undefined && other !== manifest) importer.links.set(other.folder, scope);
    }
  }
  return graph.projects();
}

function needsOf(from: Package, find: (need: string) => Package | null): Package[] {
  return listAt(from.entry, 'dependencies').flatMap(need =>
    typeof need === 'string' ? (find(need) ?? []) : [],
  );
}

/** `name`, `name version` or `name version (source)`: as much as tells it from others. */
function finder(packages: readonly Package[]): (need: string) => Package | null {
  const byName = Map.groupBy(packages, found => found.name);
  return need => {
    const [name = '', version, source] = need.split(' ');
    const plain = source?.replace(/^\((.*)\)$/, '$1');
    const fits = (byName.get(name) ?? []).filter(
      found =>
        (version === undefined || found.version === version) &&
        (plain === undefined || found.source?.startsWith(plain) === true),
    );
    return fits[0] ?? null;
  };
}

function nodeOf(found: Package, checksums: ReadonlyMap<string, unknown>): Parameters<LockGraph['add']>[0] {
  const { name, version, source, line } = found;
  const stated = textAt(found.entry, 'checksum') ?? checksums.get(`${name} ${version} (${source})`);
  const digest = typeof stated === 'string' ? hexDigest('sha256', stated) : null;
  return { name, version, purl: purlOf(found), line, digests: digest === null ? [] : [digest], source };
}

function purlOf({ name, version, source }: Package): Parameters<LockGraph['add']>[0]['purl'] {
  if (source === null) return null;
  if (!source.startsWith('git+')) return { type: 'cargo', name, version };
  const [address = '', commit = null] = source.split('#');
  return { type: 'cargo', name, version, qualifiers: [vcsUrl(address.split('?')[0] ?? '', commit)] };
}

interface Manifest {
  readonly folder: string;
  readonly subject: ProjectSubject;
  /** By the name of the package: a need of several sections keeps the strongest. */
  readonly scopes: ReadonlyMap<string, ScanScope>;
}

/** The Cargo.toml of the lockfile's folder and of its workspace members. */
async function manifestsOf(tree: Tree, folder: string): Promise<Manifest[]> {
  const root = await readManifest(tree, folder);
  if (root === null) return [];
  const workspace = tableAt(root, 'workspace');
  const globs = listAt(workspace, 'members').filter(glob => typeof glob === 'string');
  const excluded = listAt(workspace, 'exclude')
    .filter(glob => typeof glob === 'string')
    .map(glob => `!${glob}`);
  const folders = new Set([
    folder,
    ...(await workspaceFolders(tree, folder, [...globs, ...excluded], 'Cargo.toml')),
  ]);
  const found: Manifest[] = [];
  // What is added on the way is visited too: members bring their own path dependencies.
  for (const place of folders) {
    const own = place === folder ? root : await readManifest(tree, place);
    if (own === null) continue;
    for (const other of pathFolders(own, place)) if (isWithin(other, folder)) folders.add(other);
    if (isTable(at(own, 'package'))) found.push(manifestOf(own, place, workspace));
  }
  return found;
}

async function readManifest(tree: Tree, folder: string): Promise<Table | null> {
  const path = joinPath(folder, 'Cargo.toml');
  const file = path === null ? null : await tree.file(path);
  if (path === null || file === null) return null;
  return parseTomlOf(path, await file.text()).catch(() => null);
}

const SECTIONS = [
  ['dev-dependencies', 'dev'],
  ['build-dependencies', 'build'],
  ['dependencies', 'prod'],
] as const;

/** Path dependencies that lie below the workspace are members too (doc.rust-lang.org/cargo, "Workspaces"). */
function pathFolders(root: Table, folder: string): string[] {
  return [
    ...SECTIONS.flatMap(([section]) => entriesAt(root, section)),
    ...entriesAt(tableAt(root, 'workspace'), 'dependencies'),
  ].flatMap(([, need]) => {
    const path = textAt(need, 'path');
    const full = path === null ? null : joinPath(folder, path);
    return full === null ? [] : [full];
  });
}

function isWithin(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

function manifestOf(root: Table, folder: string, workspace: Table): Manifest {
  const inherited = tableAt(workspace, 'package');
  const shared = tableAt(workspace, 'dependencies');
  const own = tableAt(root, 'package');
  const value = (key: string) => textAt(own, key) ?? (isTable(at(own, key)) ? textAt(inherited, key) : null);
  const name = textAt(own, 'name');
  const version = value('version');
  const scopes = new Map<string, ScanScope>();
  for (const [section, scope] of SECTIONS) {
    for (const holder of [root, ...entriesAt(root, 'target').map(([, target]) => target)]) {
      for (const [key, need] of entriesAt(holder, section)) {
        const optional = scope === 'prod' && at(need, 'optional') === true;
        const entry = at(need, 'workspace') === true ? at(shared, key) : need;
        scopes.set(textAt(entry, 'package') ?? key, optional ? 'optional' : scope);
      }
    }
  }
  const licence = value('license');
  const isPublished = at(own, 'publish') !== false && name !== null && version !== null;
  const purl = isPublished ? safePurl(name, version) : null;
  return {
    folder,
    subject: { name, version, purl, licences: licence === null ? [] : [licence], contacts: [] },
    scopes,
  };
}

function safePurl(name: string, version: string): string | null {
  try {
    return formatPurl({ type: 'cargo', name, version });
  } catch {
    return null;
  }
}
