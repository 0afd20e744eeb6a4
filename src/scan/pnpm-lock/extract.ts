import { unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { type Importer, LockGraph } from '../support/lock-graph.ts';
import { readNpmManifest } from '../support/npm-manifest.ts';
import { parseYaml, YamlMap } from '../support/yaml.ts';
import { folderOf, joinPath } from '../tree.ts';
import { PnpmDocument } from './document.ts';

const KNOWN = 'versions 5, 6, 7 and 9';

/** pnpm-lock.yaml. Since pnpm 11 it may hold several documents: the package manager's own packages, then those of the project. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const graph = new LockGraph(file.path, 'npm', context);
  const importers = new Map<string, Importer>();
  const documents = (await parseYaml(file.path, await file.text())).filter(document => document !== null);
  for (const [index, document] of documents.entries()) {
    const stated = document instanceof YamlMap ? document.text('lockfileVersion') : null;
    const major = Number.parseInt(stated ?? '', 10);
    if (!(document instanceof YamlMap) || ![5, 6, 7, 9].includes(major)) {
      const error = unsupportedVersion(
        `${file.path}${documents.length > 1 ? `, document ${index + 1},` : ''}`,
        stated,
        KNOWN,
      );
      if (documents.length === 1) throw error;
      graph.gap('unsupported-lock-version', error.message);
      continue;
    }
    const reader = new PnpmDocument(graph, document, major);
    for (const [place, section] of sections(document)) {
      const folder = joinPath(folderOf(file.path), place);
      if (folder === null) continue;
      const importer = importers.get(folder) ?? (await addImporter(graph, folder, context));
      importers.set(folder, importer);
      reader.readImporter(importer, section);
    }
  }
  return graph.projects();
}

/** The projects of a document: `importers`, or the document itself where there is but one. */
function sections(document: YamlMap): [string, YamlMap][] {
  if (!document.has('importers')) return [['.', document]];
  return document
    .map('importers')
    .entries()
    .flatMap(([place, section]) => [[place, section instanceof YamlMap ? section : new YamlMap()]]);
}

async function addImporter(graph: LockGraph, folder: string, context: ExtractContext): Promise<Importer> {
  const manifest = await readNpmManifest(context.tree, folder).catch(() => null);
  return graph.importer(folder, manifest?.subject);
}
