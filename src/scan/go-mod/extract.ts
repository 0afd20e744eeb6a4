import { formatPurl } from '../../model/purl.ts';
import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { type GoLine, goLines, goSumModules, isGoFolder } from '../support/go.ts';
import { type Importer, LockGraph } from '../support/lock-graph.ts';
import { goPurl } from '../support/purls.ts';
import { folderOf, joinPath } from '../tree.ts';

/**
 * go.mod. From Go 1.17 on it lists every module the build needs; before, those that go.sum vouches for are added and the project is partial.
 * Replacements, its own and those of the go.work that uses it, count as what they put in place; the `go` line is a least version of the language, not what is built with, so it is no component.
 */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const lines = goLines(await file.text());
  if ('badLine' in lines)
    throw new ScanError(
      'malformed-file',
      `${file.path} is no go.mod: a line is no directive.`,
      `line ${lines.badLine}`,
    );
  const module = lines.find(({ verb }) => verb === 'module')?.words[0] ?? null;
  const graph = new LockGraph(file.path, 'Go', context);
  const purl = module === null ? null : safePurl(module);
  const importer = graph.importer(folderOf(file.path), {
    name: module,
    version: null,
    purl,
    licences: [],
    contacts: [],
  });
  const folder = folderOf(file.path);
  const replaced = overridden(replacements(lines, folder), await workReplacements(context, folder));
  const excluded = new Set(
    lines.filter(({ verb }) => verb === 'exclude').map(({ words }) => words.slice(0, 2).join('@')),
  );
  const required = new Set<string>();
  for (const { verb, words, comment, line } of lines) {
    if (verb !== 'require') continue;
    const [path, version] = words;
    if (path === undefined || version === undefined) {
      graph.gap('malformed-entry', 'A requirement without a version is left out.', `line ${line}`);
      continue;
    }
    // Since Go 1.16 a requirement on an excluded version is ignored.
    if (excluded.has(`${path}@${version}`)) continue;
    required.add(path);
    const isIndirect = /^indirect(?:$|;|\s)/.test(comment);
    addModule(graph, importer, {
      path,
      version,
      line,
      isIndirect,
      replacement: replaced.get(`${path}@${version}`) ?? replaced.get(`${path}@`) ?? null,
    });
  }
  await addFromSum(graph, file, context, lines, required, replaced);
  return graph.projects();
}

interface Replacement {
  readonly path: string;
  readonly version: string | null;
  /** Where paths of folders begin. */
  readonly from: string;
}

function replacements(lines: readonly GoLine[], from: string): Map<string, Replacement> {
  const found = new Map<string, Replacement>();
  for (const { verb, words } of lines) {
    const arrow = words.indexOf('=>');
    if (verb !== 'replace' || arrow < 1) continue;
    const path = words[arrow + 1];
    if (path !== undefined)
      found.set(`${words[0]}@${arrow > 1 ? words[1] : ''}`, {
        path,
        version: words[arrow + 2] ?? null,
        from,
      });
  }
  return found;
}

/** The replacements of the go.work that uses this module: the nearest one above counts (go.dev/ref/mod, "Workspaces"). */
async function workReplacements(context: ExtractContext, module: string): Promise<Map<string, Replacement>> {
  for (let folder = module; ; folder = folderOf(folder)) {
    const file = await context.tree.file(joinPath(folder, 'go.work') ?? 'go.work');
    const lines = file === null ? [] : goLines(await file.text().catch(() => ''));
    if (file !== null && !('badLine' in lines)) {
      const uses = lines.flatMap(({ verb, words }) => (verb === 'use' ? (words[0] ?? []) : []));
      if (!uses.some(use => joinPath(folder, use) === module)) return new Map();
      return new Map([...replacements(lines, folder), ...(await members(context, folder, uses))]);
    }
    if (folder === '.') return new Map();
  }
}

/** Every module of a workspace looks at all of it: what is beyond is taken for any other module. */
const MAX_MEMBERS = 256;

