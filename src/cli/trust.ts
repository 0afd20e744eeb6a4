import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TrustPolicy } from '../trust/policy.ts';
import type { TrustMaterial } from '../trust/root.ts';
import type { Context } from './context.ts';

/** For commands that check signatures: what is believed. */
export const BELIEF_OPTIONS = {
  title: 'What is believed',
  options: [
    {
      name: 'trusted-root',
      value: 'FILE',
      multiple: true,
      summary: 'Sigstore roots instead of the bundled one',
    },
    { name: 'policy', value: 'FILE', summary: 'the trust policy (default: trust.toml of the larder)' },
    {
      name: 'online',
      rare: true,
      summary: "ask Sigstore's TUF repository for the newest root, and registries for packages",
    },
  ],
} as const;

/** The policy and the material of a run. */
export async function beliefOf(
  context: Context,
  options: {
    readonly policy: string | undefined;
    readonly 'trusted-root': readonly string[];
    readonly online: boolean;
  },
): Promise<{ readonly policy: TrustPolicy; readonly material: TrustMaterial }> {
  const { loadPolicy, policyPath } = await import('../trust/policy-file.ts');
  const { materialOf } = await import('../trust/material.ts');
  const { readEvidenceFile } = await import('../trust/find.ts');
  const path =
    options.policy === undefined ? policyPath(context.store.path) : context.resolve(options.policy);
  const policy = await loadPolicy(path, options.policy === undefined);
  const given = options['trusted-root'].map(context.resolve);
  // A policy that does not believe the public-good root has nothing to refresh.
  const refresh = options.online && !context.offline && given.length === 0 && policy.bundled;
  const fresh = refresh ? await refreshed(context) : null;
  return { policy, material: await materialOf(policy, given, readEvidenceFile, fresh) };
}

async function refreshed(context: Context): Promise<TrustMaterial | null> {
  const { onlineMaterial } = await import('../trust/online.ts');
  const { TrustError } = await import('../trust/errors.ts');
  try {
    return await onlineMaterial(join(cacheFolder(context), 'tuf'));
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    // Whoever verifies an image of their own registry may not reach Sigstore; what is believed is then what is believed offline.
    await context.stderr.write(`${error.message} The root that came with Larder is used.\n`);
    return null;
  }
}

/** The user's cache folder of Larder. */
export function cacheFolder(context: Context): string {
  const cache = context.env['XDG_CACHE_HOME'] || join(context.env['HOME'] || homedir(), '.cache');
  return join(cache, 'larder');
}
