import type { Uncovered } from '../advisories/coverage.ts';
import type { Match } from '../advisories/match.ts';
import type { Finding } from '../graph/findings/findings.ts';
import type { ScanFinding } from '../scan/findings.ts';
import { isoOf } from './ask.ts';
import { formatCount, formatNoun } from './output/numbers.ts';
import type { Style } from './output/screen.ts';
import type { Cell, TableData } from './output/table.ts';

/** A finding as it is shown, whether a larder or a scan found it. */
export interface FindingView {
  readonly id: string;
  readonly match: Match;
  readonly vulnerability: string;
  readonly component: string;
  readonly version: string | null;
  readonly purl: string | null;
  readonly app: string;
  readonly release: string | null;
  readonly document: string | null;
  readonly scope: string | null;
  readonly risk: number;
  readonly attention: Finding['attention'];
  readonly firstSeen: number;
  readonly direct: Finding['direct'];
}

export function viewOf(finding: Finding): FindingView {
  const { bom } = finding;
  return { ...finding, app: bom.appName, release: bom.release, document: bom.document.sha256 };
}

/** A scan has no larder that would know since when: what it found is known since now, or since its advisory. */
export function viewOfScan(finding: ScanFinding): FindingView {
  const { subject, path } = finding.project;
  return {
    ...finding,
    app: subject.name ?? path,
    release: subject.version,
    document: null,
    firstSeen: finding.match.knownSince,
  };
}

/** A finding in the shape of larder.audit/1. */
export function findingJson(finding: FindingView) {
  const { match } = finding;
  const { verdict } = match;
  return {
    id: finding.id,
    vulnerability: finding.vulnerability,
    aliases: match.ids.slice(1),
    kind: match.kind,
    component: finding.component,
    version: finding.version,
    package: finding.purl,
    app: finding.app,
    release: finding.release,
    document: finding.document,
    scope: finding.scope,
    status: verdict.status,
    justification: verdict.justification ?? verdict.statedJustification,
    conflict: verdict.conflict,
    severity: {
      level: match.severity.level,
      score: match.severity.score,
      vector: match.severity.vector,
      version: match.severity.version,
    },
    kev: match.kev,
    epss: match.epss,
    risk: finding.risk,
    attention: finding.attention,
    firstSeen: isoOf(finding.firstSeen),
    fixed: verdict.fixed,
    direct: finding.direct,
    reasons: verdict.reasons,
  };
}

const STYLES: Readonly<Record<Finding['attention'], Style | null>> = {
  act: 'red',
  look: 'yellow',
  settled: 'dim',
};

/** Findings as lines for people: what, how bad, in what, status, what to do. */
export function findingLine(findings: readonly FindingView[], withApp: boolean): TableData {
  const columns = [
    { title: 'vulnerability' },
    { title: 'severity' },
    { title: 'exploited', drop: 2 },
    { title: 'package' },
    { title: 'status', drop: 1 },
    { title: 'fix' },
  ];
  return {
    columns: withApp ? [...columns.slice(0, 1), { title: 'app' }, ...columns.slice(1)] : columns,
    rows: findings.map(finding => {
      const style = STYLES[finding.attention];
      const cells: Cell[] = [
        style === null ? finding.vulnerability : { text: finding.vulnerability, style },
        severityText(finding),
        exploitedText(finding),
        `${finding.component}${finding.version === null ? '' : ` ${finding.version}`}`,
        statusText(finding),
        fixText(finding),
      ];
      const app = `${finding.app}${finding.release === null ? '' : ` ${finding.release}`}`;
      return withApp ? [...cells.slice(0, 1), app, ...cells.slice(1)] : cells;
    }),
  };
}

export function severityText(finding: FindingView): string {
  const { level, score } = finding.match.severity;
  if (finding.match.kind === 'malicious') return 'malicious';
  return score === null ? level : `${level} ${score.toFixed(1)}`;
}

function exploitedText(finding: FindingView): string {
  if (finding.match.kev) return 'exploited (KEV)';
  return finding.match.epss === null ? '' : `EPSS ${(finding.match.epss * 100).toFixed(0)} %`;
}

