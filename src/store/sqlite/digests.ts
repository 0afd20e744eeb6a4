import { DIGEST_KEY_BYTES as KEY_BYTES } from '../intake.ts';
import type { DigestHit, DigestPort } from '../ports.ts';
import type { Scope } from '../scope.ts';
import type { Database } from './database.ts';
import { list } from './dictionary.ts';
import { findDigest } from './digest-pages.ts';
import { unhex } from './records.ts';
import { scopeCondition } from './scope.ts';

export class SqliteDigests implements DigestPort {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(value: string, scope: Scope): Promise<readonly DigestHit[]> {
    if (!/^(?:[0-9a-f]{2}){8,}$/.test(value)) return [];
    const segments = this.#db.rows<readonly [number]>(
      "SELECT id FROM segment WHERE state IN ('open', 'full', 'merging')",
    );
    const key = unhex(value.slice(0, KEY_BYTES * 2).padEnd(KEY_BYTES * 2, '0'));
    const entries = findDigest(
      this.#db,
      segments.map(([id]) => id),
      key,
    );
    const visible = this.#visible(
      entries.map(({ bom }) => bom),
      scope,
    );
    return entries
      .filter(({ bom }) => visible.has(bom))
      .sort((a, b) => a.bom - b.bom || a.kind - b.kind || a.ordinal - b.ordinal)
      .map(({ bom, kind, ordinal }) => ({ bom, kind: kind === 0 ? 'component' : 'file', ordinal }));
  }

  #visible(boms: readonly number[], scope: Scope): ReadonlySet<number> {
    if (boms.length === 0) return new Set();
    const condition = scopeCondition(this.#db, scope);
    const rows = this.#db.rows<readonly [number]>(
      `SELECT p.bom FROM json_each(?) j CROSS JOIN placing p ON p.bom = j.value WHERE ${condition.sql}`,
      list(boms),
      ...condition.values,
    );
    return new Set(rows.map(([bom]) => bom));
  }
}
