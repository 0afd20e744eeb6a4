import { cursorText, cursorValues } from '../cursor.ts';
import { decodeLicenceUses } from '../licence-codec.ts';
import type {
  BomId,
  Hits,
  LicenceId,
  LicencePort,
  LicenceRow,
  LicenceUse,
  Page,
  PageRequest,
} from '../ports.ts';
import type { Scope } from '../scope.ts';
import type { Database } from './database.ts';
import { list } from './dictionary.ts';
import { readHits } from './membership.ts';
import { blobColumn } from './records.ts';
import { scopeCondition } from './scope.ts';

export class SqliteLicences implements LicencePort {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(page: PageRequest, scope: Scope): Promise<Page<LicenceRow>> {
    const condition = scopeCondition(this.#db, scope);
    const counted = `SELECT l.id, l.text AS licence, count(*) AS boms, count(DISTINCT p.app) AS apps, sum(m.components) AS components
      FROM placing p JOIN licence_member m ON m.bom = p.bom JOIN licence l ON l.id = m.licence WHERE ${condition.sql} GROUP BY l.id`;
    const total =
      this.#db.get<{ total: number }>(`SELECT count(*) AS total FROM (${counted})`, ...condition.values)
        ?.total ?? 0;
    const after = cursorValues(page.after, 2);
    const [components, licence] = after ?? [];
    const beyond = after === null ? '' : 'WHERE components < ? OR (components = ? AND licence > ?)';
    const values = after === null ? [] : [Number(components), Number(components), String(licence)];
    const sql = `SELECT * FROM (${counted}) ${beyond} ORDER BY components DESC, licence LIMIT ?`;
    const rows = this.#db.all<LicenceRow>(sql, ...condition.values, ...values, page.limit + 1);
    const items = rows.slice(0, page.limit);
    const last = items.at(-1);
    return {
      items,
      total,
      next:
        rows.length > page.limit && last !== undefined ? cursorText([last.components, last.licence]) : null,
    };
  }

  async find(
    text: string,
    how: 'exact' | 'contains',
  ): Promise<readonly { readonly id: LicenceId; readonly licence: string }[]> {
    const condition = how === 'exact' ? 'text = ? COLLATE NOCASE' : 'instr(lower(text), lower(?)) > 0';
    return this.#db.all(`SELECT id, text AS licence FROM licence WHERE ${condition} ORDER BY text`, text);
  }

  async names(
    ids: readonly LicenceId[],
  ): Promise<readonly { readonly id: LicenceId; readonly licence: string }[]> {
    return this.#db.all(
      'SELECT l.id, l.text AS licence FROM json_each(?) j JOIN licence l ON l.id = j.value ORDER BY j.key',
      list(ids),
    );
  }

  async boms(ids: readonly LicenceId[], scope: Scope): Promise<Hits> {
    const condition = scopeCondition(this.#db, scope);
    const from = `json_each(?) j CROSS JOIN licence_member m ON m.licence = j.value CROSS JOIN placing p ON p.bom = m.bom WHERE ${condition.sql}`;
    return readHits(this.#db, ['m.licence', 'm.bom', 'p.app', '0'], from, list(ids), ...condition.values);
  }

  async ofBom(bom: BomId, scope: Scope): Promise<readonly LicenceUse[]> {
    const condition = scopeCondition(this.#db, { ...scope, includeSuperseded: true });
    const row = this.#db.get<{ licences: Uint8Array; uses: Uint8Array }>(
      `SELECT g.licences, g.licence_uses AS uses FROM placing p JOIN bom_graph g ON g.bom = p.bom WHERE p.bom = ? AND ${condition.sql}`,
      bom,
      ...condition.values,
    );
    if (row === undefined) return [];
    const numbers = blobColumn(row.licences);
    return decodeLicenceUses(row.uses, numbers.length).map(use => ({
      ordinal: use.ordinal,
      licence: numbers[use.licence] ?? 0,
      concluded: use.concluded,
    }));
  }
}
