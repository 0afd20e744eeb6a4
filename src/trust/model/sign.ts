import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { TrustError } from '../errors.ts';
import { type SignerInput, signStatement } from '../sign.ts';
import { type HashCache, NO_CACHE } from './cache.ts';
import type { ModelHash } from './digest.ts';
import { GIT_PATHS, listModel, nameInside } from './files.ts';
import type { Progress } from './hashing.ts';
import { makeStatement, type Serialization } from './manifest.ts';
import { digestFiles } from './verify.ts';

export interface ModelSigning {
  readonly model: string;
  /** Where the signature will lie. */
  readonly signaturePath: string;
  readonly signer: SignerInput;
  readonly method: 'files' | 'shards';
  readonly hash: ModelHash;
  readonly shardSize: number;
  readonly ignorePaths: readonly string[];
  readonly ignoreGitPaths: boolean;
  readonly allowSymlinks: boolean;
  readonly now: number;
  readonly cache?: HashCache;
  readonly progress?: Progress;
}

export interface SignedModelResult {
  readonly bundle: object;
  readonly statement: object;
  readonly files: number;
  readonly bytes: number;
}

/** Signs a model, a dataset or a single file (OMS v1.0). The signature file and version control's own files are left out, and said to be. */
export async function signModel(signing: ModelSigning): Promise<SignedModelResult> {
  const { serialization, statement, files, bytes } = await describeModel(signing);
  if (serialization.method === 'shards' && files === 0)
    throw new TrustError('model-empty', 'The model has no byte to sign.');
  return { statement, bundle: signStatement(statement, signing.signer), files, bytes };
}

/** The statement about a model, unsigned. */
export async function describeModel(signing: Omit<ModelSigning, 'signer'>): Promise<{
  readonly serialization: Serialization;
  readonly statement: object;
  readonly files: number;
  readonly bytes: number;
}> {
  const own = nameInside(signing.model, signing.signaturePath);
  const single = (await stat(signing.model)).isFile();
  const ignore = [
    ...(signing.ignoreGitPaths && !single ? GIT_PATHS : []),
    ...signing.ignorePaths,
    ...(own === null ? [] : [own]),
  ];
  const serialization: Serialization = {
    method: signing.method,
    hash: signing.hash,
    allowSymlinks: signing.allowSymlinks,
    ignorePaths: [...new Set(ignore)],
    shardSize: signing.method === 'shards' ? signing.shardSize : null,
  };
  const files = await listModel(signing.model, { ignore, allowSymlinks: signing.allowSymlinks });
  const { bytes, actual } = await digestFiles(
    files,
    serialization,
    signing.cache ?? NO_CACHE,
    signing.now,
    signing.progress,
  );
  return {
    serialization,
    statement: makeStatement(basename(resolve(signing.model)), serialization, actual),
    files: files.length,
    bytes,
  };
}
