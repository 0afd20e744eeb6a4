import type {
  Counts,
  FindingFilter,
  FindingPort,
  FindingState,
  FindingWork,
  KeptFinding,
  Tally,
} from '../findings.ts';
import { noCounts } from '../findings.ts';
import type { Page, PageRequest } from '../ports.ts';
import type { Scope } from '../scope.ts';
import type { Database } from './database.ts';
import { FindingCounts } from './finding-counts.ts';
import { FindingPages } from './finding-pages.ts';
import { FindingTally } from './finding-tally.ts';
import { SqliteFindingWork } from './finding-work.ts';
import { COUNT_COLUMNS, FOREVER } from './schema.ts';
import { type Condition, scopeCondition } from './scope.ts';

const SUMS = COUNT_COLUMNS.map(column => `coalesce(sum(c.${column}), 0)`).join(', ');

export class SqliteFindings implements FindingPort {
  readonly work: FindingWork;
  readonly #db: Database;
  readonly #counts: FindingCounts;

  constructor(db: Database) {
    this.#db = db;
    this.work = new SqliteFindingWork(db);
    this.#counts = new FindingCounts(db);
  }

  async state(): Promise<FindingState | null> {
    const row = this.#db.get<{ basis: string }>('SELECT basis FROM finding_state');
    if (row === undefined) return null;
    const pending = this.#db.get('SELECT 1 AS one FROM finding_todo LIMIT 1') !== undefined;
    return { basis: row.basis, pending };
  }

  async counts(scope: Scope): Promise<Counts | null> {
    if (!answers(scope)) return null;
    if (this.#wholeApps(scope)) return this.#ofApps(scope);
    return this.#ofReleases(scope);
  }

  async apps(scope: Scope): Promise<number | null> {
    if (!answers(scope) || !this.#wholeApps(scope)) return null;
    const apps = ofApps(scope);
    const [row] = this.#db.rows<readonly [number]>(
      `SELECT count(DISTINCT c.app) FROM release_count c ${apps.sql}`,
      ...apps.values,
    );
    return row?.[0] ?? 0;
  }

  async page(filter: FindingFilter, page: PageRequest, scope: Scope): Promise<Page<KeptFinding> | null> {
    return answers(scope) ? new FindingPages(this.#db, filter, scope).page(page) : null;
  }

  async tally(vulnerability: string, scope: Scope): Promise<Tally | null> {
    return answers(scope) ? new FindingTally(this.#db).of(vulnerability, scope) : null;
  }

  async kinds(): Promise<readonly string[]> {
    return new FindingTally(this.#db).kinds();
  }

  async packagesOf(
    kinds: readonly string[],
    scope: Scope,
  ): Promise<readonly { readonly kind: string; readonly component: string }[]> {
    return new FindingTally(this.#db).packagesOf(kinds, scope);
  }

  /** Whether a scope shows all of an app or nothing of it. */
  #wholeApps(scope: Scope): boolean {
    if (scope.labels.length > 0) return false;
    return (
      scope.includeRetired ||
      this.#db.get(`SELECT 1 AS one FROM retirement WHERE recorded_to = ${FOREVER} LIMIT 1`) === undefined
    );
  }

  #ofApps(scope: Scope): Counts {
    const apps = ofApps(scope);
    const [row] = this.#db.rows<readonly number[]>(
      `SELECT ${SUMS} FROM app_count c ${apps.sql}`,
      ...apps.values,
    );
    return row ?? noCounts();
  }

  /** Where a scope shows only some documents of a release, these are counted together. */
  #ofReleases(scope: Scope): Counts {
    const condition = scopeCondition(this.#db, scope);
    const shown = this.#db.rows<readonly [release: number, boms: number, heads: number, ...counts: number[]]>(
      `SELECT g.release, g.boms, c.heads, ${COUNT_COLUMNS.map(column => `c.${column}`).join(', ')}
         FROM (SELECT p.release, count(*) AS boms FROM placing p WHERE ${condition.sql} GROUP BY p.release) g
         JOIN release_count c ON c.release = g.release`,
      ...condition.values,
    );
    const sum = noCounts();
    for (const [release, boms, heads, ...kept] of shown) {
      const counts = boms === heads ? kept : this.#counts.of(this.#shownOf(release, scope));
      for (const [at, count] of counts.entries()) sum[at] = (sum[at] ?? 0) + count;
    }
    return sum;
  }

  #shownOf(release: number, scope: Scope): number[] {
    const condition = scopeCondition(this.#db, scope);
    return this.#db
      .rows<readonly [number]>(
        `SELECT p.bom FROM placing p WHERE p.release = ? AND ${condition.sql}`,
        release,
        ...condition.values,
      )
      .map(([bom]) => bom);
  }
}

/** The tables stand for now and for the newest documents. */
function answers(scope: Scope): boolean {
  return scope.asOf === null && !scope.includeSuperseded && scope.trust === null && scope.buildLevel === null;
}

/** Which rows of `app_count c` or `release_count c` are of apps that a scope names; all where it names none. */
function ofApps(scope: Scope): Condition {
  if (scope.apps === null) return { sql: '', values: [] };
  return {
    sql: 'WHERE c.app IN (SELECT coalesce(a.alias_of, a.id) FROM json_each(?) j CROSS JOIN app a ON a.key = j.value)',
    values: [JSON.stringify(scope.apps)],
  };
}
