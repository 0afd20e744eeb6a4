import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { keyLine, manifestProject, type Wish } from '../support/manifest.ts';
import { entriesAt, readTomlTable, textAt } from '../support/values.ts';

/** Project.toml of Julia where no Manifest.toml covers it: names with their UUIDs, ranges from `compat`. */
export const extractor: Extractor = { extract };

const SECTIONS = [
  ['deps', 'prod'],
  ['weakdeps', 'optional'],
  ['extras', 'test'],
] as const;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const compat = new Map(entriesAt(root, 'compat'));
  const lineOf = keyLine(text);
  const wishes = new Map<string, Wish>();
  for (const [section, scope] of SECTIONS) {
    for (const [name, uuid] of entriesAt(root, section)) {
      if (typeof uuid !== 'string' || !UUID.test(uuid) || wishes.has(name)) continue;
      const stated = compat.get(name);
      const range = typeof stated === 'string' ? stated : null;
      const version = /^=\s*(\d+\.\d+\.\d+[\w.+-]*)$/.exec(range?.trim() ?? '')?.[1] ?? null;
      const purl = { type: 'julia', name, version, qualifiers: [['uuid', uuid] as const] };
      wishes.set(name, { name, range, version, scope, purl, line: lineOf(name) });
    }
  }
  const subject = {
    name: textAt(root, 'name'),
    version: textAt(root, 'version'),
    purl: null,
    licences: [],
    contacts: [],
  };
  const remedy = 'Run Pkg.resolve and commit Manifest.toml.';
  return manifestProject(file, 'Julia', context, subject, [...wishes.values()], remedy);
}
