import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { ExploitationFacts } from '../../model/advisory.ts';
import { messageOf } from '../../model/errors.ts';
import { Recent } from '../../model/recent.ts';
import { byName } from '../aliases.ts';
import { AdvisoryError } from '../errors.ts';
import type { SourcedClaim } from '../verdict.ts';
import { bodyOf } from './bodies.ts';
import {
  type AdvisoryHead,
  type AdvisoryRecord,
  decodeAdvisory,
  decodeClaim,
  decodeHead,
  type KeptClaim,
} from './codec.ts';
import { createMirror, MIRROR_SCHEMA } from './schema.ts';

/** One claim that a key found. */
export interface FoundClaim {
  readonly head: AdvisoryHead;
  /** All ids of its vulnerability, best name first. */
  readonly names: readonly string[];
  readonly claim: KeptClaim;
}

export interface MirrorState {
  readonly path: string;
  readonly epoch: number;
  /** Record time of the last import, null before the first. */
  readonly updated: number | null;
  readonly advisories: number;
  readonly revisions: number;
  readonly kev: number;
  readonly epss: number;
  readonly feeds: readonly {
    readonly name: string;
    readonly location: string;
    readonly updated: number;
    readonly records: number;
  }[];
}

type HeadRow = readonly [
  id: number,
  head: string,
  names: string | null,
  document: string | null,
  recordedFrom: number,
];

/** Parsed heads of one generation. */
const HEADS = 2500;

const HEAD_COLUMNS = 'revision.id, revision.head, revision.names, revision.document, revision.recorded_from';

const KNOWN_THEN =
  'revision.recorded_from <= ? AND (revision.recorded_to IS NULL OR revision.recorded_to > ?)';

/** The compiled mirror, open for questions. Opening reads one page; every question is a few B-tree lookups. */
export class Mirror {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #byKey: StatementSync;
  readonly #aliases: StatementSync;
  readonly #covers: StatementSync;
  readonly #turn: StatementSync;
  readonly #kev: StatementSync;
  readonly #epss: StatementSync;
  readonly #heads = new Recent<
    number,
    { readonly head: AdvisoryHead; names: readonly string[]; text: string | null }
  >(HEADS);
  // Most larders' own evidence holds no scores: then nobody need look for them by the thousand.
  #hasKev: boolean | null = null;
  #hasEpss: boolean | null = null;
  #hasAliases: boolean | null = null;
  #latest: number | null = null;

  /**
   * Opens a mirror to ask it, or with `create` to write it.
   * @throws AdvisoryError `no-mirror`, `mirror-older`, `mirror-newer`, `mirror-damaged`
   */
  static open(path: string, options: { readonly create?: boolean } = {}): Mirror {
    if (!existsSync(path) && !options.create) {
      throw new AdvisoryError(
        'no-mirror',
        `There are no advisories at ${path}; run larder mirror update first.`,
      );
    }
    if (options.create) mkdirSync(dirname(path), { recursive: true });
    let db: DatabaseSync;
    try {
      db = new DatabaseSync(path, { readOnly: !options.create, timeout: 10_000 });
      if (options.create && !hasSchema(db)) createMirror(db);
      checkSchema(db, path);
    } catch (error) {
      if (error instanceof AdvisoryError) throw error;
      throw new AdvisoryError(
        'mirror-damaged',
        `The mirror ${path} cannot be opened (${messageOf(error)}); remove it and run larder mirror update.`,
        error,
      );
    }
    return new Mirror(path, db);
  }

