import type { DatabaseSync } from 'node:sqlite';
import { byName } from '../aliases.ts';

/**
 * Keeps with each current revision all ids of its vulnerability, so that a lookup need not walk the aliases: every finding would, and most walks find two names.
 * What was known at an earlier time is still walked for.
 *
 * @param touched ids whose aliases an import changed
 */
export function keepNames(db: DatabaseSync, touched: ReadonlySet<string>): void {
  const others = db.prepare(
    'SELECT alias.other FROM alias JOIN revision ON revision.id = alias.revision WHERE alias.id = ? AND revision.recorded_to IS NULL',
  );
  others.setReturnArrays(true);
  const write = db.prepare(
    'UPDATE revision SET names = ?1 WHERE vulnerability = ?2 AND recorded_to IS NULL AND names IS NOT ?1',
  );
  const done = new Set<string>();
  for (const id of touched) {
    if (done.has(id)) continue;
    const names = new Set([id]);
    for (const next of names)
      for (const [other] of others.all(next) as unknown as (readonly [string])[]) names.add(other);
    const text = names.size === 1 ? null : JSON.stringify([...names].sort(byName));
    for (const name of names) {
      done.add(name);
      write.run(text, name);
    }
  }
}
