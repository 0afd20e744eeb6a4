import type { JoinedBase } from '../../advisories/base.ts';
import type { VerdictStatus } from '../../model/advisory.ts';
import { COUNTERS, countRow, type FindingFilter, noCounts, type Tally } from '../../store/findings.ts';
import type { PageRequest, Store } from '../../store/ports.ts';
import type { Scope } from '../../store/scope.ts';
import { affectedBy } from './affected.ts';
import { type AuditPage, STATUSES, type WherePage } from './answer.ts';
import { type AuditRequest, audit } from './audit.ts';
import type { Finding } from './findings.ts';
import { keptAudit, keptPage, keptWhere } from './kept.ts';
import { pageOf } from './order.ts';
import { rowOf } from './rows.ts';

interface AuditAsked extends AuditRequest {
  /** All is needed. */
  readonly whole: boolean;
}

interface PageAsked extends PageRequest {
  readonly statuses: FindingFilter['statuses'];
  readonly now: number;
}

/** One page of an audit: from the findings that are kept where they answer it, at the cost of what is shown; else by judging all that is asked about. Both give the same. */
export async function auditPage(
  store: Store,
  base: JoinedBase,
  request: AuditAsked & PageAsked,
): Promise<AuditPage> {
  // Of one app few documents are opened anyway, and in the pages of a whole larder its findings are far apart.
  const fromKept = request.thing === null && !request.whole;
  const filter = { statuses: request.statuses, vulnerability: null };
  const kept = fromKept ? await keptAudit(store, base, filter, request, request.scope) : null;
  if (kept !== null) return kept;
  const found = await audit(store, base, request);
  const counts = noCounts();
  for (const finding of found.findings) countRow(counts, rowOf(finding.match));
  counts[COUNTERS.indexOf('unidentified')] = found.unidentified.reduce(
    (sum, one) => sum + one.names.length,
    0,
  );
  return {
    ...pageOf(withStatus(found.findings, request.statuses), request),
    counts,
    apps: found.apps,
    notCovered: found.notCovered,
    whole: found,
  };
}

/** A page after `first` of the same audit: what was judged for the first is not judged again. */
export async function nextAuditPage(
  store: Store,
  base: JoinedBase,
  first: AuditPage,
  request: AuditAsked & PageAsked,
): Promise<AuditPage> {
  const { statuses } = request;
  if (first.whole !== null)
    return { ...first, ...pageOf(withStatus(first.whole.findings, statuses), request) };
  const page = await keptPage(store, base, { statuses, vulnerability: null }, request, request.scope);
  // What is kept may fall behind while pages are read.
  return page === null ? auditPage(store, base, request) : { ...first, items: page.items, next: page.next };
}

/** One page of where a vulnerability is, in the same way. */
export async function wherePage(
  store: Store,
  base: JoinedBase,
  id: string,
  request: PageAsked & { readonly scope: Scope },
): Promise<WherePage> {
  return wherePages(store, base, id, request)(request);
}

/** The same for many pages: what has to be judged for them is judged once. */
export function wherePages(
  store: Store,
  base: JoinedBase,
  id: string,
  { scope, statuses, now }: Omit<PageAsked, keyof PageRequest> & { readonly scope: Scope },
): (page: PageRequest) => Promise<WherePage> {
  let judged: ReturnType<typeof affectedBy> | null = null;
  return async page => {
    const kept = judged === null ? await keptWhere(store, base, id, statuses, { ...page, now }, scope) : null;
    if (kept !== null) return kept;
    judged ??= affectedBy(store, base, id, scope, now);
    const { findings, documents, ...named } = await judged;
    return {
      ...pageOf(withStatus(findings, statuses), page),
      ...named,
      tally: tallyOf(findings, documents),
      appsAsked: await store.apps.count(scope),
    };
  };
}

/** A vulnerability's findings counted. */
export function tallyOf(findings: readonly Finding[], documents: number): Tally {
  const statuses = Object.fromEntries(STATUSES.map(status => [status, 0])) as Record<VerdictStatus, number>;
  const apps = new Set<string>();
  const affected = new Set<string>();
  for (const { match, bom } of findings) {
    statuses[match.verdict.status]++;
    apps.add(bom.app);
    if (match.verdict.status === 'affected') affected.add(bom.app);
  }
  return { statuses, apps: apps.size, affected: affected.size, documents };
}

function withStatus(findings: readonly Finding[], statuses: FindingFilter['statuses']): readonly Finding[] {
  return statuses === null
    ? findings
    : findings.filter(finding => statuses.includes(finding.match.verdict.status));
}
