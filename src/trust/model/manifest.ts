import { createHash } from 'node:crypto';
import { listOf, pick, textOf } from '../../formats/in-toto/values.ts';
import { decodeHex } from '../../io/base64.ts';
import { TrustError } from '../errors.ts';
import type { ModelHash } from './digest.ts';

export const MODEL_PREDICATE = 'https://model_signing/signature/v1.0';
export const EARLY_PREDICATE = 'https://model_signing/Digests/v0.1';

/** How a model was turned into digests. */
export interface Serialization {
  readonly method: 'files' | 'shards';
  readonly hash: ModelHash;
  /** Null where the signature does not say. */
  readonly allowSymlinks: boolean;
  readonly ignorePaths: readonly string[];
  /** Bytes, for shards. */
  readonly shardSize: number | null;
}

/** One file or shard with its digest, in the order of the signature. */
export interface ManifestEntry {
  readonly name: string;
  readonly digest: string;
}

export interface Manifest {
  /** The name the signer gave the model. */
  readonly model: string;
  readonly serialization: Serialization;
  readonly entries: readonly ManifestEntry[];
  /** What the specification and its reference implementation do differently, and which of them this signature follows. */
  readonly notes: readonly string[];
}

const HASH_BYTES: Readonly<Record<ModelHash, number>> = { sha256: 32, blake2b: 64, blake3: 32 };

/** Reads the manifest out of a model signature's statement (OMS v1.0, and the older v0.1 digests). Throws `statement-malformed`, `predicate-mismatch`, `model-empty`, `model-path-unsafe` or `digest-mismatch`. */
export function readManifest(statement: unknown): Manifest {
  const type = textOf(statement, 'predicateType');
  if (textOf(statement, '_type') !== 'https://in-toto.io/Statement/v1')
    malformed('it is no in-toto statement v1');
  if (type === EARLY_PREDICATE) return earlyManifest(statement);
  if (type !== MODEL_PREDICATE)
    throw new TrustError(
      'predicate-mismatch',
      `The statement is ${type ?? 'of no type'}, not a model signature.`,
    );
  const subjects = listOf(statement, 'subject');
  if (subjects.length !== 1) malformed(`it has ${subjects.length} subjects instead of one`);
  const serialization = serializationOf(pick(statement, 'predicate', 'serialization'));
  const notes: string[] = [];
  const resources = listOf(statement, 'predicate', 'resources');
  const entries = resources.map(one => entryOf(one, serialization, notes));
  checkEntries(entries);
  const root = rootDigest(entries);
  const stated = textOf(subjects[0], 'digest', 'sha256');
  if (stated?.toLowerCase() !== root)
    throw new TrustError(
      'digest-mismatch',
      `The signature states the root digest ${stated ?? 'nowhere'}, but its own list gives ${root}.`,
    );
  if (!isSorted(entries))
    notes.push(
      'The files are listed in the order of path components, as the reference implementation does, not by code point, as the specification says; the listed order was used.',
    );
  return { model: textOf(subjects[0], 'name') ?? '', serialization, entries, notes: [...new Set(notes)] };
}

/** Makes the statement that is signed: resources by code point of their names, as the specification says. */
export function makeStatement(
  model: string,
  serialization: Serialization,
  entries: readonly ManifestEntry[],
): object {
  checkEntries(entries);
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: model, digest: { sha256: rootDigest(entries) } }],
    predicateType: MODEL_PREDICATE,
    predicate: {
      serialization: {
        method: serialization.method,
        hash_type: serialization.hash,
        allow_symlinks: serialization.allowSymlinks,
        ...(serialization.shardSize === null ? {} : { shard_size: serialization.shardSize }),
        ignore_paths: serialization.ignorePaths,
      },
      resources: entries.map(entry => ({
        name: entry.name,
        algorithm: serialization.hash,
        digest: entry.digest,
      })),
    },
  };
}

/** SHA-256 over the digests themselves in their order, whatever made them (OMS §6.1). */
export function rootDigest(entries: readonly ManifestEntry[]): string {
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(Buffer.from(entry.digest, 'hex'));
  return hash.digest('hex');
}

/** Splits the name of a shard, `path:start:end`; a path may hold colons itself, so the last two count. */
export function shardOf(
  name: string,
): { readonly path: string; readonly start: number; readonly end: number } | null {
  const found = /^(.+):(\d{1,16}):(\d{1,16})$/s.exec(name);
  if (found === null) return null;
  const [start, end] = [Number(found[2]), Number(found[3])];
  return Number.isSafeInteger(end) && start < end ? { path: found[1] as string, start, end } : null;
}

