import type { Assertion } from '../model/assertion.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { BomCounts, Digest, DocumentKind, ReadResult, ReadStatus } from '../model/facts.ts';
import type { TrustState } from './scope.ts';

/**
 * The compact record that a reader worker makes of one document and the one writer stores. Everything that can be computed without the store is
 * computed here, on the reader's core: hashing, compression, canonical identities, the encoded graph, counts. Numbers in it are local to the document;
 * the writer's only work is to give identities their dictionary numbers. (A writer with a single reader compresses too.)
 */
export interface Intake {
  /** Lower-case hex of the original bytes. */
  readonly sha256: string;
  /** Length of the original bytes. */
  readonly size: number;
  /** The original bytes, zstd-compressed. */
  readonly body: Uint8Array;
  /** Path as given, or the path of the member inside its container. For people; never an identity. */
  readonly name: string;
  /** The container whose member this is. The container's own intake comes after its members': that it is stored means that all of it is. */
  readonly container: { readonly sha256: string; readonly path: string } | null;
  readonly kind: DocumentKind;
  readonly format: string;
  readonly encoding: ReadResult['encoding'];
  readonly specVersion: string | null;
  readonly status: ReadStatus;
  readonly diagnostics: readonly Diagnostic[];
  readonly bom: BomIntake | null;
  /** What a document that is no BOM states all the same, as a CycloneDX VEX lists components. */
  readonly stated?: StatedCounts | null;
  /** Set when kind is `assertion` and it could be understood. */
  readonly assertion: Assertion | null;
  readonly trust: TrustIntake;
}

/** What checking the document gave at ingest; `unsigned` until the trust room says otherwise. */
export interface TrustIntake {
  readonly state: TrustState;
  /** Identity or key that signed, null when unsigned. */
  readonly identity: string | null;
  /** Why it failed or what is missing; policy entry by which it is verified. */
  readonly reason: string | null;
  /** What the signed statements are about, when they are verified; absent: nothing. */
  readonly attests?: readonly Attested[];
}

/** A subject of a verified statement, by digest (SHA-256 and longer, hex). */
export interface Attested {
  readonly digest: string;
  /** The SLSA build level that the statement earned as provenance; null when it is none. */
  readonly level: number | null;
}

/** Whether two verdicts say the same, so that recording the second would change nothing. */
export function sameTrust(a: TrustIntake, b: TrustIntake): boolean {
  const text = ({ state, identity, reason, attests }: TrustIntake): string =>
    JSON.stringify([state, identity, reason, (attests ?? []).map(one => [one.digest, one.level])]);
  return text(a) === text(b);
}

/** Counts of a document's own statements, for reports only: no question is answered from them. */
export interface StatedCounts {
  readonly counts: BomCounts;
  readonly distinctPackages: number;
  readonly subjects: readonly SubjectIntake[];
}

/** A subject as the document names it. */
export interface SubjectIntake {
  readonly ordinal: number;
  readonly name: string;
  readonly version: string | null;
  readonly purl: string | null;
  /** Hex digests of the subject itself, the first few: what other documents' components are joined by. */
  readonly digests?: readonly string[];
}

/** How app, release and line of a document were found (DESIGN.md §5); the order is the order of strength. */
export type AppRule = 'asserted' | 'purl' | 'digest' | 'name' | 'document';

/** Which line a document belongs to, as far as the document (or the user at `add`) says. */
export interface LineDecision {
  /** Stable key: `pkg:maven/g/a` (no version), `sha256:...`, `name:NAME` or `name:SUPPLIER/NAME`, `document:SHA256`. */
  readonly app: string;
  /** What people call it. */
  readonly appName: string;
  readonly rule: AppRule;
  readonly release: string | null;
  readonly branch: string | null;
  /** Lifecycle phase. */
  readonly phase: string | null;
  /** Tool that wrote the document, without its version: two tools' documents of one release do not replace each other. */
  readonly tool: string | null;
  /** The document says too little to be told from other documents of its line: it replaces none and none replaces it. */
  readonly standsAlone: boolean;
}

/** What a producer's BOM leaves out, counted over listed components. Shown by `documents --by tool|supplier`. */
export interface BomGaps {
  readonly withoutVersion: number;
  /** No purl, CPE, SWID, digest: cannot be matched with anything. */
  readonly withoutIdentity: number;
  readonly withoutSupplier: number;
  readonly withoutLicence: number;
  /** Components that no stated relation reaches from a subject. */
  readonly withoutPath: number;
  /** 1 where the document names no subject. */
  readonly withoutSubject: number;
  /** 1 where it states no edge between components. */
  readonly withoutEdges: number;
}

