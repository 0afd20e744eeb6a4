import { messageOf } from '../../model/errors.ts';
import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';
import { folderOf, joinPath } from '../tree.ts';
import { readGitlinks } from './index-file.ts';

/** .gitmodules: repositories that are checked out inside this one. The commits are in git's index, where the tree has one. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const graph = new LockGraph(file.path, 'git', context);
  const importer = graph.importer(folderOf(file.path));
  const modules: { readonly name: string; readonly line: number; url: string | null; path: string | null }[] =
    [];
  for (const [index, raw] of (await file.text()).split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const name = /^\[submodule "(.+)"\]$/.exec(line)?.[1];
    const [key = '', value = ''] = line.split(/\s*=\s*(.*)/s);
    if (name !== undefined) modules.push({ name, line: index + 1, url: null, path: null });
    else if (modules.length === 0)
      throw new ScanError('malformed-file', `${file.path} is no list of submodules.`, `line ${index + 1}`);
    else if (key === 'url') (modules.at(-1) as { url: string | null }).url = value;
    else if (key === 'path') (modules.at(-1) as { path: string | null }).path = value;
  }
  const commits = modules.length === 0 ? NO_COMMITS : await commitsOf(file, context);
  for (const { name, line, url, path } of modules) {
    const version = commits.found.get(path ?? name) ?? null;
    const isRelative = url === null || /^\.{0,2}\//.test(url);
    const purl = isRelative
      ? null
      : {
          type: 'generic',
          name: (path ?? name).split('/').at(-1) ?? name,
          version,
          qualifiers: [vcsUrl(url, version)],
        };
    importer.direct?.set(graph.add({ name: path ?? name, version, purl, line, source: url }), 'prod');
    if (version === null)
      graph.gap(
        'unpinned-requirement',
        `The commit of the submodule ${path ?? name} is not known: ${commits.why}.`,
        `line ${line}`,
      );
  }
  return graph.projects();
}

interface Commits {
  readonly found: ReadonlyMap<string, string>;
  /** Why one that is not found is not. */
  readonly why: string;
}

const NO_COMMITS: Commits = { found: new Map(), why: '' };

/** Commits are in git's index, beside the file that names the repositories; a checkout that keeps it elsewhere (a worktree) leaves them unknown. */
async function commitsOf(file: TreeFile, context: ExtractContext): Promise<Commits> {
  const path = joinPath(folderOf(file.path), '.git/index');
  const index = path === null ? null : await context.tree.file(path);
  if (path === null || index === null) return { ...NO_COMMITS, why: 'there is no .git/index here' };
  try {
    const found = readGitlinks(await index.bytes());
    return found === null
      ? { ...NO_COMMITS, why: `${path} is damaged, or of a version that Larder does not know` }
      : { found, why: `${path} does not have it` };
  } catch (error) {
    return { ...NO_COMMITS, why: messageOf(error) };
  }
}
