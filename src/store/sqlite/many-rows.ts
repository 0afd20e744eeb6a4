import type { StatementSync } from 'node:sqlite';
import type { Database, Value } from './database.ts';

/** Rows that one statement inserts: beyond about a hundred it is not quicker. */
const ROWS = 64;

/**
 * Inserts rows of one table many at a time, which costs half of one at a time. Rows are inserted in the order in which they are added, the last ones by
 * `finish`. Use within a transaction.
 */
export class ManyRows {
  readonly #db: Database;
  readonly #head: string;
  readonly #width: number;
  readonly #values: Value[] = [];
  #many: StatementSync | null = null;

  /** @param head `INSERT OR IGNORE INTO table(columns)` */
  constructor(db: Database, head: string, width: number) {
    this.#db = db;
    this.#head = head;
    this.#width = width;
  }

  /** Takes one row, a value for each column. */
  add(...row: readonly Value[]): void {
    for (const value of row) this.#values.push(value);
    if (this.#values.length < ROWS * this.#width) return;
    this.#many ??= this.#statement(ROWS);
    this.#many.run(...this.#values);
    this.#values.length = 0;
  }

  finish(): void {
    if (this.#values.length === 0) return;
    const one = this.#statement(1);
    for (let at = 0; at < this.#values.length; at += this.#width)
      one.run(...this.#values.slice(at, at + this.#width));
    this.#values.length = 0;
  }

  #statement(rows: number): StatementSync {
    const row = `(${Array(this.#width).fill('?').join(', ')})`;
    return this.#db.prepared(`${this.#head} VALUES ${Array(rows).fill(row).join(', ')}`);
  }
}
