import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';
import { at, entriesAt, listAt, readJsonTable, textAt } from '../support/values.ts';

/** renv.lock of R: packages of CRAN, Bioconductor, repositories and URLs. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  if (at(root, 'Packages') === undefined && at(root, 'R') === undefined)
    throw new ScanError(
      'malformed-file',
      `${file.path} has neither R nor Packages, which a renv.lock always has.`,
    );
  const graph = new LockGraph(file.path, 'CRAN', context);
  const lines = keyLines(text, 2);
  const nodes = new Map<string, number>();
  const entries = entriesAt(root, 'Packages');
  for (const [key, entry] of entries) {
    const name = textAt(entry, 'Package') ?? key;
    const version = textAt(entry, 'Version');
    nodes.set(
      name,
      graph.add({
        name,
        version,
        purl: purlOf(name, version, entry),
        line: lines.get(`Packages\n${key}`) ?? null,
        source: textAt(entry, 'RemoteUrl') ?? textAt(entry, 'Repository'),
      }),
    );
  }
  for (const [key, entry] of entries) {
    const from = nodes.get(textAt(entry, 'Package') ?? key);
    for (const need of listAt(entry, 'Requirements')) {
      const to = typeof need === 'string' ? nodes.get(need) : undefined;
      if (from !== undefined && to !== undefined) graph.edge(from, to);
    }
  }
  return graph.projects();
}

function purlOf(
  name: string,
  version: string | null,
  entry: unknown,
): Parameters<LockGraph['add']>[0]['purl'] {
  const source = textAt(entry, 'Source')?.toLowerCase();
  switch (source) {
    case 'github': {
      const namespace = textAt(entry, 'RemoteUsername');
      const repository = textAt(entry, 'RemoteRepo');
      return namespace === null || repository === null
        ? null
        : { type: 'github', namespace, name: repository, version: textAt(entry, 'RemoteSha') ?? version };
    }
    case 'git':
    case 'gitlab':
    case 'bitbucket': {
      const url = textAt(entry, 'RemoteUrl');
      return url === null
        ? null
        : { type: 'generic', name, version, qualifiers: [vcsUrl(url, textAt(entry, 'RemoteSha'))] };
    }
    case 'bioconductor':
      return { type: 'bioconductor', name, version };
    case 'local':
      return null;
    default:
      return { type: 'cran', name, version };
  }
}
