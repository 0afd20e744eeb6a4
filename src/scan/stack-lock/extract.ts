import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { hexDigest } from '../support/digests.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';
import { parseYamlMap, YamlMap } from '../support/yaml.ts';

/** stack.yaml.lock of Haskell: packages beyond the snapshot, which is named but not listed in it. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const root = await parseYamlMap(file.path, await file.text());
  const graph = new LockGraph(file.path, 'Hackage', context);
  for (const item of root.list('packages')) {
    const completed = item instanceof YamlMap ? item.map('completed') : new YamlMap();
    const line = item instanceof YamlMap ? item.line('completed') : null;
    const hackage = completed.text('hackage');
    if (
      hackage === null
        ? !addOther(graph, completed, line)
        : !addHackage(graph, hackage, completed.line('hackage'))
    ) {
      graph.gap(
        'malformed-entry',
        'An entry names no package and is left out.',
        line === null ? null : `line ${line}`,
      );
    }
  }
  const snapshots = root.list('snapshots').length;
  if (snapshots > 0)
    graph.gap(
      'transitive-not-listed',
      'The packages of the snapshot are not in the lockfile; only what is added to it is listed.',
    );
  return graph.projects();
}

/** `name-1.2.3@sha256:cabal-file-hash,size`: the hash is of the .cabal file, not of the package. */
function addHackage(graph: LockGraph, text: string, line: number | null): boolean {
  const id = text.split('@')[0] ?? '';
  const hyphen = id.lastIndexOf('-');
  const version = id.slice(hyphen + 1);
  if (hyphen <= 0 || !/^\d[\d.]*$/.test(version)) return false;
  const name = id.slice(0, hyphen);
  graph.add({ name, version, purl: { type: 'hackage', name, version }, line });
  return true;
}

function addOther(graph: LockGraph, completed: YamlMap, line: number | null): boolean {
  const name = completed.text('name');
  const version = completed.text('version');
  const git = completed.text('git');
  const url = git ?? completed.text('url');
  if (name === null || url === null) return false;
  const commit = completed.text('commit');
  const sha256 =
    completed.text('sha256') === null ? null : hexDigest('sha256', completed.text('sha256') ?? '');
  const qualifiers = git === null ? [['download_url', url] as const] : [vcsUrl(git, commit)];
  graph.add({
    name,
    version,
    purl: { type: 'hackage', name, version, qualifiers },
    line,
    digests: sha256 === null ? [] : [sha256],
    source: commit === null ? url : `${url}#${commit}`,
  });
  return true;
}
