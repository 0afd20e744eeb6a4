import { readFileSync } from 'node:fs';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TrustError } from './errors.ts';
import { DEFAULT_POLICY, parsePolicy, type TrustPolicy } from './policy.ts';

/** Where the policy of a larder lies. */
export function policyPath(larder: string): string {
  return join(larder, 'trust.toml');
}

/** Reads a policy file; one that is not there is the default when `optional`. Files it names are relative to it. */
export async function loadPolicy(path: string, optional: boolean): Promise<TrustPolicy> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (optional && (cause as { readonly code?: string }).code === 'ENOENT') return DEFAULT_POLICY;
    throw new TrustError('policy-malformed', `The trust policy ${path} cannot be read.`, { cause });
  }
  const folder = dirname(resolve(path));
  const policy = parsePolicy(text, path, file => readNamed(resolve(folder, file)));
  return { ...policy, roots: policy.roots.map(file => resolve(folder, file)) };
}

/** Adds an entry at the end of a policy file, after checking that the file with it can be read. The file is made for the user alone. */
export async function addToPolicy(path: string, toml: string): Promise<TrustPolicy> {
  const before = await readFile(path, 'utf8').catch(() => '');
  const text = `${before === '' || before.endsWith('\n') ? '' : '\n'}${before === '' ? '' : '\n'}${toml}`;
  const policy = parsePolicy(before + text, path, file => readNamed(resolve(dirname(path), file)));
  await mkdir(dirname(path), { recursive: true });
  await appendFile(path, text, { mode: 0o600 });
  return policy;
}

function readNamed(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new TrustError('policy-malformed', `The trust policy names ${path}, which cannot be read.`, {
      cause,
    });
  }
}
