import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fields, isObject } from '../formats/fields.ts';
import { readStatements } from '../formats/openvex/read.ts';
import type { AdvisoryFacts } from '../model/advisory.ts';
import { Diagnostics } from '../model/diagnostic.ts';
import type { DocumentRecord, Store } from '../store/ports.ts';
import { EVERYTHING, type Scope } from '../store/scope.ts';
import { statementsOfBom } from './bom-statements.ts';
import { AdvisoryError } from './errors.ts';
import { advisoryFacts, putFacts, readKnown } from './mirror/documents.ts';
import { inEpoch } from './mirror/import.ts';
import { Mirror } from './mirror/mirror.ts';
import type { MirrorWriter } from './mirror/writer.ts';

/** What a larder's own documents say of vulnerabilities, compiled like a feed. Derived: it may be removed at any time and is made again from the documents. */
const FILE = 'advisories.db';

const ALL: Scope = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };

/**
 * Opens the compiled evidence of a larder, brought up to date with its documents: advisories, VEX and scores that were added, what BOMs state, and the user's decisions.
 * Each counts from the record time of its document. Costs a few lookups when nothing was added.
 *
 * Where nothing can be written (a read-only larder, a full disk) it is compiled in memory for this question.
 *
 * @param folder the larder's folder
 */
export async function openEvidence(store: Store, folder: string): Promise<Mirror> {
  try {
    return await openCompiled(store, join(folder, FILE));
  } catch (error) {
    if (!cannotBeWritten(error)) throw error;
    return openCompiled(store, ':memory:');
  }
}

/** SQLite's primary result codes and the system's, for what may be read and not written. */
const UNWRITABLE: ReadonlySet<unknown> = new Set([8, 13, 14, 'EACCES', 'EROFS', 'ENOSPC']);

function cannotBeWritten(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('errcode' in at && typeof at.errcode === 'number' && UNWRITABLE.has(at.errcode & 0xff)) return true;
    if ('code' in at && UNWRITABLE.has(at.code)) return true;
  }
  return false;
}

async function openCompiled(store: Store, path: string): Promise<Mirror> {
  const mirror = await openFile(path);
  try {
    await bringUpToDate(store, mirror);
    return mirror;
  } catch (error) {
    mirror.close();
    throw error;
  }
}

/** What an older version compiled is compiled anew. */
async function openFile(path: string): Promise<Mirror> {
  try {
    return Mirror.open(path, { create: true });
  } catch (error) {
    if (!(error instanceof AdvisoryError) || error.code !== 'mirror-older') throw error;
    for (const end of ['', '-wal', '-shm']) await rm(`${path}${end}`, { force: true });
    return Mirror.open(path, { create: true });
  }
}

async function bringUpToDate(store: Store, mirror: Mirror): Promise<void> {
  const wanted = await documentsWithStatements(store);
  const known = new Set(mirror.taken());
  const gone = new Set(known);
  for (const record of wanted) gone.delete(takenAs(record));
  const here = new Set(wanted.map(record => record.sha256));
  const forgot = [...gone].some(taken => !here.has(documentOf(taken)));
  // Scores keep no trace of the document they are from: when one is gone, those that are left say it all again.
  const again = (record: DocumentRecord): boolean => forgot && record.kind === 'scores';
  const missing = wanted
    .filter(record => !known.has(takenAs(record)) || again(record))
    .sort((a, b) => a.recordedFrom - b.recordedFrom);
  if (missing.length === 0 && gone.size === 0) return;
  await inEpoch(mirror, 0, async writer => {
    if (forgot) writer.eraseScores();
    for (const taken of gone) {
      writer.erase(documentOf(taken));
      mirror.take(taken, false);
    }
    for (const record of missing) {
      await takeIn(store, writer, record);
      mirror.take(takenAs(record), true);
    }
  });
}

/** What is noted of a document that was compiled: which one, and whether it was verified, by which it may take another's place. */
function takenAs(record: DocumentRecord): string {
  return record.trust === 'verified' ? `${record.sha256} verified` : record.sha256;
}

function documentOf(taken: string): string {
  return taken.slice(0, 64);
}

/** Documents that may state something of vulnerabilities, whatever their place: a superseded advisory was known once. */
async function documentsWithStatements(store: Store): Promise<DocumentRecord[]> {
  const page = { limit: 1_000_000 };
  const advisories = await store.documents.list(
    { kinds: ['advisory', 'vex', 'scores'], statuses: ['accepted', 'partial'] },
    page,
    ALL,
  );
  const boms = await store.documents.listBoms({ statesVulnerabilities: true }, page, ALL);
  const decisions = await store.assertions.list({ types: ['decision'] }, ALL);
  const documents = new Map(advisories.items.map(record => [record.sha256, record]));
  for (const { document } of boms.items) documents.set(document.sha256, document);
  for (const { document } of decisions) {
    const record = await store.documents.find(document, ALL);
    if (record !== null) documents.set(record.sha256, record);
  }
  return [...documents.values()];
}

async function takeIn(store: Store, writer: MirrorWriter, record: DocumentRecord): Promise<void> {
  const from = {
    sha256: record.sha256,
    document: record.sha256,
    body: null,
    recordedFrom: record.recordedFrom,
    trust: record.trust,
  };
  if (record.kind === 'assertion') {
    for (const advisory of await decisionsOf(store, record)) writer.put({ ...from, advisory });
    return;
  }
  const bytes = await store.bytes.read(record.sha256);
  const result = bytes === null ? null : await readKnown(bytes, record.name);
  const facts = result === null ? null : advisoryFacts(result);
  if (facts !== null) putFacts(writer, facts, from);
  if (result?.bom)
    for (const advisory of statementsOfBom(result.bom, record.sha256)) writer.put({ ...from, advisory });
}

/** A user's decisions are OpenVEX statements in an assertion: who put their name to it is their author. */
async function decisionsOf(store: Store, record: DocumentRecord): Promise<AdvisoryFacts[]> {
  const statements = await store.assertions.list({ types: ['decision'] }, ALL);
  return statements
    .filter(statement => statement.document === record.sha256 && statement.statement.type === 'decision')
    .flatMap(({ who, statement }) => {
      const body = statement.type === 'decision' ? statement.body : null;
      if (!isObject(body)) return [];
      return readStatements(body, new Fields(new Diagnostics())).map(advisory => ({
        ...advisory,
        source: 'decision',
        publisher: who,
        publisherRole: 'user' as const,
      }));
    });
}
