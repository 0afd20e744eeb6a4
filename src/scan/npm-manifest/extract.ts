import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { keyLines } from '../support/json-lines.ts';
import { manifestProject } from '../support/manifest.ts';
import { npmManifest } from '../support/npm-manifest.ts';
import { npmSource } from '../support/npm-source.ts';
import { npmPurl } from '../support/purls.ts';
import { readJsonTable } from '../support/values.ts';

/** package.json where no lockfile covers it: wishes, not versions. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readJsonTable(file);
  const { subject, needs } = npmManifest(root);
  const lines = keyLines(text, 2);
  const wishes = [...needs].map(([key, { range, scope, section }]) => {
    const alias = /^npm:(@?[^@]+)(?:@(.+))?$/.exec(range);
    const name = alias?.[1] ?? key;
    const local = npmSource(range)?.kind === 'local' || range.startsWith('workspace:');
    return {
      name,
      range: alias === null ? range : (alias[2] ?? null),
      version: null,
      scope,
      purl: local ? null : npmPurl(name, null),
      line: lines.get(`${section}\n${key}`) ?? null,
    };
  });
  return manifestProject(
    file,
    'npm',
    context,
    subject,
    wishes,
    'Run npm install (or yarn, pnpm, bun) and commit the lockfile.',
  );
}
