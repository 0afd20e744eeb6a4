import { asText, fetchText, parseObject } from './json.ts';
import type { DeclaredDependency, PackageVersion, RegistryFactory } from './registry.ts';

/** How many versions are asked for their time; a list has no times of its own. */
const MAX_TIMES = 50;

/** The GOPROXY protocol (golang.org/ref/mod#goproxy-protocol). */
export const golang: RegistryFactory = {
  id: 'golang',
  purlType: 'golang',
  open: (base, fetch) => {
    const url = (name: string, rest: string) => `${base(name)}/${escapePath(name)}/@v/${rest}`;
    const published = async (name: string, version: string): Promise<string | null> => {
      const bytes = await fetch(url(name, `${escapePath(version)}.info`));
      return bytes === null ? null : asText(parseObject(new TextDecoder().decode(bytes))?.['Time']);
    };
    return {
      id: 'golang',
      purlType: 'golang',
      versions: async name => {
        const versions = (await fetchText(fetch, url(name, 'list'), name))
          .split('\n')
          .map(line => line.trim())
          .filter(Boolean);
        const found: PackageVersion[] = [];
        for (const [index, version] of versions.entries()) {
          const time = index < versions.length - MAX_TIMES ? null : await published(name, version);
          found.push({ version, published: time, yanked: false, deprecated: null });
        }
        return found;
      },
      dependencies: async (name, version) =>
        parseRequires(await fetchText(fetch, url(name, `${escapePath(version)}.mod`), `${name} ${version}`)),
    };
  },
};

/** Upper case as `!` and lower case, since file systems differ on case (golang.org/ref/mod#goproxy-protocol). */
export function escapePath(path: string): string {
  return encodeURI(path.replaceAll(/[A-Z]/g, letter => `!${letter.toLowerCase()}`));
}

/** The `require` directives of a go.mod. */
function parseRequires(text: string): DeclaredDependency[] {
  const found: DeclaredDependency[] = [];
  let inBlock = false;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\/\/.*$/, '').trim();
    if (inBlock && line === ')') inBlock = false;
    else if (/^require\s*\($/.test(line)) inBlock = true;
    else {
      const [name = '', range = ''] = (inBlock ? line : line.startsWith('require ') ? line.slice(8) : '')
        .trim()
        .split(/\s+/);
      if (name !== '' && range !== '')
        found.push({ name: name.replaceAll('"', ''), range, scope: 'runtime' });
    }
  }
  return found;
}
