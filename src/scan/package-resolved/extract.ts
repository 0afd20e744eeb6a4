import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { slashed } from '../support/purls.ts';
import { at, listAt, readJsonTable, tableAt, textAt } from '../support/values.ts';

/** Package.resolved of Swift, versions 1 to 3. A package is named by where its repository is; a branch pins a revision only. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const version = at(root, 'version');
  if (version !== 1 && version !== 2 && version !== 3)
    throw unsupportedVersion(file.path, version, 'versions 1 to 3');
  const graph = new LockGraph(file.path, 'SwiftURL', context);
  const lines = keyLines(text, 4);
  const holder = version === 1 ? tableAt(root, 'object') : root;
  const prefix = version === 1 ? 'object\npins' : 'pins';
  for (const [index, pin] of listAt(holder, 'pins').entries()) {
    const key = version === 1 ? 'package' : 'identity';
    const line = lines.get(`${prefix}\n${index}\n${key}`) ?? lines.get(`${prefix}\n${index}`) ?? null;
    const location = textAt(pin, 'location') ?? textAt(pin, 'repositoryURL');
    const identity = textAt(pin, key);
    const state = tableAt(pin, 'state');
    const pinned = textAt(state, 'version');
    const revision = textAt(state, 'revision');
    if (location === null && identity === null) {
      graph.gap(
        'malformed-entry',
        'A pin without a location is left out.',
        line === null ? null : `line ${line}`,
      );
      continue;
    }
    const place = location === null ? null : repositoryPath(location);
    const isLocal = textAt(pin, 'kind') === 'localSourceControl' || place === null;
    graph.add({
      name: place ?? identity ?? '',
      version: pinned ?? revision,
      purl: isLocal || !place?.includes('/') ? null : slashed('swift', place, pinned ?? revision),
      line,
      source: location === null ? null : revision === null ? location : `${location}#${revision}`,
    });
  }
  return graph.projects();
}

/** `host/owner/name` of a repository address, the name the ecosystem and OSV know it by; null for a local path. */
function repositoryPath(location: string): string | null {
  const plain = location.replace(/\/$/, '').replace(/\.git$/, '');
  const scp = /^[^@/]+@([^:/]+):(.+)$/.exec(plain);
  if (scp !== null) return `${scp[1]}/${scp[2]}`;
  const match = /^[a-z+]+:\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.+)$/i.exec(plain);
  return match === null ? null : `${match[1]}/${match[2]}`;
}
