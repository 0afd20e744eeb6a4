import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { readFileBounded } from '../../io/read.ts';
import { RegistryError } from '../errors.ts';
import { asObject, asText, parseObject } from '../json.ts';
import type { ImageReference } from './reference.ts';

/** How a registry knows the user. Never logged, and sent to that registry and the token service it names only. */
export type Credentials =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  /** Traded for an access token at the registry's token service. */
  | { readonly kind: 'identity'; readonly token: string }
  /** Sent as it is. */
  | { readonly kind: 'bearer'; readonly token: string };

const LONGEST_FILE = 1024 * 1024;
const HELPER_MILLISECONDS = 15_000;

/**
 * What the user's own container tools know of a registry: docker's `config.json`, then the `auth.json` of podman and its kin; entries in the file, or the credential
 * helper that the file names. Null: the user is anonymous there.
 *
 * @throws RegistryError `not-configured` when a helper fails
 */
export async function credentialsFor(
  image: Pick<ImageReference, 'host' | 'name'>,
  surroundings: { readonly env: Readonly<Record<string, string | undefined>>; readonly home: string },
): Promise<Credentials | null> {
  for (const path of files(surroundings)) {
    const config = await readConfig(path);
    const helper = helperOf(config, image.host);
    const found =
      entryOf(config, image) ??
      (helper === null ? null : await fromHelper(helper, image.host, surroundings.env));
    if (found !== null) return found;
  }
  return null;
}

function files({ env, home }: Parameters<typeof credentialsFor>[1]): string[] {
  return [
    join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'config.json'),
    ...(env['REGISTRY_AUTH_FILE'] ? [env['REGISTRY_AUTH_FILE']] : []),
    ...(env['XDG_RUNTIME_DIR'] ? [join(env['XDG_RUNTIME_DIR'], 'containers/auth.json')] : []),
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'containers/auth.json'),
  ];
}

async function readConfig(path: string): Promise<unknown> {
  const bytes = await readFileBounded(path, LONGEST_FILE).catch(() => null);
  return bytes === null ? null : parseObject(Buffer.from(bytes).toString('utf8'));
}

/** The entry for the longest part of HOST/NAME (podman), or for the host in any of docker's spellings. */
function entryOf(config: unknown, { host, name }: Pick<ImageReference, 'host' | 'name'>): Credentials | null {
  const auths = asObject(field(config, 'auths')) ?? {};
  const whole = `${host}/${name}`;
  const fits = Object.keys(auths)
    .map(key => ({ key, place: key.replace(/^https?:\/\//, '').replace(/(?:\/v[12])?\/?$/, '') }))
    .filter(({ place }) => whole === place || whole.startsWith(`${place}/`))
    .sort((a, b) => b.place.length - a.place.length);
  for (const { key } of fits) {
    const found = credentialsIn(auths[key]);
    if (found !== null) return found;
  }
  return null;
}

function credentialsIn(entry: unknown): Credentials | null {
  const [identity, bearer] = [text(entry, 'identitytoken'), text(entry, 'registrytoken')];
  if (bearer !== null) return { kind: 'bearer', token: bearer };
  if (identity !== null) return { kind: 'identity', token: identity };
  const pair = Buffer.from(text(entry, 'auth') ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon > 0) return { kind: 'password', user: pair.slice(0, colon), password: pair.slice(colon + 1) };
  const [user, password] = [text(entry, 'username'), text(entry, 'password')];
  return user !== null && password !== null ? { kind: 'password', user, password } : null;
}

function helperOf(config: unknown, host: string): string | null {
  const name = text(field(config, 'credHelpers'), host) ?? text(config, 'credsStore');
  return name !== null && /^[a-z0-9][a-z0-9-]*$/i.test(name) ? name : null;
}

/** docker-credential-helpers' protocol: the host goes in, a JSON object comes out. */
async function fromHelper(
  name: string,
  host: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Credentials | null> {
  const program = `docker-credential-${name}`;
  const { failed, stdout } = await new Promise<{ failed: boolean; stdout: string }>(resolve => {
    const child = execFile(
      program,
      ['get'],
      { env, timeout: HELPER_MILLISECONDS, maxBuffer: LONGEST_FILE, encoding: 'utf8' },
      (error, out) => resolve({ failed: error !== null, stdout: out }),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(host);
  });
  if (failed && /credentials not found/i.test(stdout)) return null;
  const answer = failed ? null : parseObject(stdout);
  const [user, secret] = [text(answer, 'Username'), text(answer, 'Secret')];
  // What a helper printed may hold a secret, and is never repeated.
  if (user === null || secret === null)
    throw new RegistryError(
      'not-configured',
      `${program}, which the docker configuration names for ${host}, gave no credentials; log in there again, or take it out of the configuration to be anonymous.`,
    );
  return user === '<token>'
    ? { kind: 'identity', token: secret }
    : { kind: 'password', user, password: secret };
}

function field(value: unknown, key: string): unknown {
  const object = asObject(value);
  return object !== null && Object.hasOwn(object, key) ? object[key] : undefined;
}

function text(value: unknown, key: string): string | null {
  return asText(field(value, key)) || null;
}
