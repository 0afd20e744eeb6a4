import { registryKeysFromJson, type TrustMaterial, trustMaterialFromJson, withKeys } from './root.ts';

let loaded: Promise<TrustMaterial> | null = null;

/**
 * The trust that comes with Larder: the root of the Sigstore public-good instance and the keys of the npm registry, as the @sigstore/tuf package carries
 * them (both were delivered by Sigstore's TUF repository). Nothing is fetched.
 */
export function bundledMaterial(): Promise<TrustMaterial> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<TrustMaterial> {
  const { default: seeds } = await import('@sigstore/tuf/seeds.json', { with: { type: 'json' } });
  const [repository] = Object.values(
    seeds as Record<string, { readonly targets: Readonly<Record<string, string>> }>,
  );
  const targets = Object.entries(repository?.targets ?? {});
  const jsonOf = (suffix: string): unknown => {
    const encoded = targets.find(([name]) => name.endsWith(suffix))?.[1];
    return encoded === undefined ? null : JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
  };
  const material = trustMaterialFromJson(jsonOf('trusted_root.json'), 'the Sigstore public-good root');
  return withKeys(material, registryKeysFromJson(jsonOf('keys.json')));
}
