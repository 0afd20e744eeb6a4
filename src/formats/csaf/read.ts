import type {
  AdvisoryFacts,
  Claim,
  ClaimStatus,
  Justification,
  StatedSeverity,
} from '../../model/advisory.ts';
import type { ReadResult } from '../../model/facts.ts';
import { qualifier, tryPurl } from '../../model/purl.ts';
import { readAdvisories } from '../advisory-document.ts';
import type { Fields, JsonObject } from '../fields.ts';
import type { DocumentInput, Head } from '../format.ts';
import { type CsafProduct, ProductTree } from './products.ts';

export function detect(head: Head): number {
  if (head.looksLike !== 'json') return 0;
  if (/"csaf_version"\s*:/.test(head.text)) return 0.95;
  const keys = head.topLevelKeys();
  return keys.includes('document') && (keys.includes('product_tree') || keys.includes('vulnerabilities'))
    ? 0.7
    : 0;
}

/** Reads a CSAF document: one advisory per vulnerability, a claim per product and status. */
export function read(input: DocumentInput): ReadResult {
  return readAdvisories({ format: 'csaf', kind: 'vex', encoding: 'json' }, input.json, (root, fields) => {
    const document = fields.object(root, 'document', '');
    const specVersion = document && fields.string(document, 'csaf_version', '/document');
    const tracking = document && fields.object(document, 'tracking', '/document');
    const id = tracking && fields.string(tracking, 'id', '/document/tracking');
    if (!document || !tracking || !id)
      return { specVersion, advisories: null, missing: '"document" with a "tracking" "id"' };
    const header = readHeader(document, tracking, id, fields);
    const tree = new ProductTree(root, fields);
    const advisories = fields
      .objects(root, 'vulnerabilities', '')
      .map(({ value, at }, index) => readVulnerability(value, at, index, header, tree, fields));
    return { specVersion, advisories: distinct(advisories), missing: '' };
  });
}

/** A document should tell of a vulnerability once; where it does not, both are kept. */
function distinct(advisories: readonly AdvisoryFacts[]): AdvisoryFacts[] {
  const seen = new Set<string>();
  return advisories.map((advisory, index) => {
    const id = seen.has(advisory.id) ? `${advisory.id}#${index + 1}` : advisory.id;
    seen.add(advisory.id);
    return { ...advisory, id };
  });
}

/** What the document says for all its vulnerabilities. */
type Header = Pick<
  AdvisoryFacts,
  'publisher' | 'publisherRole' | 'published' | 'modified' | 'summary' | 'state' | 'withdrawn'
> & { readonly id: string; readonly advisory: boolean };

function readHeader(document: JsonObject, tracking: JsonObject, id: string, fields: Fields): Header {
  const publisher = fields.object(document, 'publisher', '/document');
  const role = publisher && fields.string(publisher, 'category', '/document/publisher');
  const category = fields.string(document, 'category', '/document') ?? '';
  const modified = fields.string(tracking, 'current_release_date', '/document/tracking');
  // Both of CSAF 2.1; one that was superseded stands in another document now.
  const withdrawn = /^csaf_(?:withdrawn|superseded)$/i.test(category);
  return {
    id,
    publisher: publisher && fields.string(publisher, 'name', '/document/publisher'),
    publisherRole: role === 'vendor' || role === 'coordinator' || role === 'user' ? role : 'unknown',
    published: fields.string(tracking, 'initial_release_date', '/document/tracking'),
    modified,
    summary: fields.string(document, 'title', '/document'),
    state: withdrawn ? 'withdrawn' : 'published',
    withdrawn: withdrawn ? modified : null,
    advisory: category.toLowerCase().includes('security_advisory'),
  };
}

