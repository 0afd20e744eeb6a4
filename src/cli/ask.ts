import type { Store } from '../store/ports.ts';
import type { Scope, TrustState } from '../store/scope.ts';
import type { Context } from './context.ts';
import { CliError, usage } from './errors.ts';

/** What the options of a question say of its scope; see SCOPE_OPTIONS. */
export interface ScopeValues {
  readonly 'as-of': string | undefined;
  readonly label: readonly string[];
  readonly require: readonly string[];
  readonly all?: boolean;
}

/** For questions that leave older documents out unless asked. */
export const OLDER_OPTION = { name: 'all', summary: 'also superseded documents and retired apps' } as const;

export const GROUP_OPTION = {
  name: 'group-by',
  value: 'LABEL',
  summary: 'count by the value of a label, as in team',
} as const;

/** Opens the larder of this run for reading, asks, and closes it. @throws CliError `no-store` where there is none */
export async function ask<T>(context: Context, question: (store: Store) => Promise<T>): Promise<T> {
  if (!context.store.exists) {
    throw new CliError('no-store', `There is no larder at ${context.store.path}; larder add PATH makes one.`);
  }
  const { openSqliteStore } = await import('../store/sqlite/open.ts');
  const store = openSqliteStore(context.store.path, { mode: 'read' });
  try {
    return await question(store);
  } finally {
    await store.close();
  }
}

/** The same, for what works without a larder too: null where there is none. A folder with a trust policy alone is no larder yet. */
export async function askIfKept<T>(
  context: Context,
  question: (store: Store) => Promise<T>,
): Promise<T | null> {
  if (!context.store.exists) return null;
  const { StoreError } = await import('../store/errors.ts');
  try {
    return await ask(context, question);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'no-larder') return null;
    throw error;
  }
}

/** The scope that the options ask for. @throws CliError `usage` */
export function scopeOf(values: ScopeValues): Scope {
  return {
    apps: null,
    asOf: values['as-of'] === undefined ? null : momentFrom('--as-of', values['as-of']),
    includeSuperseded: values.all === true,
    includeRetired: values.all === true,
    labels: values.label.map(labelFrom),
    ...trustFrom(values.require),
  };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** A moment of record time. A day means its end in UTC: what was known when it was over. */
export function momentFrom(option: string, text: string): number {
  const time = DAY.test(text)
    ? Date.parse(`${text}T23:59:59.999Z`)
    : MOMENT.test(text)
      ? Date.parse(text)
      : Number.NaN;
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(time) || Number.isNaN(dayOf(text)))
    throw usage(
      `${option} takes a day as in 2026-01-31, or a time as in 2026-01-31T12:00:00Z, not '${text}'`,
    );
  return time;
}

/** The beginning of the day that a text begins with; NaN where the calendar has no such day. */
function dayOf(text: string): number {
  const day = text.slice(0, 10);
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day) ? time : Number.NaN;
}

function labelFrom(text: string): Scope['labels'][number] {
  const equals = text.indexOf('=');
  if (equals === 0 || text === '') throw usage(`--label takes KEY=VALUE or KEY, not '${text}'`);
  return equals < 0
    ? { key: text, value: null }
    : { key: text.slice(0, equals), value: text.slice(equals + 1) };
}

const TRUST: readonly TrustState[] = ['verified', 'unsigned', 'failed', 'unverifiable'];

/** States add up; a build level narrows to verified documents. */
function trustFrom(demands: readonly string[]): Pick<Scope, 'trust' | 'buildLevel'> {
  const states: TrustState[] = [];
  const levels: number[] = [];
  for (const demand of demands) {
    const level = /^slsa:([0-4])$/.exec(demand)?.[1];
    const state = TRUST.find(known => known === demand);
    if (level !== undefined) levels.push(Number(level));
    else if (state !== undefined) states.push(state);
    else throw usage(`--require cannot be '${demand}'; it is one of ${TRUST.join(', ')}, slsa:1 to slsa:4`);
  }
  if (levels.length > 0 && states.some(state => state !== 'verified'))
    throw usage('--require slsa:N asks for verified documents; it goes with no other state');
  return {
    trust: states.length === 0 ? null : states,
    buildLevel: levels.length === 0 ? null : Math.max(...levels),
  };
}

/** Milliseconds as ISO text in UTC, without empty fractions. */
export function isoOf(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

/** How an answer names its moment: `as of now, newest documents`. */
export function scopeText(scope: Scope): string {
  const parts = [
    scope.asOf === null ? 'as of now' : `as of ${isoOf(scope.asOf).replace(/T23:59:59.*$/, '')}`,
    scope.includeSuperseded ? 'all documents' : 'newest documents',
    ...scope.labels.map(label => (label.value === null ? label.key : `${label.key}=${label.value}`)),
    ...(scope.trust ?? []),
    ...(scope.buildLevel === null ? [] : [`slsa:${scope.buildLevel}`]),
  ];
  return `(${parts.join(', ')})`;
}

/** What a question says when the moment asked for lies before the larder's first document. */
export async function beforeFirst(store: Store, scope: Scope): Promise<string | null> {
  if (scope.asOf === null) return null;
  const first = await store.maintenance.firstRecorded();
  if (first === null || scope.asOf >= first) return null;
  return `Unknown: this larder has known nothing before ${isoOf(first)}.`;
}
