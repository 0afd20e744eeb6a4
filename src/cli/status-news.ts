import type { JoinedBase } from '../advisories/base.ts';
import type { News } from '../graph/findings/news.ts';
import type { Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { changeLines } from './change-lines.ts';
import type { Context } from './context.ts';
import { findingJson, findingLine, viewOf } from './findings.ts';
import { mirrorLine, openBase } from './judge.ts';
import { type ChangeRows, lastChanges } from './mirror-news.ts';
import { formatCount, formatDuration } from './output/numbers.ts';
import type { Screen } from './output/screen.ts';
import { renderTable } from './output/table.ts';

/** What `larder status` leads with. */
export interface StatusNews {
  readonly news: News;
  readonly changes: ChangeRows | null;
  readonly base: Pick<JoinedBase, 'updated' | 'epoch'>;
  readonly now: number;
}

const NEW_SHOWN = 5;

/** What the advisories say of the larder now, and what their last update changed. */
export async function statusNews(
  context: Context,
  store: Store,
  scope: Scope,
  mirror: string | undefined,
): Promise<StatusNews> {
  const { newsOf } = await import('../graph/findings/news.ts');
  const base = await openBase(context, mirror, store);
  try {
    const now = context.now().getTime();
    const changes =
      scope.asOf === null && scope.labels.length === 0 ? await lastChanges(context, base) : null;
    const news = await newsOf(store, base, scope, now);
    return { news, changes, base: { updated: base.updated, epoch: base.epoch }, now };
  } finally {
    base.close();
  }
}

/** Nothing is said where nobody looked: no mirror, and no advisory among the documents. */
function looked({ news, base }: StatusNews): boolean {
  const { counts } = news;
  return base.updated !== null || (counts !== null && counts.act + counts.look + counts.settled > 0);
}

export function newsLines(screen: Screen, status: StatusNews): string[] {
  if (!looked(status)) return [];
  const { counts, first } = status.news;
  const { affected = [], cleared = [] } = status.changes ?? {};
  const lines: string[] = [];
  if (affected.length > 0) {
    lines.push(
      screen.paint('red', `${formatCount(affected.length)} newly affected by the last update of the mirror`),
    );
    lines.push(...changeLines(screen, { affected, cleared: [] }, NEW_SHOWN));
  }
  if (cleared.length > 0) lines.push(`${formatCount(cleared.length)} newly cleared by it`);
  if (counts === null)
    return [...lines, 'vulnerabilities: larder audit judges what was added since the last update'];
  lines.push(
    `${formatCount(counts.act)} to act on, ${formatCount(counts.look)} to look at, ${formatCount(counts.settled)} settled`,
  );
  if (first.length > 0)
    lines.push('first:', ...renderTable(screen, findingLine(first.map(viewOf), true), 2, false));
  return lines;
}

export function mirrorAge(screen: Screen, status: StatusNews): string {
  return screen.paint('dim', mirrorLine(status.base, status.now, formatDuration));
}

export function newsJson(status: StatusNews): object {
  const { news, base, changes, now } = status;
  return {
    mirror: { epoch: base.epoch, age: base.updated === null ? null : now - base.updated },
    vulnerabilities: looked(status)
      ? {
          counts: news.counts,
          affected: changes?.affected ?? [],
          cleared: changes?.cleared ?? [],
          first: news.first.map(finding => findingJson(viewOf(finding))),
        }
      : null,
  };
}
