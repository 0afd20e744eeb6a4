import type { AssertionTarget, Statement, StatementType } from '../model/assertion.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { BomCounts, DocumentKind, ReadResult, ReadStatus } from '../model/facts.ts';
import type { FindingPort } from './findings.ts';
import type { BomGraph } from './graph.ts';
import type {
  AppRule,
  BomGaps,
  IdentifierKind,
  Intake,
  LinkIntake,
  PlainIdentity,
  StatedCounts,
  SubjectIntake,
  TrustIntake,
} from './intake.ts';
import type { Scope, TrustState } from './scope.ts';

/**
 * The ports: all that the rooms above may ask of a store. Narrow on purpose: questions are composed above, in graph/. Every read that can show evidence
 * takes a Scope. Dictionary numbers are the store's own, below 2^32, never 0, and change with `reindex`: keep them no longer than one question. No list is ordered
 * by a number. Implementations pass contract.ts whole. Errors are StoreError.
 */
export interface Store {
  readonly documents: DocumentPort;
  readonly dictionary: DictionaryPort;
  readonly membership: MembershipPort;
  readonly graphs: GraphPort;
  readonly digests: DigestPort;
  readonly licences: LicencePort;
  readonly apps: AppPort;
  readonly assertions: AssertionPort;
  readonly findings: FindingPort;
  readonly bytes: BytesPort;
  readonly maintenance: MaintenancePort;
  /** The only way to change anything. Opens the write lock when first used, held only during a transaction. */
  readonly writer: WriterPort;
  /** Folder or URL, for messages. */
  readonly location: string;
  close(): Promise<void>;
}

/** Dictionary number of a name, match key, package, identifier or plain identity; number of a BOM or document. */
export type NameId = number;
export type MatchId = number;
export type PackageId = number;
export type IdentifierId = number;
export type PlainId = number;
export type LicenceId = number;
export type BomId = number;
export type DocumentId = number;

/** A page of a list: at most `limit` items, and where to go on. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** Give it back as `after`; null at the end. */
  readonly next: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly after?: string | null;
}

// ---------------------------------------------------------------- documents

/** One document, without its facts. */
export interface DocumentRecord {
  readonly id: DocumentId;
  readonly sha256: string;
  readonly size: number;
  readonly name: string;
  readonly kind: DocumentKind;
  readonly format: string;
  readonly encoding: ReadResult['encoding'];
  readonly specVersion: string | null;
  readonly status: ReadStatus;
  readonly diagnosticCount: number;
  /** Record time. */
  readonly recordedFrom: number;
  readonly container: { readonly sha256: string; readonly path: string } | null;
  readonly trust: TrustState;
  /** Set when it is a BOM. */
  readonly bom: BomId | null;
  /** Set when it is no BOM and yet lists components. */
  readonly stated: StatedCounts | null;
}

/** One BOM: its document and which line it stands in. */
export interface BomRecord {
  readonly id: BomId;
  readonly document: DocumentRecord;
  /** Key and display name of the app after aliases. */
  readonly app: string;
  readonly appName: string;
  readonly rule: AppRule;
  readonly release: string | null;
  readonly branch: string | null;
  readonly phase: string | null;
  readonly tool: string | null;
  /** Equal for all documents of one line. */
  readonly line: number;
  readonly created: number | null;
  /** Record time at which a later document of its line replaced it; null: newest of its line. */
  readonly supersededAt: number | null;
  readonly retiredAt: number | null;
  readonly serialNumber: string | null;
  readonly revision: number | null;
  readonly namespace: string | null;
  readonly title: string | null;
  readonly tools: readonly string[];
  readonly supplier: string | null;
  readonly subjects: readonly SubjectIntake[];
  readonly counts: BomCounts;
  readonly distinctPackages: number;
  readonly gaps: BomGaps;
}

export interface DocumentFilter {
  readonly kinds?: readonly DocumentKind[];
  readonly statuses?: readonly ReadStatus[];
  readonly formats?: readonly string[];
  /** Text that a tool's `name version` contains, without case. */
  readonly tool?: string;
  readonly supplier?: string;
  /** Recorded at or after. */
  readonly since?: number;
  /** App key. */
  readonly app?: string;
  readonly release?: string | null;
  /** Only BOMs that state vulnerabilities of their own. */
  readonly statesVulnerabilities?: true;
}

