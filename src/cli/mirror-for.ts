import type { PackageKind } from '../graph/kinds.ts';
import { ask } from './ask.ts';
import type { Context } from './context.ts';

/** The word that stands for the larder in `--for`; a folder of that name is `./larder`. */
const LARDER = 'larder';

/** The OSV ecosystems that a tree, or with `larder` the larder, has packages of; in order of name. */
export async function ecosystemsFor(context: Context, what: string): Promise<readonly string[]> {
  const { ecosystemsOf } = await import('../advisories/ecosystems.ts');
  const kinds = what === LARDER ? await kindsOfLarder(context) : await kindsOfTree(context, what);
  return [...new Set(kinds.flatMap(({ type, namespace }) => ecosystemsOf(type, namespace)))].sort();
}

async function kindsOfLarder(context: Context): Promise<readonly PackageKind[]> {
  const { packageKinds } = await import('../graph/kinds.ts');
  return ask(context, packageKinds);
}

async function kindsOfTree(context: Context, path: string): Promise<readonly PackageKind[]> {
  const { FolderTree } = await import('../scan/tree.ts');
  const { scan } = await import('../scan/run.ts');
  const { tryPurl } = await import('../model/purl.ts');
  const result = await scan(await FolderTree.open(context.resolve(path)), { signal: context.signal });
  return result.projects.flatMap(project => project.components).flatMap(one => tryPurl(one.purl ?? '') ?? []);
}
