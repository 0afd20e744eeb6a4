import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { base64Digest } from '../support/digests.ts';
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

/** lib/apk/db/installed of apk-tools: one letter per field. Needs are `D`, matched with names and what packages provide (`p`); etc/apk/world is direct. */
export const extractor: Extractor = { extract, owners };

interface Package {
  readonly fields: ReadonlyMap<string, string>;
  readonly line: number;
}

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const prefix = apkPrefix(file.path);
  const os = await readOs(context.tree, prefix);
  const graph = new LockGraph(file.path, osEcosystem(os, 'apk'), context);
  const world = await worldOf(context, prefix);
  const importer = graph.importer(rootOf(prefix), osSubject(os), world !== null, false);
  const nodes = new Map<Package, number>();
  const providers = new Map<string, number>();
  const packages = packagesIn(await file.text());
  for (const one of packages) {
    const name = one.fields.get('P');
    const version = one.fields.get('V');
    if (name === undefined || version === undefined) {
      graph.gap('malformed-entry', 'A package without a name or version is left out.', `line ${one.line}`);
      continue;
    }
    const node = graph.add(nodeOf(one, name, version, os));
    nodes.set(one, node);
    providers.set(name, node);
    if (world?.has(name)) importer.direct?.set(node, 'prod');
  }
  for (const [one, node] of nodes)
    for (const provided of needs(one.fields.get('p')))
      if (!providers.has(provided)) providers.set(provided, node);
  for (const [one, node] of nodes) {
    for (const need of needs(one.fields.get('D'))) {
      const to = providers.get(need);
      if (to !== undefined && to !== node) graph.edge(node, to);
    }
  }
  return graph.projects();
}

function nodeOf(
  { fields, line }: Package,
  name: string,
  version: string,
  os: OsRelease,
): Parameters<LockGraph['add']>[0] {
  const checksum = fields.get('C') ?? '';
  const digest = checksum.startsWith('Q1')
    ? base64Digest('sha1', checksum.slice(2))
    : checksum.startsWith('Q2')
      ? base64Digest('sha256', checksum.slice(2))
      : null;
  const licence = fields.get('L') ?? '';
  return {
    name,
    version,
    purl: {
      type: 'apk',
      namespace: osNamespace(os, 'alpine'),
      name,
      version,
      qualifiers: osQualifiers(
        os,
        fields.get('A') ?? null,
        upstreamOf(fields.get('o') ?? null, null, name, version),
      ),
    },
    line,
    licences: licence === '' ? [] : [licence],
    digests: digest === null ? [] : [digest],
    source: fields.get('U') ?? null,
  };
}

/** The fields of each package but those of its files. */
function packagesIn(text: string): Package[] {
  const found: Package[] = [];
  let fields = new Map<string, string>();
  let start = 1;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') {
      if (fields.size > 0) found.push({ fields, line: start });
      fields = new Map();
    } else if (line[1] === ':' && !FILES.has(line[0] ?? '')) {
      if (fields.size === 0) start = index + 1;
      fields.set(line[0] ?? '', line.slice(2).trim());
    }
  }
  if (fields.size > 0) found.push({ fields, line: start });
  return found;
}

const FILES: ReadonlySet<string> = new Set(['F', 'R', 'a', 'Z', 'M']);

/** `so:libc.so.1=1 a>2 !b` as names; conflicts are no needs. */
function needs(field: string | undefined): string[] {
  if (field === undefined || field === '') return [];
  return field.split(/\s+/).flatMap(one => {
    const name = /^[^<>=~@]+/.exec(one)?.[0] ?? '';
    return name === '' || name.startsWith('!') ? [] : [name];
  });
}

async function worldOf(context: ExtractContext, prefix: string): Promise<ReadonlySet<string> | null> {
  const file = await context.tree.file(`${prefix}etc/apk/world`).catch(() => null);
  const text = await file?.text().catch(() => null);
  return text ? new Set(needs(text.trim())) : null;
}

async function owners(
  file: TreeFile,
  _context: ExtractContext,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const owned = new OwnedPaths(paths, apkPrefix(file.path));
  let name = '';
  let folder = '';
  for (const line of (await file.text()).split('\n')) {
    if (line.startsWith('P:')) name = line.slice(2);
    else if (line.startsWith('F:')) folder = line.slice(2);
    else if (line.startsWith('R:'))
      owned.own(folder === '' ? line.slice(2) : `${folder}/${line.slice(2)}`, name);
  }
  return owned.found;
}

/** The root of the system that a database belongs to: `` or `rootfs/`. */
export function apkPrefix(path: string): string {
  const before = prefixBefore(path, 'lib/apk/db/installed');
  return before.replace(/(^|\/)usr\/$/, '$1');
}
