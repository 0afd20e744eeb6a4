import { formatPurl } from '../../model/purl.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { type Importer, LockGraph } from '../support/lock-graph.ts';
import { mavenPurl } from '../support/purls.ts';
import { folderOf, joinPath } from '../tree.ts';
import { EffectivePom } from './effective.ts';
import { type PomDependency, readPom } from './model.ts';

/**
 * pom.xml: what a project asks for by itself, with parents, properties, dependencyManagement and BOM imports from files of the tree, and with `--online` from the user's repository. What those
 * dependencies need in turn is in no file, so the project is partial.
 */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const pom = readPom(file.path, await file.text());
  const graph = new LockGraph(file.path, 'Maven', context);
  const effective = await EffectivePom.of(pom, context, graph);
  const { group, artifact, version } = effective;
  const name = artifact === null ? null : group === null ? artifact : `${group}:${artifact}`;
  const licences = effective.chain.find(entry => entry.licences.length > 0)?.licences ?? [];
  const contacts = effective.chain.find(entry => entry.contacts.length > 0)?.contacts ?? [];
  const importer = graph.importer(folderOf(file.path), {
    name,
    version,
    purl: purlOf(group, artifact, version),
    licences,
    contacts,
  });
  for (const module of pom.modules) {
    const folder = joinPath(folderOf(file.path), effective.resolve(module) ?? module);
    if (folder !== null) importer.links.set(folder.endsWith('.xml') ? folderOf(folder) : folder, 'prod');
  }
  const managed = await effective.managed(context, graph);
  const dependencies = effective.dependencies();
  for (const entry of dependencies) addDependency(graph, importer, effective, managed, entry, file.path);
  if (dependencies.length > 0)
    graph.gap('transitive-not-listed', 'A POM lists what the project asks for, not what that needs in turn.');
  return graph.projects();
}

type Managed = Awaited<ReturnType<EffectivePom['managed']>>;

function addDependency(
  graph: LockGraph,
  importer: Importer,
  effective: EffectivePom,
  managed: Managed,
  entry: PomDependency,
  path: string,
): void {
  const place = effective.place(entry);
  const at = place.file === path ? `line ${place.line}` : null;
  const group = effective.resolve(entry.group);
  const artifact = effective.resolve(entry.artifact);
  if (group === null || artifact === null) {
    graph.gap('malformed-entry', 'A dependency without a groupId or artifactId is left out.', at);
    return;
  }
  const rule = managed.get(effective.key(entry));
  const stated = effective.resolve(entry.version) ?? rule?.version ?? null;
  const pinned = stated === null ? null : exactVersion(stated);
  if ([group, artifact, stated].some(text => text?.includes('${')))
    graph.gap(
      'unresolved-property',
      `${group}:${artifact} ${stated ?? ''} holds a property that nothing here sets.`,
      at,
    );
  else if (stated === null)
    graph.gap('unresolved-property', `${group}:${artifact} has no version here or in what manages it.`, at);
  else if (pinned === null)
    graph.gap('unpinned-requirement', `${group}:${artifact} is asked for in the range ${stated}.`, at);
  const scope = scopeOf(effective.resolve(entry.scope) ?? rule?.scope ?? 'compile', entry.optional);
  const type = effective.resolve(entry.type) ?? 'jar';
  const classifier = effective.resolve(entry.classifier);
  const qualifiers: (readonly [string, string])[] = [];
  if (type !== 'jar') qualifiers.push(['type', type]);
  if (classifier !== null) qualifiers.push(['classifier', classifier]);
  const isNamed = !group.includes('${') && !artifact.includes('${');
  const node = graph.add({
    name: `${group}:${artifact}`,
    version: pinned,
    range: pinned === null ? stated : null,
    purl: isNamed ? mavenPurl(group, artifact, pinned, qualifiers) : null,
    ...place,
  });
  importer.direct?.set(node, scope);
}

/** A plain version, or `[1.0]`; ranges and unresolved properties pin nothing. */
function exactVersion(text: string): string | null {
  const hard = /^\[([^,[\]()]+)\]$/.exec(text)?.[1]?.trim();
  if (hard !== undefined) return hard;
  return /[[\](),]|\$\{/.test(text) || text === 'LATEST' || text === 'RELEASE' ? null : text;
}

/** `provided` is expected from where the project runs, as a peer is. */
function scopeOf(scope: string, optional: boolean): ScanScope {
  if (scope === 'test') return 'test';
  if (scope === 'provided' || scope === 'system') return 'peer';
  return optional ? 'optional' : 'prod';
}

function purlOf(group: string | null, artifact: string | null, version: string | null): string | null {
  if (group === null || artifact === null || `${group}${artifact}${version}`.includes('${')) return null;
  try {
    return formatPurl(mavenPurl(group, artifact, version));
  } catch {
    return null;
  }
}
