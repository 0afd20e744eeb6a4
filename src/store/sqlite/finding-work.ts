import type {
  BomParts,
  FindingWork,
  HeldParts,
  JudgedPart,
  OwnFindings,
  PartIdentities,
  PartRecord,
  Step,
  Todo,
} from '../findings.ts';
import type { Database, Value } from './database.ts';
import { list } from './dictionary.ts';
import { FindingCounts, HEAD } from './finding-counts.ts';
import { identitiesOf, ROW_COLUMNS, type RowTuple, tupleOf } from './finding-rows.ts';
import { blobColumn, columnBlob } from './records.ts';

const STEPS: readonly Step[] = ['bom', 'part', 'context'];
const CONTEXT_STEP = 2;

const TABLES = ['part', 'part_identity', 'bom_part', 'matched', 'own_finding', 'release_count', 'app_count'];

export class SqliteFindingWork implements FindingWork {
  readonly #db: Database;
  readonly #counts: FindingCounts;
  /** Marks what this run took: another that takes it later, because it changed, has its result kept, not ours. */
  readonly #token = 1 + Math.floor(Math.random() * 0xffff_ffff);

  constructor(db: Database) {
    this.#db = db;
    this.#counts = new FindingCounts(db);
  }

  async begin(basis: string, todo: Todo | 'all'): Promise<void> {
    this.#db.transaction(() => {
      if (todo === 'all') {
        for (const table of [...TABLES, 'finding_todo']) this.#db.run(`DELETE FROM ${table}`);
        this.#db.run(`INSERT INTO finding_todo SELECT 0, p.bom, 0 FROM placing p WHERE ${HEAD}`);
        this.#db.run(
          `INSERT OR REPLACE INTO finding_todo SELECT 3, p.release, 0 FROM placing p WHERE ${HEAD}`,
        );
      } else {
        if (todo.parts === 'all')
          this.#db.run('INSERT OR REPLACE INTO finding_todo SELECT 1, id, 0 FROM part');
        else this.#queue('part', todo.parts);
        this.#queue('context', todo.boms);
        if (todo.ownBoms)
          this.#db.run('INSERT OR REPLACE INTO finding_todo SELECT 2, bom, 0 FROM bom_part WHERE own = 1');
      }
      this.#db.run('INSERT OR REPLACE INTO finding_state VALUES(1, ?)', basis);
    });
  }

  async take(step: Step, limit: number): Promise<readonly number[]> {
    const code = STEPS.indexOf(step);
    return this.#db.transaction(() => {
      const rows = this.#db.rows<readonly [number]>(
        'SELECT id FROM finding_todo WHERE step = ? LIMIT ?',
        code,
        limit,
      );
      const mark = this.#db.prepared('UPDATE finding_todo SET taken = ? WHERE step = ? AND id = ?');
      for (const [id] of rows) mark.run(this.#token, code, id);
      return rows.map(([id]) => id);
    });
  }

  async putBoms(boms: readonly { readonly bom: number; readonly held: HeldParts | null }[]): Promise<void> {
    this.#db.transaction(() => {
      for (const { bom, held } of boms) {
        if (!this.#done('bom', bom)) continue;
        if (held === null) {
          this.#db.run('DELETE FROM bom_part WHERE bom = ?', bom);
          this.#db.run('DELETE FROM own_finding WHERE bom = ?', bom);
          continue;
        }
        const ids = held.parts.map(part => this.#intern(part));
        this.#db.run(
          'INSERT INTO bom_part(bom, own, unidentified, parts, subjects) VALUES(?, 0, ?, ?, ?) ON CONFLICT(bom) DO UPDATE SET unidentified = excluded.unidentified, parts = excluded.parts, subjects = excluded.subjects',
          bom,
          held.unidentified,
          columnBlob(Uint32Array.from(new Set(ids)).sort()),
          columnBlob(Uint32Array.from(held.subjects, at => ids[at] ?? 0)),
        );
        this.#queue('context', [bom]);
      }
    });
  }

  async heads(boms: readonly number[]): Promise<ReadonlySet<number>> {
    const rows = this.#db.rows<readonly [number]>(
      `SELECT p.bom FROM json_each(?) j CROSS JOIN placing p ON p.bom = j.value WHERE ${HEAD}`,
      list(boms),
    );
    return new Set(rows.map(([bom]) => bom));
  }

  async bomParts(boms: readonly number[]): Promise<readonly BomParts[]> {
    const rows = this.#db.rows<readonly [number, Uint8Array, Uint8Array, number]>(
      'SELECT b.bom, b.parts, b.subjects, b.own FROM json_each(?) j CROSS JOIN bom_part b ON b.bom = j.value',
      list(boms),
    );
    return rows.map(([bom, parts, subjects, own]) => ({
      bom,
      parts: blobColumn(parts),
      subjects: blobColumn(subjects),
      own: own === 1,
    }));
  }

  async parts(ids: readonly number[]): Promise<readonly PartRecord[]> {
    const rows = this.#db.rows<readonly [number, string, string, string, string | null]>(
      'SELECT t.id, t.identities, t.component, t.name, t.kind FROM json_each(?) j CROSS JOIN part t ON t.id = j.value',
      list(ids),
    );
    return rows.map(([id, text, component, name, kind]) => ({
      id,
      component,
      name,
      kind,
      ...identitiesOf(text),
    }));
  }

  async partsWith(of: {
    readonly packages: readonly number[];
    readonly identifiers: readonly number[];
    readonly vulnerabilities: readonly string[];
  }): Promise<readonly number[]> {
    const identities = [...of.packages.map(id => id * 2), ...of.identifiers.map(id => id * 2 + 1)];
    const rows = [
      ...this.#db.rows<readonly [number]>(
        'SELECT i.part FROM json_each(?) j CROSS JOIN part_identity i ON i.identity = j.value',
        list(identities),
      ),
      ...this.#db.rows<readonly [number]>(
        'SELECT m.part FROM json_each(?) j CROSS JOIN matched m ON m.vulnerability = j.value',
        JSON.stringify(of.vulnerabilities),
      ),
    ];
    return [...new Set(rows.map(([part]) => part))];
  }

  async putParts(judged: readonly JudgedPart[]): Promise<void> {
    this.#db.transaction(() => {
      for (const one of judged) if (this.#done('part', one.part)) this.#putPart(one);
    });
  }

  async withins(): Promise<ReadonlyMap<number, readonly string[]>> {
    const rows = this.#db.rows<readonly [number, string]>(
      'SELECT id, within FROM part WHERE within IS NOT NULL',
    );
    return new Map(rows.map(([id, text]) => [id, JSON.parse(text) as string[]]));
  }

  async putContext(
    boms: readonly { readonly bom: number; readonly own: OwnFindings | null }[],
  ): Promise<void> {
    this.#db.transaction(() => {
      for (const { bom, own } of boms) {
        if (!this.#done('context', bom)) continue;
        this.#db.run('DELETE FROM own_finding WHERE bom = ?', bom);
        for (const row of own?.rows ?? []) {
          this.#db.run(
            `INSERT OR REPLACE INTO own_finding(bom, ${ROW_COLUMNS}) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)`,
            bom,
            ...tupleOf(row, row),
          );
        }
        this.#db.run(
          'UPDATE bom_part SET own = ?, own_unidentified = ? WHERE bom = ?',
          own === null ? 0 : 1,
          own?.unidentified ?? null,
          bom,
        );
        this.#db.run(
          `INSERT OR REPLACE INTO finding_todo SELECT 3, p.release, 0 FROM placing p WHERE p.bom = ? AND ${HEAD}`,
          bom,
        );
      }
    });
  }

  async count(limit: number): Promise<boolean> {
    return this.#db.transaction(() => this.#counts.countSome(limit));
  }

  async miscounted(): Promise<readonly number[]> {
    return this.#counts.miscounted();
  }

  /** Whether what was taken is still ours to put back: it is then no longer to be done. */
  #done(step: Step, id: number): boolean {
    return (
      this.#db.change(
        'DELETE FROM finding_todo WHERE step = ? AND id = ? AND taken = ?',
        STEPS.indexOf(step),
        id,
        this.#token,
      ) > 0
    );
  }

  #queue(step: Step, ids: readonly number[]): void {
    const insert = this.#db.prepared('INSERT OR REPLACE INTO finding_todo VALUES(?, ?, 0)');
    for (const id of ids) insert.run(STEPS.indexOf(step), id);
  }

  #intern(part: PartIdentities): number {
    const text = textOf(part);
    const known = this.#db.prepared('SELECT id FROM part WHERE identities = ?').get(text);
    if (known !== undefined) return Number(known['id']);
    const id = this.#db.run(
      'INSERT INTO part(identities, component, name, kind, judged) VALUES(?, ?, ?, ?, 0)',
      text,
      part.component,
      part.name,
      part.kind,
    );
    const insert = this.#db.prepared('INSERT OR IGNORE INTO part_identity VALUES(?, ?)');
    for (const one of part.packages) insert.run(one * 2, id);
    for (const one of part.identifiers) insert.run(one * 2 + 1, id);
    this.#queue('part', [id]);
    return id;
  }

  #putPart({ part, rows, within }: JudgedPart): void {
    const about = this.#db.get<{ component: string; name: string; judged: number; within: string | null }>(
      'SELECT component, name, judged, within FROM part WHERE id = ?',
      part,
    );
    if (about === undefined) return;
    const keys = within === null ? null : JSON.stringify(within);
    const sorted = [...rows].sort((a, b) => (a.vulnerability < b.vulnerability ? -1 : 1));
    const tuples = sorted.map(row => tupleOf(row, about));
    const before = this.#db.rows<RowTuple>(
      `SELECT ${ROW_COLUMNS} FROM matched WHERE part = ? ORDER BY vulnerability`,
      part,
    );
    const same = JSON.stringify(before) === JSON.stringify(tuples);
    const inContext = keys !== about.within || keys !== null;
    this.#db.run('UPDATE part SET judged = 1, within = ? WHERE id = ?', keys, part);
    if (!same) {
      this.#db.run('DELETE FROM matched WHERE part = ?', part);
      const insert = this.#db.prepared(
        `INSERT INTO matched(part, ${ROW_COLUMNS}) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      );
      for (const tuple of tuples) insert.run(part, ...tuple);
    }
    // A part seen for the first time is only in BOMs that are to be worked out anyway.
    if (about.judged === 1) this.#queueHolders(part, same, inContext);
  }

  /** What holds a part is counted again; where statements on it hang on what it is in, or its BOM has rows of its own, the BOM is judged again. */
  #queueHolders(part: number, same: boolean, inContext: boolean): void {
    const { packages, identifiers } = identitiesOf(
      this.#db.get<{ identities: string }>('SELECT identities FROM part WHERE id = ?', part)?.identities ??
        '',
    );
    const [table, column, identity] =
      packages[0] === undefined
        ? (['identifier_member', 'identifier', identifiers[0] ?? 0] as const)
        : (['member', 'package', packages[0]] as const);
    const from = `segment s CROSS JOIN ${table} m ON m.segment = s.id AND m.${column} = ? CROSS JOIN placing p ON p.bom = m.bom CROSS JOIN bom_part b ON b.bom = m.bom
      WHERE s.state IN ('open', 'full', 'merging') AND ${HEAD}`;
    const values: Value[] = [identity];
    if (!same)
      this.#db.run(
        `INSERT OR REPLACE INTO finding_todo SELECT 3, p.release, 0 FROM ${from} AND b.own = 0`,
        ...values,
      );
    this.#db.run(
      `INSERT OR REPLACE INTO finding_todo SELECT ${CONTEXT_STEP}, m.bom, 0 FROM ${from} ${inContext ? '' : 'AND b.own = 1'}`,
      ...values,
    );
  }
}

/** `p1,p2|c3|label`: equal for equal sets, in the order stated, since the first names the finding. */
function textOf(part: PartIdentities): string {
  const label = part.packages.length > 0 ? '' : part.component;
  return `${part.packages.join(',')}|${part.identifiers.join(',')}|${label}`;
}
