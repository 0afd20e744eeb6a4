import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { hexDigest } from '../support/digests.ts';
import { isTuple, readTerms, type Term, termList } from '../support/erlang.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';

/** rebar.lock of Erlang: packages with their depth in the graph (0 is direct), and the digests of their archives. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const terms = readTerms(file.path, await file.text());
  const [first, second] = terms;
  const versioned = isTuple(first);
  const packages = versioned ? termList(first.tuple[1]) : termList(first);
  if (!versioned && !Array.isArray(first))
    throw new ScanError('malformed-file', `${file.path} is no list, as a rebar.lock is.`, 'line 1');
  const digests = outerDigests(termList(versioned ? second : undefined));
  const graph = new LockGraph(file.path, 'Hex', context);
  for (const entry of packages) {
    if (!isTuple(entry) || !addPackage(graph, entry.tuple, entry.line, digests)) {
      graph.gap(
        'malformed-entry',
        'An entry is none of pkg or git and is left out.',
        isTuple(entry) ? `line ${entry.line}` : null,
      );
    }
  }
  return graph.projects();
}

function outerDigests(sections: readonly Term[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const section of sections) {
    if (!isTuple(section) || section.tuple[0] !== 'pkg_hash_ext') continue;
    for (const pair of termList(section.tuple[1])) {
      const [name, value] = isTuple(pair) ? pair.tuple : [];
      const digest = typeof value === 'string' ? hexDigest('sha256', value) : null;
      if (typeof name === 'string' && digest !== null) found.set(name, digest);
    }
  }
  return found;
}

function addPackage(
  graph: LockGraph,
  parts: readonly Term[],
  line: number,
  digests: ReadonlyMap<string, string>,
): boolean {
  const [key, origin, level] = parts;
  if (typeof key !== 'string' || !isTuple(origin)) return false;
  const direct = typeof level === 'number' ? level === 0 : null;
  const [kind, name, version] = origin.tuple;
  if (kind === 'pkg' && typeof name === 'string' && typeof version === 'string') {
    const digest = digests.get(key);
    graph.add({
      name,
      version,
      purl: { type: 'hex', name, version },
      line,
      direct,
      digests: digest === undefined ? [] : [digest],
    });
    return true;
  }
  if (kind !== 'git' && kind !== 'git_subdir') return false;
  const ref = isTuple(version) && typeof version.tuple[1] === 'string' ? version.tuple[1] : null;
  const url = typeof name === 'string' ? name : '';
  graph.add({
    name: key,
    version: null,
    purl: { type: 'hex', name: key, qualifiers: [vcsUrl(url, ref)] },
    line,
    direct,
    source: ref === null ? url : `${url}#${ref}`,
  });
  return true;
}
