import type { FindingRow, OwnRow } from '../findings.ts';

/** Codes of statuses in the tables; entries are only ever appended. */
export const STATUSES = [
  'affected',
  'not_affected',
  'fixed',
  'under_investigation',
  'unknown',
] as const satisfies readonly FindingRow['status'][];

/** Columns of a row; risk and score are kept negated, so that one comparison of rows goes on where a page ended. */
export const ROW_COLUMNS = 'vulnerability, component, name, status, minus_risk, minus_score, level, marks';

export type RowTuple = readonly [
  vulnerability: string,
  component: string,
  name: string,
  status: number,
  minusRisk: number,
  minusScore: number,
  level: number,
  marks: number,
];

export function rowOf(row: RowTuple): OwnRow {
  return {
    vulnerability: row[0],
    component: row[1],
    name: row[2],
    status: STATUSES[row[3]] ?? 'unknown',
    risk: -row[4],
    score: -row[5],
    level: row[6],
    marks: row[7],
  };
}

/** The values of ROW_COLUMNS. */
export function tupleOf(
  row: FindingRow,
  about: { readonly component: string; readonly name: string },
): RowTuple {
  return [
    row.vulnerability,
    about.component,
    about.name,
    STATUSES.indexOf(row.status),
    -row.risk,
    -row.score,
    row.level,
    row.marks,
  ];
}

/** The numbers in the text of a part, in the order stated: `p1,p2|c3|label`. */
export function identitiesOf(text: string): {
  readonly packages: readonly number[];
  readonly identifiers: readonly number[];
} {
  const [packages = '', identifiers = ''] = text.split('|', 2);
  const numbers = (part: string): number[] => (part === '' ? [] : part.split(',').map(Number));
  return { packages: numbers(packages), identifiers: numbers(identifiers) };
}

/** Whether a BOM's parts, which are kept in ascending order, hold one. */
export function holdsPart(parts: Uint32Array, part: number): boolean {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((parts[middle] ?? 0) < part) low = middle + 1;
    else high = middle;
  }
  return parts[low] === part;
}
