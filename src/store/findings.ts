import type { VerdictStatus } from '../model/advisory.ts';
import type { Page, PageRequest } from './ports.ts';
import type { Scope } from './scope.ts';

/**
 * Findings kept for quick answers (DESIGN.md §6). The store knows nothing of advisories: every row comes from above, where `graph/findings/refresh` judges. A *part* is a
 * distinct set of identities that entries of BOMs have; it is judged by itself once, however many BOMs hold it. Only a BOM whose verdicts depend on more than its
 * parts has rows of its own. All of it is derived and may be emptied at any time.
 */

/**
 * What is counted, in the order of the columns. The first six are affected ones by severity; `act`, `malicious` and `kev` are some of the findings before them;
 * `unidentified` are components that nothing identifies, in each document that lists them: they were not judged.
 */
export const COUNTERS = [
  'critical',
  'high',
  'medium',
  'low',
  'none',
  'unrated',
  'not_affected',
  'fixed',
  'under_investigation',
  'unknown',
  'act',
  'malicious',
  'kev',
  'unidentified',
] as const;

export type Counter = (typeof COUNTERS)[number];

/** One number for each of COUNTERS. */
export type Counts = readonly number[];

/** A verdict as far as it is kept: enough to count and to order. All else is judged again for what is shown. */
export interface FindingRow {
  /** Best name. */
  readonly vulnerability: string;
  readonly status: VerdictStatus;
  /** Hundredths. */
  readonly risk: number;
  /** Tenths; -1 without a score. */
  readonly score: number;
  /** Which of the first six COUNTERS it falls under when affected. */
  readonly level: number;
  /** Sum of MARK. */
  readonly marks: number;
}

export const MARK = { act: 1, malicious: 2, kev: 4 } as const;

/** A set of identities, as dictionary numbers. */
export interface PartIdentities {
  readonly packages: readonly number[];
  readonly identifiers: readonly number[];
  /** What a finding in it is about, the same in every larder: its first purl, or `name@version`. */
  readonly component: string;
  /** What people call it. */
  readonly name: string;
  /** What kind of package its first purl is of (advisories/coverage); null where it has none. */
  readonly kind: string | null;
}

/** The parts of one BOM, and indices of those it is about. */
export interface HeldParts {
  readonly parts: readonly PartIdentities[];
  readonly subjects: readonly number[];
  /** Listed components without an identity. */
  readonly unidentified: number;
}

export interface PartRecord extends PartIdentities {
  readonly id: number;
}

export interface JudgedPart {
  readonly part: number;
  readonly rows: readonly FindingRow[];
  /** Lookup keys of the products inside which a statement on the part would hold; null when there is no such statement. */
  readonly within: readonly string[] | null;
}

export interface OwnRow extends FindingRow {
  readonly component: string;
  readonly name: string;
}

/** What is found in a BOM whose verdicts depend on more than its parts. */
export interface OwnFindings {
  readonly rows: readonly OwnRow[];
  readonly unidentified: number;
}

export interface BomParts {
  readonly bom: number;
  readonly parts: Uint32Array;
  /** Those of them that the BOM is about. */
  readonly subjects: Uint32Array;
  /** Its verdicts are rows of its own. */
  readonly own: boolean;
}

/** What the tables stand for. */
export interface FindingState {
  /** Which mirrors, at which epochs, and what users said components are. Opaque to the store. */
  readonly basis: string;
  /** Something changed since that is not worked in yet. */
  readonly pending: boolean;
}

/** Steps of a refresh, in their order. Each item is taken, worked out above and put back with its result; what changed meanwhile stays to be done. */
export type Step = 'bom' | 'part' | 'context';

/** What must be worked out again. */
export interface Todo {
  readonly parts: readonly number[] | 'all';
  readonly boms: readonly number[];
  /** Also every BOM that has rows of its own. */
  readonly ownBoms: boolean;
}

/** One kept finding: enough to judge it again for all that is shown. */
export interface KeptFinding extends FindingRow {
  readonly bom: number;
  readonly component: string;
}

export interface FindingFilter {
  readonly statuses: readonly VerdictStatus[] | null;
  readonly vulnerability: string | null;
}

/** A vulnerability's findings counted, each once for a release. */
export interface Tally {
  readonly statuses: Readonly<Record<VerdictStatus, number>>;
  /** Apps with a finding of any status, and with one that is affected. */
  readonly apps: number;
  readonly affected: number;
  /** Documents that hold what it is found in. */
  readonly documents: number;
}

