/**
 * One ecosystem's version order. `compare` is a total order over what `parse` accepts; what it refuses is *not comparable*, and callers say
 * `unknown` with the reason, they never guess.
 */
export interface VersionScheme<Parsed = unknown> {
  /** `semver`, `pypi`, `maven`, `deb`, `rpm`, `apk`, ... the vers scheme name where one exists. */
  readonly id: string;
  /** OSV ecosystem names (without `:suffix`) it orders. */
  readonly ecosystems: readonly string[];
  /** purl types it orders. */
  readonly purlTypes: readonly string[];
  /** The parsed form, or null when the text is no version of this scheme. Linear in the length of the text. */
  readonly parse: (text: string) => Parsed | null;
  /** Negative, zero or positive. Equal means the ecosystem treats the two as one version. */
  readonly compare: (a: Parsed, b: Parsed) => number;
}
