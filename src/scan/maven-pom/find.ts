import { Diagnostics } from '../../model/diagnostic.ts';
import { messageOf } from '../../model/errors.ts';
import type { Registry } from '../../registries/registry.ts';
import type { ExtractContext, OnlineRegistries, Tree } from '../extractor.ts';
import { folderOf, joinPath } from '../tree.ts';
import { walkTree } from '../walk.ts';
import { type Pom, readPom } from './model.ts';

/** POMs that one scan may ask a repository for, and the size of each in characters. */
const MAX_FETCHED = 2_000;
const MAX_POM = 8 * 1024 * 1024;

/** What was looked for: the POM, or a sentence that says where it is not. */
export type FoundPom = Pom | { readonly missing: string };

/** The parent of a POM: by its path, else by its coordinates in the tree, else in a repository. Null when it has none. */
export async function findParent(pom: Pom, context: ExtractContext): Promise<FoundPom | null> {
  const stated = pom.parent;
  if (stated === null) return null;
  // The path beside a POM of a repository is that of the machine it was made on.
  if (stated.relativePath !== null && !pom.isRemote) {
    const path = joinPath(folderOf(pom.path), stated.relativePath);
    const candidates =
      path === null
        ? []
        : path.endsWith('.xml')
          ? [path]
          : [path === '.' ? 'pom.xml' : `${path}/pom.xml`, path];
    for (const candidate of candidates) {
      const found = await readAt(context.tree, candidate);
      if (
        found !== null &&
        found.artifact === stated.artifact &&
        (found.group ?? found.parent?.group) === stated.group
      )
        return found;
      // A file that the POM names itself is its parent, even where its coordinates are left out.
      if (found !== null && found.artifact === null) return found;
    }
  }
  return findPom(context, `${stated.group}:${stated.artifact}`, stated.version);
}

/** A POM by its coordinates: of the tree, else of the repository where a scan may ask one. */
export async function findPom(
  context: ExtractContext,
  name: string,
  version: string | null,
): Promise<FoundPom> {
  const local = await localPom(context.tree, name, version);
  if (local !== null) return local;
  if (context.online === null) return { missing: 'is not in the tree' };
  if (version === null || `${name}${version}`.includes('${'))
    return { missing: 'is not in the tree, and has no version to ask a repository for' };
  return remotePom(context.online, name, version);
}

interface Repository {
  readonly registry: Promise<Registry>;
  readonly poms: Map<string, Promise<FoundPom>>;
}

const repositories = new WeakMap<OnlineRegistries, Repository>();

/** Each POM is asked for once in a scan, whatever the answer. */
function remotePom(online: OnlineRegistries, name: string, version: string): Promise<FoundPom> {
  let repository = repositories.get(online);
  if (repository === undefined) {
    repository = { registry: online('maven'), poms: new Map() };
    repositories.set(online, repository);
  }
  const key = `${name}:${version}`;
  const known = repository.poms.get(key);
  if (known !== undefined) return known;
  const asked =
    repository.poms.size >= MAX_FETCHED
      ? Promise.resolve({ missing: `is beyond the ${MAX_FETCHED} POMs that one scan asks for` })
      : fetchPom(repository.registry, name, version);
  repository.poms.set(key, asked);
  return asked;
}

async function fetchPom(opening: Promise<Registry>, name: string, version: string): Promise<FoundPom> {
  try {
    const registry = await opening;
    const text = await registry.manifest?.(name, version);
    if (text === undefined || text.length > MAX_POM) throw new Error('the answer is no POM of usual size');
    const pom = readPom(`${name}:${version}`, text, true);
    if (pom.artifact !== name.slice(name.indexOf(':') + 1)) throw new Error(`the answer is ${pom.artifact}`);
    return pom;
  } catch (error) {
    return { missing: `is not in the tree, and the repository does not give it (${messageOf(error)})` };
  }
}

async function readAt(tree: Tree, path: string): Promise<Pom | null> {
  const file = await tree.file(path);
  if (file === null) return null;
  try {
    return readPom(path, await file.text());
  } catch {
    return null;
  }
}

const indexes = new WeakMap<Tree, Promise<ReadonlyMap<string, readonly Pom[]>>>();

/** A POM of the tree by its coordinates. The tree is indexed once, when first asked. */
async function localPom(tree: Tree, name: string, version: string | null): Promise<Pom | null> {
  let index = indexes.get(tree);
  if (index === undefined) {
    index = indexPoms(tree);
    indexes.set(tree, index);
  }
  const found = (await index).get(name) ?? [];
  return (
    found.find(pom => (pom.version ?? pom.parent?.version) === version) ??
    (found.length === 1 && found[0]?.version?.includes('${') ? (found[0] ?? null) : null)
  );
}

async function indexPoms(tree: Tree): Promise<ReadonlyMap<string, readonly Pom[]>> {
  const options = {
    wanted: (_path: string, name: string) => name === 'pom.xml' || name.endsWith('.pom'),
    honourIgnore: true,
    skipInstalled: true,
    excludes: [],
  };
  const walked = await walkTree(tree, options, new Diagnostics());
  const poms = (await Promise.all(walked.files.slice(0, 10_000).map(path => readAt(tree, path)))).filter(
    pom => pom !== null,
  );
  return Map.groupBy(poms, pom => `${pom.group ?? pom.parent?.group}:${pom.artifact}`);
}
