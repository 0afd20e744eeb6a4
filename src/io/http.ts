import { messageOf } from '../model/errors.ts';
import { IoError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { readStreamBounded } from './read.ts';

export interface HttpOptions {
  /** True forbids every request: `--offline`. */
  readonly offline: boolean;
  readonly signal?: AbortSignal;
  /** Milliseconds without an answer, or without a further byte of it, before giving up; default 30 s. */
  readonly timeout?: number;
  /** Told how many bytes of the body have come. */
  readonly onBytes?: (received: number) => void;
  /** Bytes of body, at most. */
  readonly limit?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as If-None-Match: the answer is then `status: 304` with an empty body when nothing changed. */
  readonly etag?: string | null;
  /** Tries in all, for answers 429 and 5xx and for broken connections; default 3. */
  readonly tries?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly bytes: Uint8Array;
  readonly etag: string | null;
  readonly headers: Headers;
}

/**
 * One GET, bounded in size and time. The only way Larder reads the network: whoever calls it was told `--online` by its command.
 *
 * @returns the answer for 200 and 304
 * @throws IoError `offline`, `no-answer`, `http-status` (anything but 200 and 304), `too-large`
 */
export async function httpGet(url: string, options: HttpOptions): Promise<HttpAnswer> {
  return tried(url, options, async () => {
    const answer = await exchange(url, options, 'follow');
    if (answer.status !== 200 && answer.status !== 304) throw new StatusError(url, answer.status);
    return answer;
  });
}

/**
 * One request whose answer is given back whatever its status is, and whose redirects are left to the caller: for protocols in which 401, 404 and 307 mean something.
 * With `form` it is a POST. Bounded as `httpGet`.
 *
 * @throws IoError `offline`, `no-answer`, `http-status` (429 and 5xx, when they do not pass), `too-large`
 */
export async function httpExchange(
  url: string,
  options: HttpOptions & { readonly form?: Readonly<Record<string, string>> },
): Promise<HttpAnswer> {
  return tried(url, options, async () => {
    const answer = await exchange(url, options, 'manual', options.form);
    if (answer.status === 429 || answer.status >= 500) throw new StatusError(url, answer.status);
    return answer;
  });
}

/** A request that is made again while it may pass. */
export async function tried<T>(url: string, options: HttpOptions, ask: () => Promise<T>): Promise<T> {
  if (options.offline) throw new IoError('offline', `${url} was not asked: --offline forbids the network.`);
  const tries = options.tries ?? 3;
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt >= tries || !mayPass(error) || options.signal?.aborted) throw error;
      await pause(200 * 4 ** (attempt - 1), options.signal);
    }
  }
}

/**
 * How many bytes a GET of this address would bring, as its server says; null when it does not say, or does not answer a HEAD.
 * @throws IoError `offline`
 */
export async function httpSize(url: string, options: HttpOptions): Promise<number | null> {
  if (options.offline) throw new IoError('offline', `${url} was not asked: --offline forbids the network.`);
  const timeout = AbortSignal.timeout(options.timeout ?? 30_000);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const response = await fetch(url, { method: 'HEAD', signal, redirect: 'follow' });
    const length = response.headers.get('content-length');
    return response.ok && length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return null;
  }
}

async function exchange(
  url: string,
  options: HttpOptions,
  redirect: 'follow' | 'manual',
  form: Readonly<Record<string, string>> | null = null,
): Promise<HttpAnswer> {
  const sent = form === null ? {} : { method: 'POST', body: new URLSearchParams(form) };
  return requested(url, options, { ...sent, redirect }, async (response, body) => {
    const { status, headers } = response;
    // What stands beside another status is for people.
    if (status !== 200) await response.body?.cancel();
    const bytes =
      body !== null && status === 200
        ? await readStreamBounded(body, url, options.limit ?? LIMITS.fileBytes)
        : new Uint8Array();
    return { status, bytes, etag: headers.get('etag'), headers };
  });
}

/** One request, given up after silence; `take` reads what comes. */
export async function requested<T>(
  url: string,
  options: HttpOptions,
  init: RequestInit,
  take: (response: Response, body: AsyncIterable<Uint8Array> | null) => Promise<T>,
): Promise<T> {
  const silence = new Silence(options.timeout ?? 30_000);
  const signal = options.signal ? AbortSignal.any([options.signal, silence.signal]) : silence.signal;
  const headers: Record<string, string> = { ...options.headers };
  if (options.etag) headers['if-none-match'] = options.etag;
  try {
    const response = await fetch(url, { ...init, headers, signal });
    return await take(response, response.body ? silence.over(response.body, options.onBytes) : null);
  } catch (error) {
    if (error instanceof IoError) throw error;
    const why = silence.signal.aborted
      ? 'it did not answer in time'
      : messageOf(error instanceof Error && error.cause ? error.cause : error);
    throw new IoError(
      'no-answer',
      `${url} could not be read: ${why}; check the address and the network, then try again.`,
      error,
    );
  } finally {
    silence.end();
  }
}

/** Aborts when nothing was heard for a while: a large file may take long, as long as it comes. */
class Silence {
  readonly #abort = new AbortController();
  readonly #milliseconds: number;
  #timer: NodeJS.Timeout;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async *over(
    stream: AsyncIterable<Uint8Array>,
    onBytes?: (received: number) => void,
  ): AsyncGenerator<Uint8Array> {
    let received = 0;
    for await (const chunk of stream) {
      this.end();
      this.#timer = this.#start();
      received += chunk.length;
      onBytes?.(received);
      yield chunk;
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#abort.abort(), this.#milliseconds);
  }
}

/** An answer of another status than those that mean something. */
export class StatusError extends IoError {
  readonly status: number;

  constructor(url: string, status: number) {
    super(
      'http-status',
      `${url} answered with status ${status}; check the address${status === 401 || status === 403 ? ' and your credentials' : ''}.`,
    );
    this.status = status;
  }
}

/** Whether the same request may succeed a moment later. */
function mayPass(error: unknown): boolean {
  if (error instanceof StatusError) return error.status === 429 || error.status >= 500;
  return error instanceof IoError && error.code === 'no-answer';
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
