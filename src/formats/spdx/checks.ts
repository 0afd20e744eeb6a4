import { createRequire } from 'node:module';
import { RELATIONS } from '../../model/relation.ts';
import { algorithmName, HEX_LENGTHS } from './digests.ts';
import { MAX_EXPRESSION } from './expressions.ts';
import { quoted } from './values.ts';

/** What a check of one text may refer to. */
export interface Scope {
  /** 2.2 or 2.3: the version whose rules hold. */
  readonly version: 2.2 | 2.3;
}

/** Judges one text: null when it is sound, else what is wrong with it, as the end of "NAME ...". */
export type Check = (value: string, scope: Scope) => string | null;

/** `SPDXRef-` and letters, digits, `.` and `-` (clause 7.2). */
export const elementId = pattern(
  /^SPDXRef-[A-Za-z0-9.-]+$/,
  'must be "SPDXRef-" with letters, digits, "." and "-"',
);

/** An element of this or of another document, NONE or NOASSERTION (clause 11.1). */
export const relatedElement = pattern(
  /^(?:NONE|NOASSERTION|(?:DocumentRef-[A-Za-z0-9.+-]+:)?SPDXRef-[A-Za-z0-9.-]+)$/,
  'must be the SPDXID of an element, NONE or NOASSERTION',
);
export const relatingElement = pattern(
  /^(?:DocumentRef-[A-Za-z0-9.+-]+:)?SPDXRef-[A-Za-z0-9.-]+$/,
  'must be the SPDXID of an element',
);
export const documentRef = pattern(
  /^DocumentRef-[A-Za-z0-9.+-]+$/,
  'must be "DocumentRef-" with letters, digits, ".", "-" and "+"',
);
export const licenceRef = pattern(
  /^(?:LicenseRef-[A-Za-z0-9.-]+)$/,
  'must be "LicenseRef-" with letters, digits, "." and "-"',
);
export const documentId = pattern(/^SPDXRef-DOCUMENT$/, 'must be "SPDXRef-DOCUMENT"');
export const specVersion = pattern(/^SPDX-2\.[0-3]$/, 'must be "SPDX-2.0" to "SPDX-2.3"');
export const dataLicence = pattern(/^CC0-1\.0$/, 'must be "CC0-1.0"');

/** An absolute URI without a fragment (clause 6.5). */
export const namespace = pattern(/^[A-Za-z][A-Za-z0-9+.-]*:[^\s#]+$/, 'must be an absolute URI without "#"');
export const uri = pattern(/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/, 'must be an absolute URI');

/** A URI or a version control location, NONE or NOASSERTION (clauses 7.7 and 7.11). */
export const location: Check = (value, scope) => (isNothing(value) ? null : uri(value.trim(), scope));

export const someText: Check = value => (value.trim() === '' ? 'must not be empty' : null);

/** `YYYY-MM-DDThh:mm:ssZ` of a day that exists (clause 6.9). */
export const date: Check = value => {
  const wrong = 'must be a time in UTC such as 2024-01-31T12:00:00Z';
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value)) return wrong;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) || `${time.toISOString().slice(0, 19)}Z` !== value ? wrong : null;
};

export const creator = pattern(
  /^(?:Person|Organization|Tool): ?\S/,
  'must begin with "Person: ", "Organization: " or "Tool: "',
);
export const party: Check = value =>
  value === 'NOASSERTION' || /^(?:Person|Organization): ?\S/.test(value)
    ? null
    : 'must begin with "Person: " or "Organization: ", or be NOASSERTION';

export const licenceListVersion = pattern(
  /^\d+\.\d+(?:\.\d+)?$/,
  'must be a version of the licence list such as 3.20',
);

/** A licence expression (annex D), NONE or NOASSERTION. */
export const expression: Check = value => {
  if (isNothing(value)) return null;
  if (value.length > MAX_EXPRESSION) return `is longer than ${MAX_EXPRESSION} characters`;
  try {
    const { parse, spelling } = expressions();
    parse(value.trim().replace(/[A-Za-z][A-Za-z0-9.-]*/g, word => spelling.get(word.toLowerCase()) ?? word));
    return null;
  } catch {
    return 'is no licence expression, NONE or NOASSERTION';
  }
};

/** The `LicenseRef-` ids an expression uses that this document must define. */
export function usedLicenceRefs(value: string): string[] {
  return [...value.matchAll(/(?<![:\w.-])LicenseRef-[A-Za-z0-9.-]+/g)].map(found => found[0]);
}

