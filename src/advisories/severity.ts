import cvss from 'ae-cvss-calculator';
import type { StatedSeverity } from '../model/advisory.ts';

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

/**
 * The severity that a list of stated ones gives: the newest CVSS version wins, within it the highest score; without a vector a bare score, then a word.
 * Vectors that do not parse are passed over.
 */
export function severityOf(stated: readonly StatedSeverity[]): Severity {
  const scored = stated.flatMap(one => fromVector(one) ?? []);
  scored.sort(
    (a, b) =>
      Number(b.version) - Number(a.version) ||
      (b.score ?? 0) - (a.score ?? 0) ||
      ((a.vector ?? '') < (b.vector ?? '') ? -1 : 1),
  );
  if (scored[0]) return scored[0];
  const numbers = stated
    .filter(one => one.type === 'score')
    .map(one => Number(one.value))
    .filter(score => score >= 0 && score <= 10);
  if (numbers.length > 0) {
    const score = Math.max(...numbers);
    return { level: levelOf(score), score, vector: null, version: null };
  }
  const words = stated
    .filter(one => one.type === 'label')
    .map(one => wordLevel(one.value))
    .sort((a, b) => LEVELS.indexOf(a) - LEVELS.indexOf(b));
  return words[0] === undefined ? NO_SEVERITY : { ...NO_SEVERITY, level: words[0] };
}

/** Worst first. */
export const LEVELS: readonly SeverityLevel[] = ['critical', 'high', 'medium', 'low', 'none', 'unknown'];

/** The qualitative scale of CVSS 3.1 section 5, which CVSS 4.0 keeps; CVSS 2 scores are put on the same scale. */
export function levelOf(score: number): SeverityLevel {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}

function fromVector(stated: StatedSeverity): Severity | null {
  if (!stated.type.startsWith('CVSS')) return null;
  const parsed = cvss.fromVector(stated.value);
  if (parsed === null) return null;
  const score = parsed.calculateScores(false).overall;
  if (typeof score !== 'number' || Number.isNaN(score)) return null;
  return { level: levelOf(score), score, vector: stated.value, version: versionOf(stated.value) };
}

function versionOf(vector: string): string {
  return /^CVSS:(\d\.\d)\//.exec(vector)?.[1] ?? '2.0';
}

/** Words of the databases: GHSA `MODERATE`, Red Hat `Important`, Ubuntu `negligible`, RustSec and others. */
function wordLevel(word: string): SeverityLevel {
  switch (word.toLowerCase()) {
    case 'critical':
      return 'critical';
    case 'high':
    case 'important':
      return 'high';
    case 'medium':
    case 'moderate':
      return 'medium';
    case 'low':
    case 'minor':
    case 'negligible':
      return 'low';
    case 'none':
    case 'informational':
      return 'none';
    default:
      return 'unknown';
  }
}
