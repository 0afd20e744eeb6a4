import { messageOf } from '../../model/errors.ts';
import type { ExtractContext, Extractor, Project, Tree, TreeFile } from '../extractor.ts';
import { npmPlace } from '../places.ts';
import { integrityDigests } from '../support/digests.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { type NpmManifest, npmLicences, npmNeeds, readNpmManifest } from '../support/npm-manifest.ts';
import { isRegistryTarball, npmSource, npmSourcePurl } from '../support/npm-source.ts';
import { at, entriesAt, isTable, parseJsonOf, type Table, tableAt, textAt } from '../support/values.ts';
import { folderOf, joinPath, nameOf } from '../tree.ts';

/**
 * node_modules: the package.json of each installed package, scoped and nested. A need is the package that Node would find for it, going up from the one that
 * needs it; the package.json beside says what is direct. npm's hidden lockfile, where there is one, adds digests.
 */
export const extractor: Extractor = { extract };

interface Installed {
  readonly folder: string;
  readonly name: string;
  readonly version: string | null;
  readonly root: Table;
  readonly node: number;
}

const MANIFEST_LIMIT = 8 * 1024 * 1024;

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const place = npmPlace(file.path);
  const graph = new LockGraph(file.path, 'npm', context);
  const locked = await hiddenLock(context.tree, place);
  const byFolder = new Map<string, Installed>();
  for (const path of context.together) {
    const one = await readPackage(path, place, locked, graph, context);
    if (one !== null) byFolder.set(one.folder, one);
  }
  const find = finder(byFolder, context.tree);
  for (const one of byFolder.values()) {
    for (const [name, { scope }] of npmNeeds({ ...one.root, devDependencies: {} })) {
      const to = await find(one.folder, name);
      if (to !== null && to !== one) graph.edge(one.node, to.node, scope);
    }
  }
  const manifest = await readNpmManifest(context.tree, place).catch(() => null);
  const importer = graph.importer(place, manifest?.subject, manifest !== null);
  for (const [name, { scope }] of manifest?.needs ?? []) {
    const to = await find(place, name);
    if (to !== null) importer.direct?.set(to.node, scope);
  }
  return graph.projects();
}

async function readPackage(
  path: string,
  place: string,
  locked: Table,
  graph: LockGraph,
  context: ExtractContext,
): Promise<Installed | null> {
  const folder = folderOf(path);
  let root: unknown;
  try {
    const file = await context.tree.file(path);
    root = file === null ? null : parseJsonOf(path, await file.text(MANIFEST_LIMIT));
  } catch (error) {
    graph.gap('malformed-entry', messageOf(error));
    return null;
  }
  if (!isTable(root)) return null;
  // A package.json without a name only sets the module type of a folder.
  const name = textAt(root, 'name');
  const version = textAt(root, 'version');
  if (name === null) return null;
  const entry = tableAt(locked, place === '.' ? folder : folder.slice(place.length + 1));
  const resolved = textAt(entry, 'resolved') ?? textAt(root, '_resolved');
  const stated = resolved === null ? null : npmSource(resolved);
  const source = stated?.kind === 'tarball' && isRegistryTarball(stated.url, name) ? null : stated;
  const node = graph.add({
    name,
    version,
    purl: version === null ? null : npmSourcePurl(name, version, source),
    file: path,
    licences: npmLicences(root),
    digests: integrityDigests(at(entry, 'integrity') ?? at(root, '_integrity')),
    source: resolved ?? repositoryOf(root),
  });
  return { folder, name, version, root, node };
}

function repositoryOf(root: Table): string | null {
  const stated = at(root, 'repository');
  const url = typeof stated === 'string' ? stated : textAt(stated, 'url');
  return url !== null && /^(?:git\+)?(?:https?|ssh|git):\/\//.test(url) ? url : null;
}

/**
 * What Node finds for a name, from a package's folder upward (nodejs.org, "Loading from node_modules folders"). pnpm puts links there, which a tree does not name:
 * then the package.json behind the link says which of the packages it is.
 */
function finder(
  byFolder: ReadonlyMap<string, Installed>,
  tree: Tree,
): (from: string, name: string) => Promise<Installed | null> {
  const byIdentity = new Map([...byFolder.values()].map(one => [`${one.name}@${one.version}`, one]));
  const linked = new Map<string, Installed | null>();
  const hasLinks = [...byFolder.keys()].some(folder => /(?:^|\/)node_modules\/\.[^/]+\//.test(folder));
  return async (from, name) => {
    for (const base of bases(from)) {
      const path = joinPath(base, `node_modules/${name}`);
      if (path === null) return null;
      const found = byFolder.get(path) ?? (hasLinks ? await behindLink(path) : null);
      if (found !== null) return found;
    }
    return null;
  };

  async function behindLink(path: string): Promise<Installed | null> {
    const known = linked.get(path);
    if (known !== undefined) return known;
    const manifest: NpmManifest | null = await readNpmManifest(tree, path).catch(() => null);
    const found = byIdentity.get(`${manifest?.subject.name}@${manifest?.subject.version}`) ?? null;
    linked.set(path, found);
    return found;
  }
}

/** The folders whose node_modules are looked in, the nearest first. */
function* bases(from: string): Generator<string> {
  for (let folder = from; ; folder = folderOf(folder)) {
    if (nameOf(folder) !== 'node_modules') yield folder;
    if (folder === '.') return;
  }
}

/** `packages` of node_modules/.package-lock.json, which npm writes since version 7. */
async function hiddenLock(tree: Tree, place: string): Promise<Table> {
  const path = joinPath(place, 'node_modules/.package-lock.json');
  const file = path === null ? null : await tree.file(path);
  if (path === null || file === null) return {};
  try {
    return Object.fromEntries(entriesAt(parseJsonOf(path, await file.text()), 'packages'));
  } catch {
    return {};
  }
}