/** Gaps per producer, a report to send back. */
export interface ProducerRow {
  /** Tool `name version`, tool name, or supplier; null where the documents name none. */
  readonly producer: string | null;
  readonly documents: number;
  readonly components: number;
  readonly gaps: BomGaps;
  readonly partial: number;
}

/** A reference out of a BOM, with the BOM. */
export interface LinkFrom extends LinkIntake {
  readonly bom: BomId;
}

/** Documents of all kinds. A document outside the scope is not found. */
export interface DocumentPort {
  /** By whole SHA-256, or by a prefix of at least 4 hex digits. Throws `ambiguous` when a prefix fits several. */
  find(sha256OrPrefix: string, scope: Scope): Promise<DocumentRecord | null>;
  get(ids: readonly DocumentId[], scope: Scope): Promise<readonly DocumentRecord[]>;
  /** BOM records by number, in the order asked; numbers outside the scope are left out. Superseded ones are given when asked for by number. */
  boms(ids: readonly BomId[] | Uint32Array, scope: Scope): Promise<readonly BomRecord[]>;
  /** Newest record time first, then SHA-256. */
  list(filter: DocumentFilter, page: PageRequest, scope: Scope): Promise<Page<DocumentRecord>>;
  /** BOMs only, same order. */
  listBoms(filter: DocumentFilter, page: PageRequest, scope: Scope): Promise<Page<BomRecord>>;
  diagnostics(id: DocumentId): Promise<readonly Diagnostic[]>;
  /** What checking the document's signature gave, by whom and why, as of the scope's moment; null for a document nobody signed. */
  trust(id: DocumentId, scope: Scope): Promise<TrustIntake | null>;
  /** Documents signed by an identity, verified or not: the exact text, or the subject without its issuer. Newest first. */
  signedBy(identity: string, scope: Scope): Promise<readonly DocumentRecord[]>;
  /** Verified documents that attest one of these digests (lower-case hex, whole), with the digest. Newest first. */
  attesting(
    digests: readonly string[],
    scope: Scope,
  ): Promise<readonly { readonly digest: string; readonly document: DocumentRecord }[]>;
  /** Members of a container, by path. */
  members(container: DocumentId, scope: Scope): Promise<readonly DocumentRecord[]>;
  /** BOMs that a reference out of a document names: serial number (`urn:uuid:...`) with version, or namespace. */
  linked(
    target: {
      readonly serialNumber?: string;
      readonly revision?: number | null;
      readonly namespace?: string;
    },
    scope: Scope,
  ): Promise<readonly BomRecord[]>;
  /** The first `limit` BOMs whose namespace begins so. */
  namedUnder(prefix: string, limit: number, scope: Scope): Promise<readonly BomRecord[]>;
  /** References out of a BOM. */
  links(bom: BomId): Promise<readonly LinkIntake[]>;
  /**
   * The first `limit` references of other BOMs to this one, or to an element of it, by its namespace or serial number, in the order of BOMs; whoever may see them is asked of `boms`.
   * An SPDX 3 document names its elements freely: those that begin as its own name does come too, and may be another's.
   */
  linksTo(bom: BomRecord, limit: number): Promise<readonly LinkFrom[]>;
  producers(by: 'tool' | 'tool-name' | 'supplier', scope: Scope): Promise<readonly ProducerRow[]>;
  /** How many by kind, format, version and status; and the erased ones, which only a tombstone names. */
  counts(scope: Scope): Promise<
    readonly {
      readonly kind: DocumentKind;
      readonly format: string;
      readonly specVersion: string | null;
      readonly status: ReadStatus;
      readonly documents: number;
      readonly bytes: number;
    }[]
  >;
  tombstone(sha256: string): Promise<Tombstone | null>;
}

export interface Tombstone {
  readonly sha256: string;
  readonly who: string;
  readonly when: number;
  readonly reason: string;
}

// --------------------------------------------------------------- dictionary

/** A package name: purl type, namespace and name. */
export interface NameRecord {
  readonly id: NameId;
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
}

