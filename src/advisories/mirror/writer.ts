import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AdvisoryFacts, ExploitationFacts, StatedSeverity } from '../../model/advisory.ts';
import { severityOf } from '../cvss.ts';
import { withNotes } from '../notes.ts';
import type { Severity } from '../severity.ts';
import { BodyWriter } from './bodies.ts';
import { encodeAdvisory, encodeClaim } from './codec.ts';
import { CHANGED_ID, CHANGED_SCORES, keysOfClaim } from './keys.ts';
import { keepNames } from './names.ts';
import { eraseScores, putScores } from './scores.ts';
import { settleSeries, turnOf } from './series.ts';

/** One advisory to import: its facts, and the bytes they were read from. */
export interface MirrorRecord {
  readonly advisory: AdvisoryFacts;
  readonly sha256: string;
  /** SHA-256 of the document in the larder when it was added as evidence; null for a record of a feed. */
  readonly document: string | null;
  /** The original bytes; null when the larder keeps them. */
  readonly body: Uint8Array | null;
  /** Record time of the document; null for that of the import. */
  readonly recordedFrom?: number;
  /** What checking the document gave. */
  readonly trust?: string;
}

export interface ImportCount {
  added: number;
  changed: number;
  unchanged: number;
}

/**
 * Writes revisions into an open mirror inside a transaction that the caller begins and commits. A record whose bytes are those of the current revision changes
 * nothing; a changed one closes the current revision and opens a new one, so that what was known before stays known.
 */
export class MirrorWriter {
  readonly #now: number;
  readonly #epoch: number;
  readonly #current: StatementSync;
  readonly #close: StatementSync;
  readonly #insert: StatementSync;
  readonly #detail: StatementSync;
  readonly #rule: StatementSync;
  readonly #alias: StatementSync;
  readonly #change: StatementSync;
  readonly #keys: StatementSync;
  readonly #bodies: BodyWriter;
  /** The last record time of what was put or closed. */
  #latest: number;
  /** Ids whose aliases changed. */
  readonly #renamed = new Set<string>();
  /** Series, each with its source, of which documents came or went. */
  readonly #unsettled = new Set<string>();
  readonly #severities = new Map<string, Severity>();
  readonly #db: DatabaseSync;
  readonly count: ImportCount = { added: 0, changed: 0, unchanged: 0 };

