import type { AdvisoryBase } from '../../advisories/base.ts';
import { cpeKey } from '../../advisories/cpe-match.ts';
import { lookups } from '../../advisories/ecosystems.ts';
import type { Matcher } from '../../advisories/match.ts';
import { keysOfClaim, keysOfTarget } from '../../advisories/mirror/keys.ts';
import { tryPurl } from '../../model/purl.ts';
import type { BomRecord, MatchRecord, NameRecord, Store } from '../../store/ports.ts';
import { momentOf, type Scope } from '../../store/scope.ts';
import { matcherFor } from './audit.ts';
import { bomsSaidOf } from './context.ts';
import { namedByDigest } from './digests.ts';
import { type Finding, findingsOf } from './findings.ts';
import { FindingsOnce } from './once.ts';
import { inOrder } from './order.ts';
import { type Part, PartsReader } from './parts.ts';
import { allSaid, type Said } from './said.ts';

/** What a vulnerability's id names. */
export interface NamedVulnerability {
  /** All ids, best name first. */
  readonly ids: readonly string[];
  readonly summary: string | null;
  /** False when no advisory here speaks of it: then nobody looked. */
  readonly known: boolean;
}

/** A vulnerability, and where it is. */
export interface Affected extends NamedVulnerability {
  /** Every finding of it, whatever its status. */
  readonly findings: readonly Finding[];
  /** Documents that hold what it is found in. */
  readonly documents: number;
}

/** What judging for a scope takes, made once for any number of vulnerabilities. */
export interface Judge {
  readonly matcher: Matcher;
  readonly said: Said;
  /** BOMs with an entry that users said the identity of: what claims can meet in them, no list of packages tells. */
  readonly saidOf: readonly number[];
}

export async function judgeFor(store: Store, base: AdvisoryBase, scope: Scope, now: number): Promise<Judge> {
  const said = await allSaid(store, scope);
  return {
    matcher: await matcherFor(store, base, scope, now),
    said,
    saidOf: await bomsSaidOf(store, said, scope),
  };
}

/**
 * Where a vulnerability is. The same relation as `audit`, read from its other end: the BOMs that hold any identity its claims name are judged by the same function,
 * so that an app is here exactly when the vulnerability is among its findings.
 */
export async function affectedBy(
  store: Store,
  base: AdvisoryBase,
  id: string,
  scope: Scope,
  now: number,
  judge: Promise<Judge> = judgeFor(store, base, scope, now),
): Promise<Affected> {
  const { matcher, said, saidOf } = await judge;
  const asOf = momentOf(scope);
  const keys = new Set(base.claimsOf(id, asOf).flatMap(found => keysOfClaim(found.claim)));
  const boms = await holders(store, keys, saidOf, scope);
  // Only what a claim can meet need be judged: without a claim on itself a part has no finding.
  const meets = (part: Part): boolean => keysOfTarget(part.target).some(key => keys.has(key));
  const findings = new FindingsOnce();
  const reader = new PartsReader(store, base, said, scope);
  let documents = 0;
  for (const bom of boms) {
    const parts = await reader.read(bom);
    if (parts === null) continue;
    const found = findingsOf(parts, matcher, meets).filter(finding => finding.match.ids.includes(id));
    if (found.length > 0) documents++;
    for (const finding of found) findings.add(finding);
  }
  return {
    ...vulnerabilityNamed(base, id, asOf),
    findings: inOrder(findings.list()),
    documents,
  };
}

export function vulnerabilityNamed(base: AdvisoryBase, id: string, asOf: number): NamedVulnerability {
  const heads = base.advisories(id, asOf);
  return {
    ids: base.vulnerability(id, asOf),
    summary: heads.find(head => head.summary !== null)?.summary ?? null,
    known: heads.length > 0,
  };
}

/** BOMs that hold an identity under one of the keys, as components or as what they are about; and others that may. */
async function holders(
  store: Store,
  keys: ReadonlySet<string>,
  others: readonly number[],
  scope: Scope,
): Promise<readonly BomRecord[]> {
  const numbers = new Set<number>();
  for (const bom of (await store.membership.ofPackages(await packagesUnder(store, keys), scope)).bom)
    numbers.add(bom);
  const identifiers = await identifiersUnder(store, keys);
  for (const bom of (await store.membership.ofIdentifiers(identifiers, scope)).bom) numbers.add(bom);
  for (const bom of (await namedByDigest(store, keys, scope)).keys()) numbers.add(bom);
  const more = [...(await namedByRef(store, keys, scope)), ...(await store.documents.boms(others, scope))];
  for (const bom of more) if (scope.includeSuperseded || isNewest(bom, scope)) numbers.add(bom.id);
  return store.documents.boms([...numbers], scope);
}

