import {
  comparePositions,
  cursorOf,
  type FindingPosition,
  positionOfCursor,
} from '../../store/finding-order.ts';
import type { Page, PageRequest } from '../../store/ports.ts';
import type { Finding } from './findings.ts';
import { componentOf, rowOf } from './rows.ts';

/** Findings in the order of what to do first. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findings
    .map(finding => ({ finding, position: positionOf(finding) }))
    .sort((a, b) => comparePositions(a.position, b.position))
    .map(({ finding }) => finding);
}

/** A page of findings that are in order. */
export function pageOf(findings: readonly Finding[], request: PageRequest): Page<Finding> {
  const cursor = positionOfCursor(request.after);
  const start = cursor === null ? 0 : beginAfter(findings, cursor);
  const items = findings.slice(start, start + request.limit);
  const last = items.at(-1);
  const more = start + request.limit < findings.length;
  return {
    items,
    total: findings.length,
    next: more && last !== undefined ? cursorOf(positionOf(last)) : null,
  };
}

/** Halved, not gone through: of a whole larder there are a thousand pages, one after the other. */
function beginAfter(findings: readonly Finding[], cursor: FindingPosition): number {
  let [low, high] = [0, findings.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const finding = findings[middle];
    if (finding !== undefined && comparePositions(positionOf(finding), cursor) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function positionOf(finding: Finding): FindingPosition {
  const { bom, component } = finding;
  const { risk, score, vulnerability } = rowOf(finding.match);
  return [
    -risk,
    -score,
    vulnerability,
    component,
    componentOf(finding),
    bom.appName,
    bom.app,
    bom.release ?? '',
    bom.branch ?? '',
  ];
}