  private constructor(path: string, db: DatabaseSync) {
    this.path = path;
    this.#db = db;
    this.#byKey = db.prepare(
      `SELECT ${HEAD_COLUMNS}, rule.claim FROM rule JOIN revision ON revision.id = rule.revision WHERE rule.key = ? AND ${KNOWN_THEN}`,
    );
    this.#byKey.setReturnArrays(true);
    this.#aliases = db.prepare(
      `SELECT alias.other FROM alias JOIN revision ON revision.id = alias.revision
       WHERE alias.id = ? AND ${KNOWN_THEN}`,
    );
    this.#aliases.setReturnArrays(true);
    this.#covers = db.prepare('SELECT 1 FROM rule WHERE key >= ? AND key < ? LIMIT 1');
    this.#turn = db.prepare(
      `SELECT max(turn) AS turn FROM revision WHERE vulnerability = ? AND source = ? AND advisory = ? AND ${KNOWN_THEN}`,
    );
    this.#kev = db.prepare(
      'SELECT entry FROM kev WHERE cve = ? AND recorded_from <= ? AND (recorded_to IS NULL OR recorded_to > ?)',
    );
    this.#epss = db.prepare(
      'SELECT score FROM epss WHERE cve = ? AND recorded_from <= ? ORDER BY recorded_from DESC LIMIT 1',
    );
  }

  /** The connection, for the import of this room. */
  get database(): DatabaseSync {
    return this.#db;
  }

  get epoch(): number {
    return Number(this.#db.prepare(`SELECT value FROM meta WHERE key = 'epoch'`).get()?.['value'] ?? 0);
  }

  /** Tells this file from another that takes its place, whose epochs begin anew. */
  get identity(): string {
    return String(
      this.#db.prepare(`SELECT value FROM meta WHERE key = 'made'`).get()?.['value'] ?? this.path,
    );
  }

  /** All claims found under a key, as of a record time. */
  claims(key: string, asOf: number): FoundClaim[] {
    const rows = this.#byKey.all(key, asOf, asOf) as unknown as (readonly [...HeadRow, claim: string])[];
    return rows.map(row => this.#found(row, asOf));
  }

  /** Ids that an id is stated to be the same as, one step away. */
  aliases(id: string, asOf: number): string[] {
    if (!this.hasAliases) return [];
    const rows = this.#aliases.all(id, asOf, asOf) as unknown as (readonly [string])[];
    return rows.map(([other]) => other);
  }

  get hasAliases(): boolean {
    this.#hasAliases ??= this.#has('alias');
    return this.#hasAliases;
  }

  /** Every key that starts so. */
  keysUnder(prefix: string): string[] {
    const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
    return this.#db
      .prepare('SELECT DISTINCT key FROM rule WHERE key >= ? AND key < ?')
      .all(prefix, end)
      .map(row => row['key'] as string);
  }

  /** Whether any claim is under a key that starts so. */
  covers(prefix: string): boolean {
    const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
    return this.#covers.get(prefix, end) !== undefined;
  }

  kev(ids: readonly string[], asOf: number): ExploitationFacts['kev'][number] | null {
    this.#hasKev ??= this.#has('kev');
    if (!this.#hasKev) return null;
    for (const id of ids) {
      const row = id.startsWith('CVE-') ? this.#kev.get(id, asOf, asOf) : undefined;
      if (row) return JSON.parse(row['entry'] as string) as ExploitationFacts['kev'][number];
    }
    return null;
  }

  /** The score alone: a percentile is its rank among all scores of a day, and moves when others do. */
  epss(ids: readonly string[], asOf: number): number | null {
    this.#hasEpss ??= this.#has('epss');
    if (!this.#hasEpss) return null;
    for (const id of ids) {
      const row = id.startsWith('CVE-') ? this.#epss.get(id, asOf) : undefined;
      if (row) return row['score'] as number;
    }
    return null;
  }

  /** The advisories that speak of a vulnerability by this very id, as they were then. */
  advisories(id: string, asOf: number): AdvisoryRecord[] {
    const statement = this.#db.prepare(
      `SELECT ${HEAD_COLUMNS}, detail.text FROM revision JOIN detail ON detail.revision = revision.id WHERE revision.vulnerability = ? AND ${KNOWN_THEN}`,
    );
    statement.setReturnArrays(true);
    const rows = statement.all(id, asOf, asOf) as unknown as (readonly [...HeadRow, detail: string])[];
    return rows.map(row => decodeAdvisory(this.#headOf(row, asOf).head, row[5]));
  }

  /** All claims of the advisories that speak of a vulnerability by this very id, as they were then. */
  claimsOf(id: string, asOf: number): FoundClaim[] {
    const statement = this.#db.prepare(
      `SELECT DISTINCT ${HEAD_COLUMNS}, rule.claim, rule.ordinal FROM revision JOIN rule ON rule.revision = revision.id WHERE revision.vulnerability = ? AND ${KNOWN_THEN}`,
    );
    statement.setReturnArrays(true);
    const rows = statement.all(id, asOf, asOf) as unknown as (readonly [...HeadRow, claim: string])[];
    return rows.map(row => this.#found(row, asOf));
  }

  /** Keys whose claims changed after an epoch: what a larder must match again. */
  changedSince(epoch: number): string[] {
    return this.#db
      .prepare('SELECT DISTINCT key FROM change WHERE epoch > ?')
      .all(epoch)
      .map(row => row['key'] as string);
  }

  /** Every advisory here, as `SOURCE ID`. */
  names(): string[] {
    return this.#db
      .prepare(`SELECT DISTINCT source || ' ' || advisory AS name FROM revision`)
      .all()
      .map(row => row['name'] as string);
  }

  /** The turn of the latest revision of an advisory that was known then (mirror/series); null when it has none. */
  turn({ source, id, vulnerability }: AdvisoryHead, asOf: number): number | null {
    const row = this.#turn.get(vulnerability, source, id, asOf, asOf);
    return (row?.['turn'] as number | null | undefined) ?? null;
  }

  /** Keys of the claims that a document of the larder states. */
  keysOfDocument(document: string): string[] {
    return this.#db
      .prepare(
        'SELECT DISTINCT rule.key FROM revision JOIN rule ON rule.revision = revision.id WHERE revision.document = ?',
      )
      .all(document)
      .map(row => row['key'] as string);
  }

  /** The bytes of the current revision of an advisory of the feeds, as they came; null when there is none. */
  body(source: string, advisory: string): Uint8Array | null {
    const row = this.#db
      .prepare(
        'SELECT id FROM revision WHERE source = ? AND advisory = ? AND document IS NULL AND recorded_to IS NULL',
      )
      .get(source, advisory);
    return row === undefined ? null : bodyOf(this.#db, Number(row['id']));
  }

  /** Claims whose author set an end to them, whatever day that is. */
  ending(): KeptClaim[] {
    if (this.#db.prepare(`SELECT 1 FROM meta WHERE key = 'ending'`).get() === undefined) return [];
    return this.#db
      .prepare(`SELECT claim FROM rule WHERE claim LIKE '%"until":"%'`)
      .all()
      .map(row => decodeClaim(row['claim'] as string))
      .filter(claim => typeof claim.until === 'string');
  }

  /** After an import through this very object: what was found out before it holds no more. */
  imported(): void {
    this.#hasKev = null;
    this.#hasEpss = null;
    this.#hasAliases = null;
    this.#latest = null;
  }

  #found(row: readonly [...HeadRow, claim: string], asOf: number): FoundClaim {
    const { head, names } = this.#headOf(row, asOf);
    return { head, names, claim: decodeClaim(row[5]) };
  }

  /** What was parsed of a revision is kept: a package's advisories often speak of many packages. */
  #headOf(
    [id, text, names, document, recordedFrom]: readonly [...HeadRow, more: string],
    asOf: number,
  ): { readonly head: AdvisoryHead; readonly names: readonly string[] } {
    let known = this.#heads.get(id);
    if (known === undefined) {
      const head = decodeHead(text, document, recordedFrom);
      known = { head, names: [head.vulnerability], text: null };
      this.#heads.set(id, known);
    }
    if (asOf < this.#latestTime())
      return { head: known.head, names: this.#walk(known.head.vulnerability, asOf) };
    if (known.text !== names) {
      known.names = names === null ? [known.head.vulnerability] : (JSON.parse(names) as string[]);
      known.text = names;
    }
    return known;
  }

  /** All ids of a vulnerability as they were then. */
  #walk(id: string, asOf: number): string[] {
    const names = new Set([id]);
    for (const next of names) for (const other of this.aliases(next, asOf)) names.add(other);
    return [...names].sort(byName);
  }

  /** The last record time at which anything changed: from then on what holds is what holds now. */
  #latestTime(): number {
    this.#latest ??= Number(
      this.#db.prepare(`SELECT value FROM meta WHERE key = 'latest'`).get()?.['value'] ?? 0,
    );
    return this.#latest;
  }

  #has(table: 'kev' | 'epss' | 'alias'): boolean {
    return this.#db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined;
  }

  /** Documents of the larder that were compiled in, whatever they gave, each as `take` was told it. */
  taken(): string[] {
    return this.#db
      .prepare('SELECT document FROM taken')
      .all()
      .map(row => row['document'] as string);
  }

  take(document: string, isTaken: boolean): void {
    this.#db
      .prepare(isTaken ? 'INSERT OR IGNORE INTO taken VALUES (?)' : 'DELETE FROM taken WHERE document = ?')
      .run(document);
  }

  state(): MirrorState {
    const one = (sql: string): number =>
      Number(Object.values(this.#db.prepare(sql).get() ?? { n: 0 })[0] ?? 0);
    const updated = this.#db.prepare(`SELECT value FROM meta WHERE key = 'updated'`).get()?.['value'];
    return {
      path: this.path,
      epoch: this.epoch,
      updated: updated === undefined ? null : Number(updated),
      advisories: one('SELECT count(*) FROM revision WHERE recorded_to IS NULL'),
      revisions: one('SELECT count(*) FROM revision'),
      kev: one('SELECT count(*) FROM kev WHERE recorded_to IS NULL'),
      epss: one('SELECT count(DISTINCT cve) FROM epss'),
      feeds: this.#db
        .prepare('SELECT name, location, updated, records FROM feed ORDER BY name')
        .all()
        .map(row => ({
          name: row['name'] as string,
          location: row['location'] as string,
          updated: row['updated'] as number,
          records: row['records'] as number,
        })),
    };
  }

  close(): void {
    this.#db.close();
  }
}

/** A found claim as the verdict takes it. */
export function sourced(found: FoundClaim, trust: string): SourcedClaim {
  return { advisory: found.head, document: found.head.document, trust, claim: found.claim };
}

function hasSchema(db: DatabaseSync): boolean {
  return db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'meta'`).get() !== undefined;
}

function checkSchema(db: DatabaseSync, path: string): void {
  const schema = Number(db.prepare(`SELECT value FROM meta WHERE key = 'schema'`).get()?.['value']);
  if (schema < MIRROR_SCHEMA) {
    throw new AdvisoryError(
      'mirror-older',
      `The mirror ${path} was compiled by an older Larder; remove it and run larder mirror update.`,
    );
  }
  if (schema > MIRROR_SCHEMA) {
    throw new AdvisoryError(
      'mirror-newer',
      `The mirror ${path} was written by a newer Larder; update Larder, or use another mirror.`,
    );
  }
}
