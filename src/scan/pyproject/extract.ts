import { pypiName } from '../../model/pypi-name.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { manifestProject } from '../support/manifest.ts';
import { pinnedVersion, pyprojectOf, pythonPurl } from '../support/python.ts';
import { readTomlTable } from '../support/values.ts';

/** pyproject.toml (PEP 621, PEP 735, Poetry, PDM, uv) where no lockfile covers it. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const { subject, needs } = pyprojectOf(root, text);
  const lines = wordLines(text);
  const wishes = needs.map(({ name, range, group, optional }) => {
    const scope: ScanScope = optional ? 'optional' : group === '' ? 'prod' : 'dev';
    const version = pinnedVersion(range);
    return { name, range, version, scope, purl: pythonPurl(name, version), line: lines.get(name) ?? null };
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

/** The first line of each word, as names are compared: in one pass, however many are asked for. */
function wordLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, content] of text.split('\n').entries()) {
    for (const [word] of pypiName(content).matchAll(/[a-z0-9][a-z0-9-]*/g))
      if (!lines.has(word)) lines.set(word, index + 1);
  }
  return lines;
}
