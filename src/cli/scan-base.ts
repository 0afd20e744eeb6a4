import { realpath, stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { BomFacts } from '../model/facts.ts';
import { ScanError } from '../scan/errors.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { sameElsewhere } from './findings.ts';
import { judging, openBase } from './judge.ts';
import { openSource, type ScanSource } from './scan-source.ts';

/**
 * What a base is affected by, as `sameElsewhere` calls them: of a folder, an archive, a lockfile, a BOM, an app's release in the larder, or a revision of the git repository that the scanned
 * folder is in.
 */
export async function knownIn(
  context: Context,
  words: string,
  mirror: string | undefined,
  folder: string,
): Promise<ReadonlySet<string>> {
  const stats = await stat(context.resolve(words)).catch(() => null);
  if (stats === null)
    return (
      (await knownOfRelease(context, words, mirror)) ??
      (await knownOfRevision(context, words, mirror, folder)) ??
      noSuchBase(words)
    );
  const bom = stats.isFile() ? await readBom(context, words) : null;
  return bom === null ? knownOfTree(context, words, mirror) : knownOfBom(context, bom, mirror);
}

async function readBom(context: Context, words: string): Promise<BomFacts | null> {
  const { readFileBounded } = await import('../io/read.ts');
  const { readDocument } = await import('../ingest/read-document.ts');
  return (await readDocument(await readFileBounded(context.resolve(words)), words)).bom;
}

async function knownOfBom(
  context: Context,
  bom: BomFacts,
  mirror: string | undefined,
): Promise<ReadonlySet<string>> {
  const { Matcher, NO_PRODUCT } = await import('../advisories/match.ts');
  const { targetOf } = await import('../advisories/select.ts');
  const base = await openBase(context, mirror, null);
  try {
    const matcher = new Matcher(base, { now: context.now().getTime() });
    return new Set(
      bom.components.flatMap(component =>
        matcher
          .match(targetOf(component), NO_PRODUCT)
          .filter(match => match.verdict.status === 'affected')
          .map(match => sameElsewhere(match.ids[0] ?? '', component.purls[0] ?? '')),
      ),
    );
  } finally {
    base.close();
  }
}

async function knownOfTree(
  context: Context,
  words: string,
  mirror: string | undefined,
): Promise<ReadonlySet<string>> {
  return knownOfSource(context, words, mirror, await openSource(context, words, undefined));
}

async function knownOfSource(
  context: Context,
  words: string,
  mirror: string | undefined,
  { tree, file, diagnostics }: Pick<ScanSource, 'tree' | 'file' | 'diagnostics'>,
): Promise<ReadonlySet<string>> {
  const { scan } = await import('../scan/run.ts');
  const { findingsOfScan } = await import('../scan/findings.ts');
  const { hasUnread } = await import('../scan/answer.ts');
  const scanned = await scan(tree, { file: file ?? undefined, signal: context.signal }).catch(
    (error: unknown) => {
      if (!(error instanceof ScanError)) throw error;
      throw new CliError(
        'unreadable',
        `--base ${words} is neither a BOM nor a lockfile: ${error.message}`,
        error,
      );
    },
  );
  const result = { ...scanned, diagnostics: [...diagnostics, ...scanned.diagnostics] };
  if (hasUnread(result)) {
    const first = result.diagnostics.find(note => note.severity === 'error');
    await context.stderr.write(
      `larder: something of --base ${words} could not be read, so old findings may count as new: ${first?.message ?? 'see larder scan of it'}\n`,
    );
  }
  const base = await openBase(context, mirror, null);
  try {
    const { findings } = findingsOfScan(result.projects, base, { now: context.now().getTime() });
    return new Set(
      findings
        .filter(finding => finding.match.verdict.status === 'affected')
        .map(finding => sameElsewhere(finding.vulnerability, finding.purl)),
    );
  } finally {
    base.close();
  }
}

async function knownOfRelease(
  context: Context,
  words: string,
  mirror: string | undefined,
): Promise<ReadonlySet<string> | null> {
  const { audit } = await import('../graph/findings/audit.ts');
  const { findThing } = await import('../graph/things.ts');
  const { EVERYTHING } = await import('../store/scope.ts');
  const scope = { ...EVERYTHING, includeSuperseded: true };
  if (!context.store.exists) return null;
  return judging(context, mirror, async (store, base) => {
    const thing = await findThing(store, words, scope);
    if (thing === null) return null;
    const found = await audit(store, base, { thing, scope, now: context.now().getTime() });
    return new Set(
      found.findings
        .filter(finding => finding.match.verdict.status === 'affected')
        .map(finding => sameElsewhere(finding.vulnerability, finding.purl ?? '')),
    );
  });
}

/** The same folder at a revision; null where there is no such revision, or no repository. */
async function knownOfRevision(
  context: Context,
  words: string,
  mirror: string | undefined,
  folder: string,
): Promise<ReadonlySet<string> | null> {
  const { GitRepository } = await import('../io/git/repository.ts');
  const { GitTree } = await import('../scan/git-tree.ts');
  const real = await realpath(folder);
  const repository = GitRepository.of(real);
  if (repository === null) return null;
  try {
    const commit = repository.commit(words);
    if (commit === null) return null;
    const path = relative(repository.root, real)
      .split(sep)
      .filter(part => part !== '');
    const top = repository.folder(commit, path);
    // What was not there yet was affected by nothing.
    if (top === null) return new Set();
    const tree = new GitTree(repository, top);
    return await knownOfSource(context, words, mirror, { tree, file: null, diagnostics: [] });
  } finally {
    repository.close();
  }
}

function noSuchBase(words: string): never {
  throw new CliError(
    'unreadable',
    `--base ${words} is no folder, archive, lockfile or BOM here, no app or release in the larder, and no revision of the git repository that is scanned.`,
  );
}
