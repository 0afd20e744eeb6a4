import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';
import { parseYamlMap, YamlMap, type YamlValue } from '../support/yaml.ts';
import { folderOf } from '../tree.ts';

/** Podfile.lock of CocoaPods: `PODS` with edges, `DEPENDENCIES` what is direct. Subspecs (`Pod/Part`) are parts of one pod. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const text = await file.text();
  const root = await parseYamlMap(file.path, text);
  if (!root.has('PODS'))
    throw new ScanError(
      'malformed-file',
      `${file.path} has no PODS, which a Podfile.lock begins with.`,
      'line 1',
    );
  const graph = new LockGraph(file.path, 'CocoaPods', context);
  const lines = podLines(text);
  const nodes = new Map<string, number>();
  const external = root.map('EXTERNAL SOURCES');
  const checkout = root.map('CHECKOUT OPTIONS');
  const pods = root.list('PODS').flatMap(podOf);
  for (const { stated } of pods) {
    const match = /^(.+?) \(([^()]+)\)$/.exec(stated);
    if (match === null) {
      graph.gap(
        'malformed-entry',
        `${JSON.stringify(stated.slice(0, 100))} is no pod with a version and is left out.`,
        lines.has(stated) ? `line ${lines.get(stated)}` : null,
      );
      continue;
    }
    const [, full = '', version = ''] = match;
    const [name = '', ...parts] = full.split('/');
    const origin = checkout.has(name) ? checkout.map(name) : external.map(name);
    const url = origin.text(':git');
    const path = origin.text(':path') ?? origin.text(':podspec');
    const qualifiers = url === null ? [] : [vcsUrl(url, origin.text(':commit') ?? origin.text(':tag'))];
    const purl =
      path !== null && url === null
        ? null
        : { type: 'cocoapods', name, version, qualifiers, subpath: parts.join('/') || null };
    nodes.set(
      full,
      graph.add({ name: full, version, purl, line: lines.get(stated) ?? null, source: url ?? path }),
    );
  }
  for (const { stated, needs } of pods) {
    const from = nodes.get(nameOf(stated));
    for (const need of needs) {
      const to = nodes.get(nameOf(need));
      if (from !== undefined && to !== undefined && to !== from) graph.edge(from, to);
    }
  }
  const importer = graph.importer(folderOf(file.path), undefined, true, false);
  for (const item of root.list('DEPENDENCIES')) {
    const to = typeof item === 'string' ? nodes.get(nameOf(item)) : undefined;
    if (to !== undefined) importer.direct?.set(to, 'prod');
  }
  return graph.projects();
}

function podOf(item: YamlValue): { readonly stated: string; readonly needs: readonly string[] }[] {
  if (typeof item === 'string') return [{ stated: item, needs: [] }];
  if (!(item instanceof YamlMap)) return [];
  return item
    .keys()
    .map(stated => ({ stated, needs: item.list(stated).filter(need => typeof need === 'string') }));
}

/** `Name/Sub (= 1.0)` without what is in brackets. */
function nameOf(stated: string): string {
  const open = stated.indexOf(' (');
  return open < 0 ? stated : stated.slice(0, open);
}

/** The line of each pod, found in one pass. */
function podLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const stated = /^ {0,2}- (?:"([^"]*)"|([^"].*?)):?\s*$/.exec(line);
    const pod = stated?.[1] ?? stated?.[2];
    if (pod !== undefined && !lines.has(pod)) lines.set(pod, index + 1);
  }
  return lines;
}
