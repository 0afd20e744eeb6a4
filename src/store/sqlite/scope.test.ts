import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EVERYTHING } from '../scope.ts';
import { SqliteApps } from './apps.ts';
import { Database } from './database.ts';
import { DATABASE_FILE, openSqliteStore } from './open.ts';
import { scopeCondition } from './scope.ts';

/** Keeps the last statement that a port runs. */
class Watched extends Database {
  last = '';

  override rows<Row extends readonly unknown[]>(sql: string, ...values: never[]): Row[] {
    this.last = sql;
    return super.rows(sql, ...values);
  }
}

test('labels are looked up by what they are on, for thousands of apps too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-plans-'));
  await openSqliteStore(folder, { mode: 'create' }).close();
  const db = new Watched(join(folder, DATABASE_FILE), { readOnly: false });
  const lookups = (sql: string): string[] =>
    db
      .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .map(({ detail }) => detail)
      .filter(detail => / l( |$)/.test(detail));
  const bound = 'SEARCH l USING PRIMARY KEY (scope=? AND target=?';

  for (const value of ['red', null]) {
    const { sql } = scopeCondition(db, { ...EVERYTHING, labels: [{ key: 'team', value }] });
    const plan = lookups(
      `SELECT m.bom FROM json_each(?) j CROSS JOIN member m ON m.segment = 1 AND m.package = j.value CROSS JOIN placing p ON p.bom = m.bom WHERE ${sql}`,
    );
    assert.ok(plan.length > 0 && plan.every(one => one.startsWith(bound)), plan.join('\n'));
  }
  db.run("INSERT INTO label VALUES('app', 1, 'team', 0, 1, 'red')");
  await new SqliteApps(db).labels([1], EVERYTHING);
  const plan = lookups(db.last);
  assert.ok(plan.length > 0 && plan.every(one => one.startsWith(bound)), plan.join('\n'));
  db.close();
  await rm(folder, { recursive: true });
});
