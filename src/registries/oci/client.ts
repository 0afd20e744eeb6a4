import { type HttpAnswer, httpExchange } from '../../io/http.ts';
import { RegistryError } from '../errors.ts';
import { asList, asText, parseObject } from '../json.ts';
import type { Credentials } from './credentials.ts';
import { type ImageReference, isLoopback } from './reference.ts';

/** Reads one repository of a registry by the distribution specification. Nothing that comes back is checked against its digest here. */
export interface OciRepository {
  /** The bytes of a manifest or index by digest or tag; null when there is none. */
  readonly manifest: (at: string) => Promise<Uint8Array | null>;
  /** The bytes of a blob; null when there is none. */
  readonly blob: (digest: string, limit: number) => Promise<Uint8Array | null>;
  /** The descriptors of all manifests that name a digest as their subject; null where the registry has no referrers API. */
  readonly referrers: (digest: string) => Promise<readonly unknown[] | null>;
}

export interface OciOptions {
  readonly offline: boolean;
  readonly signal?: AbortSignal;
  /** Asked when the registry wants to know who asks. */
  readonly credentials: () => Promise<Credentials | null>;
}

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  INDEX,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** The specification's own limit. */
const LARGEST_MANIFEST = 4 * 1024 * 1024;
const LARGEST_TOKEN = 256 * 1024;
const MOST_PAGES = 50;
const MOST_REQUESTS = 1_000;
const MOST_REDIRECTS = 3;

/** A client of the repository that a reference names. Asks nothing yet. */
export function openRepository(image: ImageReference, options: OciOptions): OciRepository {
  const session = new Session(image, options);
  return {
    manifest: at => session.bytes(`manifests/${at}`, MANIFESTS, LARGEST_MANIFEST),
    blob: (digest, limit) => session.bytes(`blobs/${digest}`, '*/*', limit),
    referrers: digest => referrers(session, digest),
  };
}

async function referrers(session: Session, digest: string): Promise<readonly unknown[] | null> {
  const found: unknown[] = [];
  let next: string | null = session.url(`referrers/${digest}`);
  for (let page = 0; next !== null; page++) {
    if (page >= MOST_PAGES) throw tooMany(`${digest} has more than ${MOST_PAGES} pages of referrers`);
    const answer: HttpAnswer = await session.ask(next, INDEX, LARGEST_MANIFEST);
    const index = answer.status === 200 ? parseObject(new TextDecoder().decode(answer.bytes)) : null;
    if (index === null || !Array.isArray(index['manifests'])) {
      // Registries without the API answer with whatever they have for an unknown path.
      if (page === 0) return null;
      throw new RegistryError(
        'not-understood',
        `The list of what refers to ${digest} breaks off after ${found.length} entries; try again.`,
      );
    }
    for (const one of asList(index['manifests'])) found.push(one);
    next = session.nextPage(answer.headers.get('link'), next);
  }
  return found;
}

class Session {
  readonly #image: ImageReference;
  readonly #options: OciOptions;
  readonly #base: string;
  #authorization: string | null = null;
  #asked = 0;

  constructor(image: ImageReference, options: OciOptions) {
    this.#image = image;
    this.#options = options;
    this.#base = `${isLoopback(image.host) ? 'http' : 'https'}://${image.host}`;
  }

  url(path: string): string {
    return `${this.#base}/v2/${this.#image.name}/${path}`;
  }

