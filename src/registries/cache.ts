import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IoError } from '../io/errors.ts';
import { httpGet } from '../io/http.ts';
import { RegistryError } from './errors.ts';
import type { Fetch } from './registry.ts';

export interface CacheOptions {
  /** A folder of answers. One that is filled once and used offline afterwards is a recording. */
  readonly folder: string;
  /** True forbids every request: only what the folder has is answered. */
  readonly offline: boolean;
  /** Milliseconds an answer is used without asking whether it changed; default five minutes. */
  readonly fresh?: number;
  /** The largest answer taken, in bytes; default 256 MiB. */
  readonly limit?: number;
}

interface Meta {
  readonly url: string;
  readonly etag: string | null;
  readonly fetched: number;
  readonly found: boolean;
}

const FRESH = 5 * 60_000;
/** The largest packument of npm has some 100 MB. */
const LIMIT = 256 * 1024 * 1024;

/** A Fetch that answers at most so many questions in its life: whoever walks a tree of packages does not flood a registry. @throws RegistryError `too-many` */
export function boundedFetch(fetch: Fetch, most: number): Fetch {
  let asked = 0;
  return (url, accept) => {
    if (++asked > most)
      throw new RegistryError(
        'too-many',
        `More than ${most} questions to the registry in one run; ask about fewer findings.`,
      );
    return fetch(url, accept);
  };
}

/**
 * A Fetch that keeps each answer in a folder and asks again with its ETag. Files are written aside and renamed, so that a crash leaves no half
 * answer. Credentials in a URL stay out of file names and files.
 */
export function cachedFetch(options: CacheOptions): Fetch {
  return async (url, accept) => {
    const stem = join(options.folder, keyOf(url, accept));
    const known = await readEntry(stem);
    const age = known === null ? Number.POSITIVE_INFINITY : Date.now() - known.meta.fetched;
    if (known !== null && (options.offline || age < (options.fresh ?? FRESH))) return known.bytes;
    if (options.offline)
      throw new RegistryError(
        'not-recorded',
        `${withoutSecrets(url)} is not in the cache, and --offline forbids asking for it.`,
      );
    const answer = await ask(url, accept, known?.meta.etag ?? null, options.limit ?? LIMIT);
    if (answer === 'unchanged' && known !== null) {
      await writeMeta(stem, { ...known.meta, fetched: Date.now() });
      return known.bytes;
    }
    const { bytes, etag } = answer === 'unchanged' ? { bytes: null, etag: null } : answer;
    await writeAside(`${stem}.body`, bytes ?? new Uint8Array());
    await writeMeta(stem, { url: withoutSecrets(url), etag, fetched: Date.now(), found: bytes !== null });
    return bytes;
  };
}

async function ask(
  url: string,
  accept: string | undefined,
  etag: string | null,
  limit: number,
): Promise<'unchanged' | { bytes: Uint8Array | null; etag: string | null }> {
  // The user and password go in a header, so that no message of the HTTP client can show them.
  const headers: Record<string, string> = {};
  if (accept !== undefined) headers['accept'] = accept;
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    headers['authorization'] =
      `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
  try {
    const answer = await httpGet(withoutSecrets(url), { offline: false, etag, limit, headers });
    return answer.status === 304 ? 'unchanged' : { bytes: answer.bytes, etag: answer.etag };
  } catch (error) {
    if (
      error instanceof IoError &&
      error.code === 'http-status' &&
      /status (?:404|410)\b/.test(error.message)
    )
      return { bytes: null, etag: null };
    throw error;
  }
}

function keyOf(url: string, accept: string | undefined): string {
  return createHash('sha256')
    .update(`${withoutSecrets(url)}\n${accept ?? ''}`)
    .digest('hex');
}

function withoutSecrets(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

async function readEntry(stem: string): Promise<{ meta: Meta; bytes: Uint8Array | null } | null> {
  try {
    const meta: Meta = JSON.parse(await readFile(`${stem}.json`, 'utf8'));
    return { meta, bytes: meta.found ? await readFile(`${stem}.body`) : null };
  } catch {
    return null;
  }
}

async function writeMeta(stem: string, meta: Meta): Promise<void> {
  await writeAside(`${stem}.json`, Buffer.from(JSON.stringify(meta)));
}

async function writeAside(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const aside = `${path}.${process.pid}.${performance.now()}`;
  await writeFile(aside, bytes);
  await rename(aside, path);
}
