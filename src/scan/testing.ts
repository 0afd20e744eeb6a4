import type { Project } from './extractor.ts';
import { type ScanResult, scan } from './run.ts';
import { MemoryTree } from './tree.ts';

/** Scans files given as text, as a folder with them in it. For tests only. */
export function scanFiles(files: Readonly<Record<string, string>>, only?: string): Promise<ScanResult> {
  return scan(new MemoryTree(files), only === undefined ? {} : { file: only });
}

/** The components of a project as `name version scope` lines, with `!` on the direct ones: what most tests compare. */
export function listed(project: Project | undefined): string[] {
  return (project?.components ?? []).map(component => {
    const scopes = component.scopes.length === 0 ? '' : ` ${component.scopes.join('+')}`;
    return `${component.direct === true ? '!' : ''}${component.name} ${component.version ?? component.range ?? '-'}${scopes}`;
  });
}

/** The edges of a project as `from > to` lines; the project itself is `.`. */
export function edges(project: Project | undefined): string[] {
  const name = (ordinal: number) => {
    const component = project?.components[ordinal];
    return component === undefined ? '.' : `${component.name}@${component.version ?? component.range ?? ''}`;
  };
  return (project?.dependencies ?? []).map(([from, to]) => `${name(from)} > ${name(to)}`).sort();
}
