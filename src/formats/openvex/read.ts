import type {
  AdvisoryFacts,
  Claim,
  ClaimStatus,
  Justification,
  ProductSelector,
} from '../../model/advisory.ts';
import { readDigest } from '../../model/digest.ts';
import type { Digest, ReadResult } from '../../model/facts.ts';
import { readAdvisories } from '../advisory-document.ts';
import { type Fields, isObject, type JsonObject, sentence } from '../fields.ts';
import type { DocumentInput, Head } from '../format.ts';

/** OpenVEX says what it is in its JSON-LD context. */
export function detect(head: Head): number {
  if (head.looksLike !== 'json') return 0;
  if (/"@context"\s*:\s*"https:\/\/openvex\.dev\/ns/.test(head.text)) return 0.95;
  return head.text.includes('openvex') && head.topLevelKeys().includes('statements') ? 0.6 : 0;
}

/** Reads an OpenVEX document: one advisory per vulnerability it speaks of, each statement a claim per product and subcomponent. */
export function read(input: DocumentInput): ReadResult {
  return readAdvisories(
    { format: 'openvex', kind: 'vex', encoding: 'json' },
    input.json,
    (document, fields) => {
      const context = fields.string(document, '@context', '');
      const specVersion = /\/ns\/v?([\d.]+)$/.exec(context ?? '')?.[1] ?? null;
      const stated = Object.hasOwn(document, 'statements');
      return {
        specVersion,
        advisories: stated ? readStatements(document, fields) : null,
        missing: '"statements"',
      };
    },
  );
}

const STATUSES: ReadonlySet<string> = new Set(['affected', 'not_affected', 'fixed', 'under_investigation']);
const JUSTIFICATIONS: ReadonlySet<string> = new Set([
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
]);

/** The advisories of a parsed OpenVEX document, also of one that a decision carries. */
export function readStatements(document: JsonObject, fields: Fields): AdvisoryFacts[] {
  const time = fields.string(document, 'last_updated', '') ?? fields.string(document, 'timestamp', '');
  const byVulnerability = new Map<string, { aliases: Set<string>; claims: Claim[] }>();
  for (const statement of fields.objects(document, 'statements', '')) {
    const named = readVulnerability(statement.value, statement.at, fields);
    if (named === null) continue;
    const entry = byVulnerability.get(named.id) ?? { aliases: new Set<string>(), claims: [] };
    byVulnerability.set(named.id, entry);
    for (const alias of named.aliases) if (alias !== named.id) entry.aliases.add(alias);
    for (const claim of readStatement(statement.value, statement.at, time, fields)) entry.claims.push(claim);
  }
  const id = fields.string(document, '@id', '');
  const author = fields.string(document, 'author', '');
  const published = fields.string(document, 'timestamp', '');
  const { version } = document;
  // In 0.0.x the version is a string.
  const revision = typeof version === 'number' || typeof version === 'string' ? numberOf(version) : null;
  return [...byVulnerability].map(([vulnerability, { aliases, claims }]) => ({
    id: `${id ?? 'openvex'}#${vulnerability}`,
    vulnerability,
    source: 'openvex',
    publisher: author,
    publisherRole: 'unknown',
    kind: 'vulnerability',
    state: 'published',
    aliases: [...aliases],
    upstream: [],
    related: [],
    published,
    modified: time,
    revision,
    withdrawn: null,
    summary: null,
    severities: [],
    cwes: [],
    references: [],
    claims,
  }));
}

function numberOf(version: number | string): number | null {
  const number = version === '' ? Number.NaN : Number(version);
  return Number.isSafeInteger(number) ? number : null;
}

/** In 0.0.x the vulnerability is a string, since 0.2.0 an object with a name and aliases. */
function readVulnerability(
  statement: JsonObject,
  at: string,
  fields: Fields,
): { readonly id: string; readonly aliases: readonly string[] } | null {
  if (typeof statement['vulnerability'] === 'string' && statement['vulnerability'] !== '') {
    return { id: statement['vulnerability'], aliases: [] };
  }
  const object = fields.object(statement, 'vulnerability', at);
  const id =
    object &&
    (fields.string(object, 'name', `${at}/vulnerability`) ??
      fields.string(object, '@id', `${at}/vulnerability`));
  if (!object || !id) {
    fields.drop('no-vulnerability', 'The statement names no vulnerability; it was left out.', at);
    return null;
  }
  return { id, aliases: fields.strings(object, 'aliases', `${at}/vulnerability`) };
}

function readStatement(
  statement: JsonObject,
  at: string,
  documentTime: string | null,
  fields: Fields,
): Claim[] {
  const status = fields.string(statement, 'status', at);
  if (status === null || !STATUSES.has(status)) {
    fields.drop(
      'unknown-status',
      `The status is ${JSON.stringify(status)}, none of OpenVEX; the statement was left out.`,
      `${at}/status`,
    );
    return [];
  }
  const common = {
    kind: 'statement',
    status: status as ClaimStatus,
    ...readJustification(statement, at, fields),
    statement:
      fields.string(statement, 'impact_statement', at) ?? fields.string(statement, 'status_notes', at),
    fixed: [],
    severities: [],
    remediations: readAction(statement, at, fields),
    time:
      fields.string(statement, 'last_updated', at) ??
      fields.string(statement, 'timestamp', at) ??
      documentTime,
    at,
  } as const;
  return readProducts(statement, at, fields).map(pair => ({ ...common, ...pair }));
}

/** Each product, or each subcomponent inside it. A statement without products inherits none: those of an enclosing in-toto statement were put in when it was taken out of that. */
function readProducts(
  statement: JsonObject,
  at: string,
  fields: Fields,
): Pick<Claim, 'product' | 'within'>[] {
  const shared = readComponents(statement, 'subcomponents', at, fields).map(component => component.selector);
  const products = readComponents(statement, 'products', at, fields);
  if (products.length === 0)
    fields.diagnostics.warning('no-product', 'The statement names no product; it applies to nothing.', at);
  return products.flatMap(({ selector, object, place }): Pick<Claim, 'product' | 'within'>[] => {
    const own =
      object === null
        ? []
        : readComponents(object, 'subcomponents', place, fields).map(component => component.selector);
    const parts = [...own, ...shared];
    return parts.length === 0
      ? [{ product: selector, within: null }]
      : parts.map(part => ({ product: part, within: selector }));
  });
}

interface Named {
  readonly selector: ProductSelector;
  readonly object: JsonObject | null;
  readonly place: string;
}

function readComponents(owner: JsonObject, key: string, at: string, fields: Fields): Named[] {
  return fields.list(owner, key, at).flatMap((item, index): Named[] => {
    const place = `${at}/${key}/${index}`;
    if (typeof item === 'string')
      return [{ selector: selectorOf(item, null, null, []), object: null, place }];
    if (!isObject(item)) {
      fields.drop('wrong-type', 'Expected a product here, as an object or a string; it was left out.', place);
      return [];
    }
    const identifiers = fields.object(item, 'identifiers', place);
    const id = fields.string(item, '@id', place);
    const purl = identifiers && fields.string(identifiers, 'purl', `${place}/identifiers`);
    const cpe =
      identifiers &&
      (fields.string(identifiers, 'cpe23', `${place}/identifiers`) ??
        fields.string(identifiers, 'cpe22', `${place}/identifiers`));
    return [{ selector: selectorOf(id, purl, cpe, readHashes(item, place, fields)), object: item, place }];
  });
}

/** A product's `@id` may itself be a purl or a CPE. OpenVEX 0.2.0 matches purls so that a part left out fits any, hence `allVersions`. */
function selectorOf(
  id: string | null,
  purl: string | null,
  cpe: string | null,
  digests: readonly Digest[],
): ProductSelector {
  return {
    package: null,
    purl: purl ?? (id?.startsWith('pkg:') ? id : null),
    cpe: cpe ?? (id?.startsWith('cpe:') ? id : null),
    digests,
    ref: id?.startsWith('pkg:') || id?.startsWith('cpe:') ? null : id,
    name: null,
    ranges: [],
    versions: [],
    allVersions: true,
  };
}

function readHashes(item: JsonObject, at: string, fields: Fields): Digest[] {
  return Object.entries(fields.object(item, 'hashes', at) ?? {}).flatMap(([algorithm, value]) => {
    const digest =
      typeof value === 'string' ? readDigest(algorithm, value) : `the digest ${algorithm} is no string`;
    if (typeof digest !== 'string') return [digest];
    fields.drop('bad-digest', `${sentence(digest)}; it was left out.`, `${at}/hashes`);
    return [];
  });
}

function readJustification(
  statement: JsonObject,
  at: string,
  fields: Fields,
): Pick<Claim, 'justification' | 'statedJustification'> {
  const stated = fields.string(statement, 'justification', at);
  if (stated === null || stated === '') return { justification: null, statedJustification: null };
  if (JUSTIFICATIONS.has(stated))
    return { justification: stated as Justification, statedJustification: null };
  fields.diagnostics.warning(
    'unknown-justification',
    `${JSON.stringify(stated)} is no OpenVEX justification; it is kept as stated.`,
    `${at}/justification`,
  );
  return { justification: null, statedJustification: stated };
}

function readAction(statement: JsonObject, at: string, fields: Fields): Claim['remediations'] {
  const text = fields.string(statement, 'action_statement', at);
  return text === null ? [] : [{ category: 'action', text, url: null }];
}
