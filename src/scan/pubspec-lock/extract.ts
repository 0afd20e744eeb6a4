import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { hexDigest } from '../support/digests.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';
import { parseYamlMap, YamlMap } from '../support/yaml.ts';

/** pubspec.lock of Dart and Flutter: hosted, git, path and SDK packages. It has no edges. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const root = await parseYamlMap(file.path, await file.text());
  if (!root.has('packages') && root.keys().length === 0)
    throw new ScanError('malformed-file', `${file.path} has no packages, which a pubspec.lock always names.`);
  const graph = new LockGraph(file.path, 'Pub', context);
  for (const [name, entry, line] of root.map('packages').entries()) {
    if (!(entry instanceof YamlMap)) {
      graph.gap(
        'malformed-entry',
        `The entry ${JSON.stringify(name)} is no mapping and is left out.`,
        `line ${line}`,
      );
      continue;
    }
    const version = entry.text('version');
    const dependency = entry.text('dependency') ?? '';
    const description = entry.map('description');
    const digest =
      description.text('sha256') === null ? null : hexDigest('sha256', description.text('sha256') ?? '');
    graph.add({
      name,
      version,
      purl: purlOf(name, version, entry),
      scopes: scopesOf(dependency),
      direct: dependency === '' ? null : dependency.startsWith('direct'),
      line,
      digests: digest === null ? [] : [digest],
      source: description.text('url') ?? description.text('path') ?? entry.text('description'),
    });
  }
  return graph.projects();
}

/** What is transitive may be needed by either: the lockfile does not say. */
function scopesOf(dependency: string): ScanScope[] {
  if (dependency === 'direct main' || dependency === 'direct overridden') return ['prod'];
  return dependency === 'direct dev' ? ['dev'] : [];
}

function purlOf(
  name: string,
  version: string | null,
  entry: YamlMap,
): Parameters<LockGraph['add']>[0]['purl'] {
  const description = entry.map('description');
  switch (entry.text('source')) {
    case 'git':
      return {
        type: 'pub',
        name,
        version,
        qualifiers: [vcsUrl(description.text('url') ?? '', description.text('resolved-ref'))],
      };
    case 'path':
    case 'sdk':
      return null;
    default:
      return { type: 'pub', name, version };
  }
}
