import { cargo } from './cargo.ts';
import { registryBase, type Surroundings } from './config.ts';
import { RegistryError } from './errors.ts';
import { golang } from './golang.ts';
import { maven } from './maven.ts';
import { npm } from './npm.ts';
import { pypi } from './pypi.ts';
import type { Fetch, Registry, RegistryFactory } from './registry.ts';

/** The registry family: one file per protocol, one line here. */
export const REGISTRIES: readonly RegistryFactory[] = [npm, pypi, cargo, golang, maven];

/** A client of the registry the user's package manager is configured for. @throws RegistryError `not-configured`. */
export async function openRegistry(id: string, surroundings: Surroundings, fetch: Fetch): Promise<Registry> {
  const factory = REGISTRIES.find(one => one.id === id);
  if (factory === undefined)
    throw new RegistryError('not-configured', `Larder knows no registry called ${JSON.stringify(id)}.`);
  return factory.open(await registryBase(id, surroundings), fetch);
}
