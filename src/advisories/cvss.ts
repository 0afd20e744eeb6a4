import cvss from 'ae-cvss-calculator';
import type { StatedSeverity } from '../model/advisory.ts';
import { levelOf, NO_SEVERITY, type Severity, type SeverityLevel, worstSeverity } from './severity.ts';

/** The severity that a list of stated ones gives; see `worstSeverity`. Vectors that do not parse are passed over. */
export function severityOf(stated: readonly StatedSeverity[]): Severity {
  return worstSeverity(stated.map(severityOfOne));
}

function severityOfOne(stated: StatedSeverity): Severity {
  if (stated.type === 'label') return { ...NO_SEVERITY, level: wordLevel(stated.value) };
  if (stated.type !== 'score') return fromVector(stated.value) ?? NO_SEVERITY;
  const score = Number(stated.value);
  return score >= 0 && score <= 10 ? { ...NO_SEVERITY, level: levelOf(score), score } : NO_SEVERITY;
}

/** The longest vector of CVSS 4.0 that states every metric is shorter. */
const MAX_LENGTH = 512;

/** A vector without all base metrics has no score (CVSS 3.1 section 6, 4.0 section 7): to the library it would be a 0, which says harmless. */
function fromVector(vector: string): Severity | null {
  if (vector.length > MAX_LENGTH) return null;
  let score: unknown;
  try {
    const parsed = cvss.fromVector(vector);
    if (parsed === null || !parsed.isBaseFullyDefined()) return null;
    score = parsed.calculateScores(false).overall;
  } catch {
    // The library looks the metrics of a stranger's text up without care for `__proto__`.
    return null;
  }
  if (typeof score !== 'number' || Number.isNaN(score)) return null;
  return { level: levelOf(score), score, vector, version: versionOf(vector) };
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
