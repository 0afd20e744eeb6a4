import { createHash } from 'node:crypto';
import {
  compact,
  type Finding,
  type FindingDocument,
  type FindingThing,
  timesOf,
} from '../finding-document.ts';
import { JUSTIFICATION_OF, STATE_OF } from './analysis.ts';

type Json = { [key: string]: unknown };

/**
 * Writes findings as CycloneDX 1.6. `vdr`: a disclosure report that lists the affected components itself. `vex`: statements on the entries of another document
 * by BOM-Link, when the product names one; without it the components are listed too, since a bare purl would speak of that package everywhere.
 */
export function writeCycloneDxVex(document: FindingDocument, kind: 'vdr' | 'vex'): string {
  const { bom } = document.product;
  const findings = document.findings.filter(finding => kind === 'vdr' || finding.status !== 'unknown');
  const linked = kind === 'vex' && bom !== null;
  const refs = new Refs(document);
  const link = linked ? `urn:cdx:${bom.serialNumber.replace(/^urn:uuid:/, '')}/${bom.version}#` : null;
  const content = compact({
    metadata: {
      timestamp: timesOf(document).last,
      tools: {
        components: [{ type: 'application', name: document.tool.name, version: document.tool.version }],
      },
      authors: [{ name: document.author }],
      component: entryOf(document.product, refs.of(null), 'application'),
    },
    components: linked ? [] : refs.components().map(([thing, ref]) => entryOf(thing, ref, 'library')),
    vulnerabilities: findings.map((finding, index) => {
      const own = refs.of(finding.component);
      const named = finding.component === null ? document.product.ref : finding.component.ref;
      return vulnerabilityOf(finding, index, link === null ? own : link + encodeURIComponent(named ?? own));
    }),
  });
  const cyclonedx = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumber(`${document.id}\n${kind}`),
    version: document.revisions.length,
    ...content,
  };
  return `${JSON.stringify(cyclonedx, null, 2)}\n`;
}

/** One bom-ref for each thing a finding names. */
class Refs {
  readonly #refs = new Map<string, { readonly thing: FindingThing; readonly ref: string }>();
  readonly #taken = new Set<string>();

  constructor(document: FindingDocument) {
    this.#add('', document.product);
    for (const { component } of document.findings)
      if (component !== null) this.#add(keyOf(component), component);
  }

  of(component: FindingThing | null): string {
    return this.#refs.get(component === null ? '' : keyOf(component))?.ref ?? '';
  }

  components(): [FindingThing, string][] {
    return [...this.#refs].flatMap(([key, { thing, ref }]): [FindingThing, string][] =>
      key === '' ? [] : [[thing, ref]],
    );
  }

  #add(key: string, thing: FindingThing): void {
    if (this.#refs.has(key)) return;
    const base = thing.ref ?? thing.purl ?? `${thing.name}@${thing.version ?? ''}`;
    let ref = base === '' ? 'entry' : base;
    for (let n = 2; this.#taken.has(ref); n++) ref = `${base}#${n}`;
    this.#taken.add(ref);
    this.#refs.set(key, { thing, ref });
  }
}

function keyOf(thing: FindingThing): string {
  return JSON.stringify([thing.ref, thing.purl, thing.name, thing.version]);
}

function entryOf(thing: FindingThing, ref: string, type: string): Json {
  return compact({ type, 'bom-ref': ref, name: thing.name, version: thing.version, purl: thing.purl });
}

function vulnerabilityOf(finding: Finding, index: number, ref: string): Json {
  const { vulnerability, status, justification } = finding;
  const notAffected = status === 'not_affected';
  const written = justification === null ? null : JUSTIFICATION_OF[justification];
  const words =
    notAffected && justification !== null && written === null ? justification.replaceAll('_', ' ') : null;
  return compact({
    'bom-ref': `finding-${index + 1}`,
    id: vulnerability.id,
    references: [...new Set(vulnerability.aliases)].map(id => ({ id, source: { name: sourceOf(id) } })),
    ratings: ratingsOf(finding),
    description: vulnerability.summary,
    recommendation:
      finding.action ?? (finding.fixed.length > 0 ? `Update to ${finding.fixed.join(' or ')}.` : null),
    analysis: compact({
      state: STATE_OF[status],
      justification: notAffected ? written : null,
      response: status === 'affected' && finding.fixed.length > 0 ? ['update'] : [],
      detail: finding.statement ?? words,
      lastUpdated: finding.time,
    }),
    affects: [{ ref }],
    properties: finding.reasons.map(value => ({ name: 'larder:reason', value })),
  });
}

function ratingsOf({ severity }: Finding): Json[] {
  if (severity === null) return [];
  return [
    compact({
      score: severity.score,
      severity: severity.level,
      method: severity.vector === null ? null : methodOf(severity.vector),
      vector: severity.vector,
    }),
  ];
}

function methodOf(vector: string): string {
  if (vector.startsWith('CVSS:4')) return 'CVSSv4';
  if (vector.startsWith('CVSS:3.1')) return 'CVSSv31';
  return vector.startsWith('CVSS:3') ? 'CVSSv3' : 'CVSSv2';
}

/** The database of an id, by its prefix. */
function sourceOf(id: string): string {
  return /^([A-Za-z]+)-/.exec(id)?.[1] ?? 'unknown';
}

/** A UUID of version 8 (RFC 9562) from the document's id: every issue of it has the same, with a higher version. */
function serialNumber(id: string): string {
  const bytes = createHash('sha256').update(id).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
