import { JUSTIFICATIONS, statusOf } from '../formats/cyclonedx/analysis.ts';
import type {
  AdvisoryFacts,
  Claim,
  ProductSelector,
  StatedSeverity,
  VersionRange,
} from '../model/advisory.ts';
import { serialName } from '../model/bom-link.ts';
import type { BomFacts, StatedVulnerability } from '../model/facts.ts';

/**
 * What a BOM says of vulnerabilities (CycloneDX VDR and VEX, SPDX 3 security relationships) as advisories, so that the same rules weigh them. A statement holds for the entry it
 * names: one of this very document, or one of another by BOM-Link.
 *
 * @param document SHA-256 of the BOM, which names its entries where it has no serial number
 */
export function statementsOfBom(bom: BomFacts, document: string): AdvisoryFacts[] {
  return bom.vulnerabilities.map((vulnerability, index) => ({
    id: `${serialName(bom.serialNumber) ?? document}#${vulnerability.id}#${index}`,
    vulnerability: vulnerability.id,
    source: 'cyclonedx',
    publisher: bom.supplier?.name ?? bom.manufacturer?.name ?? bom.authors[0]?.name ?? vulnerability.source,
    publisherRole: 'unknown',
    kind: 'vulnerability',
    state: 'published',
    aliases: vulnerability.aliases.filter(alias => alias !== vulnerability.id),
    upstream: [],
    related: [],
    published: null,
    modified: bom.created,
    revision: bom.revision,
    withdrawn: null,
    summary: null,
    severities: vulnerability.ratings.flatMap(severityOfRating),
    cwes: [],
    references: [],
    claims: vulnerability.affects.flatMap(affected => claimsOf(vulnerability, affected, bom, document)),
  }));
}

/** How an entry of a document is named by a reference from anywhere: BOM-Link without the document's version, so that a later revision is the same thing. */
export function entryRef(bom: Pick<BomFacts, 'serialNumber'>, document: string, ref: string): string {
  return `${serialName(bom.serialNumber) ?? `sha256:${document}`}#${ref}`;
}

type Affected = StatedVulnerability['affects'][number];

function claimsOf(
  vulnerability: StatedVulnerability,
  affected: Affected,
  bom: BomFacts,
  document: string,
): Claim[] {
  // A vulnerability that is listed without analysis is stated as present: that is what a disclosure report is for.
  const { state } = vulnerability;
  const status = state === null ? 'affected' : (statusOf(state) ?? 'under_investigation');
  const product = selectorOf(affected.ref, bom, document);
  const mine = (wanted: readonly (string | undefined)[]) =>
    affected.versions.filter(version => wanted.includes(version.status));
  const base = {
    kind: 'statement',
    within: null,
    ...justify(vulnerability.justification),
    statement: vulnerability.detail,
    fixed: [],
    severities: vulnerability.ratings.flatMap(severityOfRating),
    remediations: vulnerability.responses.map(text => ({ category: 'response', text, url: null })),
    time: null,
    at: vulnerability.at,
  } as const;
  const spoken = mine([undefined, 'affected']);
  const unclear = mine(['unknown']);
  const spared = mine(['unaffected']);
  const claims: Claim[] = [];
  if (spoken.length > 0 || affected.versions.length === 0)
    claims.push({ ...base, status, product: withVersions(product, spoken) });
  if (unclear.length > 0)
    claims.push({ ...base, status: 'under_investigation', product: withVersions(product, unclear) });
  if (spared.length > 0)
    claims.push({ ...base, status: 'not_affected', product: withVersions(product, spared) });
  return claims;
}

/** `urn:cdx:serial/version#ref` names an entry of another document, a purl any package so called, all else an entry of this document. */
function selectorOf(ref: string, bom: BomFacts, document: string): ProductSelector {
  const link = /^urn:cdx:([^/#]+)(?:\/\d+)?#(.*)$/.exec(ref);
  // Many tools use the purl as bom-ref: then the entry is meant, not every package so called.
  const isPurl = ref.startsWith('pkg:') && !bom.components.some(component => component.ref === ref);
  const entry = link ? `${serialName(link[1] ?? '')}#${decode(link[2] ?? '')}` : entryRef(bom, document, ref);
  return {
    package: null,
    purl: isPurl ? ref : null,
    cpe: null,
    digests: [],
    ref: isPurl ? null : entry,
    name: ref,
    ranges: [],
    versions: [],
    allVersions: true,
  };
}

function withVersions(product: ProductSelector, versions: Affected['versions']): ProductSelector {
  const ranges = versions.flatMap((version): VersionRange[] =>
    version.range === undefined ? [] : [{ kind: 'vers', text: version.range }],
  );
  const listed = versions.flatMap(version => version.version ?? []);
  return { ...product, ranges, versions: listed };
}

function justify(stated: string | null): Pick<Claim, 'justification' | 'statedJustification'> {
  const justification =
    stated !== null && Object.hasOwn(JUSTIFICATIONS, stated) ? (JUSTIFICATIONS[stated] ?? null) : null;
  return { justification, statedJustification: justification === null ? stated : null };
}

function severityOfRating(rating: StatedVulnerability['ratings'][number]): StatedSeverity[] {
  if (rating.vector !== null) {
    const type = rating.vector.startsWith('CVSS:4')
      ? 'CVSS_V4'
      : rating.vector.startsWith('CVSS:3')
        ? 'CVSS_V3'
        : 'CVSS_V2';
    return [{ type, value: rating.vector, source: rating.method }];
  }
  if (rating.score !== null) return [{ type: 'score', value: String(rating.score), source: rating.method }];
  return rating.severity === null ? [] : [{ type: 'label', value: rating.severity, source: rating.method }];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