export interface FindingPort {
  /** Null before the first refresh. */
  state(): Promise<FindingState | null>;
  /** Exact sums over a scope; null where the tables cannot tell (another moment than now, superseded documents, trust). */
  counts(scope: Scope): Promise<Counts | null>;
  /** How many apps have a document in a scope; null as for `counts`, and where it shows only some documents of an app: ask the apps then. */
  apps(scope: Scope): Promise<number | null>;
  /** In the order of risk: risk, score, vulnerability, name, component, app, release. `total` counts only what was asked for by vulnerability, else it is -1: ask `counts`. */
  page(filter: FindingFilter, page: PageRequest, scope: Scope): Promise<Page<KeptFinding> | null>;
  /** Counts the findings of a vulnerability, by its best name; null as for `counts`. Costs by how many hold it, a few microseconds each. */
  tally(vulnerability: string, scope: Scope): Promise<Tally | null>;
  /** Every kind of packages that anything here ever was. */
  kinds(): Promise<readonly string[]>;
  /** The packages of some kinds that are in BOMs of the scope. */
  packagesOf(
    kinds: readonly string[],
    scope: Scope,
  ): Promise<readonly { readonly kind: string; readonly component: string }[]>;
  readonly work: FindingWork;
}

/** What a refresh needs. Every method that changes is one transaction. */
export interface FindingWork {
  /** Sets what the tables will stand for and what must be worked out again for it; `all`: everything from nothing. */
  begin(basis: string, todo: Todo | 'all'): Promise<void>;
  /** Takes items of a step; those taken by a run that stopped are taken again. */
  take(step: Step, limit: number): Promise<readonly number[]>;
  /** Keeps which parts BOMs have; a BOM that is not the newest of its line any more has none. */
  putBoms(boms: readonly { readonly bom: number; readonly held: HeldParts | null }[]): Promise<void>;
  /** Which of these are the newest of their line: only they are counted. */
  heads(boms: readonly number[]): Promise<ReadonlySet<number>>;
  bomParts(boms: readonly number[]): Promise<readonly BomParts[]>;
  parts(ids: readonly number[]): Promise<readonly PartRecord[]>;
  /** Parts that have one of these identities, or a kept finding of one of these vulnerabilities. */
  partsWith(of: {
    readonly packages: readonly number[];
    readonly identifiers: readonly number[];
    readonly vulnerabilities: readonly string[];
  }): Promise<readonly number[]>;
  /** Keeps verdicts on parts. Whatever BOM holds a part whose rows changed is worked out again. */
  putParts(judged: readonly JudgedPart[]): Promise<void>;
  /** Rows of a BOM that depend on more than its parts; null where they do not. */
  putContext(boms: readonly { readonly bom: number; readonly own: OwnFindings | null }[]): Promise<void>;
  /** Of parts: the keys of `JudgedPart.within`, where there are any. */
  withins(): Promise<ReadonlyMap<number, readonly string[]>>;
  /** Counts some of the releases that are to be counted; false when none was left. */
  count(limit: number): Promise<boolean>;
  /** Counts every release anew and gives those whose kept counts differ: what `doctor` looks at. */
  miscounted(): Promise<readonly number[]>;
}

const BADNESS: readonly VerdictStatus[] = [
  'affected',
  'under_investigation',
  'unknown',
  'not_affected',
  'fixed',
];

/**
 * Which of several rows on one vulnerability in one component of one release counts: the one that asks for most. Documents of one release that disagree thus give the same
 * answer in whatever order they came.
 */
export function compareRows(
  a: Pick<FindingRow, 'status' | 'risk' | 'score' | 'level' | 'marks'>,
  b: Pick<FindingRow, 'status' | 'risk' | 'score' | 'level' | 'marks'>,
): number {
  return (
    BADNESS.indexOf(a.status) - BADNESS.indexOf(b.status) ||
    b.risk - a.risk ||
    b.score - a.score ||
    a.level - b.level ||
    b.marks - a.marks
  );
}

/** Adds a row to counters. */
export function countRow(counts: number[], row: Pick<FindingRow, 'status' | 'level' | 'marks'>): void {
  const add = (at: number): void => {
    counts[at] = (counts[at] ?? 0) + 1;
  };
  if (row.marks & MARK.act) add(COUNTERS.indexOf('act'));
  if (row.status !== 'affected') {
    add(COUNTERS.indexOf(row.status));
    return;
  }
  add(row.level);
  if (row.marks & MARK.malicious) add(COUNTERS.indexOf('malicious'));
  if (row.marks & MARK.kev) add(COUNTERS.indexOf('kev'));
}

export function noCounts(): number[] {
  return COUNTERS.map(() => 0);
}

/** How many findings counters stand for; `act`, `malicious` and `kev` are among the others. */
export function totalOf(counts: Counts): number {
  return counts.slice(0, COUNTERS.indexOf('act')).reduce((sum, count) => sum + count, 0);
}
