import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../io/hash.ts';
import { type HttpOptions, httpGet, httpSize } from '../../io/http.ts';
import { readFileBounded } from '../../io/read.ts';
import { findFiles } from '../../io/walk.ts';
import { type Diagnostic, Diagnostics } from '../../model/diagnostic.ts';
import { AdvisoryError } from '../errors.ts';
import { checkIntegrity, listEcosystems, OSV_BUCKET, planEcosystem, type RemoteFile } from './bucket.ts';
import { planProvider } from './csaf-feed.ts';
import { importFile } from './documents.ts';
import { inEpoch } from './import.ts';
import type { Mirror } from './mirror.ts';

export interface UpdateOptions {
  /** Addresses, folders or files; empty for the public OSV bucket, KEV and EPSS. */
  readonly from: readonly string[];
  /** OSV ecosystems to fetch from a bucket; null for all it lists. */
  readonly ecosystems: readonly string[] | null;
  readonly now: number;
  readonly http: HttpOptions;
  readonly onProgress?: (step: UpdateStep) => void;
  /** Told what will be fetched, with sizes as the servers tell them, before anything is. */
  readonly onPlan?: (feeds: readonly PlannedFeed[]) => Promise<void>;
}

export interface PlannedFeed {
  readonly feed: string;
  readonly files: number;
  /** Null when a server does not say. */
  readonly bytes: number | null;
}

export interface UpdateStep {
  readonly doing: 'asking' | 'fetching' | 'importing';
  readonly what: string;
  readonly done: number;
  readonly total: number | null;
}

export interface UpdateResult {
  readonly epoch: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly files: number;
  readonly bytes: number;
  readonly unreadable: readonly Diagnostic[];
}

/** The catalogues beside OSV that order findings. */
export const DEFAULT_SOURCES: readonly string[] = [
  OSV_BUCKET,
  'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
  'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
];

/**
 * Brings a mirror up to date. Everything is fetched first and then imported as one epoch, so that a feed that stops answering, a damaged file or ^C leaves the mirror
 * as it was; what was fetched by then is kept beside it and not fetched again.
 *
 * @throws AdvisoryError, IoError
 */
export async function updateMirror(mirror: Mirror, options: UpdateOptions): Promise<UpdateResult> {
  const sources = options.from.length > 0 ? options.from : DEFAULT_SOURCES;
  const plans: Plan[] = [];
  for (const source of sources) plans.push(...(await planSource(mirror, source, options)));
  if (options.onPlan) await options.onPlan(await sizesOf(plans, options));
  const cache = new DownloadCache(`${mirror.path}.downloads`);
  for (const plan of plans) await fetchPlan(plan, cache, options);
  const result = await importPlans(mirror, plans, cache, options);
  await cache.clear();
  return result;
}

/** One feed of a source: what to fetch or read. */
interface Plan {
  readonly feed: string;
  readonly location: string;
  readonly modified: string | null;
  readonly remote: readonly RemoteFile[];
  readonly local: readonly string[];
}

