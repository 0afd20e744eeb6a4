import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { NO_SUBJECT } from '../support/lock-graph.ts';
import { manifestProject, type Wish } from '../support/manifest.ts';
import { parseYamlMap, YamlMap } from '../support/yaml.ts';

/** pubspec.yaml where no pubspec.lock covers it. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const root = await parseYamlMap(file.path, await file.text());
  const wishes: Wish[] = [];
  for (const [section, scope] of [
    ['dependencies', 'prod'],
    ['dev_dependencies', 'dev'],
  ] as const satisfies readonly (readonly [string, ScanScope])[]) {
    for (const [name, value, line] of root.map(section).entries()) {
      if (value instanceof YamlMap && (value.has('sdk') || value.has('path'))) continue;
      const range =
        value instanceof YamlMap ? value.text('version') : typeof value === 'string' ? value : null;
      const version = /^\d+\.\d+\.\d+\S*$/.test(range ?? '') ? range : null;
      wishes.push({ name, range, version, scope, purl: { type: 'pub', name, version }, line });
    }
  }
  const subject = { ...NO_SUBJECT, name: root.text('name'), version: root.text('version') };
  return manifestProject(file, 'Pub', context, subject, wishes, 'Run dart pub get and commit pubspec.lock.');
}
