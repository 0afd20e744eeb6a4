import type { ProducerRow } from '../store/ports.ts';
import { fitted } from './output/brief.ts';
import { formatCount, formatNoun } from './output/numbers.ts';
import type { Screen } from './output/screen.ts';
import { type Cell, renderTable, spread, type TableData } from './output/table.ts';

/** What a tool or supplier leaves out of its BOMs, as `larder documents --by` gives it: a report to send back. */
export function producerJson(row: ProducerRow): object {
  const { withoutLicence, ...gaps } = row.gaps;
  return {
    producer: row.producer,
    documents: row.documents,
    components: row.components,
    partial: row.partial,
    ...gaps,
    withoutLicense: withoutLicence,
  };
}

/** The same as rows, in counts. @param by the title of the first column */
export function producerRows(by: string, producers: readonly ProducerRow[]): TableData {
  const titles = [
    by,
    'documents',
    'partial',
    'components',
    'no version',
    'no identity',
    'no licence',
    'no supplier',
    'no path',
    'no subject',
    'no edges',
  ];
  return {
    columns: titles.map(title => ({ title })),
    rows: producers.map(({ producer, documents, partial, components, gaps }) => [
      producer,
      documents,
      partial,
      components,
      gaps.withoutVersion,
      gaps.withoutIdentity,
      gaps.withoutLicence,
      gaps.withoutSupplier,
      gaps.withoutPath,
      gaps.withoutSubject,
      gaps.withoutEdges,
    ]),
  };
}

/** The same for people, in shares. @param scope what the report is of, for its head */
export function producerTable(
  screen: Screen,
  by: string,
  producers: readonly ProducerRow[],
  scope: string,
  limit: number,
): string[] {
  const title = by === 'supplier' ? 'supplier' : 'tool';
  const head = `${formatNoun(producers.length, title)}: how many components of their BOMs lack what`;
  const data: TableData = {
    columns: [
      { title },
      { title: 'BOMs', align: 'right' },
      { title: 'components', align: 'right', drop: 7 },
      { title: 'version', align: 'right', drop: 3 },
      { title: 'identity', align: 'right' },
      { title: 'licence', align: 'right', drop: 4 },
      { title: 'supplier', align: 'right', drop: 6 },
      { title: 'path', align: 'right', drop: 5 },
      { title: 'subject', align: 'right', drop: 1 },
      { title: 'edges', align: 'right', drop: 2 },
    ],
    rows: producers
      .slice(0, limit)
      .map(({ producer, documents, components, gaps }) => [
        producer === null ? { text: 'not stated', style: 'yellow' } : fitted(producer, screen.width),
        formatCount(documents),
        formatCount(components),
        share(gaps.withoutVersion, components),
        share(gaps.withoutIdentity, components),
        share(gaps.withoutLicence, components),
        share(gaps.withoutSupplier, components),
        share(gaps.withoutPath, components),
        share(gaps.withoutSubject, documents),
        share(gaps.withoutEdges, documents),
      ]),
  };
  const lines = [...spread(screen, head, scope), ...renderTable(screen, data)];
  lines.push(
    screen.paint('dim', '  Subject and edges: the share of BOMs that name no subject, or state no edge.'),
  );
  if (producers.length > limit)
    lines.push(screen.paint('dim', `  ${formatCount(limit)} shown; --limit ${producers.length} shows all.`));
  return lines;
}

/** `12 %` without; nothing where nothing is left out, so that the gaps stand out. */
function share(without: number, all: number): Cell {
  if (without === 0 || all === 0) return '';
  const percent = (100 * without) / all;
  const text = percent < 1 ? '<1 %' : `${Math.round(percent)} %`;
  return percent >= 50 ? { text, style: 'yellow' } : text;
}
