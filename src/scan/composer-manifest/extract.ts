import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { keyLines } from '../support/json-lines.ts';
import { NO_SUBJECT } from '../support/lock-graph.ts';
import { manifestProject, type Wish } from '../support/manifest.ts';
import { slashed } from '../support/purls.ts';
import { entriesAt, readJsonTable, textAt } from '../support/values.ts';

/** composer.json where no composer.lock covers it. Names without a slash are the platform (php, ext-*). */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const lines = keyLines(text, 2);
  const wishes: Wish[] = [];
  for (const [section, scope] of [
    ['require', 'prod'],
    ['require-dev', 'dev'],
  ] as const satisfies readonly (readonly [string, ScanScope])[]) {
    for (const [name, range] of entriesAt(root, section)) {
      if (!name.includes('/')) continue;
      const stated = typeof range === 'string' ? range : null;
      const version = /^v?\d+\.\d+\.\d+(?:\.\d+)?$/.test(stated ?? '') ? stated : null;
      wishes.push({
        name,
        range: stated,
        version,
        scope,
        purl: slashed('composer', name, version),
        line: lines.get(`${section}\n${name}`) ?? null,
      });
    }
  }
  const subject = { ...NO_SUBJECT, name: textAt(root, 'name'), version: textAt(root, 'version') };
  return manifestProject(
    file,
    'Packagist',
    context,
    subject,
    wishes,
    'Run composer update and commit composer.lock.',
  );
}
