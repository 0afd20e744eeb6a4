import { ModelError } from './errors.ts';

/** The attributes of a CPE name, in the order of a formatted string (NISTIR 7695). */
export const CPE_ATTRIBUTES = [
  'part',
  'vendor',
  'product',
  'version',
  'update',
  'edition',
  'language',
  'swEdition',
  'targetSw',
  'targetHw',
  'other',
] as const;

export type CpeAttribute = (typeof CPE_ATTRIBUTES)[number];

/**
 * A CPE name. Each value is as in a canonical formatted string: `*` is ANY, `-` is NA, all else is text in lower case, where a backslash
 * quotes all but letters, digits, `.`, `-`, `_` and the wildcards `*` and `?` at either end.
 */
export type Cpe = Readonly<Record<CpeAttribute, string>>;

/** How a set of products stands to another. `overlap`: neither holds the other; `undefined`: the target has wildcards (NISTIR 7696, table 6-2). */
export type CpeRelation = 'equal' | 'superset' | 'subset' | 'disjoint' | 'overlap' | 'undefined';

export const CPE_ANY = '*';
export const CPE_NA = '-';
const MAX_LENGTH = 8_192;

/** Parses a CPE 2.3 formatted string or a CPE 2.2 URI. @throws ModelError `invalid-cpe`. */
export function parseCpe(text: string): Cpe {
  const cpe = tryCpe(text);
  if (cpe !== null && (/^\s*cpe:\//i.test(text) || splitUnquoted(text.trim()).length === 13)) return cpe;
  const shown = text.length > 200 ? `${text.slice(0, 197)}...` : text;
  throw new ModelError(
    'invalid-cpe',
    `${JSON.stringify(shown)} is no CPE name: neither a 2.3 formatted string with eleven parts nor a 2.2 URI.`,
  );
}

/** As parseCpe, or null. Upper case, characters that lack their backslash and missing parts at the end (any) are let pass. */
export function tryCpe(text: string): Cpe | null {
  if (text.length > MAX_LENGTH) return null;
  const trimmed = text.trim();
  if (/^cpe:2\.3:/i.test(trimmed)) return fromFormatted(trimmed.slice(8));
  return /^cpe:\//i.test(trimmed) ? fromUri(trimmed.slice(5)) : null;
}

/** The CPE 2.3 formatted string. */
export function formatCpe(cpe: Cpe): string {
  return `cpe:2.3:${CPE_ATTRIBUTES.map(name => cpe[name]).join(':')}`;
}

/** The CPE 2.2 URI; what 2.2 cannot say is packed into the edition (NISTIR 7695, 6.1.2). */
export function formatCpeUri(cpe: Cpe): string {
  const extended = [cpe.swEdition, cpe.targetSw, cpe.targetHw, cpe.other].map(toUri);
  const edition = toUri(cpe.edition);
  const packed = extended.every(value => value === '') ? edition : `~${[edition, ...extended].join('~')}`;
  const parts = [cpe.part, cpe.vendor, cpe.product, cpe.version, cpe.update].map(toUri);
  return `cpe:/${[...parts, packed, toUri(cpe.language)].join(':').replace(/:+$/, '')}`;
}

/** How the products that `source` names stand to those `target` names (NISTIR 7696, tables 6-2 and 6-4). */
export function compareCpes(source: Cpe, target: Cpe): CpeRelation {
  const relations = CPE_ATTRIBUTES.map(name => compareValues(source[name], target[name]));
  if (relations.includes('undefined')) return 'undefined';
  if (relations.includes('disjoint')) return 'disjoint';
  const wider = relations.includes('superset');
  const narrower = relations.includes('subset');
  if (wider && narrower) return 'overlap';
  return wider ? 'superset' : narrower ? 'subset' : 'equal';
}

/** One attribute against another. */
export function compareValues(source: string, target: string): CpeRelation {
  if (target !== CPE_ANY && hasWildcard(target)) return 'undefined';
  if (source === target) return 'equal';
  if (source === CPE_ANY) return 'superset';
  if (target === CPE_ANY) return 'subset';
  if (source === CPE_NA || target === CPE_NA) return 'disjoint';
  return matchesPattern(source, target) ? 'superset' : 'disjoint';
}

function fromFormatted(text: string): Cpe | null {
  const parts = splitUnquoted(text);
  if (parts.length < 3) return null;
  while (parts.length < CPE_ATTRIBUTES.length) parts.push(CPE_ANY);
  return parts.length > CPE_ATTRIBUTES.length ? null : fromValues(parts.map(canonicalValue));
}

/** Splits at colons without a backslash before them. */
function splitUnquoted(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === ':') {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** Quotes what needs it and nothing else; null for an empty value, a quote that quotes nothing, or a wildcard inside. */
function canonicalValue(text: string): string | null {
  if (text === CPE_ANY || text === CPE_NA) return text;
  let value = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (char === '\\') {
      const quoted = text[++index];
      if (quoted === undefined) return null;
      value += quote(quoted, text.length === 2);
    } else if (char === '*' || char === '?') value += char;
    else value += quote(char, false);
  }
  return value === '' || !/^(?:\*|\?*)(?:[^\\*?]|\\.)+(?:\*|\?*)$/u.test(value) ? null : value;
}

/** A lone hyphen would be NA, so that one keeps its backslash. */
function quote(char: string, alone: boolean): string {
  if (/[\p{L}\p{N}._]/u.test(char) || (char === '-' && !alone)) return char.toLowerCase();
  return `\\${char}`;
}

function fromValues(values: readonly (string | null)[]): Cpe | null {
  const [part, vendor, product, version, update, edition, language, swEdition, targetSw, targetHw, other] =
    values;
  if (!part || !vendor || !product || !version || !update || !edition || !language) return null;
  if (!swEdition || !targetSw || !targetHw || !other || !/^[aho*-]$/.test(part)) return null;
  return { part, vendor, product, version, update, edition, language, swEdition, targetSw, targetHw, other };
}

function fromUri(text: string): Cpe | null {
  const parts = text.split(':');
  if (parts.length > 7) return null;
  const [part = '', vendor = '', product = '', version = '', update = '', edition = '', language = ''] =
    parts;
  const packed = edition.startsWith('~') ? edition.slice(1).split('~') : [edition];
  if (packed.length > 5) return null;
  const [plainEdition = '', swEdition = '', targetSw = '', targetHw = '', other = ''] = packed;
  const values = [
    part,
    vendor,
    product,
    version,
    update,
    plainEdition,
    language,
    swEdition,
    targetSw,
    targetHw,
    other,
  ];
  return fromValues(values.map(fromUriValue));
}

function fromUriValue(text: string): string | null {
  if (text === '') return CPE_ANY;
  if (text === CPE_NA) return CPE_NA;
  try {
    const wild = text.replaceAll(/%0[12]/g, code => (code === '%01' ? '?' : '*'));
    // What is a wildcard stands unquoted; a literal one was percent-encoded and is quoted here.
    const quoted = wild.replaceAll(/%2a|%3f/gi, code => (code.toLowerCase() === '%2a' ? '\\*' : '\\?'));
    return canonicalValue(decodeURIComponent(quoted.replaceAll(/%5c/gi, '%5c%5c')));
  } catch {
    return null;
  }
}

function toUri(value: string): string {
  if (value === CPE_ANY) return '';
  return value.replaceAll(/\\(.)|([*?])/gu, (_, quoted: string | undefined, wild: string | undefined) => {
    if (quoted === undefined) return wild === '?' ? '%01' : '%02';
    if (quoted === '-') return '-';
    const code = encodeURIComponent(quoted).toLowerCase();
    return code.startsWith('%') ? code : `%${quoted.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

function hasWildcard(value: string): boolean {
  return /^[*?]|(?<!\\)[*?]$/.test(value);
}

/** Whether text without wildcards fits a pattern: `*` at an end is any run, each `?` at most one character. */
function matchesPattern(pattern: string, text: string): boolean {
  if (!hasWildcard(pattern)) return false;
  const [, before = '', body = '', after = ''] = /^([*?]*)((?:[^\\*?]|\\.)*)([*?]*)$/u.exec(pattern) ?? [];
  const maxBefore = before.includes('*') ? Number.POSITIVE_INFINITY : before.length;
  const maxAfter = after.includes('*') ? Number.POSITIVE_INFINITY : after.length;
  for (let at = text.indexOf(body); at >= 0; at = text.indexOf(body, at + 1)) {
    if (countChars(text.slice(0, at)) > maxBefore) return false;
    if (countChars(text.slice(at + body.length)) <= maxAfter) return true;
  }
  return false;
}

/** Characters, a quoted one counted once. */
function countChars(value: string): number {
  return [...value.replaceAll(/\\(.)/gu, '$1')].length;
}
