import type { DocumentRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';

/** The state of a larder at a glance. */
export interface Status {
  readonly documents: number;
  readonly bytes: number;
  readonly boms: number;
  readonly apps: number;
  readonly packages: number;
  readonly components: number;
  readonly dependencies: number;
  readonly formats: readonly {
    readonly format: string;
    readonly versions: readonly string[];
    readonly documents: number;
  }[];
  readonly accepted: number;
  readonly partial: number;
  readonly rejected: number;
  /** The newest rejected documents. */
  readonly unread: readonly DocumentRecord[];
  readonly firstRecorded: number | null;
  readonly lastRecorded: number | null;
}

const SOME_UNREAD = 3;

/** Counts what a larder holds, within the scope. */
export async function status(store: Store, scope: Scope): Promise<Status> {
  const counts = await store.documents.counts(scope);
  const totals = await store.membership.totals(scope);
  const rejected = await store.documents.list({ statuses: ['rejected'] }, { limit: SOME_UNREAD }, scope);
  const newest = await store.documents.list({}, { limit: 1 }, scope);
  const sum = (wanted: string | null): number =>
    counts.reduce((all, row) => all + (wanted === null || row.status === wanted ? row.documents : 0), 0);
  return {
    ...totals,
    documents: sum(null),
    bytes: counts.reduce((all, row) => all + row.bytes, 0),
    formats: formatsOf(counts),
    accepted: sum('accepted'),
    partial: sum('partial'),
    rejected: rejected.total,
    unread: rejected.items,
    firstRecorded: await store.maintenance.firstRecorded(),
    lastRecorded: newest.items[0]?.recordedFrom ?? null,
  };
}

function formatsOf(
  counts: readonly {
    readonly format: string;
    readonly specVersion: string | null;
    readonly status: string;
    readonly documents: number;
  }[],
): Status['formats'] {
  const formats = new Map<string, { versions: Set<string>; documents: number }>();
  for (const row of counts) {
    if (row.status === 'rejected') continue;
    const entry = formats.get(row.format) ?? { versions: new Set<string>(), documents: 0 };
    formats.set(row.format, entry);
    if (row.specVersion !== null) entry.versions.add(row.specVersion);
    entry.documents += row.documents;
  }
  return [...formats]
    .map(([format, entry]) => ({ format, versions: [...entry.versions].sort(), documents: entry.documents }))
    .sort((a, b) => b.documents - a.documents);
}
