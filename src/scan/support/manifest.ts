import type { PurlParts } from '../../model/purl.ts';
import type { ExtractContext, Project, ProjectSubject, ScanScope, TreeFile } from '../extractor.ts';
import { folderOf } from '../tree.ts';
import { LockGraph } from './lock-graph.ts';

/** One wish of a manifest: a name and a range, pinned where the range allows one version only. */
export interface Wish {
  readonly name: string;
  readonly range: string | null;
  readonly version: string | null;
  readonly scope: ScanScope;
  readonly purl: PurlParts | null;
  readonly line: number | null;
}

/** A project of wishes alone: partial, with its ranges as they stand. Nothing when it wishes for nothing. */
export function manifestProject(
  file: TreeFile,
  ecosystem: string,
  context: ExtractContext,
  subject: ProjectSubject,
  wishes: readonly Wish[],
  remedy: string,
): readonly Project[] {
  if (wishes.length === 0) return [];
  const graph = new LockGraph(file.path, ecosystem, context);
  const importer = graph.importer(folderOf(file.path), subject);
  for (const { name, range, version, scope, purl, line } of wishes) {
    importer.direct?.set(
      graph.add({ name, version, range: version === null ? range : null, purl, line }),
      scope,
    );
  }
  graph.gap(
    'manifest-without-lock',
    `${file.path} asks for ${wishes.length} packages and no lockfile says which versions are meant. ${remedy}`,
  );
  return graph.projects();
}

/** The line of the first quoted or bare key of that name, for manifests whose parser gives no places. */
export function keyLine(text: string, name: string): number | null {
  for (const [index, line] of text.split('\n').entries()) {
    const start = line.trimStart();
    if (
      start.startsWith(`"${name}"`) ||
      start.startsWith(`${name} `) ||
      start.startsWith(`${name}=`) ||
      start.startsWith(`${name}:`)
    )
      return index + 1;
  }
  return null;
}
