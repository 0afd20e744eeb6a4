import { IoError } from '../../io/errors.ts';
import { type HttpOptions, httpSize } from '../../io/http.ts';
import { readFileBounded } from '../../io/read.ts';
import { findFiles } from '../../io/walk.ts';
import { type Diagnostic, Diagnostics } from '../../model/diagnostic.ts';
import { AdvisoryError } from '../errors.ts';
import { MIRROR_BOUNDS } from './bounds.ts';
import { listEcosystems, OSV_BUCKET, planEcosystem, type RemoteFile } from './bucket.ts';
import { planProvider } from './csaf-feed.ts';
import { importFile } from './documents.ts';
import { DownloadCache } from './downloads.ts';
import { inEpoch } from './import.ts';
import type { Mirror } from './mirror.ts';

export interface UpdateOptions {
  /** Addresses, folders or files; empty for the public OSV bucket, KEV and EPSS. */
  readonly from: readonly string[];
  /** OSV ecosystems to fetch from a bucket; null for all it lists. */
  readonly ecosystems: readonly string[] | null;
  /** Those of them that a bucket must have: the user named them. */
  readonly demanded?: readonly string[];
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
  /** While a file is fetched: how much of it has come. */
  readonly bytes?: number;
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
  const unreadable = new Diagnostics();
  const fetched: Fetched[] = [];
  for (const plan of plans) fetched.push(await fetchPlan(mirror, plan, cache, options, unreadable));
  const result = await importPlans(mirror, fetched, cache, options, unreadable);
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
  /** True when a list named the files: one that is gone by now costs itself only. */
  readonly listed: boolean;
}

interface Fetched extends Plan {
  /** Of the one file of the feed, with its address. */
  readonly etag: string | null;
}

async function planSource(mirror: Mirror, source: string, options: UpdateOptions): Promise<Plan[]> {
  if (!/^https?:\/\//.test(source))
    return [
      {
        feed: source,
        location: source,
        modified: null,
        remote: [],
        local: await localFiles(source),
        listed: false,
      },
    ];
  const since = (feed: string): string | null => lastModified(mirror, feed);
  if (source.endsWith('provider-metadata.json')) {
    const plan = await planProvider(source, since(source), options.http);
    return [
      {
        feed: source,
        location: source,
        modified: plan.modified,
        remote: plan.files,
        local: [],
        listed: true,
      },
    ];
  }
  if (/\.(?:json|csv|zip|gz|xz|zst|bz2)$/.test(new URL(source).pathname)) {
    return [
      {
        feed: source,
        location: source,
        modified: null,
        remote: [{ name: source, url: source }],
        local: [],
        listed: false,
      },
    ];
  }
  const base = source.replace(/\/+$/, '');
  const offered = await listEcosystems(base, options.http);
  const wanted = wantedOf(offered, base, options);
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
      listed: true,
    });
  }
  return plans;
}

/** What of a bucket is fetched; names in any case. @throws AdvisoryError `bad-source` for one that the user named and the bucket does not have */
function wantedOf(offered: readonly string[], base: string, options: UpdateOptions): readonly string[] {
  if (options.ecosystems === null) return offered;
  const byName = new Map(offered.map(name => [name.toLowerCase(), name]));
  const missing = options.demanded?.find(name => !byName.has(name.toLowerCase()));
  if (missing !== undefined)
    throw new AdvisoryError(
      'bad-source',
      `${base} has no ecosystem '${missing}'; it has ${offered.slice(0, 40).join(', ')}${offered.length > 40 ? ` and ${offered.length - 40} more` : ''}.`,
    );
  return [...new Set(options.ecosystems.flatMap(name => byName.get(name.toLowerCase()) ?? []))];
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

async function fetchPlan(
  mirror: Mirror,
  plan: Plan,
  cache: DownloadCache,
  options: UpdateOptions,
  unreadable: Diagnostics,
): Promise<Fetched> {
  const remote: RemoteFile[] = [];
  let etag: string | null = null;
  for (const [index, file] of plan.remote.entries()) {
    options.http.signal?.throwIfAborted();
    const step = { doing: 'fetching', what: file.name, done: index, total: plan.remote.length } as const;
    options.onProgress?.(step);
    const http = { ...options.http, onBytes: (bytes: number) => options.onProgress?.({ ...step, bytes }) };
    // What a list of changes names has changed, whatever its ETag says.
    const known =
      plan.modified === null && plan.remote.length === 1 ? lastEtag(mirror, plan.feed, file) : null;
    try {
      const got = await cache.fetch(file, known, http);
      etag = got.etag === null ? null : `${file.url} ${got.etag}`;
      if (!got.unchanged) remote.push(file);
    } catch (error) {
      if (!plan.listed || !isGone(error)) throw error;
      unreadable.error('not-there', `${file.url} is listed and not there; it was left out.`, file.name);
    }
  }
  return { ...plan, remote, etag: plan.remote.length === 1 ? etag : null };
}

function isGone(error: unknown): boolean {
  return (
    error instanceof IoError && error.code === 'http-status' && / status (?:404|410);/.test(error.message)
  );
}

async function importPlans(
  mirror: Mirror,
  plans: readonly Fetched[],
  cache: DownloadCache,
  options: UpdateOptions,
  unreadable: Diagnostics,
): Promise<UpdateResult> {
  let files = 0;
  let bytes = 0;
  const counts = await inEpoch(mirror, options.now, async writer => {
    for (const plan of plans) {
      let records = 0;
      const all = [
        ...plan.local.map(path => ({
          name: path,
          read: () => readFileBounded(path, MIRROR_BOUNDS.fileBytes),
        })),
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

/** The ETag of what the mirror has of a file; null when it is of another address. */
function lastEtag(mirror: Mirror, feed: string, file: RemoteFile): string | null {
  const kept = mirror.database.prepare('SELECT etag FROM feed WHERE name = ?').get(feed)?.['etag'];
  return typeof kept === 'string' && kept.startsWith(`${file.url} `) ? kept.slice(file.url.length + 1) : null;
}

function recordFeed(mirror: Mirror, plan: Fetched, now: number, records: number): void {
  mirror.database
    .prepare(
      `INSERT INTO feed (name, location, etag, modified, updated, records) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET location = excluded.location, etag = excluded.etag, modified = coalesce(excluded.modified, modified), updated = excluded.updated, records = max(records, excluded.records)`,
    )
    .run(plan.feed, plan.location, plan.etag, plan.modified, now, records);
}