/** (name, version, supplier): the identity of a component that has no purl. */
export interface PlainIdentity {
  readonly name: string;
  readonly version: string | null;
  readonly supplier: string | null;
}

/** Identifiers that are neither purl nor plain. `other`: SWID, gitoid, SWHID, as stated, with its scheme in front. */
/** `package`: a purl with what the document says beside it of a distribution's package; it refines the purl of its component and is none of its own. */
export type IdentifierKind = 'cpe' | 'package' | 'other';

/** A text that tells an identifier from all others: its value where that says its kind, which spares making another text. */
export function identifierKey({
  kind,
  value,
}: {
  readonly kind: IdentifierKind;
  readonly value: string;
}): string {
  const saysKind =
    (kind === 'cpe' && value.startsWith('cpe:')) || (kind === 'package' && value.startsWith('pkg:'));
  return saysKind ? value : `${kind} ${value}`;
}

/** The content of an SBOM. */
export interface BomIntake {
  readonly line: LineDecision;
  readonly subjects: readonly SubjectIntake[];
  readonly serialNumber: string | null;
  readonly revision: number | null;
  readonly namespace: string | null;
  readonly name: string | null;
  /** Valid time: when the document says it was made, milliseconds UTC. */
  readonly created: number | null;
  /** `name version` of each tool, as stated. */
  readonly tools: readonly string[];
  /** The document's own supplier, manufacturer or author, in this order. */
  readonly supplier: string | null;
  readonly counts: BomCounts;
  readonly distinctPackages: number;
  readonly gaps: BomGaps;
  /** The encoded graph (graph-codec.ts); its package indices point into `purls`, its CPE, other and plain indices into the lists below. */
  readonly graph: Uint8Array;
  /** Distinct canonical purls. */
  readonly purls: readonly string[];
  /** The same as numbers, where they come out of a memory. */
  readonly purlsRemembered?: Remembered;
  /** MEMBER flags of each, parallel to `purls`. */
  readonly purlFlags: Uint16Array;
  readonly identifiers: readonly { readonly kind: IdentifierKind; readonly value: string }[];
  readonly identifiersRemembered?: Remembered;
  readonly identifierFlags: Uint16Array;
  readonly plain: readonly PlainIdentity[];
  readonly plainFlags: Uint16Array;
  /** Distinct licence texts as stated. */
  readonly licences: readonly string[];
  /** Which component states which of them, encoded by licence-codec.ts. */
  readonly licenceUses: Uint8Array;
  /** How many components state each, parallel to `licences`. */
  readonly licenceCounts: Uint32Array;
  readonly digests: DigestIntake;
  readonly links: readonly LinkIntake[];
}

/** The entries of a list as numbers in a memory, in which equal entries have one number: what was looked up once by its text is known by its number from then on. */
export interface Remembered {
  /** Told from others by identity. */
  readonly memory: object;
  readonly numbers: Uint32Array;
}

/** How much of each digest the index keeps: 128 bits, enough that nobody can make two alike; `show` compares the whole value in the document. */
export const DIGEST_KEY_BYTES = 16;

/** Digests of components and files, in columns, each (key, ordinal, kind) once. */
export interface DigestIntake {
  /** The first DIGEST_KEY_BYTES of each value; shorter values padded with zero. */
  readonly keys: Uint8Array;
  /** Component ordinal, or for files the index in the document's file list. */
  readonly ordinals: Uint32Array;
  /** 0 component, 1 file. */
  readonly kinds: Uint8Array;
}

/** A reference out of the document: BOM-Link, SPDX external document. */
export interface LinkIntake {
  readonly from: number | null;
  readonly target: string;
  readonly relation: number | null;
  /** The relation leads from the target to `from`. */
  readonly inward: boolean;
  /** Of the other document as a whole, as far as the reference states them. */
  readonly digests: readonly Digest[];
}

/**
 * How a package (or other identity) is in a BOM, over all components that carry it. `DIRECT`: one relation from a subject; `TRANSITIVE`: more;
 * `NO_PATH`: no stated relation reaches it; `SUBJECT`: the document is about it. The others are what scope and ownership say.
 */
export const MEMBER = {
  DIRECT: 1,
  TRANSITIVE: 2,
  NO_PATH: 4,
  SUBJECT: 8,
  OPTIONAL: 16,
  DEV: 32,
  EXCLUDED: 64,
  OWN: 128,
  THIRD_PARTY: 256,
  /** Never stored: reads that include superseded documents set it where a later document of the line had replaced this one at the scope's moment. */
  SUPERSEDED: 32_768,
} as const;
