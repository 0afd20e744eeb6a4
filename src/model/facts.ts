import type { Diagnostic } from './diagnostic.ts';

/**
 * What readers take from documents. One shape for all formats; fields are what DESIGN.md §5 lists, in the field's own words. A reader
 * never invents: what the document does not say is null or empty. All strings are as stated (trimmed of nothing), unless a field says otherwise.
 */

/** What a document is evidence of. */
export type DocumentKind =
  | 'sbom'
  | 'vex'
  | 'advisory'
  | 'attestation'
  | 'scores'
  | 'assertion'
  | 'container'
  | 'signature'
  | 'unknown';

/**
 * `accepted`: read whole. `partial`: kept, with parts that could not be understood (an `error` diagnostic each).
 * `rejected`: kept, but not what it claims to be. A reader gives `partial` when it dropped something, never for mere warnings.
 */
export type ReadStatus = 'accepted' | 'partial' | 'rejected';

/** The digest algorithms Larder joins by, in one spelling. Unknown ones stay with their stated name in lower case. */
export type DigestAlgorithm = string;

/** `algorithm` as in `sha256`, `sha512`, `sha1`, `md5`, `blake2b-256`, `blake3`; `value` lower-case hex. */
export interface Digest {
  readonly algorithm: DigestAlgorithm;
  readonly value: string;
}

/** A person, organisation or tool vendor as a document names it. */
export interface Party {
  readonly kind: 'organization' | 'person' | 'unknown';
  readonly name: string;
  readonly email: string | null;
  readonly url: string | null;
  readonly phone?: string | null;
  /** People to write to, where an organisation names them. Its own `email` is the first one's. */
  readonly contacts?: readonly Party[];
}

export interface Tool {
  readonly vendor: string | null;
  readonly name: string;
  readonly version: string | null;
}

/** CycloneDX component types; SPDX purposes and element classes map onto them. `null`-like unknown is `unknown`. */
export type ComponentType =
  | 'application'
  | 'framework'
  | 'library'
  | 'container'
  | 'platform'
  | 'operating-system'
  | 'device'
  | 'device-driver'
  | 'firmware'
  | 'file'
  | 'machine-learning-model'
  | 'data'
  | 'cryptographic-asset'
  | 'service'
  | 'source'
  | 'archive'
  | 'install'
  | 'unknown';

/** A link a component states. `type` is the CycloneDX external reference type (`vcs`, `issue-tracker`, `website`, `distribution`, `bom`, `security-contact`, ...) or the SPDX category/type in lower case. */
export interface ExternalReference {
  readonly type: string;
  readonly url: string;
  readonly comment?: string | null;
  readonly digests?: readonly Digest[];
}

/** Licences as stated. SPDX expressions where the document gives one, else the name given. `NOASSERTION` and `NONE` are kept as such. */
export interface Licences {
  readonly declared: readonly string[];
  readonly concluded: readonly string[];
  /** Found in the component's files (CycloneDX evidence, SPDX licenseInfoFromFiles); neither declared nor concluded. */
  readonly observed?: readonly string[];
}

/**
 * One entry of one BOM. Its ordinal is its index in `BomFacts.components`. Readers give every field, in this order, so that components of all formats are
 * of one shape to the engine too.
 */
export interface Component {
  /** bom-ref, SPDXID or spdxId; null where the entry has none. */
  readonly ref: string | null;
  /** `listed`: the document states it as content. `subject`: CycloneDX metadata.component, which is not counted as a component. `service`: a CycloneDX service. `dataset`: a dataset named by a model card only. `file`: a file entry that edges need. `pedigree`: an ancestor, descendant or variant that only another component's history names; it is not in the product. */
  readonly role: 'listed' | 'subject' | 'service' | 'dataset' | 'file' | 'pedigree';
  readonly type: ComponentType;
  readonly group: string | null;
  readonly name: string;
  readonly version: string | null;
  /** As stated, in order, first is primary. Canonical spelling is made by model/purl when it is put on the graph. */
  readonly purls: readonly string[];
  readonly cpes: readonly string[];
  readonly digests: readonly Digest[];
  readonly swids: readonly string[];
  /** OmniBOR / gitoid / SWHID identifiers. */
  readonly gitoids: readonly string[];
  readonly licences: Licences;
  readonly supplier: Party | null;
  /** CycloneDX manufacturer, publisher and authors; SPDX originator. */
  readonly originators: readonly Party[];
  /** CycloneDX scope, or what a relation or property says. */
  readonly scope: 'required' | 'optional' | 'excluded' | 'dev' | 'test' | 'build' | null;
  /** Own or third-party where the document says so (CycloneDX `isExternal`, known properties). */
  readonly ownership: 'own' | 'third-party' | null;
  /** Ordinal of the component this one is nested in; null at the top. */
  readonly parent: number | null;
  readonly references: readonly ExternalReference[];
  /** Properties that change meaning, as stated: `[name, value]`. */
  readonly properties: readonly (readonly [string, string])[];
  readonly dates: {
    readonly released?: string;
    readonly built?: string;
    readonly validUntil?: string;
    readonly endOfSupport?: string;
  } | null;
  readonly description?: string | null;
  /** Where the component was found: files, with a line where stated (CycloneDX evidence.occurrences, known properties). */
  readonly locations?: readonly { readonly file: string; readonly line: number | null }[];
  /** Ids of the issues that the patches of its pedigree resolve, as stated. */
  readonly resolves?: readonly string[];
  /** JSON pointer, XML path or `line N` of the entry. */
  readonly at: string;
}

