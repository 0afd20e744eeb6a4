import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph, NO_SUBJECT } from '../support/lock-graph.ts';
import { parseYamlMap, YamlMap } from '../support/yaml.ts';
import { folderOf, joinPath } from '../tree.ts';

/** Chart.lock and requirements.lock of Helm: the charts that a chart depends on. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const root = await parseYamlMap(file.path, await file.text());
  if (!root.has('dependencies'))
    throw new ScanError(
      'malformed-file',
      `${file.path} has no dependencies, which a Chart.lock always names.`,
      'line 1',
    );
  const graph = new LockGraph(file.path, 'helm', context);
  const chartPath = joinPath(folderOf(file.path), 'Chart.yaml');
  const chartFile = chartPath === null ? null : await context.tree.file(chartPath);
  const chart =
    chartPath === null || chartFile === null
      ? null
      : await parseYamlMap(chartPath, await chartFile.text()).catch(() => null);
  const importer = graph.importer(folderOf(file.path), {
    ...NO_SUBJECT,
    name: chart?.text('name') ?? null,
    version: chart?.text('version') ?? null,
  });
  for (const item of root.list('dependencies')) {
    const name = item instanceof YamlMap ? item.text('name') : null;
    if (!(item instanceof YamlMap) || name === null) {
      graph.gap('malformed-entry', 'A dependency without a name is left out.');
      continue;
    }
    const version = item.text('version');
    const repository = item.text('repository');
    const isLocal = repository?.startsWith('file://') ?? repository === null;
    const purl = isLocal
      ? null
      : { type: 'helm', name, version, qualifiers: [['repository_url', repository ?? ''] as const] };
    importer.direct?.set(
      graph.add({ name, version, purl, line: item.line('name'), source: repository }),
      'prod',
    );
  }
  return graph.projects();
}
