import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { NO_SUBJECT } from '../support/lock-graph.ts';
import { manifestProject, type Wish } from '../support/manifest.ts';

/** paket.dependencies where no paket.lock covers it: packages of NuGet with their ranges. Options behind the version are passed over. */
export const extractor: Extractor = { extract };

const OPERATOR = /^(?:[<>]=?|==?|~>|!~>|@~>|!<|@>=?)$/;
const VERSION = /^\d[\w.*+-]*$/;

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const wishes = (await file.text()).split(/\r?\n/).flatMap((line, index): Wish[] => {
    const [kind, name, ...words] = line
      .replace(/(?:^|\s)(?:\/\/|#).*$/, '')
      .trim()
      .split(/\s+/);
    if (!/^(?:nuget|clitool)$/i.test(kind ?? '') || name === undefined) return [];
    const end = words.findIndex(word => !OPERATOR.test(word) && !VERSION.test(word));
    const range = words.slice(0, end < 0 ? words.length : end).join(' ') || null;
    // Paket pins what has no operator, and what has = or ==.
    const version = /^(?:==?\s*)?(\d[\w.+-]*)$/.exec(range ?? '')?.[1] ?? null;
    const purl = { type: 'nuget', name, version };
    return [{ name, range, version, scope: 'prod', purl, line: index + 1 }];
  });
  return manifestProject(
    file,
    'NuGet',
    context,
    NO_SUBJECT,
    wishes,
    'Run paket install and commit paket.lock.',
  );
}
