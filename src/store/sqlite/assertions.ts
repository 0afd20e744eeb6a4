import type { Statement } from '../../model/assertion.ts';
import type { AssertionPort, StatementRecord } from '../ports.ts';
import { momentOf, type Scope } from '../scope.ts';
import { targetText } from '../targets.ts';
import type { Database, Value } from './database.ts';
import { hex } from './records.ts';

type StatementRow = readonly [
  document: Uint8Array,
  who: string,
  said: number,
  because: string | null,
  body: string,
];

export class SqliteAssertions implements AssertionPort {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(
    filter: Parameters<AssertionPort['list']>[0],
    scope: Scope,
  ): Promise<readonly StatementRecord[]> {
    const conditions = ['s.recorded_from <= ?'];
    const values: Value[] = [momentOf(scope)];
    if (filter.types !== undefined) {
      conditions.push('s.type IN (SELECT value FROM json_each(?))');
      values.push(JSON.stringify(filter.types));
    }
    if (filter.target !== undefined) {
      conditions.push('s.target = ?');
      values.push(targetText(filter.target));
    }
    // A statement about two things has a row for each.
    const rows = this.#db.rows<StatementRow>(
      `SELECT e.sha256, s.who, s.said_at, s.because, s.body FROM statement s JOIN evidence e ON e.id = s.document WHERE ${conditions.join(' AND ')} GROUP BY s.document, s.body ORDER BY min(s.id)`,
      ...values,
    );
    return rows.map(([document, who, when, because, body]) => ({
      document: hex(document),
      who,
      when,
      because,
      statement: JSON.parse(body) as Statement,
    }));
  }
}
