import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { slashed } from '../support/purls.ts';

/** paket.lock: packages of NuGet with edges, and files of GitHub repositories, in groups. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const graph = new LockGraph(file.path, 'NuGet', context);
  let nodes = new Map<string, number>();
  let edges: [number, string][] = [];
  let section = '';
  let owner: number | null = null;
  const flush = () => {
    for (const [from, name] of edges) {
      const to = nodes.get(name);
      if (to !== undefined) graph.edge(from, to);
    }
    nodes = new Map();
    edges = [];
  };
  const text = await file.text();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const content = raw.trim();
    const indent = raw.length - raw.trimStart().length;
    if (content === '') continue;
    if (indent === 0) {
      if (content.startsWith('GROUP ')) flush();
      section = content;
      if (!/^[A-Z][A-Z-]*(?:[: ]|$)/.test(content))
        throw new ScanError(
          'malformed-file',
          `${file.path} is no paket.lock: ${JSON.stringify(content.slice(0, 60))} is no section.`,
          `line ${index + 1}`,
        );
      continue;
    }
    const match = /^(\S+) \(([^()]+)\)/.exec(content);
    if (indent <= 4 && match !== null) {
      const [, name = '', version = ''] = match;
      const purl =
        section === 'NUGET'
          ? { type: 'nuget', name, version }
          : section === 'GITHUB' && name.includes('/')
            ? slashed('github', name, version)
            : null;
      owner = graph.add({ name, version, purl, line: index + 1 });
      nodes.set(name.toLowerCase(), owner);
    } else if (indent >= 6 && owner !== null && section === 'NUGET')
      edges.push([owner, (content.split(' ')[0] ?? '').toLowerCase()]);
  }
  flush();
  if (graph.size === 0 && text.trim() !== '')
    throw new ScanError('malformed-file', `${file.path} lists no package.`, 'line 1');
  return graph.projects();
}