  async bytes(path: string, accept: string, limit: number): Promise<Uint8Array | null> {
    const answer = await this.#following(
      await this.ask(this.url(path), accept, limit),
      this.url(path),
      limit,
    );
    if (answer.status === 200) return answer.bytes;
    if (answer.status === 404) return null;
    if (answer.status === 401 || answer.status === 403) throw this.#refused();
    throw new RegistryError(
      'not-understood',
      `${this.#image.host} answered with status ${answer.status} to ${path} of ${this.#image.name}; check that it is a registry of images.`,
    );
  }

  /** One question, as whom the registry wants it asked. */
  async ask(url: string, accept: string, limit: number): Promise<HttpAnswer> {
    const first = await this.#send(url, accept, limit);
    if (first.status !== 401) return first;
    await this.#authorize(first.headers.get('www-authenticate') ?? '');
    return await this.#send(url, accept, limit);
  }

  /** The next page of a list, only ever at the registry itself, whatever host it names: behind a proxy a registry may not know its own. */
  nextPage(link: string | null, from: string): string | null {
    const target = /<([^<>]*)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
    if (target === undefined || !URL.canParse(target, from)) return null;
    const { pathname, search } = new URL(target, from);
    return `${this.#base}${pathname}${search}`;
  }

  /**
   * Registries keep blobs at storage services. Such a redirect is followed without telling who asks, and only by TLS or on the registry's own host: what comes back is
   * believed by its digest alone.
   */
  async #following(first: HttpAnswer, from: string, limit: number): Promise<HttpAnswer> {
    let [answer, at] = [first, from];
    for (let hops = 0; answer.status >= 300 && answer.status < 400 && hops < MOST_REDIRECTS; hops++) {
      const location = answer.headers.get('location') ?? '';
      if (!URL.canParse(location, at)) return answer;
      const target = new URL(location, at);
      if (target.protocol !== 'https:' && target.origin !== this.#base) return answer;
      at = target.href;
      this.#count();
      answer = await httpExchange(at, { ...this.#bounds(), limit });
    }
    return answer;
  }

  async #send(url: string, accept: string, limit: number): Promise<HttpAnswer> {
    this.#count();
    const headers = {
      accept,
      ...(this.#authorization === null ? {} : { authorization: this.#authorization }),
    };
    return await httpExchange(url, { ...this.#bounds(), headers, limit });
  }

  /** Answers a registry's challenge: basic, or a token of its token service (distribution's token specification), anonymous where the user has no credentials. */
  async #authorize(challenge: string): Promise<void> {
    const credentials = await this.#options.credentials();
    if (credentials?.kind === 'bearer') this.#authorization = `Bearer ${credentials.token}`;
    else if (/^\s*basic\b/i.test(challenge) || !/\bbearer\s/i.test(challenge)) {
      if (credentials?.kind !== 'password') throw this.#refused();
      this.#authorization = basic(credentials);
    } else this.#authorization = `Bearer ${await this.#token(challenge, credentials)}`;
  }

  async #token(challenge: string, credentials: Exclude<Credentials, { kind: 'bearer' }> | null) {
    const realm = parameter(challenge, 'realm');
    if (realm === null || !URL.canParse(realm) || !this.#maySpeakTo(new URL(realm)))
      throw new RegistryError(
        'not-understood',
        `${this.#image.host} names no token service that can be asked.`,
      );
    const service = parameter(challenge, 'service');
    // What is asked for is ours to say, whatever the challenge proposes.
    const wanted = {
      ...(service === null ? {} : { service }),
      scope: `repository:${this.#image.name}:pull`,
    };
    this.#count();
    const answer =
      credentials?.kind === 'identity'
        ? await httpExchange(realm, {
            ...this.#bounds(),
            limit: LARGEST_TOKEN,
            form: {
              ...wanted,
              grant_type: 'refresh_token',
              client_id: 'larder',
              refresh_token: credentials.token,
            },
          })
        : await httpExchange(withQuery(realm, wanted), {
            ...this.#bounds(),
            limit: LARGEST_TOKEN,
            ...(credentials === null ? {} : { headers: { authorization: basic(credentials) } }),
          });
    const given = answer.status === 200 ? parseObject(new TextDecoder().decode(answer.bytes)) : null;
    const token = asText(given?.['token']) ?? asText(given?.['access_token']);
    if (token === null || /[^\x21-\x7e]/.test(token)) throw this.#refused();
    return token;
  }

  #maySpeakTo(url: URL): boolean {
    return url.protocol === 'https:' || (isLoopback(this.#image.host) && isLoopback(url.host));
  }

  #bounds() {
    const { offline, signal } = this.#options;
    return { offline, ...(signal === undefined ? {} : { signal }) };
  }

  #count(): void {
    if (++this.#asked > MOST_REQUESTS)
      throw tooMany(`${this.#image.name} takes more than ${MOST_REQUESTS} questions`);
  }

  #refused(): RegistryError {
    const { host, name } = this.#image;
    return new RegistryError(
      'not-authorized',
      `${host} does not show ${name} to the user asking; log in there as docker or podman does, and check the name.`,
    );
  }
}

function tooMany(what: string): RegistryError {
  return new RegistryError('too-many', `${what}; no more are asked.`);
}

function basic(credentials: { readonly user: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
}

/** One parameter of a WWW-Authenticate header. */
function parameter(challenge: string, name: string): string | null {
  const found = new RegExp(`[ ,]${name}\\s*=\\s*"([^"]*)"`, 'i').exec(challenge)?.[1];
  return found === undefined || found === '' ? null : found;
}

function withQuery(address: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url.href;
}
