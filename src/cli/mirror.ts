import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Context } from './context.ts';

/** For commands that judge: which advisories. */
export const MIRROR_OPTION = {
  name: 'mirror',
  value: 'PATH',
  summary: 'the advisories to use (default: LARDER_MIRROR, else of the larder, else of the user)',
} as const;

/** For commands that judge: what makes them exit with 1. */
export const FAIL_ON_OPTION = {
  name: 'fail-on',
  value: 'WHAT',
  multiple: true,
  summary: 'exit 1 on critical, high, medium, low, kev, epss:0.5, fixable, new or malicious',
} as const;

/**
 * Which mirror a run reads: `--mirror`, LARDER_MIRROR, the one of the larder it stands in, so that a larder's answers rest on what it was given, else the user's own, which
 * scans of many trees share. An update inside a larder makes the larder's.
 */
export function locateMirror(
  context: Context,
  option: string | undefined,
  purpose: 'read' | 'update' = 'read',
): string {
  if (option !== undefined) return context.resolve(option);
  const named = context.env['LARDER_MIRROR'];
  if (named) return context.resolve(named);
  const own = join(context.store.path, 'mirror.db');
  if (context.store.exists && (purpose === 'update' || existsSync(own))) return own;
  const cache = context.env['XDG_CACHE_HOME'] || join(context.env['HOME'] || homedir(), '.cache');
  return join(cache, 'larder', 'mirror.db');
}
