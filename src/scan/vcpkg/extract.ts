import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { keyLines } from '../support/json-lines.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { at, entriesAt, listAt, readJsonTable, textAt } from '../support/values.ts';
import { folderOf } from '../tree.ts';

/** vcpkg.json: wishes. `overrides` pin; everything else is decided by the baseline of the registry, which is not in the tree. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const graph = new LockGraph(file.path, 'vcpkg', context);
  const lines = keyLines(text, 3);
  const licence = textAt(root, 'license');
  const importer = graph.importer(folderOf(file.path), {
    name: textAt(root, 'name'),
    version: versionOf(root),
    purl: null,
    licences: licence === null ? [] : [licence],
    contacts: [],
  });
  const pinned = new Map(
    listAt(root, 'overrides').map(entry => [textAt(entry, 'name') ?? '', versionOf(entry)]),
  );
  const features = entriesAt(root, 'features').flatMap(([, feature]) => listAt(feature, 'dependencies'));
  for (const [index, entry] of [...listAt(root, 'dependencies'), ...features].entries()) {
    const name = typeof entry === 'string' ? entry : textAt(entry, 'name');
    if (name === null) continue;
    const isOptional = index >= listAt(root, 'dependencies').length;
    const version = pinned.get(name) ?? null;
    const least = textAt(entry, 'version>=');
    const line = isOptional
      ? null
      : (lines.get(`dependencies\n${index}\nname`) ?? lines.get(`dependencies\n${index}`) ?? null);
    const node = graph.add({
      name,
      version,
      range: version === null && least !== null ? `>=${least}` : null,
      purl: { type: 'vcpkg', name, version },
      line,
    });
    importer.direct?.set(node, at(entry, 'host') === true ? 'build' : isOptional ? 'optional' : 'prod');
  }
  if (graph.size > 0)
    graph.gap(
      'manifest-without-lock',
      'vcpkg.json states wishes; the versions are decided by the baseline of the registry, which is not in the tree.',
    );
  return graph.projects();
}

function versionOf(entry: unknown): string | null {
  return (
    textAt(entry, 'version') ??
    textAt(entry, 'version-string') ??
    textAt(entry, 'version-semver') ??
    textAt(entry, 'version-date')
  );
}
