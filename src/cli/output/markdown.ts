import { cellText, type TableData } from './table.ts';

/** A GitHub-flavoured Markdown table; text from documents cannot break out of its cell or become markup. */
export function renderMarkdown(data: TableData, header = true): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const rule = data.columns.map(column => (column.align === 'right' ? '---:' : '---'));
  return (
    (header ? row(data.columns.map(column => column.title)) + row(rule) : '') +
    data.rows.map(cells => row(data.columns.map((_, index) => escapeCell(cellText(cells[index]))))).join('')
  );
}

function escapeCell(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#~&!]/g, char =>
    char === '<' || char === '>' || char === '&' ? ENTITIES[char] : `\\${char}`,
  );
}

const ENTITIES = { '<': '&lt;', '>': '&gt;', '&': '&amp;' } as const;
