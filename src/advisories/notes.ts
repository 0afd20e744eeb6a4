import type { Claim, StatedSeverity } from '../model/advisory.ts';

/**
 * What VEX formats have no field for and their schemas forbid to add: the last day of a statement, and another severity. They stand in brackets at the begin of a statement's text,
 * where people read them too: `[until 2026-12-31] [severity low] waits for the vendor's fix`.
 */
export interface StatementNotes {
  readonly until: string | null;
  readonly override: StatedSeverity | null;
  readonly text: string;
}

const MARKS = /^(?:\[until (\d{4}-\d{2}-\d{2})\] ?)?(?:\[severity ([A-Za-z0-9:./]{1,300})\] ?)?/;

/** Takes a text apart; a day that does not exist is only text. */
export function readNotes(text: string): StatementNotes {
  const [marks = '', until = null, severity] = MARKS.exec(text) ?? [];
  if (until !== null && !isDay(until)) return { until: null, override: null, text };
  return {
    until,
    override: severity === undefined ? null : statedSeverity(severity),
    text: text.slice(marks.length),
  };
}

/** The notes as text; empty when there is nothing to note. */
export function writeNotes({ until, override, text }: StatementNotes): string {
  return [
    until === null ? '' : `[until ${until}]`,
    override === null ? '' : `[severity ${override.value}]`,
    text,
  ]
    .filter(part => part !== '')
    .join(' ');
}

/** A claim with its notes read; of any format, since each has a place for a text. */
export function withNotes(claim: Claim): Claim {
  if (claim.kind !== 'statement' || !claim.statement?.startsWith('[')) return claim;
  const { until, override, text } = readNotes(claim.statement);
  if (until === null && override === null) return claim;
  return { ...claim, statement: text === '' ? null : text, until, override };
}

/** Whether a text is a day that exists, as in `2026-12-31`. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
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
