import { attentionOf, riskOf } from '../../advisories/finding.ts';
import type { Match } from '../../advisories/match.ts';
import { type Target, targetOf } from '../../advisories/select.ts';
import { COUNTERS, type FindingRow, MARK, type PartRecord } from '../../store/findings.ts';
import type { IdentifierKind } from '../../store/intake.ts';
import type { Store } from '../../store/ports.ts';
import type { Finding } from './findings.ts';

/** What is kept of a match: enough to count and to order it. */
export function rowOf(match: Match): FindingRow {
  const { status } = match.verdict;
  const { level, score } = match.severity;
  const marks =
    (attentionOf(match, status) === 'act' ? MARK.act : 0) +
    (match.kind === 'malicious' ? MARK.malicious : 0) +
    (match.kev ? MARK.kev : 0);
  return {
    vulnerability: match.ids[0] ?? '',
    status,
    risk: Math.round(riskOf(match) * 100),
    score: score === null ? -1 : Math.round(score * 10),
    level: COUNTERS.indexOf(level === 'unknown' ? 'unrated' : level),
    marks,
  };
}

/** What a finding is about, as kept findings name it. */
export function componentOf(finding: Pick<Finding, 'purl' | 'component' | 'version'>): string {
  return finding.purl ?? `${finding.component}@${finding.version ?? ''}`;
}

/** Parts as the matcher takes them. */
export async function targetsOf(store: Store, parts: readonly PartRecord[]): Promise<Map<number, Target>> {
  const packages = [...new Set(parts.flatMap(part => part.packages))];
  const identifiers = [...new Set(parts.flatMap(part => part.identifiers))];
  const purls = new Map((await store.dictionary.packages(packages)).map(record => [record.id, record.purl]));
  const rows = new Map((await store.dictionary.identifiers(identifiers)).map(row => [row.id, row]));
  const valuesOf = (kind: IdentifierKind, part: PartRecord): string[] =>
    part.identifiers.flatMap(id => {
      const row = rows.get(id);
      return row?.kind === kind ? [row.value] : [];
    });
  return new Map(
    parts.map(part => [
      part.id,
      targetOf({
        purls: part.packages.flatMap(id => purls.get(id) ?? []),
        refined: valuesOf('package', part),
        cpes: valuesOf('cpe', part),
        version: null,
      }),
    ]),
  );
}
