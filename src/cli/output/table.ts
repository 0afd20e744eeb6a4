import type { Screen, Style } from './screen.ts';
import { clean, textWidth, wrap } from './text.ts';

export type Cell = string | number | null | { readonly text: string; readonly style: Style };

export interface Column {
  /** Lower case; also the name of the CSV column. */
  readonly title: string;
  readonly align?: 'right';
  /** When the screen is too narrow columns with the highest number go first; one without is part of the answer and never goes. */
  readonly drop?: number;
}

/** Rows of one answer; rendered for people here, and by csv.ts and markdown.ts for others. */
export interface TableData {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

const GAP = 2;
const NARROWEST_COLUMN = 8;

/**
 * The lines of a table with aligned columns. On a narrow screen the least important columns are dropped, then the widest of the rest
 * fold onto further lines; text is never cut.
 */
export function renderTable(screen: Screen, data: TableData, indent = 2, header = true): string[] {
  const texts = data.rows.map(row => data.columns.map((_, index) => cellText(row[index])));
  const natural = data.columns.map((column, index) => {
    const widest = texts.reduce((most, row) => Math.max(most, textWidth(row[index] ?? '')), 0);
    return header && widest > 0 ? Math.max(widest, textWidth(column.title)) : widest;
  });
  const shown = shownColumns(data.columns, natural, screen.width - indent);
  const widths = foldedWidths(shown, natural, screen.width - indent);
  const lines: string[] = [];
  if (header && data.rows.length > 0) {
    const titles = shown.map(index => data.columns[index]?.title ?? '');
    lines.push(
      ...renderRow(
        screen,
        titles,
        titles.map(() => 'dim'),
        shown,
        data.columns,
        widths,
        indent,
      ),
    );
  }
  for (const [number, row] of data.rows.entries()) {
    const cells = shown.map(index => texts[number]?.[index] ?? '');
    const styles = shown.map(index => cellStyle(row[index]));
    lines.push(...renderRow(screen, cells, styles, shown, data.columns, widths, indent));
  }
  return lines;
}

/** The cleaned text of a cell, without style. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  return clean(typeof cell === 'object' ? cell.text : String(cell));
}

function cellStyle(cell: Cell | undefined): Style | null {
  return typeof cell === 'object' && cell !== null ? cell.style : null;
}

function totalWidth(columns: readonly number[], widths: readonly number[]): number {
  return columns.reduce((sum, index) => sum + (widths[index] ?? 0) + GAP, -GAP);
}

function shownColumns(columns: readonly Column[], widths: readonly number[], room: number): number[] {
  // An empty column says nothing.
  let shown = columns.map((_, index) => index).filter(index => (widths[index] ?? 0) > 0);
  while (totalWidth(shown, widths) > room) {
    const least = shown
      .filter(index => columns[index]?.drop !== undefined)
      .sort((a, b) => (columns[b]?.drop ?? 0) - (columns[a]?.drop ?? 0))[0];
    if (least === undefined) break;
    shown = shown.filter(index => index !== least);
  }
  return shown;
}

function foldedWidths(shown: readonly number[], natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let excess = totalWidth(shown, widths) - room;
  while (excess > 0) {
    const byWidth = [...shown].sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    const widest = byWidth[0];
    if (widest === undefined || (widths[widest] ?? 0) <= NARROWEST_COLUMN) break;
    const second = byWidth[1] === undefined ? NARROWEST_COLUMN : (widths[byWidth[1]] ?? 0);
    const target = Math.max(
      NARROWEST_COLUMN,
      Math.min(second - 1, (widths[widest] ?? 0) - 1),
      (widths[widest] ?? 0) - excess,
    );
    excess -= (widths[widest] ?? 0) - target;
    widths[widest] = target;
  }
  return widths;
}

function renderRow(
  screen: Screen,
  cells: readonly string[],
  styles: readonly (Style | null)[],
  shown: readonly number[],
  columns: readonly Column[],
  widths: readonly number[],
  indent: number,
): string[] {
  const folded = cells.map((text, position) => {
    const width = widths[shown[position] ?? 0] ?? 0;
    return textWidth(text) <= width ? [text] : wrap(text, width);
  });
  const height = Math.max(...folded.map(lines => lines.length));
  return Array.from({ length: height }, (_, line) => {
    let out = ' '.repeat(indent);
    for (const [position, index] of shown.entries()) {
      const text = folded[position]?.[line] ?? '';
      const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - textWidth(text)));
      const painted = screen.paint(styles[position] ?? null, text);
      const last = position === shown.length - 1;
      out += columns[index]?.align === 'right' ? space + painted : last ? painted : painted + space;
      if (!last) out += ' '.repeat(GAP);
    }
    return out.trimEnd();
  });
}

/** Two texts on one line, the second dim and at the right edge; on the next line where there is no room, close by in a pipe. */
export function spread(screen: Screen, left: string, right: string): string[] {
  const room = screen.width - textWidth(clean(left)) - textWidth(clean(right));
  if (room < 2) return [screen.paint(null, left), `  ${screen.paint('dim', right)}`];
  const gap = Number.isFinite(room) ? room : GAP;
  return [screen.paint(null, left) + ' '.repeat(gap) + screen.paint('dim', right)];
}
