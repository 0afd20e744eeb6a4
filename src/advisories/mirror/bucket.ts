import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type HttpAnswer, type HttpOptions, httpGet } from '../../io/http.ts';
import { AdvisoryError } from '../errors.ts';

/** The public OSV bucket (https://google.github.io/osv.dev/data/). */
export const OSV_BUCKET = 'https://osv-vulnerabilities.storage.googleapis.com';

/** One file to fetch: its address, and the name it is imported under. */
export interface RemoteFile {
  readonly name: string;
  readonly url: string;
}

/** One ecosystem as the bucket offers it now. */
export interface BucketFeed {
  readonly name: string;
  /** The whole, or when little changed since `since`, just the changed records. */
  readonly files: readonly RemoteFile[];
  /** Newest modification the bucket tells; the `since` of the next run. */
  readonly modified: string | null;
}

/** Above this many changed records the zip is cheaper than one request each. */
const FEW = 200;

/** The ecosystems of a bucket, as its `ecosystems.txt` lists them. @throws AdvisoryError `bad-feed` */
export async function listEcosystems(base: string, http: HttpOptions): Promise<string[]> {
  const url = `${base}/ecosystems.txt`;
  const lines = textOf(await httpGet(url, http))
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  if (lines.length === 0)
    throw new AdvisoryError(
      'bad-feed',
      `${url} lists no ecosystem; check that the address is an OSV bucket.`,
    );
  return lines;
}

/**
 * What to fetch for one ecosystem. With the modification time of the last run, `modified_id.csv` (newest first) tells what changed since: nothing, a few records, or too many,
 * and then the zip is fetched.
 */
export async function planEcosystem(
  base: string,
  ecosystem: string,
  since: string | null,
  http: HttpOptions,
): Promise<BucketFeed> {
  const folder = `${base}/${encodeURIComponent(ecosystem)}`;
  const zip = { name: `${ecosystem}/all.zip`, url: `${folder}/all.zip` };
  const changes = await listChanges(`${folder}/modified_id.csv`, http);
  const modified = changes[0]?.modified ?? null;
  if (since === null || modified === null) return { name: ecosystem, files: [zip], modified };
  const changed = changes.filter(change => change.modified > since);
  if (changed.length > FEW) return { name: ecosystem, files: [zip], modified };
  const files = changed.map(({ id }) => ({
    name: `${ecosystem}/${id}.json`,
    url: `${folder}/${encodeURIComponent(id)}.json`,
  }));
  return { name: ecosystem, files, modified };
}

/** Lines `2026-01-02T03:04:05Z,GHSA-...`; a bucket without the file is read whole. */
async function listChanges(
  url: string,
  http: HttpOptions,
): Promise<{ readonly modified: string; readonly id: string }[]> {
  let answer: HttpAnswer;
  try {
    answer = await httpGet(url, http);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'http-status') return [];
    throw error;
  }
  return textOf(answer)
    .split('\n')
    .flatMap(line => {
      const comma = line.indexOf(',');
      const id = line
        .slice(comma + 1)
        .trim()
        .replace(/^.*\//, '');
      return comma > 0 && id !== '' ? [{ modified: line.slice(0, comma), id }] : [];
    });
}

/**
 * Compares a downloaded file with the checksum its server sent (`x-goog-hash`), where it sent one.
 * @throws AdvisoryError `bad-feed` when they differ
 */
export async function checkIntegrity(path: string, headers: Headers, url: string): Promise<void> {
  const stated = /md5=([A-Za-z0-9+/=]+)/.exec(headers.get('x-goog-hash') ?? '')?.[1];
  if (stated === undefined) return;
  const digest = createHash('md5');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Uint8Array);
  const real = digest.digest('base64');
  if (real !== stated)
    throw new AdvisoryError(
      'bad-feed',
      `${url} arrived damaged: its checksum is ${real}, not ${stated}; run larder mirror update again.`,
    );
}

function textOf(answer: HttpAnswer): string {
  return Buffer.from(answer.bytes).toString('utf8');
}