/** The modules of a workspace are used as they lie there, whatever version asks for them. */
async function members(
  context: ExtractContext,
  folder: string,
  uses: readonly string[],
): Promise<Map<string, Replacement>> {
  const found = new Map<string, Replacement>();
  for (const use of uses.slice(0, MAX_MEMBERS)) {
    const path = joinPath(folder, `${use}/go.mod`);
    const file = path === null ? null : await context.tree.file(path);
    const lines = file === null ? [] : goLines(await file.text().catch(() => ''));
    const name = 'badLine' in lines ? undefined : lines.find(({ verb }) => verb === 'module')?.words[0];
    const local = isGoFolder(use) ? use : `./${use}`;
    if (name !== undefined) found.set(`${name}@`, { path: local, version: null, from: folder });
  }
  return found;
}

/** What go.work says of a module stands for all that go.mod says of it. */
function overridden(
  own: ReadonlyMap<string, Replacement>,
  work: ReadonlyMap<string, Replacement>,
): Map<string, Replacement> {
  const pathOf = (key: string) => key.slice(0, key.lastIndexOf('@'));
  const paths = new Set([...work.keys()].map(pathOf));
  return new Map([...[...own].filter(([key]) => !paths.has(pathOf(key))), ...work]);
}

interface Requirement {
  readonly path: string;
  readonly version: string;
  readonly line: number;
  readonly isIndirect: boolean;
  readonly replacement: Replacement | null;
}

function addModule(graph: LockGraph, importer: Importer, required: Requirement): void {
  const { replacement, line } = required;
  if (replacement !== null && isGoFolder(replacement.path)) {
    const folder = joinPath(replacement.from, replacement.path);
    if (folder !== null) importer.links.set(folder, 'prod');
    else
      graph.add({
        name: required.path,
        version: null,
        source: replacement.path,
        line,
        scopes: ['prod'],
        direct: !required.isIndirect,
      });
    return;
  }
  const path = replacement?.path ?? required.path;
  const stated = replacement?.version ?? required.version;
  // A branch name stands until `go mod tidy` has resolved it: it pins nothing.
  const version = /^v\d/.test(stated) ? stated : null;
  if (version === null)
    graph.gap(
      'unpinned-requirement',
      `${path} is asked for at ${stated}, which is no version.`,
      `line ${line}`,
    );
  const source = replacement === null ? null : `replaces ${required.path}@${required.version}`;
  const node = graph.add({
    name: path,
    version,
    range: version === null ? stated : null,
    purl: goPurl(path, version),
    line,
    scopes: ['prod'],
    direct: !required.isIndirect,
    source,
  });
  if (!required.isIndirect) importer.direct?.set(node, 'prod');
}

/** Before Go 1.17 go.mod leaves out what its requirements need; go.sum knows more than the build uses, so the answer stays partial. */
async function addFromSum(
  graph: LockGraph,
  file: TreeFile,
  context: ExtractContext,
  lines: readonly GoLine[],
  required: ReadonlySet<string>,
  replaced: ReadonlyMap<string, Replacement>,
): Promise<void> {
  const stated = lines.find(({ verb }) => verb === 'go')?.words[0] ?? '1.11';
  const [, minor = '11'] = /^1\.(\d+)/.exec(stated) ?? [];
  if (!stated.startsWith('1.') || Number(minor) >= 17 || required.size === 0) return;
  const path = joinPath(folderOf(file.path), 'go.sum');
  const sum = path === null ? null : await context.tree.file(path);
  const newest = new Map<string, { readonly version: string; readonly line: number }>();
  const { compare, valid } = await import('semver');
  for (const found of sum === null ? [] : goSumModules(await sum.text())) {
    const known = newest.get(found.path);
    if (required.has(found.path) || replaced.has(`${found.path}@`) || valid(found.version) === null) continue;
    if (known === undefined || compare(found.version, known.version) > 0) newest.set(found.path, found);
  }
  for (const [name, { version, line }] of newest) {
    graph.add({
      name,
      version,
      purl: goPurl(name, version),
      file: path ?? file.path,
      line,
      scopes: ['prod'],
      direct: false,
    });
  }
  graph.gap(
    'transitive-not-listed',
    `go.mod is of Go ${stated}, which does not list what its requirements need; the rest is taken from go.sum at its newest version. Run go mod tidy -go=1.17 or later for the exact set.`,
  );
}

function safePurl(module: string): string | null {
  try {
    return formatPurl(goPurl(module, null));
  } catch {
    return null;
  }
}
