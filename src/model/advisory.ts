import type { Digest } from './facts.ts';

/**
 * What is known of vulnerabilities, in one shape for all sources. Every advisory and VEX document is read into *claims*: one source says that one vulnerability has one
 * status in one product, within some versions. A verdict is made of all claims that select a component; nothing is decided while reading.
 */

/** The statuses of a finding (DESIGN.md §7). */
export type VerdictStatus = 'affected' | 'not_affected' | 'fixed' | 'under_investigation' | 'unknown';

/** What a claim can say; `unknown` is only ever a conclusion. */
export type ClaimStatus = Exclude<VerdictStatus, 'unknown'>;

/** The OpenVEX justifications, which CSAF flags and CycloneDX analysis justifications map onto where they mean the same. */
export type Justification =
  | 'component_not_present'
  | 'vulnerable_code_not_present'
  | 'vulnerable_code_not_in_execute_path'
  | 'vulnerable_code_cannot_be_controlled_by_adversary'
  | 'inline_mitigations_already_exist';

/** One step of an OSV range. `introduced: "0"` is before every version; `limit: "*"` is after every version. */
export interface RangeEvent {
  readonly kind: 'introduced' | 'fixed' | 'last_affected' | 'limit';
  readonly version: string;
}

/**
 * Versions a claim is about.
 * `events`: an OSV range, evaluated by the schema's algorithm in the order of `scheme`.
 * `vers`: a VERS range. `cve`: the version entries of a CVE record, with their own rules.
 * `bounds`: version bounds of a CPE match (`versionStartIncluding` and the like).
 */
export type VersionRange =
  | {
      readonly kind: 'events';
      readonly type: 'SEMVER' | 'ECOSYSTEM' | 'GIT';
      readonly repo: string | null;
      readonly events: readonly RangeEvent[];
    }
  | { readonly kind: 'vers'; readonly text: string }
  | CveVersions
  | {
      readonly kind: 'bounds';
      readonly versionType: string | null;
      readonly from: string | null;
      readonly fromInclusive: boolean;
      readonly to: string | null;
      readonly toInclusive: boolean;
    };

/** The version entries of one CVE v5 `affected` object: the first entry that holds a version decides, else the default (CVE record format 5.2, `product`). */
export interface CveVersions {
  readonly kind: 'cve';
  readonly defaultStatus: CveStatus;
  readonly entries: readonly CveVersionEntry[];
}

export type CveStatus = 'affected' | 'unaffected' | 'unknown';

/** `version` alone is one version; with `lessThan` or `lessThanOrEqual` (`*` for no end) the range from `version` on; `changes` switch the status on the way. */
export interface CveVersionEntry {
  readonly version: string;
  readonly status: CveStatus;
  readonly versionType: string | null;
  readonly lessThan: string | null;
  readonly lessThanOrEqual: string | null;
  readonly changes: readonly { readonly at: string; readonly status: CveStatus }[];
}

/** Which product a claim names. Absent versions (`versions` and `ranges` empty, no version in the purl or CPE) mean what `allVersions` says. */
export interface ProductSelector {
  /** OSV package: ecosystem with its suffix (`Debian:12`) and name as stated. */
  readonly package: { readonly ecosystem: string; readonly name: string } | null;
  /** As stated; with a version it names that version, without one the product. */
  readonly purl: string | null;
  readonly cpe: string | null;
  readonly digests: readonly Digest[];
  /** BOM-Link, bom-ref of the same document, or any other id or IRI that names the product itself. */
  readonly ref: string | null;
  /** Product name (and vendor) in words; nothing matches by it, it is shown. */
  readonly name: string | null;
  readonly ranges: readonly VersionRange[];
  /** Versions listed one by one. */
  readonly versions: readonly string[];
  /** True when the source's stated convention makes a product without any version mean all its versions. */
  readonly allVersions: boolean;
}

/** A selector that names nothing yet. */
export const EMPTY_SELECTOR: ProductSelector = {
  package: null,
  purl: null,
  cpe: null,
  digests: [],
  ref: null,
  name: null,
  ranges: [],
  versions: [],
  allVersions: false,
};

