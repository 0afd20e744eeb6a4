import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import {
  type OsRelease,
  OwnedPaths,
  osEcosystem,
  osNamespace,
  osQualifiers,
  osSubject,
  prefixBefore,
  readOs,
  rootOf,
} from '../support/os.ts';
import { folderOf, nameOf } from '../tree.ts';
import { bdbHeaders } from './bdb.ts';
import { parseHeader, type RpmPackage } from './header.ts';
import { MAX_DATABASE } from './limits.ts';
import { ndbHeaders } from './ndb.ts';
import { sqliteHeaders } from './sqlite.ts';

/** The database of rpm in its three forms: rpmdb.sqlite, Packages.db (ndb) and Packages (Berkeley DB). Needs are matched with names, provides and files. */
export const extractor: Extractor = { extract, owners };

/** Keys of signatures are kept as packages of this name; they are none. */
const KEYS = 'gpg-pubkey';

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const prefix = rpmPrefix(file.path);
  const os = await readOs(context.tree, prefix);
  const graph = new LockGraph(file.path, osEcosystem(os, 'rpm'), context);
  graph.importer(rootOf(prefix), osSubject(os), false);
  const packages: { readonly found: RpmPackage; readonly node: number }[] = [];
  for await (const bytes of headers(file, context)) {
    const found = parseHeader(bytes);
    if (found === null) graph.gap('malformed-entry', 'A package whose header cannot be read is left out.');
    else if (found.name !== KEYS) packages.push({ found, node: graph.add(nodeOf(found, os)) });
  }
  const providers = new Map<string, number>();
  for (const { found, node } of packages)
    for (const name of [found.name, ...found.provides]) if (!providers.has(name)) providers.set(name, node);
  addFileProviders(packages, providers);
  for (const { found, node } of packages) {
    for (const need of found.requires) {
      const to = providers.get(need);
      if (to !== undefined && to !== node) graph.edge(node, to);
    }
  }
  return graph.projects();
}

/** Some needs are paths, as `/bin/sh`; only those asked for are looked up. */
function addFileProviders(
  packages: readonly { readonly found: RpmPackage; readonly node: number }[],
  providers: Map<string, number>,
): void {
  const wanted = new Set<string>();
  for (const { found } of packages)
    for (const need of found.requires) if (need.startsWith('/') && !providers.has(need)) wanted.add(need);
  if (wanted.size === 0) return;
  const paths = new OwnedPaths(new Set([...wanted].map(path => path.slice(1))), '');
  for (const { found, node } of packages) for (const path of found.files()) paths.own(path, String(node));
  for (const [path, node] of paths.found) providers.set(`/${path}`, Number(node));
}

async function* headers(file: TreeFile, { tree }: ExtractContext): AsyncGenerator<Uint8Array> {
  const name = nameOf(file.path);
  if (name === 'rpmdb.sqlite') yield* sqliteHeaders(file, tree);
  else if (name === 'Packages.db') yield* ndbHeaders(await file.bytes(MAX_DATABASE), file.path);
  else yield* bdbHeaders(await file.bytes(MAX_DATABASE), file.path);
}

function nodeOf(found: RpmPackage, os: OsRelease): Parameters<LockGraph['add']>[0] {
  const { name, epoch, arch, licence } = found;
  const evr = found.release === '' ? found.version : `${found.version}-${found.release}`;
  const qualifiers: (readonly [string, string])[] = [...osQualifiers(os, arch, found.sourceRpm)];
  if (epoch !== null && epoch > 0) qualifiers.push(['epoch', String(epoch)]);
  if (found.modularity !== null) qualifiers.push(['rpmmod', found.modularity]);
  return {
    name,
    version: epoch !== null && epoch > 0 ? `${epoch}:${evr}` : evr,
    purl: {
      type: 'rpm',
      namespace: osNamespace(os, vendorNamespace(found.vendor)),
      name,
      version: evr,
      qualifiers,
    },
    licences: licence === null ? [] : [licence],
  };
}

/** The distribution by who built the package, where no os-release says it. */
function vendorNamespace(vendor: string | null): string | null {
  const found = VENDORS.find(([start]) => vendor?.toLowerCase().startsWith(start));
  return found?.[1] ?? null;
}

const VENDORS = [
  ['red hat', 'redhat'],
  ['fedora', 'fedora'],
  ['centos', 'centos'],
  ['rocky', 'rocky'],
  ['almalinux', 'almalinux'],
  ['amazon', 'amzn'],
  ['oracle', 'oracle'],
  ['opensuse', 'opensuse'],
  ['suse', 'suse'],
  ['mageia', 'mageia'],
  ['openeuler', 'openeuler'],
] as const;

async function owners(
  file: TreeFile,
  context: ExtractContext,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const owned = new OwnedPaths(paths, rpmPrefix(file.path));
  for await (const bytes of headers(file, context)) {
    const found = parseHeader(bytes);
    if (found !== null) for (const path of found.files()) owned.own(path, found.name);
  }
  return owned.found;
}

/** The root of the system that a database belongs to: `` or `rootfs/`. */
export function rpmPrefix(path: string): string {
  const folder = folderOf(path);
  return prefixBefore(
    `${folder}/`,
    folder.endsWith('sysimage/rpm') ? 'usr/lib/sysimage/rpm/' : 'var/lib/rpm/',
  );
}