/** Name, version and the qualifiers that change a verdict. */
export interface MatchRecord {
  readonly id: MatchId;
  readonly name: NameId;
  readonly version: string | null;
  /** Canonical qualifiers `k=v&k=v`, only those that change a verdict; empty string for none. */
  readonly qualifiers: string;
}

/** One full purl. */
export interface PackageRecord {
  readonly id: PackageId;
  readonly match: MatchId;
  readonly name: NameId;
  readonly version: string | null;
  readonly purl: string;
}

export interface NameQuery {
  readonly name: string;
  readonly namespace?: string | null;
  readonly type?: string | null;
  /** `exact` compares without case; `prefix` for completion and "did you mean". */
  readonly how: 'exact' | 'prefix' | 'contains';
  readonly limit?: number;
}

/** Names are no secret within a larder, so the dictionary takes no scope: what is visible is decided by membership. */
export interface DictionaryPort {
  names(query: NameQuery): Promise<readonly NameRecord[]>;
  nameRecords(ids: readonly NameId[]): Promise<readonly NameRecord[]>;
  /** All versions of names. */
  matches(names: readonly NameId[]): Promise<readonly MatchRecord[]>;
  /** All full purls of match keys. */
  packagesOfMatches(matches: readonly MatchId[]): Promise<readonly PackageRecord[]>;
  packages(ids: readonly PackageId[] | Uint32Array): Promise<readonly PackageRecord[]>;
  /** By canonical purl. */
  packageByPurl(purl: string): Promise<PackageRecord | null>;
  identifiers(
    ids: readonly IdentifierId[],
  ): Promise<readonly { readonly id: IdentifierId; readonly kind: IdentifierKind; readonly value: string }[]>;
  /** Identifiers that start with the text (`cpe:2.3:a:apache:log4j:`), at most `limit`. */
  identifiersStarting(
    kind: IdentifierKind,
    prefix: string,
    limit: number,
  ): Promise<readonly { readonly id: IdentifierId; readonly value: string }[]>;
  plain(ids: readonly PlainId[]): Promise<readonly (PlainIdentity & { readonly id: PlainId })[]>;
  plainByName(
    query: Omit<NameQuery, 'type' | 'namespace'>,
  ): Promise<readonly (PlainIdentity & { readonly id: PlainId })[]>;
  /** Every match key once, in chunks: for matching advisories against all that is known. */
  allMatches(chunk: number): AsyncIterable<readonly MatchRecord[]>;
}

// --------------------------------------------------------------- membership

/** Which BOMs hold which identities, in columns; parallel arrays of `length`. */
export interface Hits {
  readonly length: number;
  /** Package, identifier or plain number, as asked. */
  readonly identity: Uint32Array;
  readonly bom: Uint32Array;
  /** Number of the app after aliases, valid within one question: AppPort.byNumber names it. */
  readonly app: Uint32Array;
  /** MEMBER flags, SUPERSEDED among them. */
  readonly flags: Uint16Array;
}

/** How far versions of one name spread. */
export interface SpreadRow {
  readonly name: NameId;
  readonly versions: number;
  readonly apps: number;
}

export interface MembershipPort {
  ofPackages(ids: readonly PackageId[] | Uint32Array, scope: Scope): Promise<Hits>;
  ofIdentifiers(ids: readonly IdentifierId[] | Uint32Array, scope: Scope): Promise<Hits>;
  ofPlain(ids: readonly PlainId[] | Uint32Array, scope: Scope): Promise<Hits>;
  /** Names by how many apps' BOMs hold them and in how many versions; most diverging first. */
  spread(limit: number, scope: Scope): Promise<readonly SpreadRow[]>;
  /** Totals over the scope: for `status` and the line after `add`. */
  totals(scope: Scope): Promise<{
    readonly boms: number;
    readonly apps: number;
    readonly packages: number;
    readonly components: number;
    readonly dependencies: number;
  }>;
}

// ------------------------------------------------------ graphs and the rest

