import type { Diagnostic } from '../model/diagnostic.ts';
import type { BomFacts } from '../model/facts.ts';
import type { TrustIntake } from '../store/intake.ts';
import type {
  AppRecord,
  BomRecord,
  DigestHit,
  DocumentRecord,
  ReleaseRecord,
  StatementRecord,
  Store,
} from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { type Claim, claimsAbout } from './claims.ts';
import { readAgain } from './details.ts';
import { GraphError } from './errors.ts';
import { keysOfComponent, keysOfIdentity, marksOf, saidOf, saidOfApp } from './marks.ts';
import { type Resolved, resolve } from './resolve.ts';
import { standing } from './standing.ts';
import { type Stated, statedIn } from './stated.ts';
import { bomsOf, findThing } from './things.ts';
import { type Contact, contactsOf, type Share, shareOf } from './upstream.ts';
import { type WhereAnswer, where } from './where.ts';

/** All that is known of one app. */
export interface ShownApp {
  readonly kind: 'app';
  readonly app: AppRecord;
  readonly release: string | null;
  readonly releases: readonly ReleaseRecord[];
  readonly boms: readonly BomRecord[];
  /** Of the newest document; null when it cannot be read again. */
  readonly share: Share | null;
  readonly contacts: readonly Contact[];
  /** Ways to reach those who make the app itself. */
  readonly own: readonly string[];
  readonly statements: readonly StatementRecord[];
}

/** All that is known of one document. */
export interface ShownDocument {
  readonly kind: 'document';
  readonly document: DocumentRecord;
  readonly bom: BomRecord | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly members: readonly DocumentRecord[];
  readonly statements: readonly StatementRecord[];
  /** Who signed it and why that counts or does not; null for a document nobody signed. */
  readonly verdict: TrustIntake | null;
  /** What it says, when it is an attestation. */
  readonly stated: readonly Stated[];
}

/** All that is known of a package, CPE or name. */
export interface ShownPackage {
  readonly kind: 'package';
  readonly resolved: Resolved;
  readonly found: WhereAnswer;
  /** As stated by the newest document that lists it. */
  readonly licences: readonly string[];
  readonly ways: readonly string[];
  readonly suppliers: readonly string[];
  readonly source: string | null;
  readonly statements: readonly StatementRecord[];
}

/** All that is claimed of a digest. */
export interface ShownDigest {
  readonly kind: 'digest';
  readonly value: string;
  readonly document: DocumentRecord | null;
  readonly entries: readonly {
    readonly hit: DigestHit;
    readonly bom: BomRecord;
    readonly name: string;
    readonly version: string | null;
    readonly algorithm: string;
  }[];
  /** What attestations claim of it, by whom, checked or not. */
  readonly claims: readonly Claim[];
}

export type Shown = ShownApp | ShownDocument | ShownPackage | ShownDigest;

/**
 * What the larder knows of a thing: an app, a document, a package or a digest, tried in this order.
 * @throws GraphError `unknown-thing`
 */
export async function show(store: Store, words: string, scope: Scope): Promise<Shown> {
  const thing = await findThing(store, words, scope);
  if (thing?.kind === 'app') return showApp(store, thing.app, thing.release, scope);
  if (thing?.kind === 'document') return showDocument(store, thing.document, scope);
  const resolved = await resolve(store, words, null, scope);
  if (resolved.query.kind === 'digest') return showDigest(store, resolved.query.value, scope);
  if (resolved.identities.length > 0) return showPackage(store, words, resolved, scope);
  const hint =
    resolved.suggestions.length > 0
      ? `did you mean ${resolved.suggestions.join(', ')}?`
      : 'larder apps and larder documents list what there is.';
  throw new GraphError('unknown-thing', `Nothing here is called '${words}'; ${hint}`);
}

const CONTACTS = 8;

async function showApp(
  store: Store,
  app: AppRecord,
  release: string | null,
  scope: Scope,
): Promise<ShownApp> {
  const boms = await bomsOf(store, { kind: 'app', app, release }, scope);
  const statements = await saidOfApp(store, app, release, scope);
  const [newest] = boms;
  const facts = newest === undefined ? null : await factsOf(store, newest);
  const marked =
    newest === undefined || facts === null
      ? null
      : { facts, sha256: newest.document.sha256, marks: await marksOf(store, scope) };
  return {
    kind: 'app',
    app,
    release,
    releases: await store.apps.releases(app.key, scope),
    boms,
    share: marked === null ? null : shareOf(marked),
    contacts: marked === null ? [] : contactsOf(marked, CONTACTS),
    own: [...markedContacts(statements), ...(facts === null ? [] : ownWays(facts))],
    statements,
  };
}

async function factsOf(store: Store, bom: BomRecord): Promise<BomFacts | null> {
  return (await readAgain(store, bom.document))?.bom ?? null;
}

/** Those of a release go before those of its app. */
function markedContacts(statements: readonly StatementRecord[]): string[] {
  const narrow = ({ statement }: StatementRecord): boolean =>
    statement.type === 'mark' && statement.target.kind === 'app' && Boolean(statement.target.release);
  const ordered = statements.toSorted((a, b) => Number(narrow(b)) - Number(narrow(a)));
  return ordered.flatMap(({ statement }) =>
    statement.type === 'mark' && statement.mark === 'contact' && statement.value !== null
      ? [statement.value]
      : [],
  );
}

