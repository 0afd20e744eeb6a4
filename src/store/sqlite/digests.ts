import type { DigestHit, DigestPort } from '../ports.ts';
import type { Scope } from '../scope.ts';
import type { Database } from './database.ts';
import { unhex } from './records.ts';
import { scopeCondition } from './scope.ts';

/** How much of a digest the index keeps. */
const KEY_BYTES = 16;

export class SqliteDigests implements DigestPort {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(value: string, scope: Scope): Promise<readonly DigestHit[]> {
    if (!/^(?:[0-9a-f]{2}){8,}$/.test(value)) return [];
    const condition = scopeCondition(this.#db, scope);
    const rows = this.#db.rows<readonly [number, number, number]>(
      `SELECT m.bom, m.kind, m.ordinal FROM segment s CROSS JOIN digest_member m ON m.segment = s.id AND m.digest = ? CROSS JOIN placing p ON p.bom = m.bom
        WHERE s.state IN ('open', 'full', 'merging') AND ${condition.sql} ORDER BY m.bom, m.kind, m.ordinal`,
      unhex(value.slice(0, KEY_BYTES * 2).padEnd(KEY_BYTES * 2, '0')),
      ...condition.values,
    );
    return rows.map(([bom, kind, ordinal]) => ({ bom, kind: kind === 0 ? 'component' : 'file', ordinal }));
  }
}
