export type SeverityLevel = 'critical' | 'high' | 'medium' | 'low' | 'none' | 'unknown';

/** The severity shown for a finding: computed from the vector, never taken from a stated number when there is a vector. */
export interface Severity {
  readonly level: SeverityLevel;
  /** 0.0 to 10.0; null when the source gives only a word, or nothing. */
  readonly score: number | null;
  readonly vector: string | null;
  /** `4.0`, `3.1`, `3.0`, `2.0`; null without a vector. */
  readonly version: string | null;
}

export const NO_SEVERITY: Severity = { level: 'unknown', score: null, vector: null, version: null };

/** Worst first. */
export const LEVELS: readonly SeverityLevel[] = ['critical', 'high', 'medium', 'low', 'none', 'unknown'];

/**
 * The one that counts of several: the newest CVSS version wins, within it the highest score; without a vector a bare score, then a word.
 */
export function worstSeverity(all: readonly Severity[]): Severity {
  return all.reduce((worst, one) => (compareSeverities(one, worst) < 0 ? one : worst), NO_SEVERITY);
}

function compareSeverities(a: Severity, b: Severity): number {
  return (
    Number(b.version ?? 0) - Number(a.version ?? 0) ||
    (b.score ?? -1) - (a.score ?? -1) ||
    LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
    compareTexts(a.vector ?? '', b.vector ?? '')
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The qualitative scale of CVSS 3.1 section 5, which CVSS 4.0 keeps; CVSS 2 scores are put on the same scale. */
export function levelOf(score: number): SeverityLevel {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}