/** One statement: `status` of the vulnerability in `product`, or, with `within`, in `product` as part of that product only. */
export interface Claim {
  /** `range`: knowledge of which versions a flaw is in, as advisory databases state it. `statement`: someone's word on a product (VEX), which settles ranges. */
  readonly kind: 'range' | 'statement';
  readonly product: ProductSelector;
  /** The product that holds it (OpenVEX product with subcomponents, CSAF relationship); null when the claim holds wherever the product is. */
  readonly within: ProductSelector | null;
  readonly status: ClaimStatus;
  readonly justification: Justification | null;
  /** The source's own justification word where it has no OpenVEX counterpart (`code_not_reachable`, ...). */
  readonly statedJustification: string | null;
  readonly statement: string | null;
  /** Versions that fix it, as the source states them apart from ranges. */
  readonly fixed: readonly string[];
  readonly severities: readonly StatedSeverity[];
  /** What to do, as stated: remediation text, workaround, no fix planned. */
  readonly remediations: readonly {
    readonly category: string;
    readonly text: string;
    readonly url: string | null;
  }[];
  /** When this statement was made, as stated; null: the document's time. */
  readonly time: string | null;
  /** Last day on which it counts (`2026-12-31`), where its author set one. */
  readonly until?: string | null;
  /** Another severity that its author sets for this product, in place of the advisories'. */
  readonly override?: StatedSeverity | null;
  readonly at: string;
}

export interface StatedSeverity {
  /** `CVSS_V2`, `CVSS_V3`, `CVSS_V4` with a vector; or `label` with the source's word (`HIGH`); or `score` with a bare number. */
  readonly type: 'CVSS_V2' | 'CVSS_V3' | 'CVSS_V4' | 'label' | 'score';
  readonly value: string;
  readonly source: string | null;
}

/** What one document says of one vulnerability. A CSAF or CycloneDX document gives one of these per vulnerability. */
export interface AdvisoryFacts {
  /** The source's own id for this advisory: OSV id, CVE id, CSAF tracking id, OpenVEX document id. */
  readonly id: string;
  /** The vulnerability it speaks of: the OSV id itself, the CVE, or the first id it gives. */
  readonly vulnerability: string;
  /** `osv`, `csaf`, `openvex`, `cyclonedx`, `cve`, `decision`. */
  readonly source: string;
  /** Who publishes it: OSV database prefix (`GHSA`, `PYSEC`), CSAF publisher name, OpenVEX author, CNA short name. */
  readonly publisher: string | null;
  /** Contexts in which the publisher speaks with authority: `vendor` (its own products), `coordinator`, `database`, `user`. */
  readonly publisherRole: 'vendor' | 'coordinator' | 'database' | 'user' | 'unknown';
  readonly kind: 'vulnerability' | 'malicious';
  /** `withdrawn`, `rejected` and `disputed` are shown as such and do not count. */
  readonly state: 'published' | 'withdrawn' | 'rejected' | 'disputed';
  /** Ids that name the same vulnerability. */
  readonly aliases: readonly string[];
  /** OSV `upstream`: vulnerabilities this one is a distribution's statement on. Not aliases: one distribution record may cover several. */
  readonly upstream: readonly string[];
  readonly related: readonly string[];
  readonly published: string | null;
  readonly modified: string | null;
  /** The version of the document, where its format counts them. */
  readonly revision?: number | null;
  readonly withdrawn: string | null;
  readonly summary: string | null;
  readonly severities: readonly StatedSeverity[];
  readonly cwes: readonly string[];
  readonly references: readonly { readonly type: string; readonly url: string }[];
  readonly claims: readonly Claim[];
}

/** Exploitation data that stands beside a verdict: CISA KEV entries and FIRST EPSS scores. */
export interface ExploitationFacts {
  readonly kev: readonly {
    readonly cve: string;
    readonly added: string;
    readonly due: string | null;
    readonly ransomware: boolean;
    readonly name: string;
  }[];
  /** When the catalogue was released: an older one never takes back what a newer one says. */
  readonly kevReleased: string | null;
  readonly epss: readonly { readonly cve: string; readonly score: number; readonly percentile: number }[];
  readonly epssDate: string | null;
}

/** `ReadResult.facts` of the advisory formats. */
export type AdvisoryDocumentFacts =
  | { readonly type: 'advisories'; readonly advisories: readonly AdvisoryFacts[] }
  | { readonly type: 'exploitation'; readonly exploitation: ExploitationFacts };
