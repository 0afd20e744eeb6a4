import type { AdvisoryBase } from '../../advisories/base.ts';
import { Coverage, kindOf, type Uncovered } from '../../advisories/coverage.ts';
import { Matcher } from '../../advisories/match.ts';
import { tryPurl } from '../../model/purl.ts';
import type { BomRecord, Store } from '../../store/ports.ts';
import { EVERYTHING, momentOf, type Scope, type TrustState } from '../../store/scope.ts';
import type { Thing } from '../things.ts';
import { type Finding, findingsOf } from './findings.ts';
import { FindingsOnce } from './once.ts';
import { inOrder } from './order.ts';
import { type Parts, PartsReader } from './parts.ts';
import { allSaid } from './said.ts';

export interface AuditRequest {
  /** What to audit; null for every app in the scope. */
  readonly thing: Thing | null;
  readonly scope: Scope;
  /** Now, for what is asked of now. */
  readonly now: number;
}

export interface Audit {
  /** What to do first stands first. */
  readonly findings: readonly Finding[];
  readonly boms: number;
  readonly apps: number;
  /** Entries that nothing identifies: they were not judged. */
  readonly unidentified: readonly Unidentified[];
  readonly notCovered: readonly Uncovered[];
}

export interface Unidentified {
  readonly bom: BomRecord;
  readonly names: readonly { readonly name: string; readonly version: string | null }[];
}

const MANY = 1_000_000;

/** All findings of an app, a document or a larder, in the order of what to do first. One vulnerability in one package of one release is one finding, however many documents state it. */
export async function audit(store: Store, base: AdvisoryBase, request: AuditRequest): Promise<Audit> {
  const { scope } = request;
  const boms = await bomsOf(store, request.thing, scope);
  const said = await allSaid(store, scope);
  const matcher = await matcherFor(store, base, scope, request.now);
  const findings = new FindingsOnce();
  const unidentified: Unidentified[] = [];
  const coverage = new Coverage(base);
  const reader = new PartsReader(store, base, said, scope);
  for (const bom of boms) {
    const parts = await reader.read(bom);
    if (parts === null) continue;
    for (const finding of findingsOf(parts, matcher)) findings.add(finding);
    if (parts.unidentified.length > 0) unidentified.push(namesOf(parts));
    countPackages(coverage, parts);
  }
  return {
    findings: inOrder(findings.list()),
    boms: boms.length,
    apps: new Set(boms.map(bom => bom.app)).size,
    unidentified,
    notCovered: coverage.uncovered(),
  };
}

/** The matcher for a scope: as of its moment, with what was found out about each document's signature. */
export async function matcherFor(
  store: Store,
  base: AdvisoryBase,
  scope: Scope,
  now: number,
): Promise<Matcher> {
  const trust = await trustOfStatements(store, { asOf: scope.asOf, trust: null });
  return new Matcher(base, {
    asOf: momentOf(scope),
    now: scope.asOf ?? now,
    trustOf: document => (document === null ? 'unsigned' : (trust.get(document) ?? 'unsigned')),
  });
}

/** What was found out, by then, of the signature of each document that states something of vulnerabilities. */
export async function trustOfStatements(
  store: Store,
  asked: Pick<Scope, 'asOf' | 'trust'>,
): Promise<ReadonlyMap<string, TrustState>> {
  const everyone: Scope = { ...EVERYTHING, ...asked, includeSuperseded: true, includeRetired: true };
  const page = { limit: MANY };
  const stating = await store.documents.list({ kinds: ['advisory', 'vex'] }, page, everyone);
  const boms = await store.documents.listBoms({ statesVulnerabilities: true }, page, everyone);
  const all = [...stating.items, ...boms.items.map(bom => bom.document)];
  return new Map(all.map(record => [record.sha256, record.trust]));
}

/** The BOMs a question is about: all newest ones, those of an app or release, or of one document. */
export async function bomsOf(store: Store, thing: Thing | null, scope: Scope): Promise<readonly BomRecord[]> {
  if (thing === null) return (await store.documents.listBoms({}, { limit: MANY }, scope)).items;
  if (thing.kind === 'app') return store.apps.boms(thing.app.key, thing.release ?? undefined, scope);
  return thing.document.bom === null
    ? []
    : store.documents.boms([thing.document.bom], { ...scope, includeSuperseded: true });
}

/** Counts the packages of a BOM by kind. */
export function countPackages(coverage: Coverage, parts: Parts): void {
  for (const { purl } of parts.parts) {
    const parsed = purl === null ? null : tryPurl(purl);
    if (purl !== null && parsed !== null) coverage.count(kindOf(parsed), purl);
  }
}

function namesOf(parts: Parts): Unidentified {
  const names = parts.unidentified.map(
    ordinal => parts.graph.node(ordinal).label ?? { name: 'unnamed', version: null },
  );
  return { bom: parts.bom, names };
}
