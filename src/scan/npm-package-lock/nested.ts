import { integrityDigests } from '../support/digests.ts';
import { keyLines } from '../support/json-lines.ts';
import type { LockGraph } from '../support/lock-graph.ts';
import { type NpmManifest, npmSubject } from '../support/npm-manifest.ts';
import { npmSource, npmSourcePurl } from '../support/npm-source.ts';
import { npmPurl } from '../support/purls.ts';
import { entriesAt, isTable, type Table, textAt } from '../support/values.ts';
import { folderOf } from '../tree.ts';
import { flaggedScopes } from './packages.ts';

/** One level of node_modules: what is installed there and the level above it. */
interface Level {
  readonly nodes: Map<string, number>;
  readonly above: Level | null;
}

/** How deep `dependencies` may nest: the JSON reader's own bound is 512 levels, two per nesting. */
const MAX_LEVEL = 256;

/** Reads the nested `dependencies` of version 1. It does not say what the project itself asks for: that is in package.json. */
export function readNestedDependencies(
  graph: LockGraph,
  path: string,
  text: string,
  root: Table,
  manifest: NpmManifest | null,
): void {
  const lines = keyLines(text, 2 * MAX_LEVEL);
  const importer = graph.importer(folderOf(path), manifest?.subject ?? npmSubject(root), manifest !== null);
  const top: Level = { nodes: new Map(), above: null };
  const edges: { readonly from: number; readonly level: Level; readonly name: string }[] = [];
  readLevel(root, top, 'dependencies');
  for (const { from, level, name } of edges) {
    const to = resolve(level, name);
    // `requires` has what is optional too. What npm flags is needed by nothing else, so every way to it is optional.
    if (to !== null) graph.edge(from, to, graph.node(to).scopes?.includes('optional') ? 'optional' : 'prod');
  }
  for (const [name, { scope }] of manifest?.needs ?? []) {
    const index = top.nodes.get(name);
    if (index !== undefined) importer.direct?.set(index, scope);
  }

  function readLevel(owner: unknown, level: Level, place: string): void {
    for (const [name, entry] of entriesAt(owner, 'dependencies')) {
      const here = `${place}\n${name}`;
      if (!isTable(entry))
        graph.gap(
          'malformed-entry',
          `The entry ${JSON.stringify(name)} is no object and is left out.`,
          `line ${lines.get(here)}`,
        );
      else level.nodes.set(name, addPackage(graph, name, entry, lines.get(here) ?? null));
    }
    for (const [name, entry] of entriesAt(owner, 'dependencies')) {
      const index = level.nodes.get(name);
      if (index === undefined) continue;
      const inner: Level = { nodes: new Map(), above: level };
      readLevel(entry, inner, `${place}\n${name}\ndependencies`);
      for (const [needed] of entriesAt(entry, 'requires'))
        edges.push({ from: index, level: inner, name: needed });
    }
  }
}

function resolve(level: Level, name: string): number | null {
  for (let at: Level | null = level; at !== null; at = at.above) {
    const found = at.nodes.get(name);
    if (found !== undefined) return found;
  }
  return null;
}

function addPackage(graph: LockGraph, key: string, entry: Table, line: number | null): number {
  const stated = textAt(entry, 'version') ?? '';
  const resolved = textAt(entry, 'resolved');
  const shared = { line, scopes: flaggedScopes(entry), digests: integrityDigests(entry['integrity']) };
  const alias = /^npm:(@?[^@]+)@(.+)$/.exec(stated);
  if (alias !== null) {
    const [, name = '', version = ''] = alias;
    return graph.add({ name, version, purl: npmPurl(name, version), source: resolved, ...shared });
  }
  const source = npmSource(stated);
  const version = source === null && stated !== '' ? stated : null;
  return graph.add({
    name: key,
    version,
    purl: npmSourcePurl(key, version, source),
    source: source === null ? resolved : stated,
    ...shared,
  });
}
