import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { keyLine, manifestProject, type Wish } from '../support/manifest.ts';
import { vcsUrl } from '../support/purls.ts';
import { entriesAt, listAt, readTomlTable, textAt } from '../support/values.ts';

/** gleam.toml where no manifest.toml covers it. */
export const extractor: Extractor = { extract };

const SECTIONS = [
  ['dependencies', 'prod'],
  ['dev-dependencies', 'dev'],
  ['dev_dependencies', 'dev'],
] as const;

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const lineOf = keyLine(text);
  const wishes = SECTIONS.flatMap(([section, scope]) =>
    entriesAt(root, section).map(([name, stated]): Wish => {
      const range = typeof stated === 'string' ? stated : textAt(stated, 'version');
      const version = /^(?:==\s*)?(\d+\.\d+\.\d+[\w.+-]*)$/.exec(range?.trim() ?? '')?.[1] ?? null;
      const git = textAt(stated, 'git');
      const qualifiers = git === null ? [] : [vcsUrl(git, textAt(stated, 'ref'))];
      const isLocal = textAt(stated, 'path') !== null;
      return {
        name,
        range,
        version,
        scope,
        purl: isLocal ? null : { type: 'hex', name, version, qualifiers },
        line: lineOf(name),
      };
    }),
  );
  const subject = {
    name: textAt(root, 'name'),
    version: textAt(root, 'version'),
    purl: null,
    licences: listAt(root, 'licences').filter(item => typeof item === 'string'),
    contacts: [],
  };
  return manifestProject(
    file,
    'Hex',
    context,
    subject,
    wishes,
    'Run gleam deps download and commit manifest.toml.',
  );
}
