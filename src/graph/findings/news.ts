import type { AdvisoryBase, JoinedBase } from '../../advisories/base.ts';
import type { Store } from '../../store/ports.ts';
import { EVERYTHING, momentOf, type Scope } from '../../store/scope.ts';
import { affectedBy, judgeFor } from './affected.ts';
import { attentionIn } from './answer.ts';
import { audit } from './audit.ts';
import type { Finding } from './findings.ts';
import { keptCounts, keptPage } from './kept.ts';
import { inOrder } from './order.ts';

/** A finding that came or went, and the sentence that says why. */
export interface Change {
  readonly finding: Finding;
  readonly why: string;
}

export interface Changes {
  /** Affected now and not before, by risk. */
  readonly affected: readonly Change[];
  /** Affected before and not now. */
  readonly cleared: readonly Change[];
}

/**
 * What changed in the larder with some vulnerabilities since a moment. Only what they are in is judged, so that it costs by the change and not by the size of the larder.
 * A vulnerability that only got a better name is the same.
 *
 * @param ids of vulnerabilities whose advisories or names changed, each with all ids that it had before
 */
export async function changesSince(
  store: Store,
  base: AdvisoryBase,
  ids: readonly string[],
  moment: number,
  now: number,
): Promise<Changes> {
  const is = await affectedByAny(store, base, ids, EVERYTHING, now);
  const was = await affectedByAny(store, base, ids, { ...EVERYTHING, asOf: moment }, now);
  return changesBetween(was, is, base);
}

/** Findings of all these vulnerabilities in a scope, in order. */
async function affectedByAny(
  store: Store,
  base: AdvisoryBase,
  ids: readonly string[],
  scope: Scope,
  now: number,
): Promise<Finding[]> {
  const judge = judgeFor(store, base, scope, now);
  const done = new Set<string>();
  const findings = new Map<string, Finding>();
  for (const id of ids) {
    if (done.has(id)) continue;
    const found = await affectedBy(store, base, id, scope, now, judge);
    for (const name of found.ids) done.add(name);
    for (const finding of found.findings) findings.set(finding.id, finding);
  }
  return inOrder([...findings.values()]);
}

function changesBetween(before: readonly Finding[], after: readonly Finding[], base: AdvisoryBase): Changes {
  const was = affectedKeys(before);
  const is = affectedKeys(after);
  const now = new Map(after.flatMap(finding => keysOf(finding).map(key => [key, finding] as const)));
  const affected = after.filter(finding => isAffected(finding) && !keysOf(finding).some(key => was.has(key)));
  const cleared = before.filter(finding => isAffected(finding) && !keysOf(finding).some(key => is.has(key)));
  return {
    affected: affected.map(finding => ({ finding, why: lastReason(finding) })),
    cleared: cleared.map(finding => {
      const successor = keysOf(finding)
        .map(key => now.get(key))
        .find(one => one !== undefined);
      return { finding, why: successor ? lastReason(successor) : whyGone(finding, base) };
    }),
  };
}

/** What a larder's owner wants to know first. */
export interface News {
  /** Null where they are not kept for this moment and the larder is too large to be judged for a glance. */
  readonly counts: { readonly act: number; readonly look: number; readonly settled: number } | null;
  /** What to do first: affected, by risk. */
  readonly first: readonly Finding[];
}

const FIRST = 3;

/** More bills of materials than this are judged for an audit, but not for a glance: that would take more than a second. */
export const MOST_JUDGED = 200;

/** From the findings that are kept where they are of now, else by judging. */
export async function newsOf(store: Store, base: JoinedBase, scope: Scope, now: number): Promise<News> {
  const kept = await keptCounts(store, base, scope, now);
  const filter = { statuses: ['affected'], vulnerability: null } as const;
  const page = kept === null ? null : await keptPage(store, base, filter, { limit: FIRST, now }, scope);
  if (kept !== null && page !== null) return { counts: attentionIn(kept), first: page.items };
  const { total } = await store.documents.listBoms({}, { limit: 1 }, scope);
  if (total > MOST_JUDGED) return { counts: null, first: [] };
  const { findings } = await audit(store, base, { thing: null, scope, now });
  const counts = { act: 0, look: 0, settled: 0 };
  for (const finding of findings) counts[finding.attention]++;
  return { counts, first: findings.filter(isAffected).slice(0, FIRST) };
}

function isAffected(finding: Finding): boolean {
  return finding.match.verdict.status === 'affected';
}

function affectedKeys(findings: readonly Finding[]): Set<string> {
  return new Set(findings.filter(isAffected).flatMap(keysOf));
}

function keysOf(finding: Finding): string[] {
  const { bom, purl, component, version } = finding;
  return finding.match.ids.map(id =>
    JSON.stringify([bom.app, bom.release, purl ?? [component, version], id]),
  );
}

function lastReason(finding: Finding): string {
  return finding.match.verdict.reasons.at(-1)?.text ?? finding.match.verdict.status;
}

/** No claim gives the finding any more: its advisories were taken back or changed, or its document was replaced. */
function whyGone(finding: Finding, base: AdvisoryBase): string {
  const heads = base.advisories(finding.vulnerability, momentOf(EVERYTHING));
  const back = heads.filter(head => head.state !== 'published');
  if (heads.length > 0 && back.length === heads.length)
    return back.map(head => `${head.id} is ${head.state}`).join(', ');
  return `no advisory holds ${finding.component} ${finding.version ?? ''} any more`;
}