function ownWays(facts: BomFacts): string[] {
  const parties = [
    facts.supplier,
    facts.manufacturer,
    ...facts.subjects.map(at => facts.components[at]?.supplier ?? null),
  ];
  const stated = parties.flatMap(party => (party === null ? [] : [party.email ?? party.url ?? party.name]));
  const references = facts.subjects.flatMap(at => facts.components[at]?.references ?? []);
  const links = references.filter(one => /^(?:security-contact|support|issue-tracker|vcs)$/.test(one.type));
  return [...new Set([...stated, ...links.map(one => one.url)])];
}

async function showDocument(store: Store, document: DocumentRecord, scope: Scope): Promise<ShownDocument> {
  const wide = { ...scope, includeSuperseded: true };
  const [bom = null] = document.bom === null ? [] : await store.documents.boms([document.bom], wide);
  return {
    kind: 'document',
    document,
    bom,
    diagnostics: await store.documents.diagnostics(document.id),
    members: await store.documents.members(document.id, wide),
    statements: await saidOfDocument(store, document.sha256, scope),
    verdict: await store.documents.trust(document.id, wide),
    stated: document.kind === 'attestation' ? statedIn(await readAgain(store, document)) : [],
  };
}

/** What stands of what was said of a document and of its entries. */
async function saidOfDocument(store: Store, sha256: string, scope: Scope): Promise<StatementRecord[]> {
  const whole = await store.assertions.list({ target: { kind: 'document', sha256 } }, scope);
  const entries = await store.assertions.list({ types: ['mark', 'identify'] }, scope);
  const own = entries.filter(
    ({ statement }) =>
      'target' in statement && statement.target.kind === 'component' && statement.target.sha256 === sha256,
  );
  return [...standing(whole), ...standing(own)];
}

async function showPackage(
  store: Store,
  words: string,
  resolved: Resolved,
  scope: Scope,
): Promise<ShownPackage> {
  const found = await where(store, { words, wants: null, limit: 20, after: null, groupBy: null, scope });
  const newest = found.rows.toSorted((a, b) => b.since - a.since)[0];
  const record =
    newest === undefined
      ? null
      : await store.documents.find(newest.document, { ...scope, includeSuperseded: true });
  const bom = record === null ? null : ((await readAgain(store, record))?.bom ?? null);
  const wanted = new Set(resolved.identities.map(identity => identity.label.text));
  const ordinal = (bom?.components ?? []).findIndex(
    one => one.purls.some(purl => wanted.has(purl)) || (one.purls.length === 0 && wanted.has(one.name)),
  );
  const component = bom?.components[ordinal];
  const ofNewest = (): string[] =>
    component === undefined ? [] : keysOfComponent(component, newest?.document ?? '', ordinal);
  const statements = await saidOf(
    store,
    () => [...resolved.identities.flatMap(keysOfIdentity), ...ofNewest()],
    scope,
  );
  return {
    kind: 'package',
    resolved,
    found,
    licences: [
      ...new Set([...(component?.licences.declared ?? []), ...(component?.licences.concluded ?? [])]),
    ],
    ways: [
      ...markedContacts(statements),
      ...(component?.references ?? [])
        .filter(one => /^(?:security-contact|issue-tracker|support|website)$/.test(one.type))
        .map(one => one.url),
    ],
    suppliers: [component?.supplier ?? null, ...(component?.originators ?? [])].flatMap(party =>
      party === null ? [] : [party.name],
    ),
    source: component?.references.find(one => one.type === 'vcs')?.url ?? null,
    statements,
  };
}

const MOST_ENTRIES = 50;

async function showDigest(store: Store, value: string, scope: Scope): Promise<ShownDigest> {
  const wide = { ...scope, includeSuperseded: true };
  const hits = await store.digests.find(value, wide);
  const boms = new Map(
    (await store.documents.boms([...new Set(hits.map(hit => hit.bom))], wide)).map(bom => [bom.id, bom]),
  );
  const entries: ShownDigest['entries'][number][] = [];
  const read = new Map<number, BomFacts | null>();
  for (const hit of hits.slice(0, MOST_ENTRIES)) {
    const bom = boms.get(hit.bom);
    if (bom === undefined) continue;
    if (!read.has(bom.id)) read.set(bom.id, await factsOf(store, bom));
    const facts = read.get(bom.id);
    const entry = hit.kind === 'file' ? facts?.files[hit.ordinal] : facts?.components[hit.ordinal];
    const stated = entry?.digests.find(digest => digest.value === value);
    // The index holds the first 128 bits; what the document says decides.
    if (entry === undefined || stated === undefined) continue;
    const name = 'path' in entry ? entry.path : entry.name;
    const version = 'path' in entry ? null : entry.version;
    entries.push({ hit, bom, name, version, algorithm: stated.algorithm });
  }
  const document = value.length === 64 ? await store.documents.find(value, wide) : null;
  return { kind: 'digest', value, document, entries, claims: await claimsAbout(store, value, scope) };
}
