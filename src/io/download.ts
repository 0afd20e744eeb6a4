import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { IoError } from './errors.ts';
import { type HttpAnswer, type HttpOptions, requested, StatusError, tried } from './http.ts';
import { LIMITS } from './limits.ts';

/**
 * A GET into a file. What an attempt or a run got before it broke off is kept beside the file, and gone on with while the server still has the same version.
 *
 * @returns the answer without its bytes; 304 leaves the file as it is
 * @throws as httpGet
 */
export async function httpDownload(
  url: string,
  path: string,
  options: HttpOptions,
): Promise<Omit<HttpAnswer, 'bytes'>> {
  return tried(url, options, () => download(url, path, options));
}

async function download(url: string, path: string, options: HttpOptions): Promise<Omit<HttpAnswer, 'bytes'>> {
  const part = `${path}.part`;
  const known = await readFile(`${part}.etag`, 'utf8').catch(() => null);
  const have =
    known === null
      ? 0
      : await stat(part).then(
          ({ size }) => size,
          () => 0,
        );
  const going = known !== null && have > 0;
  const range: Record<string, string> = going ? { range: `bytes=${have}-`, 'if-range': known } : {};
  // What is resumed by bytes must not be packed on the way.
  const headers = { ...options.headers, 'accept-encoding': 'identity', ...range };
  const forget = async (): Promise<void> => {
    for (const one of [part, `${part}.etag`]) await rm(one, { force: true });
  };
  return requested(url, { ...options, headers }, { redirect: 'follow' }, async (response, body) => {
    if (response.status !== 200 && response.status !== 304 && response.status !== 206) {
      await response.body?.cancel();
      throw new StatusError(url, response.status);
    }
    const etag = response.headers.get('etag');
    const answer = { status: response.status, etag, headers: response.headers };
    if (response.status === 304) return answer;
    const isRest =
      response.headers.get('content-range')?.startsWith(`bytes ${have}-`) === true &&
      (etag === null || etag === known);
    const goesOn = response.status === 206 && isRest;
    if (response.status === 206 && !goesOn) throw new OtherPart(url);
    if (!goesOn) {
      await forget();
      // A weak one does not say that the bytes are the same.
      if (etag !== null && !etag.startsWith('W/')) await writeFile(`${part}.etag`, etag);
    }
    const limit = options.limit ?? LIMITS.fileBytes;
    if (body !== null) await save(body, part, goesOn ? have : 0, { url, limit });
    await rename(part, path);
    await rm(`${part}.etag`, { force: true });
    return { ...answer, status: 200 };
  }).catch(async (error: unknown) => {
    // There is nothing after what we have, or the rest of something else: what we have is of no use.
    const useless = error instanceof OtherPart || (error instanceof StatusError && error.status === 416);
    if (!useless || !going) throw error;
    await forget();
    return download(url, path, options);
  });
}

/** Writes what comes after what is there already. */
async function save(
  body: AsyncIterable<Uint8Array>,
  path: string,
  have: number,
  { url, limit }: { readonly url: string; readonly limit: number },
): Promise<void> {
  const file = await open(path, have > 0 ? 'a' : 'w');
  try {
    let size = have;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > limit)
        throw new IoError(
          'too-large',
          `${url} has more than ${limit} bytes, the most that are read of one file.`,
        );
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
}

class OtherPart extends IoError {
  constructor(url: string) {
    super('no-answer', `${url} sent another part than the one asked for; try again.`);
  }
}
