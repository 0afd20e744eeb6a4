import type { JoinedBase } from '../advisories/base.ts';
import type { News } from '../graph/findings/news.ts';
import type { Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { isoOf } from './ask.ts';
import type { Context } from './context.ts';
import { findingJson, findingLine, viewOf } from './findings.ts';
import { mirrorLine, openBase } from './judge.ts';
import { formatCount, formatDuration } from './output/numbers.ts';
import type { Screen } from './output/screen.ts';
import { renderTable } from './output/table.ts';

/** What `larder status` leads with. */
export interface StatusNews {
  readonly news: News;
  readonly base: Pick<JoinedBase, 'updated' | 'epoch'>;
  readonly now: number;
}

const NEW_SHOWN = 5;

/** What the advisories say of the larder now, and what of it is new since before their last update. */
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
    const since = scope.asOf === null ? base.previous : null;
    const news = await newsOf(store, base, scope, now, since);
    return { news, base: { updated: base.updated, epoch: base.epoch }, now };
  } finally {
    base.close();
  }
}

/** Nothing is said where nobody looked: no mirror, and no advisory among the documents. */
function looked({ news, base }: StatusNews): boolean {
  return base.updated !== null || news.audit.findings.length > 0;
}

export function newsLines(screen: Screen, status: StatusNews): string[] {
  if (!looked(status)) return [];
  const { news } = status;
  const counts = countsOf(news);
  const lines: string[] = [];
  const fresh = news.changes?.affected ?? [];
  if (fresh.length > 0) {
    lines.push(
      screen.paint('red', `${formatCount(fresh.length)} newly affected since the last update of the mirror`),
    );
    lines.push(
      ...table(
        screen,
        fresh.slice(0, NEW_SHOWN).map(change => change.finding),
      ),
    );
    if (fresh.length > NEW_SHOWN)
      lines.push(screen.paint('dim', `  and ${formatCount(fresh.length - NEW_SHOWN)} more`));
  }
  const cleared = news.changes?.cleared.length ?? 0;
  if (cleared > 0) lines.push(`${formatCount(cleared)} newly cleared since then`);
  lines.push(
    `${formatCount(counts.act)} to act on, ${formatCount(counts.look)} to look at, ${formatCount(counts.settled)} settled`,
  );
  const known = new Set(fresh.slice(0, NEW_SHOWN).map(change => change.finding.id));
  const first = news.first.filter(finding => !known.has(finding.id));
  if (first.length > 0) lines.push('first:', ...table(screen, first));
  return lines;
}

export function mirrorAge(screen: Screen, status: StatusNews): string {
  return screen.paint('dim', mirrorLine(status.base, status.now, formatDuration));
}

export function newsJson(status: StatusNews): object {
  const { news, base, now } = status;
  const { changes } = news;
  return {
    mirror: { epoch: base.epoch, age: base.updated === null ? null : now - base.updated },
    vulnerabilities: looked(status)
      ? {
          counts: countsOf(news),
          since: news.since === null ? null : isoOf(news.since),
          affected: changes?.affected.map(change => findingJson(viewOf(change.finding))) ?? [],
          cleared: changes?.cleared.map(change => findingJson(viewOf(change.finding))) ?? [],
          first: news.first.map(finding => findingJson(viewOf(finding))),
        }
      : null,
  };
}

function table(screen: Screen, findings: News['first']): string[] {
  return renderTable(screen, findingLine(findings.map(viewOf), true), 2, false);
}

function countsOf(news: News): { readonly act: number; readonly look: number; readonly settled: number } {
  const counts = { act: 0, look: 0, settled: 0 };
  for (const finding of news.audit.findings) counts[finding.attention]++;
  return counts;
}
