import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { looksLikeStatement } from '../formats/in-toto/statement.ts';
import { certificatesFromPem } from './certificate.ts';
import { TrustError } from './errors.ts';
import { keyName } from './keys.ts';
import type { HashCache } from './model/cache.ts';
import type { ModelHash } from './model/digest.ts';
import type { Progress } from './model/hashing.ts';
import { signModel } from './model/sign.ts';
import { signingKeyFromPem } from './private-key.ts';
import { signStatement } from './sign.ts';

/** What `larder sign` was told; all paths are absolute. */
export interface SignRequest {
  readonly path: string;
  readonly keyFile: string;
  readonly passphraseFile: string | null;
  readonly chainFile: string | null;
  readonly signatureFile: string | null;
  readonly method: 'files' | 'shards';
  readonly hash: ModelHash;
  readonly shardSize: number;
  readonly ignorePaths: readonly string[];
  readonly ignoreGitPaths: boolean;
  readonly allowSymlinks: boolean;
  readonly cache: HashCache;
  readonly progress: Progress;
  readonly now: number;
}

export interface SignAnswer {
  readonly signature: string;
  readonly what: 'model' | 'statement';
  /** The public half, for people. */
  readonly signer: string;
  readonly files: number;
  readonly bytes: number;
}

const LARGEST_STATEMENT = 64 * 1024 * 1024;

/** Signs a statement as it stands, and everything else as a model (OMS v1.0). Throws TrustError. */
export async function signPath(request: SignRequest): Promise<SignAnswer> {
  const found = await stat(request.path).catch(() => null);
  if (found === null || !(found.isFile() || found.isDirectory()))
    throw new TrustError('artifact-missing', `${request.path} is neither file nor folder.`);
  if (request.shardSize < 1) throw new TrustError('evidence-unsupported', 'A piece has at least one byte.');
  const key = signingKeyFromPem(
    await readKey(request.keyFile),
    request.passphraseFile === null ? null : (await readKey(request.passphraseFile)).replace(/\r?\n$/, ''),
  );
  const certificates =
    request.chainFile === null ? [] : certificatesFromPem(await readKey(request.chainFile));
  const signature =
    request.signatureFile ?? (found.isDirectory() ? join(request.path, 'model.sig') : `${request.path}.sig`);
  const signer = { key, certificates };
  const statement =
    found.isFile() && found.size <= LARGEST_STATEMENT ? await statementIn(request.path) : null;
  if (statement !== null) {
    await writeFile(signature, `${JSON.stringify(signStatement(statement, signer))}\n`);
    return { signature, what: 'statement', signer: keyName(key.public), files: 1, bytes: found.size };
  }
  const { bundle, files, bytes } = await signModel({
    ...request,
    model: request.path,
    signaturePath: signature,
    signer,
  });
  await writeFile(signature, `${JSON.stringify(bundle)}\n`);
  return { signature, what: 'model', signer: keyName(key.public), files, bytes };
}

async function readKey(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new TrustError('key-malformed', `${path} cannot be read.`, { cause });
  }
}

async function statementIn(path: string): Promise<object | null> {
  if (!path.endsWith('.json')) return null;
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return looksLikeStatement(value) ? (value as object) : null;
  } catch {
    return null;
  }
}
