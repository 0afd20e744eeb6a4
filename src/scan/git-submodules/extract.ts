import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';
import { folderOf } from '../tree.ts';

/** .gitmodules: repositories that are checked out inside this one. The commit is in git's own data, not in the file. */
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
  for (const { name, line, url, path } of modules) {
    const isRelative = url === null || /^\.{0,2}\//.test(url);
    const purl = isRelative
      ? null
      : { type: 'generic', name: (path ?? name).split('/').at(-1) ?? name, qualifiers: [vcsUrl(url, null)] };
    importer.direct?.set(graph.add({ name: path ?? name, version: null, purl, line, source: url }), 'prod');
  }
  if (modules.length > 0)
    graph.gap(
      'unpinned-requirement',
      '.gitmodules names repositories; the commits are in git, which a scan does not read.',
    );
  return graph.projects();
}
