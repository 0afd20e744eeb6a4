import { StoreError } from '../errors.ts';
import { type BomIntake, type Intake, sameTrust, type TrustIntake } from '../intake.ts';
import type {
  BomRecord,
  DocumentRecord,
  Tombstone,
  WriteOptions,
  WriteResult,
  WriterPort,
} from '../ports.ts';
import { EVERYTHING, type TrustState } from '../scope.ts';
import type { Bodies } from './bytes.ts';
import type { Database } from './database.ts';
import { readAttested, readBoms, readDocuments } from './documents.ts';
import { forgetDocument } from './forget.ts';
import { Interner } from './interner.ts';
import { ManyRows } from './many-rows.ts';
import { Placer } from './placer.ts';
import { columnBlob, unhex } from './records.ts';
import { createDerived, FOREVER, KEPT_TABLES, SCHEMA_VERSION } from './schema.ts';
import { mergeStep, SegmentWriter } from './segments.ts';
import { applyAssertion } from './statements.ts';

/** Sees retired and replaced ones too: what was just written is reported whatever its place. */
const UNHIDDEN = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };

/** What became of an intake, before its records are read back for the report. */
type Outcome = { readonly id: number | null; readonly status: WriteResult['status'] };

/** Rows of the BOMs of one transaction that nothing reads before its end. */
class BatchRows {
  readonly segments: SegmentWriter;
  readonly licences: ManyRows;
  readonly tools: ManyRows;
  readonly links: ManyRows;

  constructor(db: Database, segmentBoms: number) {
    this.segments = new SegmentWriter(db, segmentBoms);
    this.licences = new ManyRows(db, 'INSERT OR REPLACE INTO licence_member(licence, bom, components)', 3);
    this.tools = new ManyRows(db, 'INSERT INTO bom_tool(bom, tool)', 2);
    this.links = new ManyRows(
      db,
      'INSERT INTO link(bom, position, from_ordinal, target, relation, inward, digests)',
      7,
    );
  }

  finish(): void {
    this.segments.flush();
    for (const rows of [this.licences, this.tools, this.links]) rows.finish();
  }
}

/** The one way to change a larder. Each call is one transaction; other processes wait for each other at its beginning. */
export class SqliteWriter implements WriterPort {
  readonly #db: Database;
  readonly #bodies: Bodies;
  readonly #segmentBoms: number;
  readonly #interner: Interner;
  readonly #placer: Placer;
  #epoch: number | null = null;
  #rebuilding = false;

  constructor(db: Database, bodies: Bodies, segmentBoms: number) {
    this.#db = db;
    this.#bodies = bodies;
    this.#segmentBoms = segmentBoms;
    this.#interner = new Interner(db);
    this.#placer = new Placer(db);
  }