export function oneOf(values: readonly string[]): Check {
  const known = new Set(values);
  const list =
    values.length > 12 ? `one of the ${values.length} that SPDX knows` : `one of ${values.join(', ')}`;
  return value => (known.has(value) ? null : `must be ${list}`);
}

const ALGORITHMS_2_2 = ['SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512', 'MD2', 'MD4', 'MD5', 'MD6'];
const ALGORITHMS_2_3 = [
  ...ALGORITHMS_2_2,
  'SHA3-256',
  'SHA3-384',
  'SHA3-512',
  'BLAKE2b-256',
  'BLAKE2b-384',
  'BLAKE2b-512',
  'BLAKE3',
  'ADLER32',
];

export const algorithm: Check = (value, scope) =>
  oneOf(scope.version === 2.2 ? ALGORITHMS_2_2 : ALGORITHMS_2_3)(value, scope);

/** Whether a checksum's value has the digits its algorithm makes; null when it has. */
export function checksumFault(stated: string, value: string): string | null {
  const length = HEX_LENGTHS.get(algorithmName(stated));
  if (!/^[0-9a-fA-F]+$/.test(value)) return `The checksum ${quoted(value)} is not hex.`;
  if (length === undefined || value.length === length) return null;
  return `A ${stated} checksum has ${length} hex digits, but ${quoted(value)} has ${value.length}.`;
}

/** Locators whose form annex F fixes. */
export const LOCATORS: ReadonlyMap<string, Check> = new Map([
  ['purl', pattern(/^pkg:[^\s/]+\/\S+$/, 'must be a package URL')],
  ['cpe22Type', pattern(/^[cC][pP][eE]:\/[AHOaho]?(?::[A-Za-z0-9._\-~%]*){0,6}$/, 'must be a CPE 2.2 name')],
  ['cpe23Type', cpe23],
  ['swid', pattern(/^swid:\S+$/, 'must begin with "swid:"')],
  ['swh', pattern(/^swh:1:(?:cnt|dir|rel|rev|snp):[0-9a-f]{40}/, 'must be a SWHID')],
  [
    'gitoid',
    pattern(
      /^gitoid:(?:blob|tree|commit|tag):(?:sha1:[0-9a-f]{40}|sha256:[0-9a-f]{64})$/,
      'must be a gitoid',
    ),
  ],
]);

/** The relationship types of SPDX 2.3 (table 68) are the first entries of the relation table, but for one of CycloneDX. */
export const RELATIONSHIP_TYPES: readonly string[] = RELATIONS.slice(
  0,
  RELATIONS.findIndex(rule => rule.name === 'OTHER') + 1,
)
  .map(rule => rule.name)
  .filter(name => name !== 'PROVIDES');

/** Thirteen parts between colons that no backslash escapes, the third of which is a part of CPE. */
function cpe23(value: string): string | null {
  const wrong = 'must be a CPE 2.3 name';
  if (!/^cpe:2\.3:[aho*-]:/.test(value) || /\s/.test(value)) return wrong;
  let colons = 0;
  for (let i = 0; i < value.length; i++) {
    if (value[i] === '\\') i++;
    else if (value[i] === ':') colons++;
  }
  return colons === 12 ? null : wrong;
}

function pattern(form: RegExp, must: string): Check {
  return value => (form.test(value) ? null : must);
}

function isNothing(value: string): boolean {
  return value === 'NONE' || value === 'NOASSERTION';
}

interface Expressions {
  readonly parse: (expression: string) => unknown;
  /** Ids in lower case to the list's own spelling: they are matched without regard to case (annex D.2), which the parser does not. */
  readonly spelling: ReadonlyMap<string, string>;
}

let loaded: Expressions | null = null;

/** The parser brings the whole licence list; only validation needs it. */
function expressions(): Expressions {
  if (loaded !== null) return loaded;
  const parse = createRequire(import.meta.url)('spdx-expression-parse') as Expressions['parse'];
  // Each by its literal name, so that the bundle takes it in.
  const ids = [
    createRequire(import.meta.url)('spdx-license-ids'),
    createRequire(import.meta.url)('spdx-license-ids/deprecated'),
    createRequire(import.meta.url)('spdx-exceptions'),
  ].flat() as string[];
  loaded = { parse, spelling: new Map(ids.map(id => [id.toLowerCase(), id])) };
  return loaded;
}
