import type { Changes } from '../graph/findings/news.ts';
import type { Context } from './context.ts';
import { openBase } from './judge.ts';

/**
 * Remembers the findings of the larder before its advisories change. What it gives tells, once they have, what the change did; null where there is no larder, or no
 * advisories were there before, since then all would be news.
 *
 * @param first whether this is the mirror's first update
 */
export async function watchingLarder(
  context: Context,
  mirror: string,
  first: boolean,
): Promise<() => Promise<Changes | null>> {
  if (!context.store.exists || first) return async () => null;
  const { audit } = await import('../graph/findings/audit.ts');
  const { changesBetween } = await import('../graph/findings/news.ts');
  const { openSqliteStore } = await import('../store/sqlite/open.ts');
  const { EVERYTHING } = await import('../store/scope.ts');
  const judged = async <T>(
    work: (found: Awaited<ReturnType<typeof audit>>, base: Awaited<ReturnType<typeof openBase>>) => T,
  ): Promise<T> => {
    const store = openSqliteStore(context.store.path, { mode: 'read' });
    try {
      const base = await openBase(context, mirror, store);
      try {
        const now = context.now().getTime();
        return work(await audit(store, base, { thing: null, scope: EVERYTHING, now }), base);
      } finally {
        base.close();
      }
    } finally {
      await store.close();
    }
  };
  const before = await judged(found => found);
  return () => judged((after, base) => changesBetween(before, after, base, context.now().getTime()));
}