export interface GraphPort {
  /** The decoded graph with its identities as dictionary numbers; null when the BOM is outside the scope. Decoded graphs are cached by bytes used. */
  graph(bom: BomId, scope: Scope): Promise<BomGraph | null>;
  /** Those of several BOMs that are in the scope, in one question. */
  many(boms: readonly BomId[], scope: Scope): Promise<ReadonlyMap<BomId, BomGraph>>;
}

export interface DigestHit {
  readonly bom: BomId;
  readonly kind: 'component' | 'file';
  readonly ordinal: number;
}

export interface DigestPort {
  /** BOM entries that state a digest (lower-case hex of any algorithm). */
  find(value: string, scope: Scope): Promise<readonly DigestHit[]>;
}

export interface LicenceRow {
  readonly id: LicenceId;
  readonly licence: string;
  readonly boms: number;
  readonly apps: number;
  readonly components: number;
}

/** One stated licence of one component. */
export interface LicenceUse {
  readonly ordinal: number;
  readonly licence: LicenceId;
  readonly concluded: boolean;
}

export interface LicencePort {
  /** Every licence text in the scope with its counts, most used first. */
  list(page: PageRequest, scope: Scope): Promise<Page<LicenceRow>>;
  find(
    text: string,
    how: 'exact' | 'contains',
  ): Promise<readonly { readonly id: LicenceId; readonly licence: string }[]>;
  names(ids: readonly LicenceId[]): Promise<readonly { readonly id: LicenceId; readonly licence: string }[]>;
  /** BOMs that state a licence. `identity` of the hits is the licence; flags are 0. */
  boms(ids: readonly LicenceId[], scope: Scope): Promise<Hits>;
  /** What one BOM states, by ordinal. */
  ofBom(bom: BomId, scope: Scope): Promise<readonly LicenceUse[]>;
}

// --------------------------------------------------------------------- apps

export interface AppRecord {
  readonly number: number;
  readonly key: string;
  readonly name: string;
  readonly rule: AppRule;
  /** Keys of the apps that were said to be this one. */
  readonly aliases: readonly string[];
  readonly releases: number;
  readonly documents: number;
  readonly firstRecorded: number;
  readonly lastRecorded: number;
  readonly retiredAt: number | null;
  readonly labels: readonly Label[];
}

/** An app without what it holds. */
export interface AppName {
  readonly number: number;
  readonly key: string;
  readonly name: string;
}

export interface ReleaseRecord {
  readonly app: string;
  readonly release: string | null;
  readonly branch: string | null;
  /** Newest document of each of its lines. */
  readonly boms: readonly BomId[];
  readonly documents: number;
  readonly firstRecorded: number;
  readonly lastRecorded: number;
  readonly retiredAt: number | null;
}

export interface Label {
  readonly key: string;
  readonly value: string;
}

export interface AppPort {
  list(page: PageRequest, scope: Scope): Promise<Page<AppRecord>>;
  /** By key, alias, exact name, then name without case, then the last part of a key. Of the first of these steps that names any of the visible apps, those that the scope shows: none where they are retired. */
  resolve(text: string, scope: Scope): Promise<readonly AppRecord[]>;
  byNumber(numbers: readonly number[] | Uint32Array, scope: Scope): Promise<readonly AppRecord[]>;
  /** How many apps a scope shows. */
  count(scope: Scope): Promise<number>;
  /**
   * Of these apps, a page by name (ASCII case ignored), then key. Costs by the page, not by the number of apps given, so that the first page of a large
   * answer is quick.
   */
  inOrder(
    numbers: ReadonlySet<number>,
    page: PageRequest,
  ): Promise<{ readonly items: readonly AppName[]; readonly next: string | null }>;
  /** Latest recorded first. */
  releases(app: string, scope: Scope): Promise<readonly ReleaseRecord[]>;
  /** All BOMs of an app, or of one release of it, newest first. */
  boms(app: string, release: string | null | undefined, scope: Scope): Promise<readonly BomRecord[]>;
  /** Labels of BOMs, their releases and apps together, for `--by label`. */
  labels(boms: readonly BomId[] | Uint32Array, scope: Scope): Promise<ReadonlyMap<BomId, readonly Label[]>>;
}

// --------------------------------------------------------------- assertions

/** One statement of one assertion document. */
export interface StatementRecord {
  readonly document: string;
  readonly who: string;
  readonly when: number;
  readonly because: string | null;
  readonly statement: Statement;
}