  /** @param now record time, milliseconds UTC @param epoch the epoch this import makes */
  constructor(db: DatabaseSync, now: number, epoch: number) {
    this.#db = db;
    this.#now = now;
    this.#latest = now;
    this.#epoch = epoch;
    this.#bodies = new BodyWriter(db);
    this.#current = db.prepare(
      `SELECT id, sha256, turn FROM revision WHERE source = ? AND advisory = ? AND coalesce(document, '') = ? AND recorded_to IS NULL`,
    );
    this.#close = db.prepare('UPDATE revision SET recorded_to = ? WHERE id = ?');
    this.#insert = db.prepare(
      'INSERT INTO revision (source, advisory, vulnerability, document, sha256, recorded_from, series, turn, head, body, body_at, body_size) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#detail = db.prepare('INSERT INTO detail VALUES (?, ?)');
    this.#rule = db.prepare('INSERT OR IGNORE INTO rule VALUES (?, ?, ?, ?)');
    this.#alias = db.prepare('INSERT OR IGNORE INTO alias VALUES (?, ?, ?)');
    this.#change = db.prepare('INSERT OR IGNORE INTO change VALUES (?, ?)');
    this.#keys = db.prepare('SELECT DISTINCT key FROM rule WHERE revision = ?');
  }

  put(record: MirrorRecord): void {
    const advisory = { ...record.advisory, claims: record.advisory.claims.map(withNotes) };
    const digest = Buffer.from(record.sha256, 'hex');
    const current = this.#current.get(advisory.source, advisory.id, record.document ?? '');
    if (current && Buffer.compare(current['sha256'] as Uint8Array, digest) === 0) {
      this.count.unchanged++;
      return;
    }
    const { series, turn } = turnOf(record.advisory, record.trust ?? null);
    if (current && turn !== null && turn < Number(current['turn'] ?? Number.NEGATIVE_INFINITY)) {
      // A copy that is older than what is here says nothing new, whichever source it came from.
      this.count.unchanged++;
      return;
    }
    if (current) this.#closeRevision(current['id'] as number);
    this.count[current ? 'changed' : 'added']++;
    const { head, detail } = encodeAdvisory(advisory, this.#severityOf(advisory.severities));
    const recordedFrom = record.recordedFrom ?? this.#now;
    this.#latest = Math.max(this.#latest, recordedFrom);
    const place = record.body === null ? null : this.#bodies.put(record.body);
    const inserted = this.#insert.run(
      advisory.source,
      advisory.id,
      advisory.vulnerability,
      record.document,
      digest,
      recordedFrom,
      series,
      turn,
      head,
      place?.block ?? null,
      place?.at ?? null,
      place?.size ?? null,
    );
    const revision = Number(inserted.lastInsertRowid);
    this.#detail.run(revision, detail);
    this.#index(advisory, revision);
    if (record.document !== null) this.#unsettled.add(JSON.stringify([advisory.source, series]));
  }

  /** Writes what is held back; nothing is put after it. */
  finish(): void {
    this.#bodies.flush();
    this.#settle();
    keepNames(this.#db, this.#renamed);
    this.#db
      .prepare(
        `INSERT INTO meta VALUES ('latest', ?) ON CONFLICT (key) DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))`,
      )
      .run(String(this.#latest));
  }

  /** Records seen so far, changed or not. */
  get total(): number {
    return this.count.added + this.count.changed + this.count.unchanged;
  }

  /** Closes an advisory that its source no longer has. */
  retract(source: string, advisory: string): void {
    const current = this.#current.get(source, advisory, '');
    if (current) this.#closeRevision(current['id'] as number);
  }

  /** Erases all that a document stated: it was forgotten on purpose. */
  erase(document: string): void {
    const revisions = this.#db
      .prepare('SELECT id, source, series FROM revision WHERE document = ?')
      .all(document);
    for (const { id } of revisions) {
      this.#closeRevision(id as number);
      for (const table of ['rule', 'alias', 'detail'])
        this.#db.prepare(`DELETE FROM ${table} WHERE revision = ?`).run(id as number);
      this.#db.prepare('DELETE FROM revision WHERE id = ?').run(id as number);
    }
    for (const { source, series } of revisions) this.#unsettled.add(JSON.stringify([source, series]));
  }

  /** Takes in a KEV catalogue or EPSS scores. @param recordedFrom record time of the document; null for that of the import */
  putExploitation(facts: ExploitationFacts, recordedFrom: number | null = null): void {
    if (putScores(this.#db, facts, recordedFrom ?? this.#now)) this.#changed(CHANGED_SCORES);
  }

  /** Forgets what catalogues and scores said, so that those of the documents that are left are taken in anew. */
  eraseScores(): void {
    eraseScores(this.#db);
    this.#changed(CHANGED_SCORES);
  }

  /** Whoever knew a mirror before its first import knew nothing: it has no changes. */
  #changed(key: string): void {
    if (this.#epoch > 1) this.#change.run(this.#epoch, key);
  }

  /** Which documents of a series hold depends on all of them, so that it is found out when all are there. */
  #settle(): void {
    for (const text of this.#unsettled) {
      const [source, series] = JSON.parse(text) as [string, string];
      for (const id of settleSeries(this.#db, source, series)) this.#touched(id);
    }
  }

  #closeRevision(id: number): void {
    this.#close.run(this.#now, id);
    this.#touched(id);
  }

  #touched(id: number): void {
    for (const row of this.#keys.all(id)) this.#changed(row['key'] as string);
    const ids = this.#db.prepare(
      'SELECT vulnerability AS id FROM revision WHERE id = ?1 UNION SELECT id FROM alias WHERE revision = ?1',
    );
    for (const row of ids.all(id)) this.#changedName(row['id'] as string);
  }

  #index(advisory: AdvisoryFacts, revision: number): void {
    for (const [ordinal, claim] of advisory.claims.entries()) {
      const stated = claim.override ? [claim.override] : claim.severities;
      const text = encodeClaim(claim, this.#severityOf(stated));
      if (claim.until) this.#db.exec(`INSERT OR IGNORE INTO meta VALUES ('ending', '1')`);
      for (const key of keysOfClaim(claim)) {
        this.#rule.run(key, revision, ordinal, text);
        this.#changed(key);
      }
    }
    this.#changedName(advisory.vulnerability);
    for (const other of advisory.aliases) {
      if (other === advisory.vulnerability) continue;
      this.#alias.run(advisory.vulnerability, other, revision);
      this.#alias.run(other, advisory.vulnerability, revision);
      this.#changedName(other);
    }
  }

  #changedName(id: string): void {
    this.#renamed.add(id);
    this.#changed(`${CHANGED_ID}${id}`);
  }

  /** Records of one import state the same few vectors again and again. */
  #severityOf(stated: readonly StatedSeverity[]): Severity {
    const key = JSON.stringify(stated);
    let severity = this.#severities.get(key);
    if (severity === undefined) {
      severity = severityOf(stated);
      this.#severities.set(key, severity);
    }
    return severity;
  }
}
