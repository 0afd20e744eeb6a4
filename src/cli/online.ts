import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Matcher } from '../advisories/match.ts';
import type { Bumpable } from '../graph/findings/bump.ts';
import type { Context } from './context.ts';
import { cacheFolder } from './trust.ts';

/** For commands that show findings. */
export const ONLINE_OPTION = {
  name: 'online',
  summary: 'ask your registries which version of a direct dependency clears what is shown',
} as const;

/** Questions to registries in one run. */
const MOST_ASKED = 2000;

/** The findings with the versions to bump to, as the registries of the user's package managers have them; with `--offline` as the cache has them. Only what is affected is asked. */
export async function withBumps<
  T extends Bumpable & { readonly match: { readonly verdict: { readonly status: string } } },
>(context: Context, findings: readonly T[], matcher: Matcher): Promise<T[]> {
  const { Bumps } = await import('../graph/findings/bump.ts');
  const { boundedFetch, cachedFetch } = await import('../registries/cache.ts');
  const { openRegistry, REGISTRIES } = await import('../registries/list.ts');
  const fetch = boundedFetch(
    cachedFetch({ folder: join(cacheFolder(context), 'registries'), offline: context.offline }),
    MOST_ASKED,
  );
  const surroundings = { env: context.env, home: context.env['HOME'] || homedir(), project: context.cwd };
  const bumps = new Bumps(matcher, purlType =>
    openRegistry(REGISTRIES.find(one => one.purlType === purlType)?.id ?? purlType, surroundings, fetch),
  );
  const progress = context.progress('asking registries', 'findings', findings.length);
  const found: T[] = [];
  for (const finding of findings) {
    const open = finding.match.verdict.status === 'affected';
    found.push(open ? { ...finding, direct: await bumps.of(finding) } : finding);
    progress.advance(1);
  }
  progress.done();
  return found;
}
