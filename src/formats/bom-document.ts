import type { ComponentType, Digest, ExternalReference, Party } from '../model/facts.ts';

/**
 * What a bill of materials says, before any format: the one input of the CycloneDX and the SPDX writer. Writers are deterministic: equal input gives
 * equal bytes. They take no clock and no random numbers; identifiers are derived from the content.
 */
export interface BomDocument {
  /** RFC 3339 with seconds, in UTC (`2026-01-31T12:00:00Z`): SOURCE_DATE_EPOCH or the caller's clock. Null leaves it out where the format allows. */
  readonly created: string | null;
  /** What made the document. */
  readonly tool: { readonly vendor: string | null; readonly name: string; readonly version: string };
  /** When in the life of the subject the content was seen; null where that is not known. */
  readonly lifecycle: BomLifecycle | null;
  /** What the document is about. In `dependencies` it is the ordinal SUBJECT. */
  readonly subject: BomEntry;
  readonly components: readonly BomEntry[];
  readonly dependencies: readonly BomDependency[];
  /** Components whose dependencies are known to be all stated (`complete`) or not (`incomplete`). Those not named are left unsaid. */
  readonly completeness: readonly {
    readonly component: number;
    readonly aggregate: 'complete' | 'incomplete' | 'unknown';
  }[];
}

export type BomLifecycle =
  | 'design'
  | 'pre-build'
  | 'build'
  | 'post-build'
  | 'operations'
  | 'discovery'
  | 'decommission';

/** The ordinal of the subject in `dependencies` and `completeness`; components are counted from 0. */
export const SUBJECT = -1;

/** One thing in the document: the subject or a component. Empty lists and nulls are left out of what is written. */
export interface BomEntry {
  readonly type: ComponentType;
  readonly group: string | null;
  readonly name: string;
  readonly version: string | null;
  /** The stated range where nothing pins a version, in the ecosystem's own spelling. */
  readonly range: string | null;
  readonly purl: string | null;
  readonly digests: readonly Digest[];
  /** SPDX expressions or plain names, as the source declares them. */
  readonly licences: readonly string[];
  readonly scope: 'required' | 'optional' | 'excluded' | null;
  /** More precise than `scope`: `dev`, `test`, `build`, `peer`, ... as the source says. */
  readonly usage: readonly string[];
  readonly supplier: Party | null;
  /** Ordinal of the component this one is inside of; null at the top. Always lower than its own. */
  readonly parent: number | null;
  /** Files (and lines) that state or hold the component. Paths are relative, `/`-separated. */
  readonly locations: readonly { readonly file: string; readonly line: number | null }[];
  readonly references: readonly ExternalReference[];
  /** Further `[name, value]` pairs, names in their own namespace (`larder:...`). */
  readonly properties: readonly (readonly [string, string])[];
  readonly description: string | null;
}

/** What an entry that says nothing more than its type and name has in its other fields. */
export const EMPTY_ENTRY = {
  group: null,
  version: null,
  range: null,
  purl: null,
  digests: [],
  licences: [],
  scope: null,
  usage: [],
  supplier: null,
  parent: null,
  locations: [],
  references: [],
  properties: [],
  description: null,
} as const satisfies Omit<BomEntry, 'type' | 'name'>;

/** `from` needs `to`. `usage` says what for where the source says so: `runtime`, `dev`, `build`, `test`, `optional`, `provided`. */
export interface BomDependency {
  readonly from: number;
  readonly to: number;
  readonly usage: 'runtime' | 'dev' | 'build' | 'test' | 'optional' | 'provided' | null;
}
