import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RegistryError } from './errors.ts';

/** Where configuration is looked for; injected, so that a test never reads its user's own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The project whose own configuration counts first. */
  readonly project: string;
}

/**
 * The base address of a registry, without a slash at its end, from the configuration of the user's package manager. There is no default: an
 * address nobody configured is never asked.
 * @throws RegistryError `not-configured` with what to set.
 */
export async function registryBase(
  id: string,
  surroundings: Surroundings,
): Promise<(name: string) => string> {
  switch (id) {
    case 'npm':
      return npmBase(surroundings);
    case 'pypi':
      return one(pipIndex(surroundings), 'PIP_INDEX_URL or index-url in pip.conf');
    case 'golang':
      return one(goProxy(surroundings), 'GOPROXY');
    case 'cargo':
      return one(
        await cargoIndex(surroundings),
        'a sparse registry that replaces crates-io in .cargo/config.toml',
      );
    case 'maven':
      return one(mavenMirror(surroundings), 'a mirror in .m2/settings.xml');
    default:
      throw new RegistryError('not-configured', `Larder knows no registry called ${JSON.stringify(id)}.`);
  }
}

function one(address: string | null, remedy: string): (name: string) => string {
  const base = requireHttp(address, remedy);
  return () => base;
}

function requireHttp(address: string | null, remedy: string): string {
  if (address !== null && URL.canParse(address) && /^https?:$/.test(new URL(address).protocol))
    return address.replace(/\/+$/, '');
  throw new RegistryError('not-configured', `No registry is configured; set ${remedy} and try again.`);
}

/** `.npmrc` of the project, then the user's; a scope may have a registry of its own. */
function npmBase({ env, home, project }: Surroundings): (name: string) => string {
  const settings = new Map<string, string>();
  for (const folder of [home, project]) {
    for (const [key, value] of iniEntries(read(join(folder, '.npmrc'))))
      settings.set(key, expand(value, env));
  }
  const common = env['npm_config_registry'] ?? settings.get('registry') ?? null;
  return name => {
    const scope = name.startsWith('@') ? settings.get(`${name.split('/', 1)[0]}:registry`) : undefined;
    return requireHttp(scope ?? common, 'registry in .npmrc or npm_config_registry');
  };
}

function pipIndex({ env, home }: Surroundings): string | null {
  if (env['PIP_INDEX_URL']) return env['PIP_INDEX_URL'];
  for (const path of [
    env['PIP_CONFIG_FILE'] ?? '',
    join(home, '.config/pip/pip.conf'),
    join(home, '.pip/pip.conf'),
    '/etc/pip.conf',
  ]) {
    const found = iniEntries(path === '' ? '' : read(path)).find(([key]) => key === 'index-url');
    if (found) return found[1];
  }
  return null;
}

/** The first proxy of the list; `direct` and `off` are none. */
function goProxy({ env, home }: Surroundings): string | null {
  const stated =
    env['GOPROXY'] ??
    iniEntries(read(join(home, '.config/go/env'))).find(([key]) => key === 'GOPROXY')?.[1] ??
    '';
  return (
    stated
      .split(/[,|]/)
      .map(part => part.trim())
      .find(part => /^https?:/.test(part)) ?? null
  );
}

async function cargoIndex({ env, home, project }: Surroundings): Promise<string | null> {
  const { parse } = await import('smol-toml');
  const folder = env['CARGO_HOME'] ?? join(home, '.cargo');
  for (const path of [
    join(project, '.cargo/config.toml'),
    join(folder, 'config.toml'),
    join(folder, 'config'),
  ]) {
    const table = (value: unknown, key: string): unknown =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
    let config: unknown;
    try {
      config = parse(read(path));
    } catch {
      continue;
    }
    const sources = table(config, 'source');
    const replacement = table(table(sources, 'crates-io'), 'replace-with');
    const registry =
      typeof replacement === 'string'
        ? (table(table(sources, replacement), 'registry') ??
          table(table(table(config, 'registries'), replacement), 'index'))
        : undefined;
    if (typeof registry === 'string') return registry.replace(/^sparse\+/, '');
  }
  return null;
}

function mavenMirror({ home }: Surroundings): string | null {
  const settings = read(join(home, '.m2/settings.xml')).replaceAll(/<!--[^]*?-->/g, '');
  const mirror = /<mirror>([^]*?)<\/mirror>/.exec(settings)?.[1] ?? '';
  return /<url>\s*([^<\s]+)\s*<\/url>/.exec(mirror)?.[1] ?? null;
}

/** `key = value` lines of ini-like files, sections ignored. */
function iniEntries(text: string): [string, string][] {
  return text.split('\n').flatMap((line): [string, string][] => {
    const equals = line.indexOf('=');
    if (equals <= 0 || /^\s*[#;]/.test(line)) return [];
    const value = line.slice(equals + 1).trim();
    return [[line.slice(0, equals).trim(), value.replace(/^"(.*)"$/, '$1')]];
  });
}

/** npm fills in `${NAME}` from the environment. */
function expand(value: string, env: Surroundings['env']): string {
  return value.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => env[name] ?? whole);
}

/** At most a megabyte; a file that is not there is empty. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, 1024 * 1024);
  } catch {
    return '';
  }
}
