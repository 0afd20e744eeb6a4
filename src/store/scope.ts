/**
 * What a reader may see and at which moment. Every read of the store takes one, so that teams, time and trust need no second way in.
 * Times are record time: milliseconds since 1970 in UTC.
 */
export interface Scope {
  /** Keys of the apps that may be seen; null: all. An empty list sees nothing. */
  readonly apps: readonly string[] | null;
  /** What did we know then; null: now. */
  readonly asOf: number | null;
  /** Also documents that a later one of the same line replaced. */
  readonly includeSuperseded: boolean;
  /** Also retired apps and releases. */
  readonly includeRetired: boolean;
  /** All must hold, of the document, its release or its app. A null value asks only that the label is there. */
  readonly labels: readonly { readonly key: string; readonly value: string | null }[];
  /** Only documents whose trust verdict is one of these; null: any. */
  readonly trust: readonly TrustState[] | null;
  /** Only verified documents about something that verified provenance in this larder gives at least this SLSA build level; null: not asked. */
  readonly buildLevel: number | null;
}

/** How checking a document's signature ended (DESIGN.md §8). */
export type TrustState = 'unsigned' | 'verified' | 'failed' | 'unverifiable';

/** Everything, now, newest documents of each line. */
export const EVERYTHING: Scope = {
  apps: null,
  asOf: null,
  includeSuperseded: false,
  includeRetired: false,
  labels: [],
  trust: null,
  buildLevel: null,
};

/** The moment just before a scope's view ends: what is recorded at or before it is seen. */
export function momentOf(scope: Scope): number {
  return scope.asOf ?? Number.MAX_SAFE_INTEGER;
}