async function planSource(mirror: Mirror, source: string, options: UpdateOptions): Promise<Plan[]> {
  if (!/^https?:\/\//.test(source))
    return [{ feed: source, location: source, modified: null, remote: [], local: await localFiles(source) }];
  const since = (feed: string): string | null => lastModified(mirror, feed);
  if (source.endsWith('provider-metadata.json')) {
    const plan = await planProvider(source, since(source), options.http);
    return [{ feed: source, location: source, modified: plan.modified, remote: plan.files, local: [] }];
  }
  if (/\.(?:json|csv|zip|gz|xz|zst|bz2)$/.test(new URL(source).pathname)) {
    return [
      { feed: source, location: source, modified: null, remote: [{ name: source, url: source }], local: [] },
    ];
  }
  const base = source.replace(/\/+$/, '');
  const offered = await listEcosystems(base, options.http);
  const wanted =
    options.ecosystems === null ? offered : options.ecosystems.filter(name => offered.includes(name));
  const plans: Plan[] = [];
  for (const [index, ecosystem] of wanted.entries()) {
    options.onProgress?.({ doing: 'asking', what: ecosystem, done: index, total: wanted.length });
    const feed = `osv:${ecosystem}`;
    const plan = await planEcosystem(base, ecosystem, since(feed), options.http);
    plans.push({
      feed,
      location: `${base}/${ecosystem}`,
      modified: plan.modified,
      remote: plan.files,
      local: [],
    });
  }
  return plans;
}

async function sizesOf(plans: readonly Plan[], options: UpdateOptions): Promise<PlannedFeed[]> {
  const feeds: PlannedFeed[] = [];
  for (const { feed, remote } of plans) {
    let bytes: number | null = 0;
    // Single records are small, and one question each would cost more than they do.
    const asked = remote.length > 3 ? [] : remote;
    for (const { url } of asked) {
      const size = await httpSize(url, options.http);
      bytes = bytes === null || size === null ? null : bytes + size;
    }
    if (remote.length > 0)
      feeds.push({ feed, files: remote.length, bytes: asked.length === 0 ? null : bytes });
  }
  return feeds;
}

async function localFiles(source: string): Promise<string[]> {
  const files: string[] = [];
  for await (const found of findFiles([source])) {
    if (found.error !== null && found.error.code === 'not-found')
      throw new AdvisoryError('bad-source', found.error.message, found.error);
    if (found.error === null) files.push(found.path);
  }
  if (files.length === 0)
    throw new AdvisoryError(
      'bad-source',
      `${source} holds no file; give a folder of advisories, or an address.`,
    );
  return files;
}

async function fetchPlan(plan: Plan, cache: DownloadCache, options: UpdateOptions): Promise<void> {
  for (const [index, file] of plan.remote.entries()) {
    options.http.signal?.throwIfAborted();
    options.onProgress?.({ doing: 'fetching', what: file.name, done: index, total: plan.remote.length });
    await cache.fetch(file, options.http);
  }
}

async function importPlans(
  mirror: Mirror,
  plans: readonly Plan[],
  cache: DownloadCache,
  options: UpdateOptions,
): Promise<UpdateResult> {
  const unreadable = new Diagnostics();
  let files = 0;
  let bytes = 0;
  const counts = await inEpoch(mirror, options.now, async writer => {
    for (const plan of plans) {
      let records = 0;
      const all = [
        ...plan.local.map(path => ({ name: path, read: () => readFileBounded(path) })),
        ...plan.remote.map(file => ({ name: file.name, read: () => cache.read(file) })),
      ];
      for (const [index, { name, read }] of all.entries()) {
        options.http.signal?.throwIfAborted();
        options.onProgress?.({ doing: 'importing', what: name, done: index, total: all.length });
        const content = await read();
        files++;
        bytes += content.length;
        records += (await importFile(writer, content, name, unreadable)).records;
      }
      recordFeed(mirror, plan, options.now, records);
    }
  });
  return { ...counts, files, bytes, unreadable: unreadable.list() };
}

function lastModified(mirror: Mirror, feed: string): string | null {
  return (
    (mirror.database.prepare('SELECT modified FROM feed WHERE name = ?').get(feed)?.['modified'] as
      | string
      | null
      | undefined) ?? null
  );
}

function recordFeed(mirror: Mirror, plan: Plan, now: number, records: number): void {
  mirror.database
    .prepare(
      `INSERT INTO feed (name, location, etag, modified, updated, records) VALUES (?, ?, NULL, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET location = excluded.location, modified = coalesce(excluded.modified, modified), updated = excluded.updated, records = max(records, excluded.records)`,
    )
    .run(plan.feed, plan.location, plan.modified, now, records);
}

/** Files fetched for an update that is not finished yet: complete ones only, so that a run that was cut off goes on where it stopped. */
class DownloadCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Fetches a file unless an earlier run did; the server is then asked by ETag whether it is still the same. */
  async fetch(file: RemoteFile, http: HttpOptions): Promise<void> {
    const path = this.#path(file);
    const complete = await stat(path).then(
      () => true,
      () => false,
    );
    const etag = complete ? await readFile(`${path}.etag`, 'utf8').catch(() => null) : null;
    const answer = await httpGet(file.url, { ...http, etag });
    if (answer.status === 304) return;
    checkIntegrity(answer, file.url);
    await mkdir(this.#folder, { recursive: true });
    await rm(`${path}.etag`, { force: true });
    await writeFile(`${path}.part`, answer.bytes);
    await rename(`${path}.part`, path);
    if (answer.etag !== null) await writeFile(`${path}.etag`, answer.etag);
  }

  read(file: RemoteFile): Promise<Uint8Array> {
    return readFileBounded(this.#path(file));
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Addresses are foreign: the file is named by a digest, never by them. */
  #path(file: RemoteFile): string {
    return join(this.#folder, sha256(Buffer.from(file.url)));
  }
}
