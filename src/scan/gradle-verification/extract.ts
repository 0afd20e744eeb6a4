import { parseXml, xmlAttribute } from '../../formats/xml.ts';
import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { hexDigest } from '../support/digests.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { mavenPurl } from '../support/purls.ts';

/** gradle/verification-metadata.xml: every module that Gradle was seen to fetch, with the digests it demands. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const root = parseXml(await file.text());
  if (root.name !== 'verification-metadata')
    throw new ScanError(
      'malformed-file',
      `${file.path} is no verification metadata: its root is ${root.name}.`,
      `line ${root.line}`,
    );
  const graph = new LockGraph(file.path, 'Maven', context);
  const components = root.children.find(child => child.name === 'components')?.children ?? [];
  for (const component of components) {
    const [group, artifact, version] = ['group', 'name', 'version'].map(name =>
      xmlAttribute(component, name),
    );
    if (!group || !artifact || !version) {
      graph.gap(
        'malformed-entry',
        'A component without group, name or version is left out.',
        `line ${component.line}`,
      );
      continue;
    }
    const digests = new Set<string>();
    for (const entry of component.children) {
      // The POM and the module description are not the package: only what is run counts.
      if (/\.(?:pom|module)$/.test(xmlAttribute(entry, 'name') ?? '')) continue;
      for (const stated of entry.children) {
        const digest = hexDigest(stated.name, xmlAttribute(stated, 'value') ?? '');
        if (digest !== null) digests.add(digest);
      }
    }
    graph.add({
      name: `${group}:${artifact}`,
      version,
      purl: mavenPurl(group, artifact, version),
      line: component.line,
      digests: [...digests],
    });
  }
  return graph.projects();
}
