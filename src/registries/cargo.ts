import { asList, asObject, asText, fetchText, type JsonObject, parseObject } from './json.ts';
import type { DeclaredDependency, RegistryFactory } from './registry.ts';

/** Cargo's sparse index: one file per crate, one JSON line per version. */
export const cargo: RegistryFactory = {
  id: 'cargo',
  purlType: 'cargo',
  open: (base, fetch) => {
    const lines = async (name: string): Promise<JsonObject[]> => {
      const text = await fetchText(fetch, `${base(name)}/${indexPath(name.toLowerCase())}`, name);
      return text
        .split('\n')
        .map(parseObject)
        .filter(line => line !== null);
    };
    return {
      id: 'cargo',
      purlType: 'cargo',
      versions: async name =>
        (await lines(name)).map(line => ({
          version: asText(line['vers']) ?? '',
          published: asText(line['pubtime']),
          yanked: line['yanked'] === true,
          deprecated: null,
        })),
      dependencies: async (name, version) => {
        const line = (await lines(name)).find(one => one['vers'] === version);
        return asList(line?.['deps']).flatMap(toDependency);
      },
    };
  },
};

/** The path of a crate in an index (Cargo reference, "Index files"). */
export function indexPath(name: string): string {
  const safe = encodeURIComponent(name);
  if (name.length <= 2) return `${name.length}/${safe}`;
  if (name.length === 3) return `3/${name[0]}/${safe}`;
  return `${name.slice(0, 2)}/${name.slice(2, 4)}/${safe}`;
}

function toDependency(value: unknown): DeclaredDependency[] {
  const dependency = asObject(value);
  const name = asText(dependency?.['package']) ?? asText(dependency?.['name']);
  if (dependency === null || name === null) return [];
  const kind = dependency['kind'];
  const optional = dependency['optional'] === true ? 'optional' : 'runtime';
  return [
    {
      name,
      range: asText(dependency['req']) ?? '',
      scope: kind === 'dev' || kind === 'build' ? kind : optional,
    },
  ];
}
