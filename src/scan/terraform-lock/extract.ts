import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { hexDigest } from '../support/digests.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { slashed } from '../support/purls.ts';

/** .terraform.lock.hcl: providers with version and digests (`zh:` is the SHA-256 of a provider's archive, `h1:` of its unpacked files). */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const text = await file.text();
  const graph = new LockGraph(file.path, 'terraform', context);
  let open: {
    readonly source: string;
    readonly line: number;
    version: string | null;
    readonly digests: string[];
  } | null = null;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    const start = /^provider "([^"]+)" \{$/.exec(line);
    if (start !== null) open = { source: start[1] ?? '', line: index + 1, version: null, digests: [] };
    else if (open === null) continue;
    else if (line === '}') {
      addProvider(graph, open);
      open = null;
    } else {
      open.version = /^version\s*=\s*"([^"]+)"$/.exec(line)?.[1] ?? open.version;
      const digest = hexDigest('sha256', /^"zh:([0-9a-f]+)",?$/.exec(line)?.[1] ?? '');
      if (digest !== null) open.digests.push(digest);
    }
  }
  if (open !== null)
    graph.gap(
      'malformed-file',
      `The provider ${open.source} does not end; the file looks cut off.`,
      `line ${open.line}`,
    );
  else if (graph.size === 0 && /\S/.test(text.replaceAll(/^\s*#.*$/gm, '')))
    throw new ScanError('malformed-file', `${file.path} holds no provider.`, 'line 1');
  return graph.projects();
}

function addProvider(
  graph: LockGraph,
  {
    source,
    line,
    version,
    digests,
  }: {
    readonly source: string;
    readonly line: number;
    readonly version: string | null;
    readonly digests: readonly string[];
  },
): void {
  if (version === null)
    graph.gap('malformed-entry', `The provider ${source} has no version and is left out.`, `line ${line}`);
  else
    graph.add({
      name: source,
      version,
      purl: slashed('terraform', source, version),
      scopes: ['build'],
      direct: true,
      line,
      digests,
    });
}