function readVulnerability(
  vulnerability: JsonObject,
  at: string,
  index: number,
  header: Header,
  tree: ProductTree,
  fields: Fields,
): AdvisoryFacts {
  const cve = fields.string(vulnerability, 'cve', at);
  const others = fields
    .objects(vulnerability, 'ids', at)
    .flatMap(id => fields.string(id.value, 'text', id.at) ?? []);
  const name = cve ?? others[0] ?? `${header.id}#${index + 1}`;
  // `cwe` in 2.0, `cwes` in 2.1.
  const cwe = fields.object(vulnerability, 'cwe', at);
  const weaknesses = fields.objects(vulnerability, 'cwes', at).map(one => one.value);
  const { advisory: _, id, ...shared } = header;
  return {
    ...shared,
    id: `${id}#${name}`,
    vulnerability: name,
    source: 'csaf',
    kind: 'vulnerability',
    // Other ids are mostly bug numbers of the vendor's tracker; only ids of databases name the vulnerability itself.
    aliases: others.filter(
      other => other !== name && /^(?:CVE-\d{4}-\d+|GHSA(?:-[a-z0-9]{4}){3})$/.test(other),
    ),
    upstream: [],
    related: [],
    summary: fields.string(vulnerability, 'title', at) ?? header.summary,
    severities: [],
    cwes: [...(cwe === null ? [] : [cwe]), ...weaknesses].flatMap(one => fields.string(one, 'id', at) ?? []),
    references: fields.objects(vulnerability, 'references', at).flatMap(reference => {
      const url = fields.string(reference.value, 'url', reference.at);
      return url === null
        ? []
        : [{ type: fields.string(reference.value, 'category', reference.at) ?? 'external', url }];
    }),
    claims: readStatuses(vulnerability, at, header, tree, fields),
  };
}

/** CSAF 2.0 section 3.2.3.9: which status each group of products has. `recommended` advises and states nothing. */
const STATUSES: readonly (readonly [string, ClaimStatus])[] = [
  ['first_affected', 'affected'],
  ['known_affected', 'affected'],
  ['last_affected', 'affected'],
  ['first_fixed', 'fixed'],
  ['fixed', 'fixed'],
  ['known_not_affected', 'not_affected'],
  ['under_investigation', 'under_investigation'],
];

function readStatuses(
  vulnerability: JsonObject,
  at: string,
  header: Header,
  tree: ProductTree,
  fields: Fields,
): Claim[] {
  const statuses = fields.object(vulnerability, 'product_status', at);
  if (statuses === null) return [];
  const details = new Details(vulnerability, at, tree, fields);
  return STATUSES.flatMap(([key, status]) => {
    const told = new Set<string>();
    return fields.strings(statuses, key, `${at}/product_status`).flatMap((productId, index): Claim[] => {
      if (told.has(productId)) return [];
      told.add(productId);
      const place = `${at}/product_status/${key}/${index}`;
      const products = tree.products.get(productId);
      if (!products) {
        fields.drop(
          'unknown-product',
          `The product ${JSON.stringify(productId)} is not in the product tree; its status was left out.`,
          place,
        );
        return [];
      }
      return products.flatMap(product => {
        const claim = {
          kind: 'statement',
          product: product.selector,
          within: product.within,
          status,
          ...details.of(productId),
          fixed: [],
          time: null,
          at: place,
        } satisfies Claim;
        return [claim, ...implied(claim, key, product, header)];
      });
    });
  });
}

/**
 * A vendor's security advisory that lists an rpm as fixed means that older builds in the same product are affected: such advisories never list these. The same holds for
 * `first_fixed` of any kind, and `last_affected` means that the versions up to it are affected.
 */
function implied(claim: Claim, key: string, product: CsafProduct, header: Header): Claim[] {
  const purl = product.selector.purl === null ? null : tryPurl(product.selector.purl);
  const stated = purl?.version ?? product.selector.versions[0] ?? null;
  const epoch = purl?.type === 'rpm' ? qualifier(purl, 'epoch') : null;
  const version = stated === null || epoch === null || epoch === '0' ? stated : `${epoch}:${stated}`;
  const rpmFix = key === 'fixed' && header.advisory && purl?.type === 'rpm';
  if (version === null || (!rpmFix && key !== 'first_fixed' && key !== 'last_affected')) return [];
  const bare = product.selector.purl === null ? null : withoutVersion(product.selector.purl);
  const end = key === 'last_affected' ? 'last_affected' : 'fixed';
  return [
    {
      ...claim,
      kind: 'range',
      status: 'affected',
      product: {
        ...product.selector,
        purl: bare,
        digests: [],
        versions: [],
        ranges: [
          {
            kind: 'events',
            type: 'ECOSYSTEM',
            repo: null,
            events: [
              { kind: 'introduced', version: '0' },
              { kind: end, version },
            ],
          },
        ],
        allVersions: false,
      },
      fixed: end === 'fixed' ? [version] : [],
    },
  ];
}

