import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { readBerry } from './berry.ts';
import { readClassic } from './classic.ts';

/** yarn.lock: the own format of Yarn 1, and the YAML of Yarn 2 and later. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const text = await file.text();
  const graph = new LockGraph(file.path, 'npm', context);
  if (/^__metadata:/m.test(text)) await readBerry(graph, file.path, text, context);
  else {
    const version = /^# yarn lockfile v([0-9]+)/m.exec(text)?.[1];
    if (version !== undefined && version !== '1')
      throw unsupportedVersion(file.path, version, 'version 1 and the YAML of Yarn 2 to 4');
    await readClassic(graph, file.path, text, context);
  }
  return graph.projects();
}
