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

/** Tells the line of the first quoted or bare key of a name, for manifests whose parser gives no places. The text is looked through once, however many are asked for. */
export function keyLine(text: string): (name: string) => number | null {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const found = /^\s*(?:"([^"]*)"|([^\s=:"]+)(?=[ =:]))/.exec(line);
    const key = found?.[1] ?? found?.[2];
    if (key !== undefined && !lines.has(key)) lines.set(key, index + 1);
  }
  return name => lines.get(name) ?? null;
}
