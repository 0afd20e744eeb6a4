import cvss from 'ae-cvss-calculator';
import type { ClaimStatus } from '../../model/advisory.ts';
import { parsePurl } from '../../model/purl.ts';
import {
  actionOf,
  compact,
  type Finding,
  type FindingDocument,
  type FindingThing,
  idOf,
  impactOf,
  timesOf,
} from '../finding-document.ts';
import { checkShape, URI } from '../shape-rules.ts';
import { CVSS_V2, CVSS_V3 } from './validate/cvss-schema.ts';

type Json = { [key: string]: unknown };

/**
 * Writes findings as a CSAF 2.0 VEX, which passes every mandatory test of the standard. What has no verdict (`unknown`) is left out, and of two findings on one
 * vulnerability in one component the last counts, since section 6.1.6 allows one status. Null when nothing is left: a CSAF VEX cannot be empty (6.1.27.11).
 */
export function writeCsafVex(document: FindingDocument): string | null {
  const products = new Products(document);
  const vulnerabilities = groupsOf(document).map(group => vulnerabilityOf(group, products));
  if (vulnerabilities.length === 0) return null;
  const csaf = {
    document: headOf(document),
    product_tree: products.tree(),
    vulnerabilities,
  };
  return `${JSON.stringify(sorted(csaf), null, 2)}\n`;
}

