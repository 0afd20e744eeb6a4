import type { Tree } from '../extractor.ts';
import { judge, parseIgnore } from '../gitignore.ts';
import { joinPath } from '../tree.ts';

/** How deep below the root workspace members are looked for, and how many folders at most. */
const MAX_DEPTH = 8;
const MAX_FOLDERS = 20_000;

/** The folders below `root` that workspace globs name and that hold `manifest`; `!` takes back. Sorted. */
export async function workspaceFolders(
  tree: Tree,
  root: string,
  globs: readonly string[],
  manifest: string,
): Promise<string[]> {
  if (globs.length === 0) return [];
  const rules = parseIgnore(globs.map(anchored).join('\n'));
  const found: string[] = [];
  let seen = 0;
  await visit('.', 0);
  return found.sort();

  async function visit(folder: string, depth: number): Promise<void> {
    if (depth > MAX_DEPTH || ++seen > MAX_FOLDERS) return;
    const full = joinPath(root, folder);
    if (full === null) return;
    const entries = await tree.list(full).catch(() => []);
    const isMember = folder !== '.' && judge(rules, folder, true) === true;
    if (isMember && entries.some(entry => entry.kind === 'file' && entry.name === manifest)) found.push(full);
    for (const entry of entries) {
      if (entry.kind !== 'folder' || entry.name === 'node_modules' || entry.name === '.git') continue;
      await visit(folder === '.' ? entry.name : `${folder}/${entry.name}`, depth + 1);
    }
  }
}

function anchored(glob: string): string {
  const negated = glob.startsWith('!');
  const body = (negated ? glob.slice(1) : glob).replace(/^\.\//, '').replace(/\/+$/, '');
  return `${negated ? '!' : ''}/${body}`;
}
