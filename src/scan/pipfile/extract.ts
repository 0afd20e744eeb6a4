import { pypiName } from '../../model/pypi-name.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { NO_SUBJECT } from '../support/lock-graph.ts';
import { keyLine, manifestProject, type Wish } from '../support/manifest.ts';
import { pinnedVersion, pythonPurl } from '../support/python.ts';
import { entriesAt, readTomlTable, textAt } from '../support/values.ts';

const NO_PACKAGES = new Set(['source', 'requires', 'scripts', 'pipenv', 'pipfile']);

/** Pipfile where no Pipfile.lock covers it. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const wishes: Wish[] = [];
  const lineOf = keyLine(text);
  for (const section of Object.keys(root)) {
    if (NO_PACKAGES.has(section)) continue;
    for (const [key, stated] of entriesAt(root, section)) {
      const range = typeof stated === 'string' ? stated : textAt(stated, 'version');
      const version = pinnedVersion(range);
      const isLocal = textAt(stated, 'path') !== null;
      wishes.push({
        name: key,
        range,
        version,
        scope: section === 'packages' ? 'prod' : 'dev',
        purl: isLocal ? null : pythonPurl(pypiName(key), version),
        line: lineOf(key),
      });
    }
  }
  return manifestProject(
    file,
    'PyPI',
    context,
    NO_SUBJECT,
    wishes,
    'Run pipenv lock and commit Pipfile.lock.',
  );
}