function trackingId(document: FindingDocument): string {
  return (
    document.id
      .split(/[/#]/)
      .findLast(part => part.trim() !== '')
      ?.trim() ?? 'vex'
  );
}

function headOf(document: FindingDocument): Json {
  const { first, last } = timesOf(document);
  return {
    category: 'csaf_vex',
    csaf_version: '2.0',
    distribution: { tlp: { label: 'WHITE' } },
    lang: 'en',
    publisher: {
      category: document.role,
      name: document.author || 'unnamed',
      namespace: URI.test(document.namespace) ? document.namespace : 'about:blank',
    },
    title: document.title || 'VEX',
    tracking: {
      current_release_date: last,
      generator: { engine: { name: document.tool.name, version: document.tool.version } },
      id: trackingId(document),
      initial_release_date: first,
      revision_history: document.revisions.map(({ time, summary }, index) => ({
        date: time,
        number: String(index + 1),
        summary: summary || 'Revised.',
      })),
      status: 'final',
      version: String(document.revisions.length),
    },
  };
}

interface Group {
  readonly name: string;
  readonly cve: string | null;
  readonly ids: ReadonlySet<string>;
  /** By product id; the last word on each. */
  readonly findings: ReadonlyMap<string, Finding>;
}

const CVE = /^CVE-[0-9]{4}-[0-9]{4,}$/;

/** One CVE names one vulnerability of the document (6.1.23), whichever alias a finding was told by. */
function groupsOf(document: FindingDocument): Group[] {
  const groups = new Map<string, { cve: string | null; ids: Set<string>; findings: Map<string, Finding> }>();
  for (const finding of document.findings) {
    if (finding.status === 'unknown') continue;
    const { id, aliases } = finding.vulnerability;
    const cve = [id, ...aliases].find(one => CVE.test(one)) ?? null;
    const name = cve ?? id;
    const group = groups.get(name) ?? { cve, ids: new Set<string>(), findings: new Map<string, Finding>() };
    groups.set(name, group);
    for (const other of [id, ...aliases]) if (other !== cve && other !== '') group.ids.add(other);
    const key = finding.component === null ? '' : idOf(finding.component);
    group.findings.delete(key);
    group.findings.set(key, finding);
  }
  return [...groups].map(([name, group]) => ({ name, ...group }));
}

/** Product ids of the product, its components, and each component inside the product. */
class Products {
  readonly #product: FindingThing;
  readonly #components = new Map<string, { readonly thing: FindingThing; readonly number: number }>();

  constructor(document: FindingDocument) {
    this.#product = document.product;
    for (const { component, status } of document.findings) {
      if (component === null || status === 'unknown' || this.#components.has(idOf(component))) continue;
      this.#components.set(idOf(component), { thing: component, number: this.#components.size + 1 });
    }
  }

  /** The id of a component in the product, or of the product. */
  idOf(key: string): string {
    return key === '' ? PRODUCT : `${PRODUCT}:${this.#componentId(key)}`;
  }

  tree(): Json {
    const components = [...this.#components];
    return compact({
      full_product_names: [
        fullName(this.#product, PRODUCT),
        ...components.map(([key, { thing }]) => fullName(thing, this.#componentId(key))),
      ],
      relationships: components.map(([key, { thing }]) => ({
        category: 'default_component_of',
        full_product_name: {
          name: `${nameOf(thing)} in ${nameOf(this.#product)}`,
          product_id: this.idOf(key),
        },
        product_reference: this.#componentId(key),
        relates_to_product_reference: PRODUCT,
      })),
    });
  }

  #componentId(key: string): string {
    return `CSAFPID-${String(this.#components.get(key)?.number ?? 0).padStart(4, '0')}`;
  }
}

const PRODUCT = 'CSAFPID-0000';

function fullName(thing: FindingThing, id: string): Json {
  const name = idOf(thing);
  const helper = isPurl(name)
    ? { purl: name }
    : URI.test(name)
      ? { x_generic_uris: [{ namespace: 'https://www.iana.org/assignments/uri-schemes', uri: name }] }
      : null;
  return compact({ name: nameOf(thing), product_id: id, product_identification_helper: helper });
}

function isPurl(text: string): boolean {
  try {
    parsePurl(text);
    return URI.test(text);
  } catch {
    return false;
  }
}

function nameOf(thing: FindingThing): string {
  return [thing.name || 'unnamed', thing.version].filter(Boolean).join(' ');
}

const STATUS: Readonly<Record<ClaimStatus, string>> = {
  affected: 'known_affected',
  not_affected: 'known_not_affected',
  fixed: 'fixed',
  under_investigation: 'under_investigation',
};

function vulnerabilityOf(group: Group, products: Products): Json {
  const findings = [...group.findings].map(([key, finding]) => ({ id: products.idOf(key), finding }));
  const having = (status: ClaimStatus) => findings.filter(one => one.finding.status === status);
  const statuses = (Object.keys(STATUS) as ClaimStatus[]).map((status): [string, string[]] => [
    STATUS[status],
    having(status).map(one => one.id),
  ]);
  const summary = findings.find(one => one.finding.vulnerability.summary)?.finding.vulnerability.summary;
  return compact({
    cve: group.cve,
    ids: [...group.ids].map(text => ({ system_name: /^([A-Za-z]+)-/.exec(text)?.[1] ?? 'other', text })),
    flags: byText(having('not_affected'), one => one.justification).map(([label, product_ids]) => ({
      label,
      product_ids,
    })),
    notes: [
      { category: 'description', text: summary ?? group.name },
      ...byText(findings, one => one.reasons.join('\n') || null).map(([text]) => ({
        category: 'details',
        text,
      })),
    ],
    product_status: compact(Object.fromEntries(statuses)),
    remediations: byText(
      having('affected'),
      one =>
        `${one.fixed.length > 0 ? 'vendor_fix' : one.action === null ? 'none_available' : 'mitigation'} ${actionOf(one) || 'None.'}`,
    ).map(([text, product_ids]) => ({
      category: text.slice(0, text.indexOf(' ')),
      details: text.slice(text.indexOf(' ') + 1),
      product_ids,
    })),
    scores: byText(having('affected'), one => scoreOf(one)).map(([score, products]) => ({
      ...(JSON.parse(score) as object),
      products,
    })),
    threats: byText(findings, one => (one.status === 'not_affected' ? impactOf(one) : one.statement)).map(
      ([details, product_ids]) => ({ category: 'impact', details, product_ids }),
    ),
  });
}

type Stated = { readonly id: string; readonly finding: Finding };

/** Products under the text that is said of them; products of which nothing is said are left out. */
function byText(list: readonly Stated[], textOf: (finding: Finding) => string | null): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const { id, finding } of list) {
    const text = textOf(finding);
    if (text !== null && text !== '') groups.set(text, [...(groups.get(text) ?? []), id]);
  }
  return [...groups];
}

/** CSAF 2.0 knows CVSS 2 and 3, with a score that the vector gives; other vectors are left out. */
function scoreOf({ severity }: Finding): string | null {
  const stated = severity?.vector ?? '';
  if (stated === '' || stated.length > 512) return null;
  const vector = cvss.fromVector(stated);
  if (vector === null || !vector.isBaseFullyDefined()) return null;
  const whole = vector.createJsonSchema() as Json;
  const three = stated.startsWith('CVSS:3');
  const score = compact({
    version: whole['version'],
    vectorString: stated,
    baseScore: whole['baseScore'],
    baseSeverity: three ? whole['baseSeverity'] : null,
  });
  let sound = true;
  checkShape(score, three ? CVSS_V3 : CVSS_V2, '', () => {
    sound = false;
  });
  return sound ? JSON.stringify({ [three ? 'cvss_v3' : 'cvss_v2']: score }) : null;
}

/** Fields in alphabetical order (6.2.13). */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
