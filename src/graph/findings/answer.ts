import type { Uncovered } from '../../advisories/coverage.ts';
import type { FailOn } from '../../advisories/fail-on.ts';
import { LEVELS } from '../../advisories/severity.ts';
import type { VerdictStatus } from '../../model/advisory.ts';
import { COUNTERS, type Counter, type Counts, type FindingFilter, type Tally } from '../../store/findings.ts';
import type { Page } from '../../store/ports.ts';
import type { NamedVulnerability } from './affected.ts';
import type { Audit } from './audit.ts';
import type { Finding } from './findings.ts';

export const STATUSES: readonly VerdictStatus[] = [
  'affected',
  'not_affected',
  'fixed',
  'under_investigation',
  'unknown',
];

/** What is not settled. */
export const OPEN: readonly VerdictStatus[] = ['affected', 'under_investigation', 'unknown'];

/** A page of an audit, with what is told of all of it. */
export interface AuditPage extends Page<Finding> {
  readonly counts: Counts;
  readonly apps: number;
  readonly notCovered: readonly Uncovered[];
  /** Where all was judged anew. */
  readonly whole: Audit | null;
}

/** A page of where a vulnerability is, with what is told of all of it. */
export interface WherePage extends Page<Finding>, NamedVulnerability {
  readonly tally: Tally;
  /** How many apps the question is about, whether it is in them or not. */
  readonly appsAsked: number;
}

/** How many findings of some statuses counters stand for; null for all. */
export function countIn(counts: Counts, statuses: FindingFilter['statuses']): number {
  return (statuses ?? STATUSES).reduce((sum, status) => sum + countOf(counts, status), 0);
}

function countOf(counts: Counts, status: VerdictStatus): number {
  if (status !== 'affected') return counts[COUNTERS.indexOf(status)] ?? 0;
  return counts.slice(0, COUNTERS.indexOf('not_affected')).reduce((sum, count) => sum + count, 0);
}

/** How findings are dealt with, as `larder audit` counts them. */
export function attentionIn(counts: Counts): {
  readonly act: number;
  readonly look: number;
  readonly settled: number;
} {
  const act = counts[COUNTERS.indexOf('act')] ?? 0;
  const settled = countIn(counts, ['not_affected', 'fixed']);
  return { act, look: countIn(counts, null) - act - settled, settled };
}

/** Whether any finding meets a demand, told by counters; null where they cannot tell. The counters of what is affected stand in the order of LEVELS. */
export function failsByCounts(counts: Counts, demands: readonly FailOn[]): boolean | null {
  const met = demands.map(demand => {
    if (demand.kind === 'severity')
      return counts.slice(0, LEVELS.indexOf(demand.level) + 1).some(count => count > 0);
    return demand.kind === 'kev' || demand.kind === 'malicious' ? has(counts, demand.kind) : null;
  });
  if (met.includes(null)) return null;
  return demands.length > 0 && (has(counts, 'malicious') || met.includes(true));
}

function has(counts: Counts, counter: Counter): boolean {
  return (counts[COUNTERS.indexOf(counter)] ?? 0) > 0;
}
