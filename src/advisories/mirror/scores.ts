import type { DatabaseSync } from 'node:sqlite';
import type { ExploitationFacts } from '../../model/advisory.ts';

/**
 * Takes in a KEV catalogue or EPSS scores inside a transaction of the caller. What changed gets a row from `time` on and what did not change gets none: the scores of a quarter million CVEs
 * come every day, and most are those of the day before. Whatever order they come in, the later dated one is what holds.
 *
 * @returns whether anything changed
 */
export function putScores(db: DatabaseSync, facts: ExploitationFacts, time: number): boolean {
  const kev = facts.kev.length > 0 && putKev(db, facts, time);
  const epss = facts.epss.length > 0 && putEpss(db, facts, time);
  return kev || epss;
}

/** Forgets all of them; they are then taken in again from the documents that are left. */
export function eraseScores(db: DatabaseSync): void {
  db.exec(`DELETE FROM kev; DELETE FROM epss; DELETE FROM meta WHERE key = 'kev'`);
}

/** A catalogue says what is exploited and, by its silence, what is not: one that is older than another says nothing. */
function putKev(db: DatabaseSync, facts: ExploitationFacts, time: number): boolean {
  const released = facts.kevReleased ?? '';
  const last = db.prepare(`SELECT value FROM meta WHERE key = 'kev'`).get()?.['value'] as string | undefined;
  if (last !== undefined && released < last) return false;
  db.prepare(`INSERT OR REPLACE INTO meta VALUES ('kev', ?)`).run(released);
  const known = new Map<string, string>();
  for (const row of db.prepare('SELECT cve, entry FROM kev WHERE recorded_to IS NULL').iterate())
    known.set(row['cve'] as string, row['entry'] as string);
  const close = db.prepare('UPDATE kev SET recorded_to = ? WHERE cve = ? AND recorded_to IS NULL');
  const open = db.prepare('INSERT OR REPLACE INTO kev VALUES (?, ?, NULL, ?)');
  let changed = false;
  for (const one of facts.kev) {
    const entry = JSON.stringify(one);
    if (known.get(one.cve) !== entry) {
      close.run(time, one.cve);
      open.run(one.cve, time, entry);
      changed = true;
    }
    known.delete(one.cve);
  }
  for (const cve of known.keys()) close.run(time, cve);
  return changed || known.size > 0;
}

/** A file of scores may be of some CVEs only, so its silence says nothing. `dated` moves in place with each file, which costs no room. */
function putEpss(db: DatabaseSync, facts: ExploitationFacts, time: number): boolean {
  const dated = facts.epssDate ?? '';
  const newest = db.prepare(
    'SELECT recorded_from, score, dated FROM epss WHERE cve = ? ORDER BY recorded_from DESC LIMIT 1',
  );
  const open = db.prepare('INSERT OR REPLACE INTO epss VALUES (?, ?, ?, ?)');
  const date = db.prepare('UPDATE epss SET dated = ? WHERE cve = ? AND recorded_from = ?');
  let changed = false;
  for (const { cve, score } of facts.epss) {
    const known = newest.get(cve);
    if (known !== undefined && dated < (known['dated'] as string)) continue;
    if (known !== undefined && known['score'] === score) {
      if (known['dated'] !== dated) date.run(dated, cve, known['recorded_from'] as number);
      continue;
    }
    open.run(cve, time, score, dated);
    changed = true;
  }
  return changed;
}
