import type { ScanScope } from '../extractor.ts';
import { integrityDigests } from '../support/digests.ts';
import { keyLines } from '../support/json-lines.ts';
import type { Importer, LockGraph } from '../support/lock-graph.ts';
import { type NpmManifest, npmLicences, npmNeeds, npmSubject } from '../support/npm-manifest.ts';
import { isRegistryTarball, npmSource, npmSourcePurl } from '../support/npm-source.ts';
import { at, isTable, type Table, tableAt, textAt } from '../support/values.ts';
import { folderOf, joinPath } from '../tree.ts';

const MODULES = 'node_modules/';

/** Reads the `packages` of versions 2 and 3: keys are places in the tree; what has no node_modules in its place is a project of this tree. */
export function readPackages(
  graph: LockGraph,
  path: string,
  text: string,
  root: Table,
  manifest: NpmManifest | null,
): void {
  const packages = new Map(Object.entries(tableAt(root, 'packages')));
  const lines = keyLines(text, 2);
  const nodes = new Map<string, number>();
  const importers = new Map<string, Importer>();
  importers.set(
    '',
    graph.importer(folderOf(path), rootSubject(root, packages.get(''), manifest), packages.has('')),
  );
  for (const [place, entry] of packages) {
    const line = lines.get(`packages\n${place}`) ?? null;
    if (place === '') continue;
    if (!isTable(entry)) {
      graph.gap(
        'malformed-entry',
        `The entry ${JSON.stringify(place)} is no object and is left out.`,
        line === null ? null : `line ${line}`,
      );
    } else if (!place.includes(MODULES)) {
      const folder = joinPath(folderOf(path), place);
      if (folder !== null) importers.set(place, graph.importer(folder, npmSubject(entry)));
      else
        nodes.set(
          place,
          graph.add({
            name: textAt(entry, 'name') ?? place,
            version: textAt(entry, 'version'),
            source: place,
            line,
          }),
        );
    } else if (at(entry, 'link') !== true) nodes.set(place, addPackage(graph, place, entry, line));
  }
  for (const [place, entry] of packages) {
    const importer = importers.get(place);
    const node = nodes.get(place);
    for (const [name, { scope }] of npmNeeds(entry)) {
      const target = resolve(packages, place, name);
      if (target === null) continue;
      const index = nodes.get(target);
      const member = importers.get(target);
      if (index !== undefined) {
        if (importer !== undefined) importer.direct?.set(index, scope);
        else if (node !== undefined) graph.edge(node, index, scope);
      } else if (member !== undefined && member !== importer) importer?.links.set(member.path, scope);
    }
  }
  linkMembers(packages, importers);
  checkManifest(graph, packages.get(''), manifest);
}

function rootSubject(root: Table, entry: unknown, manifest: NpmManifest | null): Importer['subject'] {
  if (manifest !== null) return manifest.subject;
  return npmSubject({
    name: at(root, 'name'),
    version: at(root, 'version'),
    ...(isTable(entry) ? entry : {}),
  });
}

function addPackage(graph: LockGraph, place: string, entry: Table, line: number | null): number {
  const name = textAt(entry, 'name') ?? place.slice(place.lastIndexOf(MODULES) + MODULES.length);
  const version = textAt(entry, 'version');
  const resolved = textAt(entry, 'resolved');
  const found = resolved === null ? null : npmSource(resolved);
  const source = found?.kind === 'tarball' && isRegistryTarball(found.url, name) ? null : found;
  return graph.add({
    name,
    version,
    purl: npmSourcePurl(name, version, source),
    scopes: flaggedScopes(entry),
    line,
    licences: npmLicences(entry),
    digests: integrityDigests(at(entry, 'integrity')),
    source: resolved,
  });
}

/** The flags npm computed: `devOptional` is needed by development or by something optional. */
export function flaggedScopes(entry: unknown): ScanScope[] {
  if (at(entry, 'devOptional') === true) return ['optional', 'dev'];
  const scopes: ScanScope[] = [];
  if (at(entry, 'peer') === true) scopes.push('peer');
  if (at(entry, 'optional') === true) scopes.push('optional');
  if (at(entry, 'dev') === true) scopes.push('dev');
  return scopes.length === 0 && at(entry, 'extraneous') !== true ? ['prod'] : scopes;
}

/** Node's look-up: the own node_modules, then those of the folders above. A link leads on to its folder. */
function resolve(packages: ReadonlyMap<string, unknown>, from: string, name: string): string | null {
  for (let folder: string | null = from; folder !== null; folder = above(folder)) {
    const place = folder === '' ? MODULES + name : `${folder}/${MODULES}${name}`;
    const entry = packages.get(place);
    if (entry === undefined) continue;
    return at(entry, 'link') === true ? (textAt(entry, 'resolved') ?? place) : place;
  }
  return null;
}

function above(folder: string): string | null {
  if (folder === '') return null;
  const modules = folder.lastIndexOf(MODULES);
  if (modules >= 0) return modules === 0 ? '' : folder.slice(0, modules - 1);
  const slash = folder.lastIndexOf('/');
  return slash < 0 ? '' : folder.slice(0, slash);
}

/** The root links to every member that it installs, whether it names it or not. */
function linkMembers(packages: ReadonlyMap<string, unknown>, importers: ReadonlyMap<string, Importer>): void {
  const root = importers.get('');
  for (const entry of packages.values()) {
    const target = at(entry, 'link') === true ? textAt(entry, 'resolved') : null;
    const member = target === null ? undefined : importers.get(target);
    if (member !== undefined && !root?.links.has(member.path)) root?.links.set(member.path, 'prod');
  }
}

/** npm ci refuses a lockfile that does not hold what the manifest asks for; so the lockfile is not the whole truth either. */
function checkManifest(graph: LockGraph, rootEntry: unknown, manifest: NpmManifest | null): void {
  if (manifest === null || !isTable(rootEntry)) return;
  const locked = npmNeeds(rootEntry);
  for (const [name, need] of manifest.needs) {
    if (need.scope === 'peer' || locked.get(name)?.range === need.range) continue;
    if (locked.has(name) && need.section === 'optionalDependencies') continue;
    graph.gap(
      'lock-out-of-date',
      `package.json asks for ${name} ${need.range}, which the lockfile does not hold; run npm install and scan again.`,
    );
    return;
  }
}