function serializationOf(value: unknown): Serialization {
  const method = textOf(value, 'method');
  const stated = textOf(value, 'hash_type') ?? '';
  const hash = stated === 'blake2' ? 'blake2b' : stated;
  if (method !== 'files' && method !== 'shards')
    malformed(`its method ${JSON.stringify(method)} is neither files nor shards`);
  if (hash !== 'sha256' && hash !== 'blake2b' && hash !== 'blake3')
    malformed(`its hash ${JSON.stringify(stated)} is not known`);
  const size = pick(value, 'shard_size');
  if (method === 'shards' && (typeof size !== 'number' || !Number.isSafeInteger(size) || size <= 0))
    malformed('its shard size is no positive whole number');
  return {
    method,
    hash,
    allowSymlinks: pick(value, 'allow_symlinks') === true,
    ignorePaths: listOf(value, 'ignore_paths').filter(one => typeof one === 'string'),
    shardSize: method === 'shards' ? (size as number) : null,
  };
}

function entryOf(value: unknown, serialization: Serialization, notes: string[]): ManifestEntry {
  const [name, algorithm, digest] = [
    textOf(value, 'name'),
    textOf(value, 'algorithm'),
    textOf(value, 'digest'),
  ];
  if (name === null || digest === null || decodeHex(digest)?.length !== HASH_BYTES[serialization.hash])
    malformed(`the entry ${JSON.stringify(name)} has no digest of its hash`);
  const labelled = `${serialization.hash}-sharded-${serialization.shardSize}`;
  if (algorithm === labelled)
    notes.push(
      `Shards are labelled ${labelled}, as the reference implementation does, not ${serialization.hash}, as the specification says.`,
    );
  else if (
    algorithm !== serialization.hash &&
    !(serialization.hash === 'blake2b' && algorithm === 'blake2b512')
  )
    malformed(`the entry ${JSON.stringify(name)} is labelled ${JSON.stringify(algorithm)}`);
  return { name, digest: digest.toLowerCase() };
}

function checkEntries(entries: readonly ManifestEntry[]): void {
  if (entries.length === 0)
    throw new TrustError(
      'model-empty',
      'The model has no file, and an empty model cannot be signed or verified.',
    );
  const seen = new Set<string>();
  for (const { name } of entries) {
    checkName(name);
    if (seen.has(name)) malformed(`the entry ${JSON.stringify(name)} stands twice`);
    seen.add(name);
  }
}

/** Names never lead out of the model: a signed `../` would have files read that nobody meant to give. */
function checkName(name: string): void {
  const path = name === '.' || /^\.:\d+:\d+$/.test(name) ? 'x' : name;
  const bad =
    path.startsWith('/') ||
    /^[A-Za-z]:[\\/]/.test(path) ||
    path.includes('\\') ||
    path.includes('\0') ||
    path.split('/').some(part => part === '' || part === '.' || part === '..');
  if (bad || !path.isWellFormed())
    throw new TrustError(
      'model-path-unsafe',
      `The signature names ${JSON.stringify(name)}, which is no path inside a model.`,
    );
}

function isSorted(entries: readonly ManifestEntry[]): boolean {
  return entries.every(
    (entry, index) =>
      index === 0 ||
      Buffer.compare(Buffer.from((entries[index - 1] as ManifestEntry).name), Buffer.from(entry.name)) <= 0,
  );
}

/** Version 0.2 of model_signing put the files among the subjects. */
function earlyManifest(statement: unknown): Manifest {
  const serialization: Serialization = {
    method: 'files',
    hash: 'sha256',
    allowSymlinks: false,
    ignorePaths: [],
    shardSize: null,
  };
  const entries = listOf(statement, 'subject').map(one =>
    entryOf(
      { name: textOf(one, 'name'), algorithm: 'sha256', digest: textOf(one, 'digest', 'sha256') },
      serialization,
      [],
    ),
  );
  checkEntries(entries);
  return {
    model: '',
    serialization,
    entries,
    notes: [
      'The signature has the layout of model_signing 0.2, which names neither the model nor what is left out.',
    ],
  };
}

function malformed(what: string): never {
  throw new TrustError('statement-malformed', `The signature cannot be used: ${what}.`);
}
