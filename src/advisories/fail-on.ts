import type { Match } from './match.ts';
import { LEVELS, type SeverityLevel } from './severity.ts';

/** One demand of `--fail-on`: a severity or worse, known exploitation, an EPSS score, that a fix exists, or that the finding is new. */
export type FailOn =
  | { readonly kind: 'severity'; readonly level: SeverityLevel }
  | { readonly kind: 'kev' }
  | { readonly kind: 'epss'; readonly score: number }
  | { readonly kind: 'fixable' }
  | { readonly kind: 'new' }
  | { readonly kind: 'malicious' };

/** What `--fail-on` can say. */
export const FAIL_ON = 'critical, high, medium, low, kev, epss:0.5, fixable, new, malicious';

/** The demand a text makes, or null when it is none. */
export function parseFailOn(text: string): FailOn | null {
  if (text === 'kev' || text === 'fixable' || text === 'new' || text === 'malicious') return { kind: text };
  const level = LEVELS.find(candidate => candidate === text);
  if (level !== undefined && level !== 'none' && level !== 'unknown') return { kind: 'severity', level };
  const epss = /^epss:(\d(?:\.\d+)?)$/.exec(text);
  return epss && Number(epss[1]) <= 1 ? { kind: 'epss', score: Number(epss[1]) } : null;
}

/** Whether a finding meets any of the demands. Only what is affected can; a malicious package always does, whatever was asked for. */
export function fails(match: Match, demands: readonly FailOn[], isNew: boolean): boolean {
  if (demands.length === 0 || match.verdict.status !== 'affected') return false;
  return match.kind === 'malicious' || demands.some(demand => meets(match, demand, isNew));
}

function meets(match: Match, demand: FailOn, isNew: boolean): boolean {
  switch (demand.kind) {
    case 'severity':
      return LEVELS.indexOf(match.severity.level) <= LEVELS.indexOf(demand.level);
    case 'kev':
      return match.kev;
    case 'epss':
      return (match.epss ?? 0) >= demand.score;
    case 'fixable':
      return match.verdict.fixed.length > 0;
    case 'new':
      return isNew;
    case 'malicious':
      return match.kind === 'malicious';
  }
}
