import { asObject, asText, fetchObject, textEntries } from './json.ts';
import type { DeclaredDependency, RegistryFactory } from './registry.ts';

const FIELDS = [
  ['dependencies', 'runtime'],
  ['optionalDependencies', 'optional'],
  ['peerDependencies', 'peer'],
] as const;

/** The npm registry protocol: one packument per package. */
export const npm: RegistryFactory = {
  id: 'npm',
  purlType: 'npm',
  open: (base, fetch) => {
    const packument = (name: string) =>
      fetchObject(fetch, `${base(name)}/${name.replace('/', '%2F')}`, name, 'application/json');
    return {
      id: 'npm',
      purlType: 'npm',
      versions: async name => {
        const found = await packument(name);
        const times = new Map(textEntries(found['time']));
        return Object.entries(asObject(found['versions']) ?? {}).map(([version, manifest]) => ({
          version,
          published: times.get(version) ?? null,
          yanked: false,
          deprecated: asText(asObject(manifest)?.['deprecated']),
        }));
      },
      dependencies: async (name, version) => {
        const versions = asObject((await packument(name))['versions']) ?? {};
        const manifest = Object.hasOwn(versions, version) ? asObject(versions[version]) : null;
        const optional = new Set(textEntries(manifest?.['optionalDependencies']).map(([key]) => key));
        // npm repeats optional dependencies among the others.
        return FIELDS.flatMap(([field, scope]) =>
          textEntries(manifest?.[field])
            .filter(([key]) => scope !== 'runtime' || !optional.has(key))
            .map(([key, range]): DeclaredDependency => ({ name: key, range, scope })),
        );
      },
    };
  },
};
