import type { JoinedBase } from '../advisories/base.ts';
import type { ScanFinding, ScanFindings } from '../scan/findings.ts';
import type { ScanResult } from '../scan/run.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import {
  bumpNote,
  findingJson,
  findingLine,
  sameElsewhere,
  settledLine,
  uncoveredTexts,
  viewOfScan,
} from './findings.ts';
import { demandsOf, failLine, mirrorLine } from './judge.ts';
import { locateMirror } from './mirror.ts';
import { formatCount, formatDuration, formatNoun } from './output/numbers.ts';
import type { Screen } from './output/screen.ts';
import { renderTable } from './output/table.ts';
import { knownIn } from './scan-base.ts';
import { judgingTree } from './tree-knowledge.ts';

/** What the advisories say of a scan. */
export interface JudgedScan {
  readonly found: ScanFindings;
  readonly epoch: string;
  readonly updated: number | null;
  readonly now: number;
  /** Whether a finding meets `--fail-on`. */
  readonly fails: boolean;
  readonly failOn: readonly string[];
  /** With `--base`: whether a finding is not in it. */
  readonly isNew: ((finding: ScanFinding) => boolean) | null;
  /** Whether registries were asked what to bump to. */
  readonly online: boolean;
  /** Where decisions that were obeyed are kept. */
  readonly places: { readonly larder: string; readonly localVex: string | null };
}

const ROWS = 25;

/** Judges what a scan found; null when there are no advisories at all, and then nothing was checked. */
export async function judgeScan(
  context: Context,
  result: ScanResult,
  asked: {
    readonly failOn: readonly string[];
    readonly base: string | undefined;
    readonly mirror: string | undefined;
    readonly path: string;
    /** What the scanned tree is called. */
    readonly name: string;
    /** Ask registries what to bump to, for the rows that are shown. */
    readonly online: boolean;
    /** The folder on disk whose decisions count. */
    readonly folder: string;
  },
): Promise<JudgedScan | null> {
  const demands = await demandsOf(asked.failOn, asked.base);
  const { findingsOfScan } = await import('../scan/findings.ts');
  const { fails } = await import('../advisories/fail-on.ts');
  const now = context.now().getTime();
  return judgingTree(context, asked.mirror, asked.folder, async known => {
    if (!known.hasAdvisories) {
      if (asked.failOn.length === 0) return null;
      throw new CliError(
        'unreadable',
        `--fail-on cannot be judged without advisories: there are none at ${locateMirror(context, asked.mirror)}; run larder mirror update --for ${asked.path} first.`,
      );
    }
    const { base, trustOf, localVex } = known;
    const product = await known.product(result, asked.name);
    const judged = findingsOfScan(result.projects, base, { now, trustOf, product });
    const found = asked.online ? await withRegistries(context, judged, base, now) : judged;
    const before =
      asked.base === undefined ? null : await knownIn(context, asked.base, asked.mirror, asked.folder);
    const isNew =
      before === null
        ? null
        : (finding: ScanFinding): boolean => !before.has(sameElsewhere(finding.vulnerability, finding.purl));
    return {
      found,
      epoch: base.epoch,
      updated: base.updated,
      now,
      fails: found.findings.some(finding => fails(finding.match, demands, isNew?.(finding) ?? false)),
      failOn: asked.failOn,
      isNew,
      online: asked.online,
      places: { larder: context.store.path, localVex },
    };
  });
}

/** The first findings with what to bump to: those that a table shows. */
async function withRegistries(
  context: Context,
  judged: ScanFindings,
  base: JoinedBase,
  now: number,
): Promise<ScanFindings> {
  const { Matcher } = await import('../advisories/match.ts');
  const { withBumps } = await import('./online.ts');
  const open = judged.findings.filter(finding => finding.attention !== 'settled').slice(0, ROWS);
  const bumped = await withBumps(context, open, new Matcher(base, { now }));
  const byId = new Map(bumped.map(finding => [finding.id, finding]));
  return { ...judged, findings: judged.findings.map(finding => byId.get(finding.id) ?? finding) };
}

export function judgedJson(judged: JudgedScan, now: number): object {
  const { found } = judged;
  return {
    mirror: { epoch: judged.epoch, age: judged.updated === null ? null : now - judged.updated },
    findings: found.findings.map(finding => ({
      ...findingJson(viewOfScan(finding)),
      project: finding.project.path,
      locations: finding.locations,
      ...(judged.isNew === null ? {} : { new: judged.isNew(finding) }),
    })),
    total: found.findings.length,
    unidentified: found.unidentified,
    unpinned: found.unpinned,
    notCovered: found.notCovered,
  };
}

/** The findings of a scan for people. "0 findings" never stands alone when something was not judged. */
export function judgedLines(screen: Screen, judged: JudgedScan): string[] {
  const { found } = judged;
  const counts = { act: 0, look: 0, settled: 0 };
  for (const finding of found.findings) counts[finding.attention]++;
  const open = found.findings.filter(finding => finding.attention !== 'settled');
  const many = new Set(open.map(finding => finding.project)).size > 1;
  const lines = [
    `vulnerabilities: ${formatCount(counts.act)} to act on, ${formatCount(counts.look)} to look at, ${formatCount(counts.settled)} settled`,
  ];
  lines.push(...renderTable(screen, findingLine(open.slice(0, ROWS).map(viewOfScan), many), 2, false));
  if (open.length > ROWS)
    lines.push(screen.paint('dim', `and ${formatCount(open.length - ROWS)} more (-o json has all)`));
  const withStatus = (status: string): number =>
    found.findings.filter(finding => finding.match.verdict.status === status).length;
  lines.push(...settledLine(withStatus('not_affected'), withStatus('fixed'), '-o json'));
  lines.push(...decidedLine(judged));
  for (const note of bumpNote(open.slice(0, ROWS).map(viewOfScan), judged.online))
    lines.push(screen.paint('dim', note));
  const unjudged = [
    ...uncoveredTexts(found.notCovered),
    ...(found.unpinned > 0 ? [`${formatNoun(found.unpinned, 'component')} without a version`] : []),
    ...(found.unidentified > 0 ? [`${formatNoun(found.unidentified, 'component')} without an identity`] : []),
  ];
  if (unjudged.length > 0) lines.push(`not judged: ${unjudged.join(', ')}`);
  return [
    ...lines,
    screen.paint('dim', mirrorLine(judged, judged.now, formatDuration)),
    ...failLine(screen, judged.fails, judged.failOn),
  ];
}

/** That what somebody decided was obeyed, and where that is kept. */
function decidedLine({ found, places }: JudgedScan): string[] {
  const kept = found.findings.flatMap(({ match }) => {
    const decision = match.verdict.reasons.find(reason => reason.rule === 'decision');
    return decision === undefined ? [] : [decision.document === null ? places.localVex : places.larder];
  });
  if (kept.length === 0) return [];
  return [`decided: ${formatNoun(kept.length, 'finding')}, as kept in ${[...new Set(kept)].join(' and ')}`];
}
