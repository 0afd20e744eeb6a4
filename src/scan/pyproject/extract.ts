import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { manifestProject } from '../support/manifest.ts';
import { pinnedVersion, pyprojectOf, pythonPurl } from '../support/python.ts';
import { readTomlTable } from '../support/values.ts';

/** pyproject.toml (PEP 621, PEP 735, Poetry, PDM, uv) where no lockfile covers it. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const { subject, needs } = pyprojectOf(root, text);
  const lines = text.split('\n');
  const wishes = needs.map(({ name, range, group, optional }) => {
    const scope: ScanScope = optional ? 'optional' : group === '' ? 'prod' : 'dev';
    const version = pinnedVersion(range);
    const line =
      lines.findIndex(content =>
        content
          .toLowerCase()
          .replaceAll(/[-_.]+/g, '-')
          .includes(name),
      ) + 1;
    return { name, range, version, scope, purl: pythonPurl(name, version), line: line === 0 ? null : line };
  });
  return manifestProject(
    file,
    'PyPI',
    context,
    subject,
    wishes,
    'Run uv lock, poetry lock or pdm lock and commit the lockfile.',
  );
}
