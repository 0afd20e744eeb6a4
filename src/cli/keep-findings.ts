import { existsSync } from 'node:fs';
import type { Store } from '../store/ports.ts';
import type { Context } from './context.ts';
import { openBase } from './judge.ts';
import { locateMirror } from './mirror.ts';

/**
 * Brings the findings that a larder keeps up to date with its documents and advisories, so that a large larder answers at once. Without a mirror there is nothing to keep:
 * what a larder's own evidence says is judged when it is asked for.
 *
 * @param store opened to be written
 */
export async function keepFindings(
  context: Context,
  store: Store,
  mirror: string | undefined,
): Promise<void> {
  if (!existsSync(locateMirror(context, mirror))) return;
  const { refreshFindings } = await import('../graph/findings/refresh.ts');
  const base = await openBase(context, mirror, store);
  try {
    await refreshFindings(store, base, { now: context.now().getTime(), signal: context.signal });
  } catch (error) {
    // ^C ends the keeping, not what was done before it: the next run goes on where this one stopped.
    if (!context.signal.aborted) throw error;
  } finally {
    base.close();
  }
}

/** As `keepFindings`, where the larder is not open yet; does nothing where there is none. */
export async function keepFindingsOfLarder(context: Context, mirror: string | undefined): Promise<void> {
  if (!context.store.exists) return;
  const { openSqliteStore } = await import('../store/sqlite/open.ts');
  const store = openSqliteStore(context.store.path, { mode: 'write' });
  try {
    await keepFindings(context, store, mirror);
  } finally {
    await store.close();
  }
}
