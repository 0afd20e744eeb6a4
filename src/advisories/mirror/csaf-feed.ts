import { isObject } from '../../formats/fields.ts';
import { type HttpOptions, httpGet } from '../../io/http.ts';
import { messageOf } from '../../model/errors.ts';
import { AdvisoryError } from '../errors.ts';
import type { RemoteFile } from './bucket.ts';

/**
 * The documents of a CSAF provider (CSAF 2.0 section 7): `provider-metadata.json` names ROLIE feeds or a directory with `changes.csv` (or `index.txt`).
 *
 * @param since the modification time the last run reached; older documents are not fetched again
 * @throws AdvisoryError `bad-feed`
 */
export async function planProvider(
  url: string,
  since: string | null,
  http: HttpOptions,
): Promise<{ readonly files: readonly RemoteFile[]; readonly modified: string | null }> {
  const metadata = await getJson(url, http);
  const distributions =
    isObject(metadata) && Array.isArray(metadata['distributions'])
      ? metadata['distributions'].filter(isObject)
      : [];
  const listed: { url: string; modified: string | null }[] = [];
  for (const distribution of distributions) {
    const rolie =
      isObject(distribution['rolie']) && Array.isArray(distribution['rolie']['feeds'])
        ? distribution['rolie']['feeds'].filter(isObject)
        : [];
    for (const feed of rolie)
      if (typeof feed['url'] === 'string')
        listed.push(...(await rolieEntries(new URL(feed['url'], url).href, http)));
    if (typeof distribution['directory_url'] === 'string')
      listed.push(...(await directoryEntries(new URL(distribution['directory_url'], url).href, http)));
  }
  if (listed.length === 0)
    throw new AdvisoryError(
      'bad-feed',
      `${url} names no feed and no directory with documents; check that it is a CSAF provider-metadata.json.`,
    );
  const wanted = new Map(
    listed
      .filter(one => since === null || one.modified === null || one.modified > since)
      .map(one => [one.url, { name: one.url, url: one.url }]),
  );
  const modified = listed.reduce<string | null>(
    (latest, one) =>
      one.modified !== null && (latest === null || one.modified > latest) ? one.modified : latest,
    since,
  );
  return { files: [...wanted.values()], modified };
}

async function rolieEntries(
  url: string,
  http: HttpOptions,
): Promise<{ url: string; modified: string | null }[]> {
  const document = await getJson(url, http);
  const feed = isObject(document) && isObject(document['feed']) ? document['feed'] : {};
  const entries = Array.isArray(feed['entry']) ? feed['entry'].filter(isObject) : [];
  return entries.flatMap(entry => {
    const links = Array.isArray(entry['link']) ? entry['link'].filter(isObject) : [];
    const content = isObject(entry['content']) ? entry['content']['src'] : undefined;
    const href = content ?? links.find(link => link['rel'] === 'self')?.['href'];
    return typeof href === 'string'
      ? [
          {
            url: new URL(href, url).href,
            modified: typeof entry['updated'] === 'string' ? entry['updated'] : null,
          },
        ]
      : [];
  });
}

async function directoryEntries(
  directory: string,
  http: HttpOptions,
): Promise<{ url: string; modified: string | null }[]> {
  const base = directory.endsWith('/') ? directory : `${directory}/`;
  try {
    const lines = await getLines(new URL('changes.csv', base).href, http);
    return lines.flatMap(line => {
      const [path = '', modified = ''] = line.split(',').map(cell => cell.trim().replace(/^"|"$/g, ''));
      return path.endsWith('.json') ? [{ url: new URL(path, base).href, modified: modified || null }] : [];
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'http-status')) throw error;
    const lines = await getLines(new URL('index.txt', base).href, http);
    return lines
      .filter(line => line.trim().endsWith('.json'))
      .map(line => ({ url: new URL(line.trim(), base).href, modified: null }));
  }
}

async function getLines(url: string, http: HttpOptions): Promise<string[]> {
  return Buffer.from((await httpGet(url, http)).bytes)
    .toString('utf8')
    .split('\n')
    .filter(line => line.trim() !== '');
}

async function getJson(url: string, http: HttpOptions): Promise<unknown> {
  const { bytes } = await httpGet(url, http);
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new AdvisoryError('bad-feed', `${url} is no JSON (${messageOf(error)}); check the address.`, error);
  }
}
