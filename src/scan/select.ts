import { matchesGlob } from '../ingest/glob.ts';
import type { Project, ScanScope } from './extractor.ts';
import type { ScanResult } from './run.ts';

/** Keeps the projects whose folder, name or a glob on the folder was asked for; all when nothing was. */
export function selectProjects(result: ScanResult, wanted: readonly string[]): ScanResult {
  if (wanted.length === 0) return result;
  const names = wanted.map(text => text.replace(/^\.\//, '').replace(/\/$/, '') || '.');
  const projects = result.projects.filter(project => names.some(name => isNamed(project, name)));
  const files = new Set(projects.map(project => project.file));
  return {
    ...result,
    projects,
    diagnostics: result.diagnostics.filter(
      note => note.at === null || files.has(note.at.slice(0, note.at.lastIndexOf(':'))),
    ),
  };
}

function isNamed(project: Project, name: string): boolean {
  return (
    project.path === name ||
    project.subject.name === name ||
    (/[*?]/.test(name) && matchesGlob(project.path, name))
  );
}

/** Keeps the components needed in one of the scopes, and those whose scope is not known; edges go with what they join. */
export function selectScopes(result: ScanResult, scopes: readonly ScanScope[] | null): ScanResult {
  if (scopes === null) return result;
  return { ...result, projects: result.projects.map(project => withScopes(project, scopes)) };
}

function withScopes(project: Project, scopes: readonly ScanScope[]): Project {
  const ordinals = new Map<number, number>();
  for (const [index, component] of project.components.entries()) {
    if (component.scopes.length === 0 || component.scopes.some(scope => scopes.includes(scope)))
      ordinals.set(index, ordinals.size);
  }
  const dependencies = project.dependencies.flatMap(([from, to]): [number, number][] => {
    const source = from === -1 ? -1 : ordinals.get(from);
    const target = ordinals.get(to);
    return source === undefined || target === undefined ? [] : [[source, target]];
  });
  return {
    ...project,
    components: project.components.filter((_, index) => ordinals.has(index)),
    dependencies,
  };
}
