import { parseXml, xmlAttribute } from '../../formats/xml.ts';
import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';

/** packages.config: the flat list of older NuGet projects, with everything a package needs in it. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const root = parseXml(await file.text());
  if (root.name !== 'packages')
    throw new ScanError(
      'malformed-file',
      `${file.path} is no packages.config: its root is ${root.name}.`,
      `line ${root.line}`,
    );
  const graph = new LockGraph(file.path, 'NuGet', context);
  for (const entry of root.children) {
    const name = xmlAttribute(entry, 'id')?.trim();
    const version = xmlAttribute(entry, 'version')?.trim();
    if (!name || !version) {
      graph.gap('malformed-entry', 'A package without id or version is left out.', `line ${entry.line}`);
      continue;
    }
    const isDev = xmlAttribute(entry, 'developmentDependency')?.toLowerCase() === 'true';
    graph.add({
      name,
      version,
      purl: { type: 'nuget', name, version },
      scopes: [isDev ? 'dev' : 'prod'],
      line: entry.line,
    });
  }
  return graph.projects();
}