  async write(intakes: readonly Intake[], options: WriteOptions = {}): Promise<readonly WriteResult[]> {
    const outcomes = this.#transaction(() => {
      const at = this.#rebuilding && options.recordedAt !== undefined ? options.recordedAt : this.#moment();
      const batch = new BatchRows(this.#db, this.#segmentBoms);
      this.#interner.begin();
      const done = intakes.map(intake => this.#store(intake, at, batch));
      this.#interner.finish();
      batch.finish();
      return done;
    });
    if (!this.#rebuilding) this.#mergeInBackground();
    return this.#report(intakes, outcomes);
  }

  async known(sha256s: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(sha256s.filter(sha256 => this.#idOf(sha256) !== null));
  }

  async forget(sha256: string, who: string, reason: string): Promise<Tombstone> {
    const erased: string[] = [];
    this.#db.exec('PRAGMA secure_delete = ON');
    try {
      const tombstone = this.#transaction(() => {
        const when = this.#moment();
        erased.push(...forgetDocument(this.#db, this.#placer, sha256, { who, when, reason }));
        this.#setMeta('dictionary_epoch', this.#meta('dictionary_epoch') + 1);
        return { sha256, who, when, reason };
      });
      for (const document of erased) this.#bodies.erase(document);
      // The write-ahead log still holds the old pages until it is emptied.
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return tombstone;
    } finally {
      this.#db.exec('PRAGMA secure_delete = OFF');
    }
  }

  async setTrust(sha256: string, trust: TrustIntake): Promise<void> {
    this.#transaction(() => {
      const id = this.#idOf(sha256);
      if (id === null) throw new StoreError('not-found', `There is no document ${sha256} in this larder.`);
      this.#trust(id, trust, this.#moment());
    });
  }

  async beginRebuild(): Promise<void> {
    this.#db.exec('BEGIN IMMEDIATE');
    this.#rebuilding = true;
    const tables = this.#db.all<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    for (const { name } of tables) if (!KEPT_TABLES.has(name)) this.#db.exec(`DROP TABLE "${name}"`);
    this.#db.tablesChanged();
    this.#db.exec(createDerived());
    this.#interner.clear();
  }

  async endRebuild(outcome: 'keep' | 'give-up'): Promise<void> {
    this.#rebuilding = false;
    this.#interner.clear();
    if (outcome === 'give-up') {
      this.#db.rollback();
      this.#db.tablesChanged();
      return;
    }
    this.#setMeta('schema', SCHEMA_VERSION);
    this.#setMeta('dictionary_epoch', this.#meta('dictionary_epoch') + 1);
    this.#db.exec('COMMIT');
    this.#mergeInBackground(Number.POSITIVE_INFINITY);
  }

  /** One step of merging in its own transaction; true while there is more. */
  mergeOnce(): boolean {
    return this.#transaction(() => mergeStep(this.#db));
  }

  /** A rebuild is one transaction already; everything else gets its own. */
  #transaction<T>(work: () => T): T {
    if (this.#rebuilding) return work();
    try {
      return this.#db.transaction(() => {
        this.#seeOthers();
        return work();
      });
    } catch (thrown) {
      // Numbers given in a transaction that was undone are void.
      this.#interner.clear();
      throw thrown;
    }
  }

  /** Another process may have erased dictionary entries since the last transaction. */
  #seeOthers(): void {
    const schema = this.#meta('schema');
    if (schema !== SCHEMA_VERSION) throw wrongSchema(this.#db.path, schema);
    const epoch = this.#meta('dictionary_epoch');
    if (epoch !== this.#epoch) this.#interner.clear();
    this.#epoch = epoch;
  }

  #mergeInBackground(steps = 2): void {
    for (let step = 0; step < steps; step++) if (!this.mergeOnce()) return;
  }

  #store(intake: Intake, at: number, batch: BatchRows): Outcome {
    if (this.#db.get('SELECT 1 AS one FROM tombstone WHERE sha256 = ?', unhex(intake.sha256)) !== undefined)
      return { id: null, status: 'forgotten' };
    const known = this.#idOf(intake.sha256);
    if (known !== null && !this.#rebuilding) return { id: known, status: 'duplicate' };
    const id = known ?? this.#evidence(intake, at);
    const bom = intake.bom === null ? null : this.#bom(intake.bom, id, intake.sha256, at, batch);
    this.#db.run(
      'INSERT INTO document(id, kind, format, encoding, spec_version, status, diagnostic_count, diagnostics, stated, bom) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      intake.kind,
      intake.format,
      intake.encoding,
      intake.specVersion,
      intake.status,
      intake.diagnostics.length,
      intake.diagnostics.length === 0 ? null : JSON.stringify(intake.diagnostics),
      intake.stated === null || intake.stated === undefined ? null : JSON.stringify(intake.stated),
      bom,
    );
    this.#trust(id, intake.trust, at);
    if (intake.assertion !== null) applyAssertion(this.#db, this.#placer, id, intake.assertion, at);
    return { id, status: intake.status };
  }

  #evidence(intake: Intake, at: number): number {
    const container = intake.container;
    const id = this.#db.run(
      'INSERT INTO evidence(sha256, size, name, container, container_path, recorded_from) VALUES(?, ?, ?, ?, ?, ?)',
      unhex(intake.sha256),
      intake.size,
      intake.name,
      container === null ? null : unhex(container.sha256),
      container?.path ?? null,
      at,
    );
    this.#bodies.put(id, intake.sha256, intake.body);
    return id;
  }

  #bom(bom: BomIntake, document: number, sha256: string, at: number, batch: BatchRows): number {
    const { counts, gaps } = bom;
    const id = this.#db.run(
      `INSERT INTO bom(document, recorded_from, created, serial, revision, namespace, title, supplier, tools, subjects, own_line,
         components, dependencies, dependency_entries, files, services, vulnerabilities, distinct_packages,
         no_version, no_identity, no_supplier, no_licence, no_path, no_subject, no_edges)
       VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      document,
      at,
      bom.created,
      bom.serialNumber,
      bom.revision,
      bom.namespace,
      bom.name,
      bom.supplier,
      JSON.stringify(bom.tools),
      JSON.stringify(bom.subjects),
      JSON.stringify(bom.line),
      counts.components,
      counts.dependencies,
      counts.dependencyEntries,
      counts.files,
      counts.services,
      counts.vulnerabilities,
      bom.distinctPackages,
      gaps.withoutVersion,
      gaps.withoutIdentity,
      gaps.withoutSupplier,
      gaps.withoutLicence,
      gaps.withoutPath,
      gaps.withoutSubject,
      gaps.withoutEdges,
    );
    this.#placer.place(id, sha256, bom.line, at);
    this.#content(id, bom, batch);
    for (const tool of this.#interner.tools(bom.tools)) batch.tools.add(id, tool);
    for (const [position, link] of bom.links.entries())
      batch.links.add(
        id,
        position,
        link.from,
        link.target,
        link.relation,
        Number(link.inward),
        link.digests.length === 0 ? null : JSON.stringify(link.digests),
      );
    return id;
  }

  #content(id: number, bom: BomIntake, { segments, licences: uses }: BatchRows): void {
    const packages = this.#interner.packages(bom.purls, bom.purlsRemembered);
    const identifiers = this.#interner.identifiers(bom.identifiers, bom.identifiersRemembered);
    const plain = this.#interner.plain(bom.plain);
    const licences = this.#interner.licences(bom.licences);
    this.#db.run(
      'INSERT INTO bom_graph(bom, graph, packages, package_flags, identifiers, plain, licences, licence_uses, digests) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      bom.graph,
      columnBlob(packages),
      columnBlob(bom.purlFlags),
      columnBlob(identifiers),
      columnBlob(plain),
      columnBlob(licences),
      bom.licenceUses,
      bom.digests.ordinals.length,
    );
    segments.add(id, 'member', packages, bom.purlFlags);
    segments.add(id, 'identifier_member', identifiers, bom.identifierFlags);
    segments.add(id, 'plain_member', plain, bom.plainFlags);
    segments.addDigests(id, bom.digests);
    segments.endBom(id);
    for (const [at, licence] of licences.entries()) uses.add(licence, id, bom.licenceCounts[at] ?? 0);
  }

  #trust(document: number, trust: TrustIntake, at: number): void {
    const current = this.#db.get<{
      state: TrustState;
      identity: string | null;
      reason: string | null;
      recorded_from: number;
    }>(
      `SELECT state, identity, reason, recorded_from FROM trust WHERE document = ? AND recorded_to = ${FOREVER}`,
      document,
    );
    const before =
      current === undefined
        ? { state: 'unsigned' as const, identity: null, reason: null }
        : { ...current, ...readAttested(this.#db, document, current.recorded_from) };
    if (sameTrust(before, trust)) return;
    this.#db.run(
      `UPDATE trust SET recorded_to = ? WHERE document = ? AND recorded_to = ${FOREVER}`,
      at,
      document,
    );
    if (trust.state === 'unsigned') return;
    this.#db.run(
      `INSERT OR REPLACE INTO trust(document, recorded_from, recorded_to, state, identity, reason) VALUES(?, ?, ${FOREVER}, ?, ?, ?)`,
      document,
      at,
      trust.state,
      trust.identity,
      trust.reason,
    );
    for (const one of trust.attests ?? [])
      this.#db.run(
        'INSERT OR REPLACE INTO attested(document, recorded_from, digest, level) VALUES(?, ?, ?, ?)',
        document,
        at,
        one.digest,
        one.level ?? -1,
      );
  }

  /** Record time moves forward only, even when the clock is set back, so that as-of answers never change. */
  #moment(): number {
    const at = Math.max(Date.now(), this.#meta('last_moment') + 1);
    this.#setMeta('last_moment', at);
    return at;
  }

  #report(intakes: readonly Intake[], outcomes: readonly Outcome[]): WriteResult[] {
    const ids = outcomes.flatMap(outcome => (outcome.id === null ? [] : [outcome.id]));
    const documents = new Map<number, DocumentRecord>(
      readDocuments(this.#db, ids, UNHIDDEN).map(record => [record.id, record]),
    );
    const numbers = [...documents.values()].flatMap(record => (record.bom === null ? [] : [record.bom]));
    const boms = new Map<number, BomRecord>(
      readBoms(this.#db, numbers, UNHIDDEN).map(record => [record.id, record]),
    );
    return outcomes.map(({ id, status }, at) => {
      const document = documents.get(id ?? -1) ?? null;
      return {
        sha256: intakes[at]?.sha256 ?? '',
        status,
        document,
        bom: boms.get(document?.bom ?? -1) ?? null,
      };
    });
  }

  #idOf(sha256: string): number | null {
    const row = this.#db.prepared('SELECT id FROM evidence WHERE sha256 = ?').get(unhex(sha256));
    return row === undefined ? null : Number(row['id']);
  }

  #meta(key: string): number {
    return this.#db.get<{ value: number }>('SELECT value FROM meta WHERE key = ?', key)?.value ?? 0;
  }

  #setMeta(key: string, value: number): void {
    this.#db.run('INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)', key, value);
  }
}

/** The refusal of a file whose derived tables are of another version. */
export function wrongSchema(path: string, found: number): StoreError {
  if (found > SCHEMA_VERSION) {
    return new StoreError(
      'newer-schema',
      `${path} was written by a newer larder (index version ${found}, this one knows ${SCHEMA_VERSION}); update larder.`,
    );
  }
  return new StoreError(
    'older-schema',
    `${path} was indexed by an older larder (version ${found}, now ${SCHEMA_VERSION}); run larder reindex, the documents stay as they are.`,
  );
}
