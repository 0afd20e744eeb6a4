import { Fields, isObject } from '../../formats/fields.ts';
import { readRecord } from '../../formats/osv/read.ts';
import { members } from '../../io/archive.ts';
import { sha256 } from '../../io/hash.ts';
import { type Diagnostic, Diagnostics } from '../../model/diagnostic.ts';
import { messageOf } from '../../model/errors.ts';
import { AdvisoryError } from '../errors.ts';
import { MIRROR_BOUNDS } from './bounds.ts';
import type { Mirror } from './mirror.ts';
import { type ImportCount, MirrorWriter } from './writer.ts';

/** What an import did. `unreadable` members were left out, each with its sentence. */
export interface ImportResult extends ImportCount {
  readonly epoch: number;
  readonly unreadable: readonly Diagnostic[];
}

/**
 * Runs one import as one epoch: all of it is seen at once, or, when it throws, nothing of it. A clock that went back never makes a revision end before it began:
 * record time then stands still.
 *
 * @throws AdvisoryError `mirror-busy` when another import holds the mirror
 */
export async function inEpoch(
  mirror: Mirror,
  now: number,
  work: (writer: MirrorWriter) => Promise<void>,
): Promise<ImportCount & { epoch: number }> {
  const db = mirror.database;
  try {
    db.exec('BEGIN IMMEDIATE');
  } catch (error) {
    throw new AdvisoryError(
      'mirror-busy',
      `Another run is writing the mirror ${mirror.path} (${messageOf(error)}); wait for it to end and try again.`,
      error,
    );
  }
  try {
    const last = Number(db.prepare(`SELECT value FROM meta WHERE key = 'updated'`).get()?.['value'] ?? 0);
    const time = Math.max(now, last);
    const epoch = mirror.epoch + 1;
    const writer = new MirrorWriter(db, time, epoch);
    await work(writer);
    writer.finish();
    db.prepare(
      `INSERT INTO meta VALUES ('updated', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    ).run(String(time));
    db.prepare(`UPDATE meta SET value = ? WHERE key = 'epoch'`).run(String(epoch));
    db.exec('COMMIT');
    mirror.imported();
    return { ...writer.count, epoch };
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/** Imports an `all.zip` of the OSV bucket. A record that a later zip lacks is kept: zips have been seen without records that exist, and a withdrawn record says so itself. */
export async function importOsvZip(
  writer: MirrorWriter,
  bytes: Uint8Array,
  name: string,
): Promise<Diagnostic[]> {
  const unreadable = new Diagnostics();
  for await (const member of members(bytes, 'zip', name, undefined, MIRROR_BOUNDS)) {
    if (member.problem !== null) unreadable.error(member.problem.code, member.problem.message, member.path);
    else putOsv(writer, member.bytes, member.path, unreadable);
  }
  return unreadable.list();
}

function putOsv(writer: MirrorWriter, bytes: Uint8Array, path: string, unreadable: Diagnostics): void {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch (error) {
    unreadable.error('invalid-json', `${path} is no JSON: ${messageOf(error)}.`, path);
    return;
  }
  const advisory = isObject(value) ? readRecord(value, new Fields(new Diagnostics())) : null;
  if (advisory === null) {
    unreadable.error('not-osv', `${path} is no OSV record: it has no string "id".`, path);
    return;
  }
  writer.put({ advisory, sha256: sha256(bytes), document: null, body: bytes });
}
