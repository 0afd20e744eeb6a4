import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { httpDownload } from '../../io/download.ts';
import { sha256 } from '../../io/hash.ts';
import type { HttpOptions } from '../../io/http.ts';
import { readFileBounded } from '../../io/read.ts';
import { AdvisoryError } from '../errors.ts';
import { MIRROR_BOUNDS } from './bounds.ts';
import { checkIntegrity, type RemoteFile } from './bucket.ts';

/** Files fetched for an update that is not finished yet, so that a run that was cut off goes on where it stopped. */
export class DownloadCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Fetches a file unless an earlier run did; the server is then asked by ETag whether it is still the same.
   *
   * @param known ETag of what the mirror has of it
   * @returns the ETag of the file, and whether it is what the mirror has
   * @throws AdvisoryError `bad-feed`, IoError
   */
  async fetch(
    file: RemoteFile,
    known: string | null,
    http: HttpOptions,
  ): Promise<{ readonly etag: string | null; readonly unchanged: boolean }> {
    const path = this.#path(file);
    await mkdir(this.#folder, { recursive: true });
    const complete = await readFile(`${path}.etag`, 'utf8').catch(() => null);
    const here = complete !== null && existsSync(path);
    const asked = here ? complete : known;
    const answer = await httpDownload(file.url, path, {
      ...http,
      etag: asked,
      limit: MIRROR_BOUNDS.fileBytes,
    });
    if (answer.status === 304) {
      if (asked === null)
        throw new AdvisoryError(
          'bad-feed',
          `${file.url} says that nothing changed, and nobody asked it that; try again.`,
        );
      return { etag: asked, unchanged: !here };
    }
    await rm(`${path}.etag`, { force: true });
    try {
      await checkIntegrity(path, answer.headers, file.url);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    if (answer.etag !== null) await writeFile(`${path}.etag`, answer.etag);
    return { etag: answer.etag, unchanged: false };
  }

  read(file: RemoteFile): Promise<Uint8Array> {
    return readFileBounded(this.#path(file), MIRROR_BOUNDS.fileBytes);
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Addresses are foreign: the file is named by a digest, never by them. */
  #path(file: RemoteFile): string {
    return join(this.#folder, sha256(Buffer.from(file.url)));
  }
}
