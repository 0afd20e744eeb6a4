import type { ScanScope } from '../extractor.ts';
import { integrityDigests } from '../support/digests.ts';
import type { Importer, LockGraph } from '../support/lock-graph.ts';
import { type NpmSource, npmSource, npmSourcePurl } from '../support/npm-source.ts';
import { YamlMap } from '../support/yaml.ts';
import { joinPath } from '../tree.ts';

const SECTIONS = [
  ['packageManagerDependencies', 'dev'],
  ['configDependencies', 'dev'],
  ['devDependencies', 'dev'],
  ['optionalDependencies', 'optional'],
  ['dependencies', 'prod'],
] as const satisfies readonly (readonly [string, ScanScope])[];

/** One document of a pnpm lockfile. Keys of packages name them; how they do changed with versions 6 and 9. */
export class PnpmDocument {
  readonly #graph: LockGraph;
  readonly #major: number;
  /** By key as it stands in the file: with the peers it was resolved with. */
  readonly #nodes = new Map<string, number>();

  constructor(graph: LockGraph, document: YamlMap, major: number) {
    this.#graph = graph;
    this.#major = major;
    const packages = document.map('packages');
    const instances = major >= 9 && document.has('snapshots') ? document.map('snapshots') : packages;
    const owners: [number, YamlMap][] = [];
    const used = new Set<string>();
    for (const [key, instance, instanceLine] of instances.entries()) {
      const base = packages.has(key) ? key : withoutPeers(key);
      const entry = packages.map(base);
      used.add(base);
      const node = this.#addPackage(base, entry, packages.line(base) ?? instanceLine);
      if (node === null) continue;
      this.#nodes.set(key, node);
      if (instance instanceof YamlMap) owners.push([node, instance]);
    }
    for (const [key, entry, line] of packages.entries()) {
      if (used.has(key)) continue;
      const node = this.#addPackage(key, entry instanceof YamlMap ? entry : new YamlMap(), line);
      if (node !== null) this.#nodes.set(key, node);
    }
    for (const [node, instance] of owners) this.#addEdges(node, instance);
  }

  readImporter(importer: Importer, section: YamlMap): void {
    for (const [name, scope] of SECTIONS) {
      for (const [needed, value] of section.map(name).entries()) {
        const reference =
          value instanceof YamlMap ? value.text('version') : typeof value === 'string' ? value : null;
        if (reference === null) continue;
        if (reference.startsWith('link:')) {
          const folder = joinPath(importer.path, reference.slice('link:'.length));
          if (folder !== null) importer.links.set(folder, scope);
          continue;
        }
        const node = this.#find(needed, reference);
        if (node !== null) importer.direct?.set(node, scope);
        else if (this.#nodes.size > 0) {
          this.#graph.gap(
            'malformed-entry',
            `The project needs ${needed} at ${reference}, which the lockfile does not list.`,
            lineText(section.map(name).line(needed)),
          );
        }
      }
    }
  }

  #addEdges(node: number, instance: YamlMap): void {
    for (const section of ['dependencies', 'optionalDependencies'] as const) {
      for (const [name, reference] of instance.map(section).entries()) {
        const to = typeof reference === 'string' ? this.#find(name, reference) : null;
        if (to !== null) this.#graph.edge(node, to, section === 'dependencies' ? 'prod' : 'optional');
      }
    }
  }

  /** A reference is a whole key, or what follows the name in one. */
  #find(name: string, reference: string): number | null {
    const keys =
      this.#major >= 9
        ? [`${name}@${reference}`, reference]
        : this.#major >= 6
          ? [`/${name}@${reference}`, reference]
          : [`/${name}/${reference}`, reference, `/${reference}`];
    for (const key of keys) {
      const node = this.#nodes.get(key);
      if (node !== undefined) return node;
    }
    return null;
  }

  #addPackage(key: string, entry: YamlMap, line: number | null): number | null {
    const found = this.#major >= 6 ? splitAtKey(key) : splitSlashKey(key);
    const name = entry.text('name') ?? found?.name ?? null;
    const version = entry.text('version') ?? found?.version ?? null;
    const source = sourceOf(key, found?.version ?? null, entry);
    if (name === null || (version === null && source === null)) {
      this.#graph.gap(
        'malformed-entry',
        `The key ${JSON.stringify(key)} names no package and version and is left out.`,
        lineText(line),
      );
      return null;
    }
    const real = source === null ? version : entry.text('version');
    return this.#graph.add({
      name,
      version: real,
      purl: npmSourcePurl(name, real, source),
      scopes: scopesOf(entry),
      line,
      digests: integrityDigests(entry.map('resolution').text('integrity')),
      source: source === null ? null : source.commit === null ? source.url : `${source.url}#${source.commit}`,
    });
  }
}

function lineText(line: number | null): string | null {
  return line === null ? null : `line ${line}`;
}

function scopesOf(entry: YamlMap): ScanScope[] {
  const optional = entry.text('optional') === 'true';
  const dev = entry.text('dev');
  if (dev === null) return optional ? ['optional'] : [];
  return [
    ...(optional ? (['optional'] as const) : []),
    ...(dev === 'true' ? (['dev'] as const) : optional ? [] : (['prod'] as const)),
  ];
}

function sourceOf(key: string, version: string | null, entry: YamlMap): NpmSource | null {
  const resolution = entry.map('resolution');
  const repository = resolution.text('repo');
  if (repository !== null)
    return { kind: 'git', url: repository.replace(/^git\+/, ''), commit: resolution.text('commit') };
  if (resolution.text('directory') !== null)
    return { kind: 'local', url: resolution.text('directory') ?? '', commit: null };
  const tarball = resolution.text('tarball');
  if (tarball?.startsWith('file:')) return npmSource(tarball);
  // A tarball beside a plain version is where a private registry serves it; without one it is all there is to say.
  const stated = version === null ? null : npmSource(version);
  if (stated !== null) return stated;
  if (tarball !== null && (version === null || !/^\d/.test(version))) return npmSource(tarball);
  return key.startsWith('file:') ? npmSource(key) : null;
}

/** `name@1.0.0(react@18.0.0)` without what is in brackets at its end. */
function withoutPeers(key: string): string {
  const open = key.indexOf('(', 1);
  return open < 0 ? key : key.slice(0, open);
}

/** Versions 6 and 9: `/name@1.0.0(peer@1)`, `name@1.0.0`, `name@https://...`; version 6 may put a registry host before the first slash. */
function splitAtKey(key: string): { readonly name: string; readonly version: string } | null {
  const plain = withoutPeers(key.startsWith('/') ? key.slice(1) : key);
  const at = plain.indexOf('@', 1);
  if (at < 0) return null;
  const name = plain.slice(0, at);
  const version = plain.slice(at + 1).replace(/_.*$/, '');
  const host = /^[^@/]+\.[^@/]+\/(.+)$/.exec(name)?.[1];
  return {
    name: host ?? name,
    version: version === '' ? plain.slice(at + 1) : /^\d/.test(version) ? version : plain.slice(at + 1),
  };
}

/** Version 5: `/name/1.0.0`, `/@scope/name/1.0.0_peer@1.0.0`, `host/name/1.0.0`; older ones `/name/1.0.0/peer@1.0.0`. */
function splitSlashKey(key: string): { readonly name: string; readonly version: string } | null {
  const parts = key.split('/').slice(1);
  const count = parts[0]?.startsWith('@') ? 2 : 1;
  const version = (parts[count] ?? '').split('_')[0] ?? '';
  if (!/^\d+\.\d+\.\d+/.test(version)) return null;
  return { name: parts.slice(0, count).join('/'), version };
}
