import { hash } from 'node:crypto';
import type { VerdictStatus } from '../model/advisory.ts';
import type { Match } from './match.ts';

/** How exploitable and how bad, as one number from 0 to 100, or 1000 for a malicious package. */
export type Risk = number;

/** EPSS of a vulnerability that FIRST has not scored: about the median of all scored ones. */
const UNSCORED_EPSS = 0.02;
/** CVSS of one without any severity: unknown is neither harmless nor worst. */
const UNSCORED_CVSS = 5;
const LEVEL_CVSS = { critical: 9.5, high: 8, medium: 5.5, low: 2, none: 0, unknown: UNSCORED_CVSS } as const;

/**
 * What to do first: the likelihood that it is exploited (1 when it is known to be, else EPSS) times the harm (CVSS). A malicious package is above all: it is no flaw, it is
 * an attack that has happened.
 */
export function riskOf(match: Pick<Match, 'kind' | 'kev' | 'epss' | 'severity'>): Risk {
  if (match.kind === 'malicious') return 1000;
  const likelihood = match.kev ? 1 : (match.epss ?? UNSCORED_EPSS);
  const harm = match.severity.score ?? LEVEL_CVSS[match.severity.level];
  return Math.round(likelihood * harm * 1000) / 100;
}

/** How a finding is dealt with: `act` on it, `look` at it, or it is `settled`. */
export type Attention = 'act' | 'look' | 'settled';

export function attentionOf(
  match: Pick<Match, 'kind' | 'kev' | 'epss' | 'severity'>,
  status: VerdictStatus,
): Attention {
  if (status === 'not_affected' || status === 'fixed') return 'settled';
  if (status !== 'affected') return 'look';
  const grave =
    match.kind === 'malicious' ||
    match.kev ||
    match.severity.level === 'critical' ||
    match.severity.level === 'high' ||
    (match.epss ?? 0) >= 0.1;
  return grave ? 'act' : 'look';
}

/**
 * A name for a finding that is the same in every run and on every machine: of what it is about, never of when it was found.
 *
 * @param product key of the app and release, or the path of what was scanned
 * @param component purl, or ref where it has none
 * @param vulnerability the best name of the vulnerability
 */
export function findingId(product: string, component: string, vulnerability: string): string {
  return hash('sha256', JSON.stringify([product, component, vulnerability]), 'hex').slice(0, 16);
}

/** Orders by risk, highest first; then by severity, name and component, so that the order is the same in every run. */
export function byRisk(a: RankedFinding, b: RankedFinding): number {
  return (
    b.risk - a.risk ||
    (b.score ?? -1) - (a.score ?? -1) ||
    text(a.vulnerability, b.vulnerability) ||
    text(a.component, b.component)
  );
}

export interface RankedFinding {
  readonly risk: Risk;
  readonly score: number | null;
  readonly vulnerability: string;
  readonly component: string;
}

function text(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
