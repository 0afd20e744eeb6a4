import type { JoinedBase } from '../../advisories/base.ts';
import { Coverage, type Uncovered } from '../../advisories/coverage.ts';
import type { Matcher } from '../../advisories/match.ts';
import type { Counts, FindingFilter, KeptFinding } from '../../store/findings.ts';
import type { BomRecord, Page, PageRequest, Store } from '../../store/ports.ts';
import { momentOf, type Scope } from '../../store/scope.ts';
import { isNewest, vulnerabilityNamed } from './affected.ts';
import { type AuditPage, countIn, STATUSES, type WherePage } from './answer.ts';
import { countPackages, matcherFor } from './audit.ts';
import { isCurrent } from './basis.ts';
import { bomsSaidOf } from './context.ts';
import { type Finding, findingsOf } from './findings.ts';
import { FindingsOnce } from './once.ts';
import { type Part, type Parts, PartsReader } from './parts.ts';
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
  return (await isCurrent(store, base, request.now)) ? pageWhole(store, base, filter, request, scope) : null;
}

/** What `audit` tells of a scope, from what is kept. */
export async function keptAudit(
  store: Store,
  base: JoinedBase,
  filter: FindingFilter,
  request: PageRequest & { readonly now: number },
  scope: Scope,
): Promise<AuditPage | null> {
  const counts = await keptCounts(store, base, scope, request.now);
  const page = counts === null ? null : await pageWhole(store, base, filter, request, scope);
  if (counts === null || page === null) return null;
  return {
    ...page,
    total: countIn(counts, filter.statuses),
    counts,
    apps: await appsIn(store, scope),
    notCovered: await uncoveredIn(store, base, scope),
    whole: null,
  };
}

/** Where a vulnerability is, from what is kept. */
export async function keptWhere(
  store: Store,
  base: JoinedBase,
  id: string,
  statuses: FindingFilter['statuses'],
  request: PageRequest & { readonly now: number },
  scope: Scope,
): Promise<WherePage | null> {
  if (!(await isCurrent(store, base, request.now))) return null;
  const named = vulnerabilityNamed(base, id, momentOf(scope));
  const vulnerability = named.ids[0] ?? id;
  const tally = await store.findings.tally(vulnerability, scope);
  const page = await pageWhole(store, base, { statuses, vulnerability }, request, scope);
  if (tally === null || page === null) return null;
  const total = (statuses ?? STATUSES).reduce((sum, status) => sum + tally.statuses[status], 0);
  return { ...page, ...named, total, tally, appsAsked: await appsIn(store, scope) };
}

/** How many apps have a document in a scope: from what is kept, where it tells. */
async function appsIn(store: Store, scope: Scope): Promise<number> {
  return (await store.findings.apps(scope)) ?? store.apps.count(scope);
}

/** Packages of kinds without any advisory. What users said that components are adds to what documents state and is not in what is kept: documents that they said it of are opened. */
async function uncoveredIn(store: Store, base: JoinedBase, scope: Scope): Promise<readonly Uncovered[]> {
  const coverage = new Coverage(base);
  const kinds = (await store.findings.kinds()).filter(kind => !base.covers(`${kind}/`));
  const said = await allSaid(store, scope);
  for (const { kind, component } of await store.findings.packagesOf(kinds, scope))
    coverage.count(kind, component);
  const reader = new PartsReader(store, base, said, { ...scope, apps: null });
  const spokenOf = await store.documents.boms(await bomsSaidOf(store, said), scope);
  for (const bom of spokenOf.filter(one => isNewest(one, scope))) {
    const parts = await reader.read(bom);
    if (parts !== null) countPackages(coverage, parts);
  }
  return coverage.uncovered();
}

async function pageWhole(
  store: Store,
  base: JoinedBase,
  filter: FindingFilter,
  request: PageRequest & { readonly now: number },
  scope: Scope,
): Promise<Page<Finding> | null> {
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
  // What is opened from here on was found to be within the scope.
  const open = { ...scope, apps: null };
  const numbers = [...new Set(kept.map(one => one.bom))];
  const boms = new Map<number, BomRecord>(
    (await store.documents.boms(numbers, open)).map(bom => [bom.id, bom]),
  );
  const reader = new PartsReader(store, base, await allSaid(store, scope), open);
  const found = new Map<KeptFinding, Finding>();
  for (const [number, ofBom] of Map.groupBy(kept, one => one.bom)) {
    const bom = boms.get(number);
    const parts = bom === undefined ? null : await reader.read(bom);
    if (parts === null) continue;
    const findings = findingsIn(parts, ofBom, matcher);
    for (const one of ofBom) {
      const finding = findings.get(keyOf(one.vulnerability, one.component));
      if (finding !== undefined) found.set(one, finding);
    }
  }
  return kept.flatMap(one => found.get(one) ?? []);
}

/** The findings in the components of a BOM that kept ones are in; of several entries that one may be, the one that counts. */
function findingsIn(
  parts: Parts,
  kept: readonly KeptFinding[],
  matcher: Matcher,
): ReadonlyMap<string, Finding> {
  const wanted = new Set(kept.map(one => one.component));
  const once = new FindingsOnce();
  for (const finding of findingsOf(parts, matcher, part => wanted.has(nameOf(parts, part))))
    once.add(finding);
  return new Map(once.list().map(one => [keyOf(one.vulnerability, componentOf(one)), one]));
}

/** As `componentOf` names what is found in it. */
function nameOf(parts: Parts, { purl, ordinals }: Part): string {
  if (purl !== null) return purl;
  const label = parts.graph.node(ordinals[0] ?? 0).label;
  return `${label?.name ?? 'unnamed'}@${label?.version ?? ''}`;
}

function keyOf(vulnerability: string, component: string): string {
  return `${vulnerability}\n${component}`;
}
