import type { JoinedBase } from '../../advisories/base.ts';
import type { Matcher } from '../../advisories/match.ts';
import type { Counts, FindingFilter, KeptFinding } from '../../store/findings.ts';
import type { BomRecord, Page, PageRequest, Store } from '../../store/ports.ts';
import type { Scope } from '../../store/scope.ts';
import { matcherFor } from './audit.ts';
import { isCurrent } from './basis.ts';
import { type Finding, findingsOf } from './findings.ts';
import { type Parts, partsOf } from './parts.ts';
import { componentOf } from './rows.ts';
import { allSaid } from './said.ts';

/**
 * Answers from the findings that are kept: the same as judging everything anew, at the cost of what is shown. Null where they cannot answer: they are behind, or the question is of another moment;
 * `audit` then judges on the fly.
 */
export async function keptCounts(
  store: Store,
  base: JoinedBase,
  scope: Scope,
  now: number,
): Promise<Counts | null> {
  return (await isCurrent(store, base, now)) ? store.findings.counts(scope) : null;
}

/** A page in the order of what to do first, each finding whole. */
export async function keptPage(
  store: Store,
  base: JoinedBase,
  filter: FindingFilter,
  request: PageRequest & { readonly now: number },
  scope: Scope,
): Promise<Page<Finding> | null> {
  if (!(await isCurrent(store, base, request.now))) return null;
  const page = await store.findings.page(filter, request, scope);
  if (page === null) return null;
  const matcher = await matcherFor(store, base, scope, request.now);
  return { ...page, items: await judgedAgain(store, base, page.items, matcher, scope) };
}

/** Kept findings with their reasons, direct dependencies and all else that is not kept. */
async function judgedAgain(
  store: Store,
  base: JoinedBase,
  kept: readonly KeptFinding[],
  matcher: Matcher,
  scope: Scope,
): Promise<Finding[]> {
  const numbers = [...new Set(kept.map(one => one.bom))];
  const boms = new Map<number, BomRecord>(
    (await store.documents.boms(numbers, scope)).map(bom => [bom.id, bom]),
  );
  const said = await allSaid(store, scope);
  // What is opened from here on was found to be within the scope.
  const open = { ...scope, apps: null };
  const opened = new Map<number, Parts | null>();
  const findings: Finding[] = [];
  for (const one of kept) {
    const bom = boms.get(one.bom);
    if (bom === undefined) continue;
    if (!opened.has(one.bom)) opened.set(one.bom, await partsOf(store, base, bom, said, open));
    const parts = opened.get(one.bom) ?? null;
    const found = parts === null ? undefined : findingIn(parts, one, matcher);
    if (found !== undefined) findings.push(found);
  }
  return findings;
}

function findingIn(parts: Parts, kept: KeptFinding, matcher: Matcher): Finding | undefined {
  const rivals = findingsOf(
    parts,
    matcher,
    part => part.purl === null || part.purl === kept.component,
  ).filter(
    finding => finding.vulnerability === kept.vulnerability && componentOf(finding) === kept.component,
  );
  return rivals.find(finding => finding.match.verdict.status === kept.status) ?? rivals[0];
}
