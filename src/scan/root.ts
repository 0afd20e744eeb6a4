import type { Diagnostic } from '../model/diagnostic.ts';
import { Diagnostics } from '../model/diagnostic.ts';
import type { Extractor, Project, Tree } from './extractor.ts';

/** Files one of which every root file system has, also one without a package manager; and the mark of a Python environment. */
const MARKS = [
  'etc/os-release',
  'usr/lib/os-release',
  'var/lib/dpkg/status',
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
  'var/lib/rpm/rpmdb.sqlite',
  'var/lib/rpm/Packages',
  'var/lib/rpm/Packages.db',
  'usr/lib/sysimage/rpm/rpmdb.sqlite',
  'usr/lib/sysimage/rpm/Packages.db',
  'pyvenv.cfg',
];

/** Whether a tree is something installed, the root of a system or an environment, and not somebody's sources. */
export async function isInstalledRoot(tree: Tree): Promise<boolean> {
  for (const mark of MARKS) if ((await tree.file(mark)) !== null) return true;
  return (await tree.list('var/lib/dpkg/status.d').catch(() => [])).length > 0;
}

/** One project with how it was read. */
export interface FoundProject {
  readonly project: Project;
  readonly extractor: Extractor;
  readonly together: readonly string[];
}

export interface Attributed<T extends FoundProject> {
  readonly kept: readonly T[];
  /** Files whose projects are gone altogether. */
  readonly dropped: readonly string[];
  /** Packages and projects that lie in files of an operating system's packages. */
  readonly count: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Takes out what the packages of the operating system brought: their language packages are those packages' parts, patched and numbered by the distribution,
 * and would be judged twice.
 */
export async function attribute<T extends FoundProject>(
  tree: Tree,
  found: readonly T[],
): Promise<Attributed<T>> {
  const databases = found.filter(({ extractor }) => extractor.owners !== undefined);
  if (databases.length === 0) return { kept: found, dropped: [], count: 0, diagnostics: [] };
  const others = found.filter(({ extractor }) => extractor.owners === undefined);
  const paths = new Set(others.flatMap(({ project }) => filesOf(project)));
  const owned = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const { project, extractor, together } of databases) {
    const notes = new Diagnostics();
    const file = await tree.file(project.file);
    const context = { tree, diagnostics: notes, online: null, alone: false, together };
    if (file === null || extractor.owners === undefined) continue;
    const byPath = await extractor.owners(file, context, paths).catch(() => new Map<string, string>());
    for (const path of byPath.keys()) owned.add(path);
    diagnostics.push(...notes.list());
    if (byPath.size > 0) diagnostics.push(told(project, byPath));
  }
  const kept: T[] = [];
  const dropped: string[] = [];
  let count = 0;
  for (const one of found) {
    const rest = databases.includes(one) ? one.project : withoutOwned(one.project, owned);
    count += one.project.components.length - (rest?.components.length ?? 0);
    if (rest === null && one.project.components.length === 0) count++;
    if (rest === null) dropped.push(one.project.file);
    else kept.push(rest === one.project ? one : { ...one, project: rest });
  }
  return { kept, dropped, count, diagnostics };
}

/** The file itself of a place in it: `app.jar` of `app.jar!/lib/a.jar`. */
function outer(path: string): string {
  const inner = path.indexOf('!/');
  return inner < 0 ? path : path.slice(0, inner);
}

function filesOf(project: Project): string[] {
  return [
    project.file,
    ...project.components.flatMap(component => component.locations.map(({ file }) => outer(file))),
  ];
}

/** The project without what is owned; null when nothing is left of it. */
function withoutOwned(project: Project, owned: ReadonlySet<string>): Project | null {
  if (project.components.length === 0) return owned.has(project.file) ? null : project;
  const ordinals = new Map<number, number>();
  for (const [index, { locations }] of project.components.entries()) {
    const isOwned =
      locations.length > 0 && locations.every(({ file }) => owned.has(outer(file)) || owned.has(file));
    if (!isOwned) ordinals.set(index, ordinals.size);
  }
  if (ordinals.size === project.components.length) return project;
  if (ordinals.size === 0) return null;
  const place = (index: number) => (index === -1 ? -1 : ordinals.get(index));
  return {
    ...project,
    components: project.components.filter((_, index) => ordinals.has(index)),
    dependencies: project.dependencies.flatMap(([from, to]): [number, number][] => {
      const [source, target] = [place(from), place(to)];
      return source === undefined || target === undefined ? [] : [[source, target]];
    }),
  };
}

function told(project: Project, byPath: ReadonlyMap<string, string>): Diagnostic {
  const packages = new Set(byPath.values()).size;
  return {
    severity: 'info',
    code: 'owned-by-os-package',
    message: `${byPath.size} files that name packages belong to ${packages} packages of the operating system and are not listed a second time.`,
    at: `${project.file}:1`,
  };
}
