import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { NO_SUBJECT } from '../support/lock-graph.ts';
import { keyLine, manifestProject, type Wish } from '../support/manifest.ts';
import { vcsUrl } from '../support/purls.ts';
import { at, entriesAt, readTomlTable, type Table, tableAt, textAt } from '../support/values.ts';

const SECTIONS = [
  ['dependencies', 'prod'],
  ['dev-dependencies', 'dev'],
  ['build-dependencies', 'build'],
] as const satisfies readonly (readonly [string, ScanScope])[];

/** Cargo.toml where no Cargo.lock covers it. `1.2` means `^1.2`: only `=1.2.3` pins. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const shared = tableAt(tableAt(root, 'workspace'), 'dependencies');
  const own = tableAt(root, 'package');
  const wishes: Wish[] = [];
  const lineOf = keyLine(text);
  for (const holder of [root, ...entriesAt(root, 'target').map(([, target]) => target)]) {
    for (const [section, scope] of SECTIONS) {
      for (const [key, stated] of entriesAt(holder, section))
        wishes.push({ ...wishOf(key, stated, shared, scope), line: lineOf(key) });
    }
  }
  const subject = { ...NO_SUBJECT, name: textAt(own, 'name'), version: textAt(own, 'version') };
  return manifestProject(
    file,
    'crates.io',
    context,
    subject,
    wishes,
    'Run cargo generate-lockfile and commit Cargo.lock.',
  );
}

function wishOf(key: string, stated: unknown, shared: Table, scope: ScanScope): Omit<Wish, 'line'> {
  const entry = at(stated, 'workspace') === true ? at(shared, key) : stated;
  const name = textAt(entry, 'package') ?? key;
  const range = typeof entry === 'string' ? entry : textAt(entry, 'version');
  const version = /^=\s*(\d+\.\d+\.\d+\S*)$/.exec(range ?? '')?.[1] ?? null;
  const git = textAt(entry, 'git');
  const isLocal = textAt(entry, 'path') !== null && git === null;
  const qualifiers = git === null ? [] : [vcsUrl(git, textAt(entry, 'rev') ?? textAt(entry, 'tag'))];
  const optional = at(stated, 'optional') === true && scope === 'prod';
  return {
    name,
    range,
    version,
    scope: optional ? 'optional' : scope,
    purl: isLocal ? null : { type: 'cargo', name, version, qualifiers },
  };
}
