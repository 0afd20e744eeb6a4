import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { slashed, vcsUrl } from '../support/purls.ts';

/** Cartfile.resolved of Carthage: `github "owner/name" "version"`, `git "url" "revision"`, `binary "url" "version"`. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const graph = new LockGraph(file.path, 'carthage', context);
  for (const [index, raw] of (await file.text()).split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const match = /^(github|git|binary) "([^"]+)" "([^"]+)"$/.exec(line);
    if (match === null) {
      graph.gap(
        'malformed-entry',
        `${JSON.stringify(line.slice(0, 100))} is no resolved dependency and is left out.`,
        `line ${index + 1}`,
      );
      continue;
    }
    const [, kind = '', origin = '', version = ''] = match;
    const isForge = kind === 'github' && /^[^/:]+\/[^/]+$/.test(origin);
    const last =
      origin
        .replace(/\.(?:git|json)$/, '')
        .split('/')
        .at(-1) ?? origin;
    const purl = isForge
      ? slashed('github', origin, version)
      : {
          type: 'generic',
          name: last,
          version,
          qualifiers: [kind === 'binary' ? (['download_url', origin] as const) : vcsUrl(origin, version)],
        };
    graph.add({ name: isForge ? origin : last, version, purl, line: index + 1, source: origin });
  }
  return graph.projects();
}
