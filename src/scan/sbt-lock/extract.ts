import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { statedDigest } from '../support/digests.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { mavenPurl } from '../support/purls.ts';
import { at, listAt, readJsonTable, textAt } from '../support/values.ts';

/** build.sbt.lock of Scala's sbt-dependency-lock. It has no edges. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const version = at(root, 'lockVersion');
  if (version !== 1) throw unsupportedVersion(file.path, version, 'version 1');
  const graph = new LockGraph(file.path, 'Maven', context);
  const lines = keyLines(text, 3);
  for (const [index, entry] of listAt(root, 'dependencies').entries()) {
    const [group, artifact, locked] = ['org', 'name', 'version'].map(key => textAt(entry, key));
    const line = lines.get(`dependencies\n${index}\norg`) ?? lines.get(`dependencies\n${index}`) ?? null;
    if (!group || !artifact || !locked) {
      graph.gap(
        'malformed-entry',
        'A dependency without org, name or version is left out.',
        line === null ? null : `line ${line}`,
      );
      continue;
    }
    const digests = listAt(entry, 'artifacts').flatMap(
      item => statedDigest(textAt(item, 'hash') ?? '') ?? [],
    );
    graph.add({
      name: `${group}:${artifact}`,
      version: locked,
      purl: mavenPurl(group, artifact, locked),
      scopes: scopesOf(listAt(entry, 'configurations')),
      line,
      digests,
    });
  }
  return graph.projects();
}

function scopesOf(configurations: readonly unknown[]): ScanScope[] {
  if (configurations.includes('compile') || configurations.includes('runtime')) return ['prod'];
  if (configurations.includes('provided')) return ['peer'];
  if (configurations.includes('optional')) return ['optional'];
  return configurations.includes('test') ? ['test'] : [];
}
