/**
 * What a user states and puts their name to. Assertions are documents like all others: a JSON text we write (`larder.assertion/1`), kept beside the
 * untouched evidence, named by its digest, replayed in record order by `reindex`. Targets are named by what outlives a rebuild: an app's key, a
 * document's SHA-256, a purl, never by a number of the store.
 */
export const ASSERTION_SCHEMA = 'larder.assertion/1';

/** What a statement is about. An `app` target with a release means that release only. */
export type AssertionTarget =
  | { readonly kind: 'document'; readonly sha256: string }
  | { readonly kind: 'app'; readonly app: string; readonly release?: string | null }
  /** One entry of one document: its ordinal, and its ref where it has one, so that a rebuild by a newer reader can check that it is the same entry. */
  | {
      readonly kind: 'component';
      readonly sha256: string;
      readonly ordinal: number;
      readonly ref?: string | null;
    }
  | { readonly kind: 'package'; readonly purl: string }
  | { readonly kind: 'identifier'; readonly identifier: string }
  | { readonly kind: 'party'; readonly name: string };

/** One thing said. `because` of the whole assertion holds for each. */
export type Statement =
  /** `--app`, `--release`, `--branch` and the mapping file: which app, release and line a document belongs to. Absent fields are left to the document. */
  | {
      readonly type: 'assign';
      readonly target: AssertionTarget;
      readonly app?: string | null;
      readonly release?: string | null;
      readonly branch?: string | null;
    }
  /** This app is that app: `app` becomes an alias of `of`. */
  | { readonly type: 'alias-app'; readonly app: string; readonly of: string }
  /** This component is that package, CPE or app. */
  | {
      readonly type: 'identify';
      readonly target: AssertionTarget;
      readonly as: { readonly purl?: string; readonly cpe?: string; readonly app?: string };
    }
  /** This product holds that one: a supplier's or firmware's BOM inside a product. */
  | { readonly type: 'link'; readonly product: AssertionTarget; readonly component: AssertionTarget }
  /** `good`, `bad`, `own`, `third-party` (value null), `contact=...`, `deployed=...`. */
  | {
      readonly type: 'mark';
      readonly target: AssertionTarget;
      readonly mark: string;
      readonly value: string | null;
    }
  /** `--label k=v`. A null value takes the label away. */
  | {
      readonly type: 'label';
      readonly target: AssertionTarget;
      readonly key: string;
      readonly value: string | null;
    }
  /** Hides from default answers; `retired: false` brings back. */
  | { readonly type: 'retire'; readonly target: AssertionTarget; readonly retired: boolean }
  /** A decision on a finding; its body is the advisories room's (an OpenVEX statement). */
  | { readonly type: 'decision'; readonly target: AssertionTarget; readonly body: unknown };

export type StatementType = Statement['type'];

/** One assertion document. */
export interface Assertion {
  readonly schema: typeof ASSERTION_SCHEMA;
  /** Who says it: a name or address, as the user's environment or `--as` gives it. */
  readonly who: string;
  /** When, RFC 3339 in UTC. */
  readonly when: string;
  readonly because: string | null;
  readonly statements: readonly Statement[];
}
