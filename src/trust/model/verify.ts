import { stat } from 'node:fs/promises';
import { TrustError } from '../errors.ts';
import { Steps } from '../steps.ts';
import { type HashCache, NO_CACHE } from './cache.ts';
import { type HashTask, stampOf } from './digest.ts';
import { claimedModel, GIT_PATHS, listModel, type ModelFile, nameInside } from './files.ts';
import { hashAll, type Progress } from './hashing.ts';
import { type Manifest, type ManifestEntry, type Serialization, shardOf } from './manifest.ts';
import { type ModelSignerRule, type SignedModel, verifyModelSignature } from './signature.ts';

export interface ModelRequest {
  /** The folder or file. */
  readonly model: string;
  /** Where the signature lies, so that it is not taken for a part of the model; null when it does not lie in a file. */
  readonly signaturePath: string | null;
  readonly signature: unknown;
  readonly rule: ModelSignerRule;
  /** Relative paths to leave out besides those that were signed as left out. */
  readonly ignorePaths: readonly string[];
  readonly ignoreGitPaths: boolean;
  /** Files that are there but were not signed are no failure. */
  readonly ignoreUnsigned: boolean;
  readonly allowSymlinks: boolean;
  /** Milliseconds since the epoch, from the caller's clock. */
  readonly now: number;
  readonly cache?: HashCache;
  readonly progress?: Progress;
}

export interface ModelVerified extends SignedModel {
  /** `owner/name` that the place of the folder claims, for a policy to compare with the signer. */
  readonly claimed: string | null;
  readonly bytes: number;
}

/** Verifies a model against its signature: first who signed what, then every file. Throws TrustError. */
export async function verifyModel(request: ModelRequest, steps = new Steps()): Promise<ModelVerified> {
  const signed = verifyModelSignature(request.signature, request.rule, request.now, steps);
  const { serialization } = signed.manifest;
  const allowSymlinks = serialization.allowSymlinks || request.allowSymlinks;
  const files = await listModel(request.model, {
    ignore: ignoredNames(request, serialization),
    allowSymlinks,
  });
  const single = (await stat(request.model)).isFile();
  const { bytes, actual } = await digestFiles(
    files,
    serialization,
    request.cache ?? NO_CACHE,
    request.now,
    request.progress,
  );
  steps.check(
    'files',
    () => compare(signed.manifest, actual, single, request.ignoreUnsigned),
    count => `${count} of ${actual.length} ${serialization.method} are what was signed.`,
  );
  return { ...signed, claimed: claimedModel(request.model), bytes };
}

/** The size of a shard is the signer's word, and one byte would make more of a large file than memory holds. */
const MOST_SHARDS = 1_000_000;

/** The digests of a model's files or shards, in code point order; empty files have no shard. */
export async function digestFiles(
  files: readonly ModelFile[],
  serialization: Serialization,
  cache: HashCache,
  now: number,
  progress?: Progress,
): Promise<{ readonly bytes: number; readonly actual: readonly ManifestEntry[] }> {
  const pieces = files.reduce(
    (sum, { size }) => sum + Math.ceil(size / (serialization.shardSize ?? Infinity)),
    0,
  );
  if (pieces > MOST_SHARDS)
    throw new TrustError(
      'evidence-unsupported',
      `Shards of ${serialization.shardSize} bytes make ${pieces} of them; ${MOST_SHARDS} are the most that are hashed.`,
    );
  const tasks = files.flatMap(file => tasksOf(file, serialization));
  const digests = new Map<number, string>();
  const open: { readonly task: HashTask; readonly index: number }[] = [];
  for (const [index, { task }] of tasks.entries()) {
    const known =
      cache === NO_CACHE ? null : cache.get(task, stampOf(await stat(task.path, { bigint: true })));
    if (known === null) open.push({ task, index });
    else digests.set(index, known);
  }
  const hashed = await hashAll(
    open.map(one => one.task),
    progress,
  );
  for (const [at, { task, index }] of open.entries()) {
    const one = hashed[at];
    if (one === undefined) continue;
    digests.set(index, one.digest);
    cache.set(task, one.stamp, one.digest, now);
  }
  await cache.save();
  return {
    bytes: tasks.reduce((sum, { task }) => sum + task.end - task.start, 0),
    actual: tasks.map(({ name }, index) => ({ name, digest: digests.get(index) as string })),
  };
}

function tasksOf(
  file: ModelFile,
  { method, hash, shardSize }: Serialization,
): { readonly name: string; readonly task: HashTask }[] {
  if (method === 'files' || shardSize === null)
    return [{ name: file.name, task: { path: file.path, start: 0, end: file.size, hash } }];
  return Array.from({ length: Math.ceil(file.size / shardSize) }, (_, index) => {
    const [start, end] = [index * shardSize, Math.min(file.size, (index + 1) * shardSize)];
    return { name: `${file.name}:${start}:${end}`, task: { path: file.path, start, end, hash } };
  });
}

/** What was signed as left out stays out, so that a signature holds for the model it was made for. */
function ignoredNames(request: ModelRequest, serialization: Serialization): string[] {
  const own = request.signaturePath === null ? null : nameInside(request.model, request.signaturePath);
  return [
    ...(request.ignoreGitPaths ? GIT_PATHS : []),
    ...serialization.ignorePaths,
    ...request.ignorePaths,
    ...(own === null ? [] : [own]),
  ];
}

function compare(
  manifest: Manifest,
  actual: readonly ManifestEntry[],
  single: boolean,
  ignoreUnsigned: boolean,
): number {
  const found = new Map(actual.map(entry => [entry.name, entry.digest]));
  for (const entry of manifest.entries) {
    const name = single ? ownName(entry.name, actual) : entry.name;
    const digest = found.get(name);
    if (digest === undefined)
      throw new TrustError('model-file-missing', `${entry.name} was signed but is not there.`);
    if (digest !== entry.digest)
      throw new TrustError(
        'model-file-changed',
        `${entry.name} is not what was signed: its digest is ${digest}, not ${entry.digest}.`,
      );
    found.delete(name);
  }
  const [extra] = found.keys();
  if (extra !== undefined && !ignoreUnsigned)
    throw new TrustError(
      'model-file-extra',
      `${extra} is there but was not signed${found.size > 1 ? `, and ${found.size - 1} more` : ''}; leave it out with --ignore-paths or allow such files with --ignore-unsigned-files.`,
    );
  return manifest.entries.length;
}

/** A single file is signed under its name, or under `.` by the reference implementation. */
function ownName(name: string, actual: readonly ManifestEntry[]): string {
  const file = (actual[0]?.name ?? '').replace(/:\d+:\d+$/, '');
  const shard = shardOf(name);
  if (shard !== null && shard.path === '.') return `${file}:${shard.start}:${shard.end}`;
  return name === '.' ? (shardOf(actual[0]?.name ?? '')?.path ?? file) : name;
}
