import { type Entry, isEntry } from '../spdx/values.ts';

/**
 * SPDX 3 JSON-LD has one context, which gives every term a compact name (`software_Package`, `spdxId`). Documents may also write the
 * full IRIs (`https://spdx.org/rdf/3.0.1/terms/Software/Package`) and JSON-LD's own forms. No context is ever fetched: this turns
 * those forms into compact ones.
 */
export function compactTerm(term: string): string {
  const slash = term.indexOf('/terms/');
  if (slash !== -1) return join(term.slice(slash + '/terms/'.length).split('/'));
  const colon = term.indexOf(':');
  if (colon > 0 && PREFIXES.has(term.slice(0, colon).toLowerCase())) return join(term.split(':'));
  return term;
}

/** The compact form of an entry whose keys or types are not compact; the entry itself where they are. */
export function compactEntry(entry: Entry): Entry {
  return needsCompacting(entry) ? compact(entry, 0) : entry;
}

/** The class of an entry, `type` or `@type`; the first where several are given. */
export function typeOf(entry: Entry): string | null {
  const stated = entry['type'] ?? entry['@type'];
  if (typeof stated === 'string') return stated;
  const first: unknown = Array.isArray(stated) ? stated[0] : null;
  return typeof first === 'string' ? first : null;
}

/** The id of an entry, `spdxId` or `@id`. */
export function idOf(entry: Entry): string | null {
  const stated = entry['spdxId'] ?? entry['@id'] ?? entry['id'];
  return typeof stated === 'string' && stated !== '' ? stated : null;
}

/** JSON-LD's value objects; anything else as it is. */
export function plainValue(value: unknown): unknown {
  if (!isEntry(value)) return value;
  if (value['@value'] !== undefined) return value['@value'];
  const keys = Object.keys(value);
  return keys.length === 1 && typeof value['@id'] === 'string' ? value['@id'] : value;
}

const PREFIXES = new Set([
  'ai',
  'build',
  'core',
  'dataset',
  'expandedlicensing',
  'security',
  'simplelicensing',
  'software',
  'spdx',
]);

/** How deep nested entries are rewritten. parseJson bounds the depth of a document; real ones nest three levels. */
const MAX_DEPTH = 64;

/** Types that are class names whose IRI says so, and values of vocabularies, are what is rewritten besides keys. */
function compact(value: Entry, depth: number): Entry {
  const made: Record<string, unknown> = Object.create(null);
  for (const [key, stated] of Object.entries(value)) {
    const name = key === '@type' ? 'type' : key === '@id' ? 'spdxId' : compactTerm(key);
    made[name] = compactValue(name, stated, depth);
  }
  return made;
}

function compactValue(name: string, stated: unknown, depth: number): unknown {
  const value = plainValue(stated);
  if (Array.isArray(value)) {
    const items = value.map(item => compactValue(name, item, depth));
    return items.length === 1 && !LISTS.has(name) ? items[0] : items;
  }
  if (isEntry(value)) return depth < MAX_DEPTH ? compact(value, depth + 1) : value;
  if (typeof value !== 'string' || IDENTIFIERS.has(name)) return value;
  return value.includes('/terms/') ? vocabularyName(value) : name === 'type' ? compactTerm(value) : value;
}

/** `.../terms/Core/RelationshipType/dependsOn` is the value `dependsOn`; `.../terms/Software/Package` the class `software_Package`. */
function vocabularyName(iri: string): string {
  const parts = iri.slice(iri.indexOf('/terms/') + '/terms/'.length).split('/');
  return parts.length > 2 ? (parts.at(-1) ?? iri) : join(parts);
}

function join(parts: readonly string[]): string {
  const [profile = '', ...rest] = parts;
  const name = rest.join('/');
  const lower = profile.toLowerCase();
  return lower === 'core' || lower === 'spdx' ? name : `${lower}_${name}`;
}

function needsCompacting(entry: Entry): boolean {
  for (const key in entry) if (key.includes(':')) return true;
  const type = typeOf(entry);
  return type?.includes(':') ?? false;
}

const IDENTIFIERS = new Set(['spdxId']);

/** Properties that hold several values; JSON-LD's expanded form writes every value as a list. */
const LISTS = new Set([
  'createdBy',
  'createdUsing',
  'element',
  'expandedlicensing_member',
  'externalIdentifier',
  'externalRef',
  'import',
  'locator',
  'originatedBy',
  'profileConformance',
  'rootElement',
  'software_contentIdentifier',
  'software_sbomType',
  'to',
  'verifiedUsing',
]);