export interface AssertionPort {
  /** In record order, of the types asked, about the target (or everything); as of the scope's moment. */
  list(
    filter: { readonly types?: readonly StatementType[]; readonly target?: AssertionTarget },
    scope: Scope,
  ): Promise<readonly StatementRecord[]>;
}

// -------------------------------------------------------------------- bytes

/** Original bytes by SHA-256, byte for byte. A port of its own: in the database file or in a folder. */
export interface BytesPort {
  read(sha256: string): Promise<Uint8Array | null>;
  has(sha256: string): Promise<boolean>;
}

// -------------------------------------------------------------- maintenance

/** One fault that `doctor` found. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly document: string | null;
}

export interface StoreStats {
  readonly schema: number;
  readonly documents: number;
  readonly boms: number;
  readonly packages: number;
  readonly names: number;
  readonly matches: number;
  readonly segments: number;
  readonly bytes: number;
  readonly storedBytes: number;
}

export interface MaintenancePort {
  stats(): Promise<StoreStats>;
  /** Record time of the first document; null when empty: before it the answer is `unknown`. */
  firstRecorded(): Promise<number | null>;
  /** Integrity of the implementation itself: pages, indexes, references. Digests and facts are compared by ingest's `doctor`. */
  check(): AsyncIterable<Fault>;
  /** Every document in record order: what `doctor` and `reindex` walk. */
  everyDocument(): AsyncIterable<Evidence>;
  /** What the index says of one document, in the shape of an intake, so that `doctor` compares it with a fresh reading. */
  indexed(sha256: string): Promise<IndexedDocument | null>;
  /** One bounded step of merging segments; true while there is more to do. */
  merge(): Promise<boolean>;
}

/** What is kept of a document beside its bytes and outlives a rebuild. */
export interface Evidence {
  readonly sha256: string;
  readonly size: number;
  readonly name: string;
  readonly container: { readonly sha256: string; readonly path: string } | null;
  readonly recordedFrom: number;
}

/** The derived facts of a document as the index has them. */
export interface IndexedDocument {
  readonly record: DocumentRecord;
  readonly bom: BomRecord | null;
  readonly purls: readonly string[];
  readonly purlFlags: Uint16Array;
  readonly graph: Uint8Array | null;
  readonly identifiers: readonly { readonly kind: IdentifierKind; readonly value: string }[];
  readonly plain: readonly PlainIdentity[];
  readonly licences: readonly string[];
  readonly licenceUses: Uint8Array | null;
  readonly digests: number;
  readonly links: readonly LinkIntake[];
  /** What an assertion says, each statement once. */
  readonly statements: readonly Statement[];
}

// ------------------------------------------------------------------- writer

/** What became of one intake. */
export interface WriteResult {
  readonly sha256: string;
  /** `accepted`, `partial` and `rejected` as read; `duplicate`: the larder has it, nothing changed; `forgotten`: a tombstone says it is not wanted. */
  readonly status: ReadStatus | 'duplicate' | 'forgotten';
  readonly document: DocumentRecord | null;
  readonly bom: BomRecord | null;
}

export interface WriteOptions {
  /** Only between beginRebuild and endRebuild: the record time to keep instead of now. */
  readonly recordedAt?: number;
}

export interface WriterPort {
  /** Stores all or none, durably, in the order given. */
  write(intakes: readonly Intake[], options?: WriteOptions): Promise<readonly WriteResult[]>;
  /** Which of these the larder has already, so that readers need not read them again. */
  known(sha256s: readonly string[]): Promise<ReadonlySet<string>>;
  /** Erases bytes and facts for good and leaves a tombstone. Members of a container go with it. */
  forget(sha256: string, who: string, reason: string): Promise<Tombstone>;
  setTrust(sha256: string, trust: TrustIntake): Promise<void>;
  /** Empties all that is derived, keeps bytes, record times and tombstones; write() then rebuilds. One transaction until endRebuild: others see the old answers meanwhile, and a crash leaves them. */
  beginRebuild(): Promise<void>;
  endRebuild(outcome: 'keep' | 'give-up'): Promise<void>;
}