/** The purl text without its version, to which the epoch belongs; qualifiers such as the module stream stay, they tell products apart. */
function withoutVersion(purl: string): string {
  const [, head = purl, , tail = ''] = /^([^?#]*?)(@[^@?#/]*)?([?#].*)?$/.exec(purl) ?? [];
  return head + tail.replace(/([?&])epoch=[^&#]*&?/, '$1').replace(/[?&](?=#|$)/, '');
}

/** What flags, threats, scores and remediations say of each product. */
class Details {
  readonly #justifications = new Map<string, string>();
  readonly #statements = new Map<string, string>();
  readonly #severities = new Map<string, StatedSeverity[]>();
  readonly #remediations = new Map<string, { category: string; text: string; url: string | null }[]>();

  constructor(vulnerability: JsonObject, at: string, tree: ProductTree, fields: Fields) {
    for (const { value, at: place } of fields.objects(vulnerability, 'flags', at)) {
      const label = fields.string(value, 'label', place);
      if (label !== null) for (const id of tree.idsOf(value, place)) this.#justifications.set(id, label);
    }
    for (const { value, at: place } of fields.objects(vulnerability, 'threats', at)) {
      const text =
        fields.string(value, 'category', place) === 'impact' ? fields.string(value, 'details', place) : null;
      if (text !== null) for (const id of tree.idsOf(value, place)) this.#statements.set(id, text);
    }
    for (const { value, at: place } of fields.objects(vulnerability, 'remediations', at)) {
      const remediation = {
        category: fields.string(value, 'category', place) ?? 'unknown',
        text: fields.string(value, 'details', place) ?? '',
        url: fields.string(value, 'url', place),
      };
      for (const id of tree.idsOf(value, place)) push(this.#remediations, id, remediation);
    }
    this.#readScores(vulnerability, at, fields);
  }

  of(
    productId: string,
  ): Pick<Claim, 'justification' | 'statedJustification' | 'statement' | 'severities' | 'remediations'> {
    const label = this.#justifications.get(productId) ?? null;
    const known = label !== null && JUSTIFICATIONS.has(label);
    return {
      justification: known ? (label as Justification) : null,
      statedJustification: known ? null : label,
      statement: this.#statements.get(productId) ?? null,
      severities: this.#severities.get(productId) ?? [],
      remediations: this.#remediations.get(productId) ?? [],
    };
  }

  /** `scores` in 2.0, `metrics` with a `content` in 2.1. */
  #readScores(vulnerability: JsonObject, at: string, fields: Fields): void {
    const metrics = fields.objects(vulnerability, 'metrics', at).flatMap(metric => {
      const content = fields.object(metric.value, 'content', metric.at);
      return content === null
        ? []
        : [
            {
              content,
              products: fields.strings(metric.value, 'products', metric.at),
              at: `${metric.at}/content`,
            },
          ];
    });
    const scores = fields.objects(vulnerability, 'scores', at).map(score => ({
      content: score.value,
      products: fields.strings(score.value, 'products', score.at),
      at: score.at,
    }));
    for (const { content, products, at: place } of [...scores, ...metrics]) {
      for (const [key, type] of [
        ['cvss_v4', 'CVSS_V4'],
        ['cvss_v3', 'CVSS_V3'],
        ['cvss_v2', 'CVSS_V2'],
      ] as const) {
        const cvss = fields.object(content, key, place);
        const vector = cvss && fields.string(cvss, 'vectorString', `${place}/${key}`);
        if (vector)
          for (const id of products) push(this.#severities, id, { type, value: vector, source: null });
      }
    }
  }
}

const JUSTIFICATIONS: ReadonlySet<string> = new Set([
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
]);

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