/** One stated edge, in the stated direction. `type` is a code of model/relation. */
export interface Relation {
  readonly from: number;
  readonly to: number;
  readonly type: number;
}

/** A reference out of this document: BOM-Link, SPDX externalDocumentRef, SPDX 3 import. */
export interface DocumentLink {
  /** Ordinal of the component that refers, null when the document as a whole does. */
  readonly from: number | null;
  /** `urn:cdx:serial/version#ref`, an SPDX namespace (with `#SPDXRef-...`), or an IRI. */
  readonly target: string;
  readonly relation: number | null;
  /** True where the other document's element is the relation's `from` and ours its `to`. */
  readonly inward?: boolean;
  readonly digests: readonly Digest[];
  readonly at: string;
}

/** A vulnerability a BOM or VEX states about its own components, kept as said. Used by the advisories room. */
export interface StatedVulnerability {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly source: string | null;
  /** CycloneDX analysis.state, OpenVEX status or null where only listed. */
  readonly state: string | null;
  readonly justification: string | null;
  readonly responses: readonly string[];
  readonly detail: string | null;
  /** Refs, purls or BOM-Links it says are affected, with the version ranges it states. */
  readonly affects: readonly {
    readonly ref: string;
    readonly versions: readonly {
      readonly version?: string;
      readonly range?: string;
      readonly status?: string;
    }[];
  }[];
  readonly ratings: readonly {
    readonly method: string | null;
    readonly vector: string | null;
    readonly score: number | null;
    readonly severity: string | null;
  }[];
  readonly at: string;
}

/** Content of an SBOM document. */
export interface BomFacts {
  readonly serialNumber: string | null;
  /** CycloneDX `version`; null for others. */
  readonly revision: number | null;
  /** SPDX document namespace or SPDX 3 document IRI. */
  readonly namespace: string | null;
  readonly name: string | null;
  /** As stated; model/date parses it. */
  readonly created: string | null;
  readonly tools: readonly Tool[];
  readonly authors: readonly Party[];
  readonly supplier: Party | null;
  readonly manufacturer: Party | null;
  /** CycloneDX lifecycle phases (`design`, `pre-build`, `build`, `post-build`, `operations`, `discovery`, `decommission`) or SPDX 3 sbomType. */
  readonly lifecycles: readonly string[];
  readonly licences: readonly string[];
  /** Ordinals of what the document is about; empty where it names nothing. */
  readonly subjects: readonly number[];
  readonly components: readonly Component[];
  readonly relations: readonly Relation[];
  readonly links: readonly DocumentLink[];
  /** Files by digest: facts, not graph nodes. */
  readonly files: readonly FileFact[];
  readonly vulnerabilities: readonly StatedVulnerability[];
  /** What the document says of its own completeness: CycloneDX compositions aggregate, SPDX NONE/NOASSERTION dependency statements. */
  readonly completeness: readonly {
    readonly aggregate: string;
    readonly refs: readonly number[];
    /** What of the refs it speaks about; absent where the document does not tell the two apart. */
    readonly of?: 'assemblies' | 'dependencies';
  }[];
  /** Links that the document as a whole states. */
  readonly references?: readonly ExternalReference[];
  /** Properties of the document as a whole that change meaning, as stated. */
  readonly properties?: readonly (readonly [string, string])[];
  /** Licences the document defines itself, for the `LicenseRef-` ids its expressions use. */
  readonly extractedLicences?: readonly ExtractedLicence[];
  readonly counts: BomCounts;
}

export interface ExtractedLicence {
  readonly id: string;
  readonly name: string | null;
  readonly text: string | null;
}

export interface FileFact {
  readonly path: string;
  readonly digests: readonly Digest[];
  /** Ordinal of the component that contains it, where stated. */
  readonly component: number | null;
}

/** Exact counts of what the document states, so that a reader can be checked against a simple counter. */
export interface BomCounts {
  /** Entries stated, nested ones too; CycloneDX metadata.component not; SPDX packages all. */
  readonly components: number;
  /** Stated edges: CycloneDX every dependsOn and provides item; SPDX every relationship. Dangling ones count, they were stated. */
  readonly dependencies: number;
  /** CycloneDX: entries of the dependencies array. SPDX: as `dependencies`. */
  readonly dependencyEntries: number;
  readonly files: number;
  readonly services: number;
  readonly vulnerabilities: number;
}

/** What a format reader returns for one document. */
export interface ReadResult {
  readonly kind: DocumentKind;
  /** The format family member that read it: `cyclonedx`, `spdx`, `spdx3`, `openvex`, `csaf`, `osv`, `cve`, `in-toto`, `dsse`, `sigstore`, ... */
  readonly format: string;
  readonly encoding:
    | 'json'
    | 'xml'
    | 'yaml'
    | 'tag-value'
    | 'rdf-xml'
    | 'json-ld'
    | 'protobuf'
    | 'textproto'
    | 'csv'
    | 'none';
  readonly specVersion: string | null;
  readonly status: ReadStatus;
  readonly diagnostics: readonly Diagnostic[];
  /** Present when kind is `sbom`, and for CycloneDX VEX/VDR documents. */
  readonly bom: BomFacts | null;
  /** Facts of other kinds, typed by their own room: advisories, statements, assertions. Null where a format has none yet. */
  readonly facts: unknown;
}
