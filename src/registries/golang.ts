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
    const goMod = (name: string, version: string): Promise<string> =>
      fetchText(fetch, url(name, `${escapePath(version)}.mod`), `${name} ${version}`);
    const withdrawals = async (name: string): Promise<Withdrawals> => {
      const bytes = await fetch(`${base(name)}/${escapePath(name)}/@latest`);
      const newest =
        bytes === null ? null : asText(parseObject(new TextDecoder().decode(bytes))?.['Version']);
      return withdrawalsIn(newest === null ? '' : await goMod(name, newest));
    };
    return {
      id: 'golang',
      purlType: 'golang',
      versions: async name => {
        const versions = (await fetchText(fetch, url(name, 'list'), name))
          .split('\n')
          .map(line => line.trim())
          .filter(Boolean);
        const { retracted, deprecated } = await withdrawals(name);
        const found: PackageVersion[] = [];
        for (const [index, version] of versions.entries()) {
          const time = index < versions.length - MAX_TIMES ? null : await published(name, version);
          found.push({ version, published: time, yanked: retracted(version), deprecated });
        }
        return found;
      },
      dependencies: async (name, version) => parseRequires(await goMod(name, version)),
    };
  },
};

/** Upper case as `!` and lower case, since file systems differ on case (golang.org/ref/mod#goproxy-protocol). */
export function escapePath(path: string): string {
  return encodeURI(path.replaceAll(/[A-Z]/g, letter => `!${letter.toLowerCase()}`));
}

/** The `require` directives of a go.mod. */
function parseRequires(text: string): DeclaredDependency[] {
  return directives(text, 'require').flatMap(([name = '', range = '']) =>
    name === '' || range === '' ? [] : [{ name, range, scope: 'runtime' as const }],
  );
}

/** What the newest go.mod takes back (golang.org/ref/mod#go-mod-file-retract) and says of the whole module. */
interface Withdrawals {
  readonly retracted: (version: string) => boolean;
  readonly deprecated: string | null;
}

async function withdrawalsIn(text: string): Promise<Withdrawals> {
  const { default: semver } = await import('semver');
  const ranges = directives(text, 'retract').map(words =>
    words
      .join('')
      .split(/[[\],]/)
      .filter(one => semver.valid(one) !== null),
  );
  const deprecated = /^\/\/ ?Deprecated: (.*)$/m.exec(text.slice(0, text.search(/^module\b/m) + 1))?.[1];
  return {
    retracted: version =>
      semver.valid(version) !== null &&
      ranges.some(
        ([from, to = from]) =>
          from !== undefined && to !== undefined && semver.gte(version, from) && semver.lte(version, to),
      ),
    deprecated: deprecated?.trim() ?? null,
  };
}

/** The words of each directive of one kind in a go.mod, alone or in a block. */
function directives(text: string, kind: string): string[][] {
  const found: string[][] = [];
  let inBlock = false;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\/\/.*$/, '').trim();
    if (inBlock && line === ')') inBlock = false;
    else if (line.startsWith(kind) && /^\s*\($/.test(line.slice(kind.length))) inBlock = true;
    else {
      const rest = inBlock ? line : new RegExp(`^${kind}\\s`).test(line) ? line.slice(kind.length) : '';
      const words = rest.trim().replaceAll('"', '').split(/\s+/).filter(Boolean);
      if (words.length > 0) found.push(words);
    }
  }
  return found;
}
