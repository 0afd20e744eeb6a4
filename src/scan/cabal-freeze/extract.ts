import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';

/** cabal.project.freeze of Haskell: exact constraints. `installed` packages come with the compiler and have no version here. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const graph = new LockGraph(file.path, 'Hackage', context);
  const text = await file.text();
  if (text.trim() !== '' && !/^(?:constraints|active-repositories|index-state|with-compiler)\s*:/m.test(text))
    throw new ScanError('malformed-file', `${file.path} has no field of a freeze file.`, 'line 1');
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const items = raw.replace(/^constraints:/, '').split(',');
    for (const item of items) {
      const match = /^\s*(?:any\.)?([A-Za-z0-9][A-Za-z0-9-]*)\s+==\s*(\d[\d.]*)\s*$/.exec(item);
      if (match === null) continue;
      const [, name = '', version = ''] = match;
      graph.add({ name, version, purl: { type: 'hackage', name, version }, line: index + 1 });
    }
  }
  return graph.projects();
}
