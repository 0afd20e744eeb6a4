import { pypiName } from '../model/pypi-name.ts';
import { RegistryError } from './errors.ts';
import { asList, asObject, asText, fetchObject, fetchText, type JsonObject } from './json.ts';
import type { DeclaredDependency, PackageVersion, RegistryFactory } from './registry.ts';

const SIMPLE = 'application/vnd.pypi.simple.v1+json';

/** The simple repository API in JSON (PEP 691, PEP 700) and metadata files beside distributions (PEP 658). */
export const pypi: RegistryFactory = {
  id: 'pypi',
  purlType: 'pypi',
  open: (base, fetch) => {
    const pageUrl = (name: string) => `${base(name)}/${normalise(name)}/`;
    const files = async (name: string): Promise<JsonObject[]> =>
      asList((await fetchObject(fetch, pageUrl(name), name, SIMPLE))['files'])
        .map(asObject)
        .filter(file => file !== null);
    return {
      id: 'pypi',
      purlType: 'pypi',
      versions: async name => toVersions(await files(name)),
      dependencies: async (name, version) => {
        const described = (await files(name)).find(file => versionOf(file) === version && hasMetadata(file));
        const path = asText(described?.['url']);
        // Without metadata nobody knows what it needs, which is not the same as needing nothing.
        if (path === null)
          throw new RegistryError('not-found', `The registry has no metadata of ${name} ${version}.`);
        const url = new URL(path, pageUrl(name));
        url.hash = '';
        return parseRequirements(await fetchText(fetch, `${url.href}.metadata`, `${name} ${version}`));
      },
    };
  },
};

function normalise(name: string): string {
  return encodeURIComponent(pypiName(name));
}

/** A version is yanked when all its files are (PEP 592), and published with its first. */
function toVersions(files: readonly JsonObject[]): PackageVersion[] {
  const found = new Map<string, PackageVersion>();
  for (const file of files) {
    const version = versionOf(file);
    if (version === null) continue;
    const known = found.get(version);
    const published = asText(file['upload-time']);
    const yanked = file['yanked'] !== undefined && file['yanked'] !== false;
    const times = [known?.published ?? null, published].filter(time => time !== null);
    const earlier = times.toSorted()[0] ?? null;
    found.set(version, {
      version,
      published: earlier,
      yanked: yanked && (known?.yanked ?? true),
      deprecated: null,
    });
  }
  return [...found.values()];
}

/** From the names of wheels (PEP 427) and source distributions (PEP 625). */
function versionOf(file: JsonObject): string | null {
  const name = asText(file['filename']) ?? '';
  if (name.endsWith('.whl')) return name.split('-')[1] ?? null;
  const stem = name.replace(/\.(?:tar\.gz|tar\.bz2|zip|tgz)$/, '');
  const hyphen = stem.lastIndexOf('-');
  return stem === name || hyphen < 0 ? null : stem.slice(hyphen + 1);
}

function hasMetadata(file: JsonObject): boolean {
  const stated = file['core-metadata'] ?? file['dist-info-metadata'];
  return stated === true || asObject(stated) !== null;
}

/** `Requires-Dist` of core metadata; those of an extra are optional. */
function parseRequirements(text: string): DeclaredDependency[] {
  const headers = text.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const found: DeclaredDependency[] = [];
  for (const line of headers.split(/\r?\n/)) {
    const match = /^Requires-Dist:\s*([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*([^;]*)(;.*)?$/i.exec(line);
    if (match === null) continue;
    const [, name = '', range = '', marker = ''] = match;
    found.push({
      name,
      range: range.replaceAll(/[()]/g, '').trim(),
      scope: /\bextra\b/.test(marker) ? 'optional' : 'runtime',
    });
  }
  return found;
}
