import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JoinedBase } from '../advisories/base.ts';
import type { Change, Changes } from '../graph/findings/news.ts';
import type { Store } from '../store/ports.ts';
import type { Context } from './context.ts';
import { severityText, viewOf } from './findings.ts';
import { openBase } from './judge.ts';

/** What the last update of the mirror changed in the larder, for `larder status`. Derived: it may be removed at any time. */
const FILE = 'news.json';

/** A finding that came or went. */
export interface ChangeRow {
  readonly id: string;
  readonly vulnerability: string;
  readonly app: string;
  readonly release: string | null;
  readonly package: string;
  readonly severity: string;
  readonly why: string;
}

export interface ChangeRows {
  readonly affected: readonly ChangeRow[];
  readonly cleared: readonly ChangeRow[];
}

/**
 * Remembers where the mirror stands before the larder's advisories change. What it gives works out, once they have, what the change did and keeps it for
 * `larder status`; null where there is no larder, or no advisories were there before, since then all would be news.
 *
 * @param first whether this is the mirror's first update
 */
export async function watchingLarder(
  context: Context,
  mirror: string,
  first: boolean,
): Promise<() => Promise<ChangeRows | null>> {
  if (!context.store.exists) return async () => null;
  if (first) return async () => null;
  const { changesSince } = await import('../graph/findings/news.ts');
  const before = await within(context, mirror, async (_store, base) => base.marks());
  return () =>
    within(context, mirror, async (store, base) => {
      const changes = base.changesSince(before);
      if (changes === null || base.updated === null) return null;
      const now = context.now().getTime();
      // What the update brought was recorded at one moment: just before it, all was as it had been.
      const rows = rowsOf(await changesSince(store, base, changes.ids, base.updated - 1, now));
      await keep(join(context.store.path, FILE), { updated: base.updated, ...rows });
      return rows;
    });
}

/** What the last update changed; null where it is not known, or the advisories are others by now. */
export async function lastChanges(
  context: Context,
  base: Pick<JoinedBase, 'updated'>,
): Promise<ChangeRows | null> {
  try {
    const kept = JSON.parse(await readFile(join(context.store.path, FILE), 'utf8')) as ChangeRows & {
      readonly updated: number | null;
    };
    return base.updated !== null && kept.updated === base.updated ? kept : null;
  } catch {
    return null;
  }
}

async function within<T>(
  context: Context,
  mirror: string,
  work: (store: Store, base: JoinedBase) => Promise<T>,
): Promise<T> {
  const { openSqliteStore } = await import('../store/sqlite/open.ts');
  const store = openSqliteStore(context.store.path, { mode: 'read' });
  try {
    const base = await openBase(context, mirror, store);
    try {
      return await work(store, base);
    } finally {
      base.close();
    }
  } finally {
    await store.close();
  }
}

function rowsOf({ affected, cleared }: Changes): ChangeRows {
  return { affected: affected.map(rowOf), cleared: cleared.map(rowOf) };
}

function rowOf({ finding, why }: Change): ChangeRow {
  const { id, vulnerability, bom, component, version, purl } = finding;
  return {
    id,
    vulnerability,
    app: bom.appName,
    release: bom.release,
    package: purl ?? `${component} ${version ?? ''}`.trim(),
    severity: severityText(viewOf(finding)),
    why,
  };
}

/** Written aside and renamed, so that a crash leaves no half. */
async function keep(path: string, value: object): Promise<void> {
  const aside = `${path}.${process.pid}.part`;
  await writeFile(aside, JSON.stringify(value));
  await rename(aside, path);
}