/** Numbers of the identifiers under one of the keys: CPEs, and what documents say of distributions' packages. */
export async function identifiersUnder(store: Store, keys: ReadonlySet<string>): Promise<number[]> {
  const types = new Set([...keys].flatMap(key => /^(?:deb|rpm|apk|alpm)(?=\/)/.exec(key)?.[0] ?? []));
  const refined: number[] = [];
  for (const type of types) {
    const found = await store.dictionary.identifiersStarting('package', `pkg:${type}/`, MOST_REFINED);
    refined.push(...found.filter(row => isUnder(row.value, keys)).map(row => row.id));
  }
  return [...refined, ...(await cpesUnder(store, keys))];
}

const MOST_REFINED = 10_000_000;

async function cpesUnder(store: Store, keys: ReadonlySet<string>): Promise<number[]> {
  const cpes: number[] = [];
  for (const key of keys) {
    if (!key.startsWith('cpe:')) continue;
    for (const prefix of [key.replace(/^cpe:/, 'cpe:2.3:'), key.replace(/^cpe:/, 'cpe:/')]) {
      const found = await store.dictionary.identifiersStarting('cpe', prefix, 100_000);
      cpes.push(...found.filter(row => cpeKey(row.value) === key).map(row => row.id));
    }
  }
  return cpes;
}

/** Numbers of the packages under one of the keys. */
export async function packagesUnder(store: Store, keys: ReadonlySet<string>): Promise<number[]> {
  const names: NameRecord[] = [];
  for (const key of keys) {
    const name = key.slice(key.lastIndexOf('/') + 1);
    if (/^(?:cpe|digest|ref|osv):/.test(key) || name === '') continue;
    const type = key.slice(0, key.indexOf('/'));
    // Some tools write the distribution as the type.
    for (const one of key.startsWith('apk/alpine/') ? [type, 'alpine'] : [type])
      names.push(...(await store.dictionary.names({ name, type: one, how: 'exact' })));
  }
  const matches: MatchRecord[] = [
    ...(await store.dictionary.matches([...new Set(names.map(name => name.id))])),
  ];
  matches.push(...(await builtFrom(store, keys)));
  const packages = await store.dictionary.packagesOfMatches([...new Set(matches.map(match => match.id))]);
  return packages.filter(record => isUnder(record.purl, keys)).map(record => record.id);
}

/** Qualifiers that name what a binary package is built from. */
const SOURCE = /(?:upstream|source|sourcerpm|origin)=/;

/** Binary packages of distributions that name a source package under one of the keys. */
async function builtFrom(store: Store, keys: ReadonlySet<string>): Promise<MatchRecord[]> {
  const sources = [...keys]
    .filter(key => /^(?:deb|rpm|apk|alpm)\//.test(key))
    .map(key => key.slice(key.lastIndexOf('/') + 1));
  if (sources.length === 0) return [];
  const found: MatchRecord[] = [];
  for await (const chunk of store.dictionary.allMatches(10_000)) {
    found.push(
      ...chunk.filter(
        match => SOURCE.test(match.qualifiers) && sources.some(source => match.qualifiers.includes(source)),
      ),
    );
  }
  return found;
}

function isUnder(text: string, keys: ReadonlySet<string>): boolean {
  const purl = tryPurl(text);
  return purl !== null && lookups(purl).some(lookup => keys.has(lookup.key));
}

/** BOMs whose entries or apps a statement names by reference. */
export async function namedByRef(
  store: Store,
  keys: ReadonlySet<string>,
  scope: Scope,
): Promise<BomRecord[]> {
  const found: BomRecord[] = [];
  for (const key of keys) {
    if (!key.startsWith('ref:')) continue;
    const ref = key.slice(4);
    const document = ref.slice(0, ref.indexOf('#') < 0 ? ref.length : ref.indexOf('#'));
    if (document.startsWith('sha256:')) {
      const record = await store.documents.find(document.slice(7), scope);
      if (record?.bom) found.push(...(await store.documents.boms([record.bom], scope)));
    } else if (document.startsWith('urn:')) {
      found.push(...(await store.documents.linked({ serialNumber: document }, scope)));
    }
  }
  // By number or link replaced documents are given too.
  return scope.includeSuperseded ? found : found.filter(bom => isNewest(bom, scope));
}

/** Whether a BOM is the newest of its line at the moment of a scope. */
export function isNewest(bom: BomRecord, scope: Scope): boolean {
  return bom.supersededAt === null || (scope.asOf !== null && bom.supersededAt > scope.asOf);
}
