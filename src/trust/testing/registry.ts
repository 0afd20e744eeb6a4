import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test registry wants before it answers. */
export interface RegistryRules {
  /** Basic, or a token of its own service for this user; null lets everybody in. */
  readonly challenge: 'basic' | 'token' | null;
  /** Null lets anybody have a token. */
  readonly user: { readonly name: string; readonly password: string } | null;
  readonly referrers: boolean;
  /** How the next page of referrers is named. */
  readonly nextPage: (path: string) => string;
  /** Where blobs are sent from; null: from here. */
  readonly blobsAt: string | null;
}

export const OPEN: RegistryRules = {
  challenge: null,
  user: null,
  referrers: true,
  nextPage: path => path,
  blobsAt: null,
};

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const PAGE = 2;

export const hexOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** A registry by the distribution specification on the loopback, for tests. */
export class TestRegistry {
  rules: RegistryRules = OPEN;
  readonly asked: { readonly url: string; readonly authorization: string | null }[] = [];
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, Buffer>();
  readonly #server: Server;
  readonly #token = 'a-token';

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async open(): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    await new Promise(resolve => this.#server.close(resolve));
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  blob(content: Buffer | string, more: object = {}) {
    const digest = `sha256:${hexOf(content)}`;
    this.blobs.set(digest, Buffer.from(content));
    return { mediaType: 'application/octet-stream', digest, size: content.length, ...more };
  }

  manifest(value: object, tag: string | null = null): string {
    const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, ...value }));
    const digest = `sha256:${hexOf(content)}`;
    this.manifests.set(digest, content);
    if (tag !== null) this.manifests.set(tag, content);
    return digest;
  }

  image(text = 'one layer', tag: string | null = null): string {
    return this.manifest({ config: this.blob(`{"${text}":1}`), layers: [this.blob(text)] }, tag);
  }

  /** The manifests that name an image as their subject, as an index lists them. */
  referring(image: string): object[] {
    return [...this.manifests].flatMap(([digest, bytes]) => {
      const value = JSON.parse(bytes.toString('utf8')) as {
        subject?: { digest: string };
        artifactType?: string;
      };
      if (!digest.startsWith('sha256:') || value.subject?.digest !== image) return [];
      return [{ mediaType: MANIFEST, digest, size: bytes.length, artifactType: value.artifactType }];
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', `http://${this.host}`);
    const authorization = request.headers.authorization ?? null;
    this.asked.push({ url: `${request.method} ${url.pathname}${url.search}`, authorization });
    if (url.pathname === '/token') return this.#issue(url, authorization, response);
    if (url.pathname.startsWith('/storage/'))
      return send(response, this.blobs.get(url.pathname.slice('/storage/'.length)));
    const { challenge } = this.rules;
    if (challenge !== null && authorization !== this.#expected()) {
      const wanted =
        challenge === 'basic'
          ? 'Basic realm="registry"'
          : `Bearer realm="http://${this.host}/token?x=1",service="registry.example.com",scope="repository:acme/app:pull,push"`;
      response.writeHead(401, { 'www-authenticate': wanted }).end('{"errors":[]}');
      return;
    }
    const [, kind, at] = /^\/v2\/acme\/app\/(manifests|blobs|referrers)\/(.+)$/.exec(url.pathname) ?? [];
    if (kind === 'manifests') send(response, this.manifests.get(at ?? ''));
    else if (kind === 'blobs' && this.rules.blobsAt !== null)
      response.writeHead(307, { location: `${this.rules.blobsAt}/storage/${at}` }).end();
    else if (kind === 'blobs') send(response, this.blobs.get(at ?? ''));
    else if (kind === 'referrers' && this.rules.referrers) this.#list(url, at ?? '', response);
    else send(response, undefined);
  }

  #list(url: URL, image: string, response: ServerResponse): void {
    const start = Number(url.searchParams.get('from') ?? 0);
    const all = this.referring(image);
    const more = start + PAGE < all.length;
    const next = this.rules.nextPage(`${url.pathname}?from=${start + PAGE}`);
    response
      .writeHead(200, {
        'content-type': INDEX,
        ...(more ? { link: `<${next}>; rel="next"` } : {}),
      })
      .end(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: all.slice(start, start + PAGE) }));
  }

  #issue(url: URL, authorization: string | null, response: ServerResponse): void {
    const right = this.rules.user === null || authorization === this.#basic();
    const fits =
      url.searchParams.get('scope') === 'repository:acme/app:pull' &&
      url.searchParams.get('service') === 'registry.example.com';
    response.writeHead(right && fits ? 200 : 401).end(JSON.stringify({ token: this.#token }));
  }

  #basic(): string {
    const { name, password } = this.rules.user ?? { name: '', password: '' };
    return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  }

  #expected(): string {
    return this.rules.challenge === 'basic' ? this.#basic() : `Bearer ${this.#token}`;
  }
}

function send(response: ServerResponse, body: Buffer | undefined): void {
  response.writeHead(body === undefined ? 404 : 200).end(body);
}
