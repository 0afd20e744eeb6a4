import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { hexDigest } from '../support/digests.ts';
import { isTuple, readTerms, type Term, termList } from '../support/erlang.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';

/** mix.lock of Elixir: a map of name to `{:hex, ...}` or `{:git, ...}`. mix.exs is a program: what is direct is not known. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const text = await file.text();
  const [map] = text.trim() === '' ? [[]] : readTerms(file.path, text);
  if (!Array.isArray(map))
    throw new ScanError('malformed-file', `${file.path} is no map, as a mix.lock is.`, 'line 1');
  const graph = new LockGraph(file.path, 'Hex', context);
  const nodes = new Map<string, number>();
  const needs: [number, readonly Term[]][] = [];
  for (const pair of map as readonly Term[]) {
    const line = isTuple(pair) ? pair.line : 0;
    const key = isTuple(pair) ? pair.tuple[0] : undefined;
    const value = isTuple(pair) ? pair.tuple[1] : undefined;
    const node = typeof key === 'string' && isTuple(value) ? addPackage(graph, key, value.tuple, line) : null;
    if (typeof key !== 'string' || !isTuple(value) || node === null) {
      graph.gap(
        'malformed-entry',
        `The entry of ${JSON.stringify(key ?? null)} is none of hex or git and is left out.`,
        `line ${line}`,
      );
      continue;
    }
    nodes.set(key, node);
    if (value.tuple[0] === 'hex') needs.push([node, termList(value.tuple[5])]);
  }
  for (const [from, list] of needs) {
    for (const need of list) {
      const to = isTuple(need) && typeof need.tuple[0] === 'string' ? nodes.get(need.tuple[0]) : undefined;
      const optional =
        isTuple(need) &&
        termList(need.tuple[2]).some(
          option => isTuple(option) && option.tuple[0] === 'optional' && option.tuple[1] === 'true',
        );
      if (to !== undefined) graph.edge(from, to, optional ? 'optional' : 'prod');
    }
  }
  return graph.projects();
}

function addPackage(graph: LockGraph, key: string, parts: readonly Term[], line: number): number | null {
  const [kind, name, version] = parts;
  if (kind === 'hex' && typeof name === 'string' && typeof version === 'string') {
    // The last text is the SHA-256 of the outer archive, what the registry serves; the older inner one stands before.
    const outer = typeof parts[7] === 'string' ? hexDigest('sha256', parts[7]) : null;
    // `hexpm:acme` is the repository of an organization, whose packages are not those of everyone by the same name.
    const organization = typeof parts[6] === 'string' ? /^hexpm:(.+)$/.exec(parts[6])?.[1] : undefined;
    return graph.add({
      name,
      version,
      purl: { type: 'hex', namespace: organization ?? null, name, version },
      line,
      digests: outer === null ? [] : [outer],
    });
  }
  if (kind === 'git' && typeof name === 'string') {
    const commit = typeof version === 'string' ? version : null;
    return graph.add({
      name: key,
      version: null,
      purl: { type: 'hex', name: key, qualifiers: [vcsUrl(name, commit)] },
      line,
      source: commit === null ? name : `${name}#${commit}`,
    });
  }
  return null;
}