function statusText(finding: FindingView): string {
  const { status, conflict } = finding.match.verdict;
  return conflict ? `${status} (authors disagree)` : status.replaceAll('_', ' ');
}

/** What to do: the version that fixes it, and the direct dependency that brings it. */
export function fixText(finding: FindingView): string {
  const { fixed, status } = finding.match.verdict;
  if (status !== 'affected') return finding.match.verdict.reasons.at(-1)?.text ?? '';
  const version = fixed.length === 0 ? 'no fix known' : `fixed in ${fixed.slice(0, 2).join(', ')}`;
  const own = finding.direct.some(direct => direct.purl === finding.purl);
  if (own) return `${version}; direct`;
  const [first, ...others] = finding.direct;
  if (first === undefined) return version;
  return `${version}; ${bumpText(first)}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

/** `bump web -> 2.1.0`, or the way in where no version is known. */
function bumpText({ purl, to, why }: Finding['direct'][number]): string {
  // A Maven name says enough without its group, which is often longer.
  const via = purl.replace(/^pkg:(?:maven\/[^/]+|[^/]+)\//, '').replace(/[?#].*$/, '');
  if (to === null) return why === undefined ? `via ${via}` : `via ${via} (${why})`;
  const at = via.lastIndexOf('@');
  return via.slice(at + 1) === encodeURIComponent(to)
    ? `${via} allows it, renew the lockfile`
    : `bump ${via.slice(0, at)} -> ${to}`;
}

/** What a table says when it shows a way in without the version to bump to. */
export function bumpNote(findings: readonly FindingView[], online: boolean): string[] {
  const open = findings.some(
    finding =>
      finding.match.verdict.status === 'affected' &&
      finding.direct.some(direct => direct.to === null && direct.purl !== finding.purl),
  );
  return open && !online ? ['what to bump to is unknown: no registry data (--online asks for it)'] : [];
}

/** `settled: 24 not affected, 6 fixed (30 findings; --all lists them)`; empty where nothing is. */
export function settledLine(notAffected: number, fixed: number, option: string): string[] {
  const settled = notAffected + fixed;
  if (settled === 0) return [];
  const parts = [
    ...(notAffected > 0 ? [`${formatCount(notAffected)} not affected`] : []),
    ...(fixed > 0 ? [`${formatCount(fixed)} fixed`] : []),
  ];
  return [`settled: ${parts.join(', ')} (${formatNoun(settled, 'finding')}; ${option} lists them)`];
}

/** A finding as it would be called with another version of the package. */
export function sameElsewhere(vulnerability: string, purl: string): string {
  return `${vulnerability} ${purl.replace(/@[^@/]*$|[?#].*$/g, '').replace(/@[^@/]*$/, '')}`;
}

/** What nobody could judge, by kind of package. */
export function uncoveredTexts(notCovered: readonly Uncovered[]): string[] {
  const kinds = notCovered
    .slice(0, KINDS)
    .map(row => `${formatNoun(row.packages, 'package')} of ${row.kind} (no advisories in the mirror)`);
  const more = notCovered.length - kinds.length;
  return more === 0 ? kinds : [...kinds, `${formatNoun(more, 'more kind')} of packages`];
}

const KINDS = 3;

/** Findings as a flat table, for csv and md. */
export function findingRows(findings: readonly FindingView[]): TableData {
  const titles = [
    'id',
    'vulnerability',
    'severity',
    'score',
    'kev',
    'epss',
    'app',
    'release',
    'package',
    'status',
    'justification',
    'fixed',
    'direct',
    'document',
  ];
  return {
    columns: titles.map(title => ({ title })),
    rows: findings.map(({ id, vulnerability, match, app, release, document, purl, component, direct }) => [
      id,
      vulnerability,
      match.severity.level,
      match.severity.score,
      match.kev ? 'yes' : 'no',
      match.epss,
      app,
      release,
      purl ?? component,
      match.verdict.status,
      match.verdict.justification ?? match.verdict.statedJustification,
      match.verdict.fixed.join(' '),
      direct.map(one => one.purl).join(' '),
      document,
    ]),
  };
}
