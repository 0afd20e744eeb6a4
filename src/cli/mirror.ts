import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Context } from './context.ts';

/** For commands that judge: which advisories. */
export const MIRROR_OPTION = {
  name: 'mirror',
  value: 'PATH',
  summary: 'the advisories to use (default: LARDER_MIRROR, else of the larder, else of the user)',
} as const;

/**
 * Which mirror a run uses: `--mirror`, LARDER_MIRROR, the one of the larder it stands in, so that a larder's answers rest on its own evidence, else one per user, so that
 * scans of many trees share it.
 */
export function locateMirror(context: Context, option: string | undefined): string {
  if (option !== undefined) return context.resolve(option);
  const named = context.env['LARDER_MIRROR'];
  if (named) return context.resolve(named);
  if (context.store.exists) return join(context.store.path, 'mirror.db');
  const cache = context.env['XDG_CACHE_HOME'] || join(context.env['HOME'] || homedir(), '.cache');
  return join(cache, 'larder', 'mirror.db');
}
