import type { StatedSeverity } from '../../model/advisory.ts';

/**
 * What OpenVEX 0.2.0 has no field for and its schema forbids to add: the last day of a statement and another severity. They stand in brackets at the begin of `status_notes`,
 * where people read them too: `[until 2026-12-31] [severity low] waits for the vendor's fix`.
 */
export interface StatementNotes {
  readonly until: string | null;
  readonly severities: readonly StatedSeverity[];
  readonly text: string;
}

const MARKS = /^(?:\[until (\d{4}-\d{2}-\d{2})\] ?)?(?:\[severity ([A-Za-z0-9:./]{1,300})\] ?)?/;

/** Takes the notes of a statement apart; a day that does not exist is only text. */
export function readNotes(notes: string): StatementNotes {
  const [marks = '', until = null, severity] = MARKS.exec(notes) ?? [];
  if (until !== null && Number.isNaN(Date.parse(`${until}T00:00:00Z`)))
    return { until: null, severities: [], text: notes };
  return {
    until,
    severities: severity === undefined ? [] : [statedSeverity(severity)],
    text: notes.slice(marks.length),
  };
}

/** The notes as text; empty when there is nothing to note. */
export function writeNotes(notes: StatementNotes): string {
  const severity = notes.severities[0];
  return [
    notes.until === null ? '' : `[until ${notes.until}]`,
    severity === undefined ? '' : `[severity ${severity.value}]`,
    notes.text,
  ]
    .filter(part => part !== '')
    .join(' ');
}

/** A CVSS vector, or the word of a level. */
export function statedSeverity(text: string): StatedSeverity {
  const type = text.startsWith('CVSS:4')
    ? 'CVSS_V4'
    : text.startsWith('CVSS:3')
      ? 'CVSS_V3'
      : text.includes('/')
        ? 'CVSS_V2'
        : 'label';
  return { type, value: text, source: null };
}
