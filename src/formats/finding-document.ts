import type { Justification, VerdictStatus } from '../model/advisory.ts';
import { formatPurl } from '../model/purl.ts';

/**
 * Findings and decisions on one product, as the VEX and report writers take them. Writers are pure: times and ids are the caller's, and equal documents give
 * equal bytes.
 */
export interface FindingDocument {
  /** An IRI for OpenVEX; its last part names the CSAF document. */
  readonly id: string;
  readonly title: string;
  readonly author: string;
  /** A URI under the author's control, which CSAF demands of a publisher. */
  readonly namespace: string;
  readonly role: 'vendor' | 'coordinator' | 'user' | 'other';
  /** Every issue of this document, the first one first; the last is this one. Never empty. */
  readonly revisions: readonly { readonly time: string; readonly summary: string }[];
  readonly tool: { readonly name: string; readonly version: string };
  readonly product: FindingProduct;
  readonly findings: readonly Finding[];
}

/** What can be named: by purl, by reference (bom-ref, BOM-Link, IRI), at least by name. */
export interface FindingThing {
  readonly name: string;
  readonly version: string | null;
  readonly purl: string | null;
  readonly ref: string | null;
}

export interface FindingProduct extends FindingThing {
  /** The CycloneDX document that lists the components, for BOM-Links; null when there is none. */
  readonly bom: { readonly serialNumber: string; readonly version: number } | null;
}

export interface Finding {
  /** Null when the statement is on the product as a whole. */
  readonly component: FindingThing | null;
  readonly vulnerability: {
    readonly id: string;
    readonly aliases: readonly string[];
    readonly summary: string | null;
  };
  readonly severity: FindingSeverity | null;
  readonly status: VerdictStatus;
  readonly justification: Justification | null;
  readonly statement: string | null;
  /** What to do about it. */
  readonly action: string | null;
  /** When this was stated; null: at the document's last revision. */
  readonly time: string | null;
  readonly fixed: readonly string[];
  /** Why, one sentence each. */
  readonly reasons: readonly string[];
  /** Where it is in the source. */
  readonly location: { readonly file: string; readonly line: number | null } | null;
}

export interface FindingSeverity {
  readonly vector: string | null;
  readonly score: number | null;
  readonly level: 'critical' | 'high' | 'medium' | 'low' | 'none' | 'unknown';
}

/** The id a thing has outside its document: its purl, an IRI, or a purl of type generic, which states name and version and nothing else. */
export function idOf(thing: FindingThing): string {
  if (thing.purl !== null) return thing.purl;
  if (thing.ref !== null && /^[a-z][a-z0-9+.-]*:\S+$/i.test(thing.ref)) return thing.ref;
  return formatPurl({
    type: 'generic',
    name: thing.name === '' ? 'unnamed' : thing.name,
    version: thing.version,
  });
}

/** First and last issue of a document. */
export function timesOf(document: FindingDocument): { readonly first: string; readonly last: string } {
  const { revisions } = document;
  return { first: revisions[0]?.time ?? '', last: revisions.at(-1)?.time ?? '' };
}

/** What to do about an affected component, where nobody stated it. */
export function actionOf(finding: Finding): string {
  if (finding.action !== null) return finding.action;
  return finding.fixed.length > 0
    ? `Update to ${finding.fixed.join(' or ')}.`
    : 'No remediation is known yet.';
}

/** Why something is not affected, where neither justification nor statement was given: formats demand a text. */
export function impactOf(finding: Finding): string | null {
  if (finding.statement !== null || finding.justification !== null) return finding.statement;
  return 'No justification was stated.';
}

/** An object without its null, empty and absent fields. */
export function compact(object: { readonly [key: string]: unknown }): { [key: string]: unknown } {
  return Object.fromEntries(
    Object.entries(object).filter(
      ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
