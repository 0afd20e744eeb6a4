import { ScanError } from '../errors.ts';
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
  upstreamOf,
} from '../support/os.ts';
import { folderOf, nameOf } from '../tree.ts';
import { type Fields, stanzas } from './stanzas.ts';

/**
 * The database of dpkg: var/lib/dpkg/status, and status.d of images built without dpkg. What is removed but for its configuration is not installed.
 * Needs are Depends and Pre-Depends; what apt did not install as a need of something else is direct.
 */
export const extractor: Extractor = { extract, owners };

interface Package {
  readonly name: string;
  readonly version: string;
  readonly arch: string | null;
  readonly fields: Fields;
  readonly file: string;
  readonly line: number;
}

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const prefix = dpkgPrefix(file.path);
  const os = await readOs(context.tree, prefix);
  const graph = new LockGraph(file.path, osEcosystem(os, 'deb'), context);
  const packages: Package[] = [];
  for (const path of context.together) packages.push(...(await packagesIn(path, graph, context)));
  const manual = await manuallyInstalled(context, prefix);
  const importer = graph.importer(rootOf(prefix), osSubject(os), manual !== null, false);
  const fallback = packages.some(({ fields }) => /ubuntu/i.test(fields.get('maintainer') ?? ''))
    ? 'ubuntu'
    : 'debian';
  const nodes = packages.map(one => graph.add(nodeOf(one, os, fallback)));
  if (manual !== null)
    for (const [index, one] of packages.entries())
      if (manual(one)) importer.direct?.set(nodes[index] as number, 'prod');
  addEdges(graph, packages, nodes);
  return graph.projects();
}

async function packagesIn(path: string, graph: LockGraph, context: ExtractContext): Promise<Package[]> {
  const file = await context.tree.file(path);
  if (file === null) throw new ScanError('unreadable-file', `${path} is gone, or leads outside the tree.`);
  const found: Package[] = [];
  for (const { fields, line } of stanzas(await file.text())) {
    const name = fields.get('package') ?? null;
    const version = fields.get('version') ?? null;
    if (!isInstalled(fields.get('status'))) continue;
    if (name === null || version === null)
      graph.gap(
        'malformed-entry',
        `${path} has a package without a name or version; it is left out.`,
        `line ${line}`,
      );
    else found.push({ name, version, arch: fields.get('architecture') ?? null, fields, file: path, line });
  }
  return found;
}

/** dpkg-query(1), "Package states": the files of the last two are gone. In status.d there is no state: all are installed. */
function isInstalled(status: string | undefined): boolean {
  const state = status?.trim().split(/\s+/)[2];
  return state === undefined || (state !== 'not-installed' && state !== 'config-files');
}

function nodeOf(one: Package, os: OsRelease, fallback: string): Parameters<LockGraph['add']>[0] {
  const { name, version, arch, fields, line, file } = one;
  const source = /^(\S+)(?:\s+\(([^)]+)\))?/.exec(fields.get('source') ?? '');
  const upstream = upstreamOf(source?.[1] ?? null, source?.[2] ?? null, name, version);
  return {
    name,
    version,
    purl: {
      type: 'deb',
      namespace: osNamespace(os, fallback),
      name,
      version,
      qualifiers: osQualifiers(os, arch, upstream),
    },
    line,
    file,
  };
}

/** Of several alternatives the first that is installed counts; virtual packages are what provides them. */
function addEdges(graph: LockGraph, packages: readonly Package[], nodes: readonly number[]): void {
  const byName = new Map<string, number[]>();
  const put = (name: string, index: number) => {
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [index]);
    else known.push(index);
  };
  for (const [index, { name }] of packages.entries()) put(name, index);
  for (const [index, { fields }] of packages.entries())
    for (const provided of needNames(fields.get('provides'))) for (const name of provided) put(name, index);
  for (const [index, one] of packages.entries()) {
    for (const field of ['pre-depends', 'depends']) {
      for (const alternatives of needNames(one.fields.get(field))) {
        const to = alternatives
          .map(name => candidate(byName.get(name), packages, one))
          .find(found => found !== null);
        if (to !== undefined && to !== null && to !== index)
          graph.edge(nodes[index] as number, nodes[to] as number);
      }
    }
  }
}

function candidate(
  indices: number[] | undefined,
  packages: readonly Package[],
  needs: Package,
): number | null {
  return indices?.find(index => packages[index]?.arch === needs.arch) ?? indices?.[0] ?? null;
}

/** `a (>= 1) | b:any, c` as [[a, b], [c]]. */
function needNames(field: string | undefined): string[][] {
  if (field === undefined) return [];
  return field.split(',').map(group =>
    group.split('|').flatMap(one => {
      const name = /^[^\s(:[<]+/.exec(one.trim())?.[0];
      return name === undefined ? [] : [name];
    }),
  );
}

/** Which packages somebody asked for, by apt's own notes: those it did not mark as installed automatically. */
async function manuallyInstalled(
  context: ExtractContext,
  prefix: string,
): Promise<((one: Package) => boolean) | null> {
  const file = await context.tree.file(`${prefix}var/lib/apt/extended_states`).catch(() => null);
  const text = await file?.text().catch(() => null);
  if (!text) return null;
  const automatic = new Set<string>();
  for (const { fields } of stanzas(text))
    if (fields.get('auto-installed') === '1')
      automatic.add(`${fields.get('package')}:${fields.get('architecture')}`);
  const isAutomatic = (one: Package) =>
    automatic.has(`${one.name}:${one.arch}`) ||
    (one.arch === 'all' && [...NATIVE].some(arch => automatic.has(`${one.name}:${arch}`)));
  return one => !isAutomatic(one);
}

/** Under these architectures apt keeps its notes on packages for all of them. */
const NATIVE: ReadonlySet<string> = new Set([
  'amd64',
  'arm64',
  'i386',
  'armhf',
  'ppc64el',
  's390x',
  'riscv64',
]);

const LISTS_LIMIT = 512 * 1024 * 1024;

async function owners(
  file: TreeFile,
  { tree, diagnostics }: ExtractContext,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const prefix = dpkgPrefix(file.path);
  const owned = new OwnedPaths(paths, prefix);
  let left = LISTS_LIMIT;
  for (const folder of [`${prefix}var/lib/dpkg/info`, `${prefix}var/lib/dpkg/status.d`]) {
    for (const entry of await tree.list(folder)) {
      const isList = entry.name.endsWith('.list');
      if (!isList && !entry.name.endsWith('.md5sums')) continue;
      const list = await tree.file(`${folder}/${entry.name}`);
      if (list === null) continue;
      left -= list.size;
      if (left < 0) {
        diagnostics.warning(
          'too-large',
          `The file lists in ${folder} are larger than ${LISTS_LIMIT / 1024 / 1024} MiB; the rest is not read.`,
        );
        return owned.found;
      }
      const owner = entry.name.replace(/\.(?:list|md5sums)$/, '').replace(/:.*$/, '');
      for (const line of (await list.text(LISTS_LIMIT)).split('\n')) {
        const path = isList ? line : line.slice(34);
        owned.own(path.replace(/^\.?\//, ''), owner);
      }
    }
  }
  return owned.found;
}

/** The root of the system that a database belongs to: `` or `rootfs/`. */
export function dpkgPrefix(path: string): string {
  const isPart = nameOf(folderOf(path)) === 'status.d';
  return prefixBefore(path, isPart ? 'var/lib/dpkg/status.d/' : 'var/lib/dpkg/status');
}
