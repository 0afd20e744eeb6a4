import type { Diagnostics } from '../../model/diagnostic.ts';
import { isObject, type JsonObject } from '../fields.ts';
import type { DocumentInput, Validation } from '../format.ts';
import {
  ANY_TEXT,
  checkShape,
  DATE_TIME,
  form,
  list,
  object,
  type Rule,
  text,
  words,
} from '../shape-rules.ts';
import { judgeJson } from '../strict.ts';

/**
 * Judges an OpenVEX document by the specification 0.2.0 ("Document", "Statement", "Status Labels"), or, when its context says so, by the shape of 0.0.x. Fields
 * the specification does not know are warnings.
 */
export async function validate(input: DocumentInput): Promise<Validation> {
  return judgeJson(input, (root, diagnostics) => {
    const context = isObject(root) ? root['@context'] : null;
    const specVersion = typeof context === 'string' ? (/\/ns\/v?([\d.]+)$/.exec(context)?.[1] ?? null) : null;
    const old = specVersion === null || specVersion.startsWith('0.0.');
    checkShape(root, old ? DOCUMENT_00 : DOCUMENT, '', ({ code, message, at }) =>
      diagnostics.add(code === 'unknown-field' ? 'warning' : 'error', code, message, at),
    );
    if (isObject(root) && Array.isArray(root['statements'])) {
      for (const [index, statement] of root['statements'].entries())
        if (isObject(statement)) judgeStatement(statement, `/statements/${index}`, diagnostics);
    }
    return specVersion;
  });
}

const TEXT = text();
const TIME = text(DATE_TIME);
const STATUS = words('not_affected', 'affected', 'fixed', 'under_investigation');
const JUSTIFICATION = words(
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
);
const CONTEXT = text(form('a context of OpenVEX', /^https:\/\/openvex\.dev\/ns(?:\/v\d+\.\d+\.\d+)?$/));

const hash = TEXT;
const ALGORITHMS = [
  'md5',
  'sha1',
  'sha-256',
  'sha-384',
  'sha-512',
  'sha3-224',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'blake2s-256',
  'blake2b-256',
  'blake2b-512',
];

const component = {
  '@id': TEXT,
  identifiers: object(
    {
      purl: text(form('a package URL', /^pkg:[^/]+\/.+/i)),
      cpe22: text(form('a CPE 2.2 name', /^cpe:\/[aho]?/i)),
      cpe23: text(form('a CPE 2.3 name', /^cpe:2\.3:[aho*-](?::[^\s:]|\\:)/)),
    },
    { min: 1 },
  ),
  hashes: object(Object.fromEntries(ALGORITHMS.map(name => [name, hash])), { min: 1 }),
  supplier: TEXT,
};
const products = list(
  object({ ...component, subcomponents: list(object(component, { min: 1 })) }, { min: 1 }),
);

const shared = {
  '@id': TEXT,
  version: { kind: 'number', min: 1, max: Number.MAX_SAFE_INTEGER, whole: true } as const,
  timestamp: TIME,
  last_updated: TIME,
  supplier: TEXT,
  'status!': STATUS,
  status_notes: ANY_TEXT,
  justification: JUSTIFICATION,
  impact_statement: TEXT,
  action_statement: TEXT,
  action_statement_timestamp: TIME,
};

const statements: Rule = list(
  object({
    ...shared,
    'vulnerability!': object({ '@id': TEXT, 'name!': TEXT, description: ANY_TEXT, aliases: list(TEXT) }),
    products,
  }),
  { unique: true },
);

const DOCUMENT: Rule = object({
  '@context!': CONTEXT,
  '@id!': TEXT,
  'author!': TEXT,
  role: TEXT,
  'timestamp!': TIME,
  last_updated: TIME,
  'version!': shared.version,
  tooling: TEXT,
  'statements!': statements,
});

/** Before 0.2.0 vulnerability, products and subcomponents are texts, the version may be one, and `format` is stated. */
const DOCUMENT_00: Rule = object({
  '@context!': CONTEXT,
  '@id!': TEXT,
  'author!': TEXT,
  role: TEXT,
  'timestamp!': TIME,
  last_updated: TIME,
  'version!': { kind: 'chosen', choose: value => (typeof value === 'string' ? TEXT : shared.version) },
  format: TEXT,
  tooling: TEXT,
  supplier: TEXT,
  'statements!': list(
    object({
      ...shared,
      'vulnerability!': {
        kind: 'chosen',
        choose: value =>
          isObject(value)
            ? object({ name: TEXT, '@id': TEXT, description: ANY_TEXT, aliases: list(TEXT) }, { min: 1 })
            : TEXT,
      },
      vuln_description: ANY_TEXT,
      products: {
        kind: 'chosen',
        choose: value => (Array.isArray(value) && isObject(value[0]) ? products : list(TEXT)),
      },
      subcomponents: { kind: 'any' },
    }),
  ),
});

/** Which texts a status needs, and which belong to another. */
function judgeStatement(statement: JsonObject, at: string, diagnostics: Diagnostics): void {
  const { status } = statement;
  const has = (key: string) =>
    Object.hasOwn(statement, key) && statement[key] !== '' && statement[key] !== null;
  if (status === 'not_affected' && !has('justification') && !has('impact_statement'))
    diagnostics.error(
      'no-justification',
      'A statement of not_affected needs a "justification" or an "impact_statement".',
      at,
    );
  if (status === 'affected' && !has('action_statement'))
    diagnostics.error('no-action', 'A statement of affected needs an "action_statement".', at);
  const misplaced: readonly (readonly [string, string])[] = [
    ['justification', 'not_affected'],
    ['impact_statement', 'not_affected'],
    ['action_statement', 'affected'],
  ];
  for (const [key, owner] of misplaced)
    if (has(key) && typeof status === 'string' && status !== owner)
      diagnostics.error(
        'misplaced-field',
        `"${key}" belongs to the status ${owner}, not to ${status}.`,
        `${at}/${key}`,
      );
  if (!has('products'))
    diagnostics.warning(
      'no-product',
      'The statement names no product, so that it applies to nothing by itself.',
      at,
    );
}
