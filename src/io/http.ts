import { messageOf } from '../model/errors.ts';
import { IoError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { readStreamBounded } from './read.ts';

export interface HttpOptions {
  /** True forbids every request: `--offline`. */
  readonly offline: boolean;
  readonly signal?: AbortSignal;
  /** Milliseconds without a whole answer before giving up; default 30 s. */
  readonly timeout?: number;
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
  if (options.offline) throw new IoError('offline', `${url} was not asked: --offline forbids the network.`);
  const tries = options.tries ?? 3;
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(url, options);
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

async function ask(url: string, options: HttpOptions): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(options.timeout ?? 30_000);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const headers: Record<string, string> = { ...options.headers };
  if (options.etag) headers['if-none-match'] = options.etag;
  let response: Response;
  try {
    response = await fetch(url, { headers, signal, redirect: 'follow' });
    if (response.status !== 200 && response.status !== 304) {
      await response.body?.cancel();
      throw new StatusError(url, response.status);
    }
    const bytes = response.body
      ? await readStreamBounded(response.body, url, options.limit ?? LIMITS.fileBytes)
      : new Uint8Array();
    return { status: response.status, bytes, etag: response.headers.get('etag'), headers: response.headers };
  } catch (error) {
    if (error instanceof IoError) throw error;
    const why = timeout.aborted
      ? 'it did not answer in time'
      : messageOf(error instanceof Error && error.cause ? error.cause : error);
    throw new IoError(
      'no-answer',
      `${url} could not be read: ${why}; check the address and the network, then try again.`,
      error,
    );
  }
}

class StatusError extends IoError {
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
