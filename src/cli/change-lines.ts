import type { ChangeRow, ChangeRows } from './mirror-news.ts';
import { formatCount } from './output/numbers.ts';
import type { Screen } from './output/screen.ts';
import { type Cell, renderTable } from './output/table.ts';

const SHOWN = 10;

/** Findings that came (+) and went (-), with why. */
export function changeLines(screen: Screen, { affected, cleared }: ChangeRows, shown = SHOWN): string[] {
  const rows = (changes: readonly ChangeRow[], sign: string): Cell[][] =>
    changes
      .slice(0, shown)
      .map(one => [
        { text: sign, style: sign === '+' ? 'red' : 'green' },
        one.vulnerability,
        `${one.app}${one.release === null ? '' : ` ${one.release}`}`,
        one.severity,
        one.package.replace(/^pkg:[^/]+\//, '').replace(/[?#].*$/, ''),
        one.why,
      ]);
  const more = Math.max(0, affected.length - shown) + Math.max(0, cleared.length - shown);
  const columns = [
    { title: '' },
    { title: 'vulnerability' },
    { title: 'app' },
    { title: 'severity', drop: 2 },
    { title: 'package' },
    { title: 'why', drop: 1 },
  ];
  return [
    ...renderTable(screen, { columns, rows: [...rows(affected, '+'), ...rows(cleared, '-')] }, 2, false),
    ...(more > 0 ? [`  and ${formatCount(more)} more; --json lists them`] : []),
  ];
}
