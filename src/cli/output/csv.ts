import { cellText, type TableData } from './table.ts';

/** RFC 4180, one header line, CRLF. */
export function renderCsv(data: TableData, header = true): string {
  const lines = [
    ...(header ? [data.columns.map(column => column.title)] : []),
    ...data.rows.map(row => data.columns.map((_, i) => cellText(row[i]))),
  ];
  return lines.map(cells => `${cells.map(field).join(',')}\r\n`).join('');
}

// A spreadsheet runs a cell that starts so (OWASP, CSV injection). Plain numbers and scoped names like @acme/ui stay as they are.
const FORMULA = /^(?:[=\t\r]|[+\-@][^(|!]*[(|!])/;

function field(text: string): string {
  const inert = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
