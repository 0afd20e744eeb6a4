import { messageOf } from '../../model/errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { gemPlace } from '../places.ts';
import { LockGraph } from '../support/lock-graph.ts';

/**
 * Installed gems: the specifications that RubyGems writes, which are Ruby text of a fixed form. They are read line by line, never run; only literals count.
 */
export const extractor: Extractor = { extract };

interface Gem {
  readonly name: string;
  readonly version: string;
  readonly platform: string | null;
  readonly licences: readonly string[];
  readonly homepage: string | null;
  readonly needs: readonly string[];
}

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const graph = new LockGraph(file.path, 'RubyGems', context);
  const gems: { readonly gem: Gem; readonly node: number }[] = [];
  const byName = new Map<string, number>();
  for (const path of context.together) {
    const gem = await readGem(path, graph, context);
    if (gem === null) continue;
    const { name, version, platform, licences, homepage } = gem;
    const qualifiers: (readonly [string, string])[] = platform === null ? [] : [['platform', platform]];
    const node = graph.add({
      name,
      version,
      purl: { type: 'gem', name, version, qualifiers },
      file: path,
      licences,
      source: homepage,
    });
    gems.push({ gem, node });
    // Of several versions the last is the highest by name in most folders; Ruby itself chooses at run time.
    byName.set(name, node);
  }
  for (const { gem, node } of gems) {
    for (const need of gem.needs) {
      const to = byName.get(need);
      if (to !== undefined && to !== node) graph.edge(node, to);
    }
  }
  graph.importer(gemPlace(file.path), undefined, false, false);
  return graph.projects();
}

async function readGem(path: string, graph: LockGraph, context: ExtractContext): Promise<Gem | null> {
  const file = await context.tree.file(path);
  const text = await file?.text(1024 * 1024).catch((error: unknown) => {
    graph.gap('unreadable-file', messageOf(error));
    return null;
  });
  if (file === null || text === null || text === undefined) return null;
  const gem = parseGemspec(text);
  if (gem === null)
    graph.gap('malformed-entry', `${path} states no literal name and version; the gem is left out.`);
  return gem;
}

const QUOTED = /"([^"\\]{0,500})"|'([^'\\]{0,500})'|%q<([^>]{0,500})>/;
const MAX_LINE = 10_000;

/** The literals of a specification; null without a name or version. */
export function parseGemspec(text: string): Gem | null {
  const values = new Map<string, string>();
  const licences: string[] = [];
  const needs = new Set<string>();
  for (const line of text.split('\n')) {
    if (line.length > MAX_LINE) continue;
    const stub = /^# stub: (\S+) (\S+) (\S+)/.exec(line);
    if (stub !== null) {
      for (const [index, key] of ['name', 'version', 'platform'].entries())
        values.set(key, stub[index + 1] ?? '');
      continue;
    }
    const field = /^\s*\w{1,30}\.(\w{1,40})\s*(=|\(|\s)(.*)$/.exec(line);
    const key = field?.[1] ?? '';
    const rest = field?.[3] ?? '';
    const literal = QUOTED.exec(rest);
    const value = literal?.[1] ?? literal?.[2] ?? literal?.[3] ?? null;
    if (value === null) continue;
    if (key === 'licenses' || key === 'license') licences.push(...literals(rest));
    else if (key === 'add_dependency' || key === 'add_runtime_dependency') needs.add(value);
    else if (SCALARS.has(key) && !values.has(key)) values.set(key, value);
  }
  const name = values.get('name');
  const version = values.get('version');
  if (!name || !version) return null;
  const platform = values.get('platform') ?? 'ruby';
  return {
    name,
    version,
    platform: platform === 'ruby' || platform === '' ? null : platform,
    licences: [...new Set(licences)],
    homepage: values.get('homepage') ?? null,
    needs: [...needs],
  };
}

const SCALARS: ReadonlySet<string> = new Set(['name', 'version', 'platform', 'homepage']);

function literals(text: string): string[] {
  return [...text.matchAll(new RegExp(QUOTED, 'g'))].flatMap(match => match[1] ?? match[2] ?? match[3] ?? []);
}
