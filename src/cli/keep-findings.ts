import { existsSync } from 'node:fs';
import type { JoinedBase } from '../advisories/base.ts';
import type { Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
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

/**
 * Brings what is kept up to date for a question about a whole larder, where judging all of it anew would take longer than that and would have to be done for each question. Where the
 * larder cannot be written, or another run writes it, the question is answered all the same.
 */
export async function catchUp(context: Context, store: Store, base: JoinedBase, scope: Scope): Promise<void> {
  const { isCurrent } = await import('../graph/findings/basis.ts');
  const { MOST_JUDGED } = await import('../graph/findings/news.ts');
  const now = context.now().getTime();
  // Of another moment, or of what someone signed, nothing is kept.
  if ((await store.findings.counts(scope)) === null || (await isCurrent(store, base, now))) return;
  const { EVERYTHING } = await import('../store/scope.ts');
  if ((await store.documents.listBoms({}, { limit: 1 }, EVERYTHING)).total <= MOST_JUDGED) return;
  const { StoreError } = await import('../store/errors.ts');
  const { openSqliteStore } = await import('../store/sqlite/open.ts');
  const { refreshFindings } = await import('../graph/findings/refresh.ts');
  const progress = context.progress('judging', 'step', null);
  let writing: Store | null = null;
  try {
    writing = openSqliteStore(context.store.path, { mode: 'write' });
    let done = 0;
    await refreshFindings(writing, base, {
      now,
      signal: context.signal,
      progress: steps => {
        progress.advance(steps - done);
        done = steps;
      },
    });
  } catch (error) {
    const cannot = error instanceof StoreError && (error.code === 'read-only' || error.code === 'busy');
    if (!cannot) throw error;
  } finally {
    progress.done();
    await writing?.close();
  }
}
