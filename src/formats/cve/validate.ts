import type { Diagnostics } from '../../model/diagnostic.ts';
import { isObject } from '../fields.ts';
import type { DocumentInput, Validation } from '../format.ts';
import { ANY_TEXT, checkShape, form, list, object, type Rule, text, URI, words } from '../shape-rules.ts';
import { judgeJson } from '../strict.ts';

/** Judges the basic shape of a CVE record, format 5.0 to 5.2: identity, state, the CNA's container with its products, versions, texts and references. */
export async function validate(input: DocumentInput): Promise<Validation> {
  return judgeJson(input, (root, diagnostics) => {
    const rejected =
      isObject(root) && isObject(root['cveMetadata']) && root['cveMetadata']['state'] === 'REJECTED';
    checkShape(root, rejected ? REJECTED : PUBLISHED, '', ({ code, message, at }) => {
      if (code === 'unknown-field') return;
      // Records on their way to the CVE services lack what these add.
      const added = code === 'missing-field' && at === '/cveMetadata' && !message.includes('"cveId"');
      diagnostics.add(added ? 'warning' : 'error', code, message, at);
    });
    if (isObject(root)) judgeVersions(root, diagnostics);
    const version = isObject(root) ? root['dataVersion'] : null;
    return typeof version === 'string' ? version : null;
  });
}

const TEXT = text();
const UUID = text(
  form('a UUID of version 4', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i),
);
/** The zone may be left out; then it is UTC. */
const TIME = text(
  form(
    'a date and time',
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?$/,
  ),
);
const ANY: Rule = { kind: 'any' };
const OPEN = { others: ANY };
const STATUS = words('affected', 'unaffected', 'unknown');

const version = object({
  'version!': TEXT,
  'status!': STATUS,
  versionType: TEXT,
  lessThan: TEXT,
  lessThanOrEqual: TEXT,
  changes: list(object({ 'at!': TEXT, 'status!': STATUS })),
});
const product = object({
  vendor: TEXT,
  product: TEXT,
  packageName: TEXT,
  collectionURL: text(URI),
  packageURL: text(URI),
  cpes: list(TEXT),
  defaultStatus: STATUS,
  versions: list(version),
});
const descriptions = list(object({ 'lang!': TEXT, 'value!': TEXT }, OPEN));
const provider = object({ 'orgId!': UUID, shortName: TEXT, dateUpdated: TIME });
const references = list(object({ 'url!': text(URI), name: TEXT, tags: list(ANY_TEXT) }));

const metadata = object({
  'cveId!': text(form('a CVE id', /^CVE-[0-9]{4}-[0-9]{4,19}$/)),
  'assignerOrgId!': UUID,
  assignerShortName: TEXT,
  requesterUserId: UUID,
  'state!': words('PUBLISHED', 'REJECTED'),
  datePublished: TIME,
  dateReserved: TIME,
  dateUpdated: TIME,
  dateRejected: TIME,
  serial: { kind: 'number', min: 1, max: Number.MAX_SAFE_INTEGER, whole: true },
});

function recordOf(cna: Rule): Rule {
  return object({
    'dataType!': words('CVE_RECORD'),
    'dataVersion!': text(
      form('a version 5.x of the record format', /^5\.(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))?$/),
    ),
    'cveMetadata!': metadata,
    'containers!': object({ 'cna!': cna, adp: list(object({ 'providerMetadata!': provider }, OPEN)) }),
  });
}

const PUBLISHED = recordOf(
  object(
    {
      'providerMetadata!': provider,
      'descriptions!': descriptions,
      'affected!': list(product),
      'references!': references,
      title: TEXT,
    },
    OPEN,
  ),
);
const REJECTED = recordOf(
  object({ 'providerMetadata!': provider, 'rejectedReasons!': descriptions, replacedBy: list(TEXT) }, OPEN),
);

/** One end, and a type of version to compare by, belong to a range; a single version has neither (record format, `versions`). */
function judgeVersions(root: unknown, diagnostics: Diagnostics): void {
  for (const [product, at] of entries(
    below(root, 'containers', 'cna', 'affected'),
    '/containers/cna/affected',
  )) {
    if (
      !['vendor', 'collectionURL', 'packageName', 'product', 'packageURL'].some(key =>
        Object.hasOwn(product, key),
      )
    )
      diagnostics.error(
        'no-product',
        'The entry names no product: it needs vendor and product, or a package.',
        at,
      );
    if (!Object.hasOwn(product, 'versions') && !Object.hasOwn(product, 'defaultStatus'))
      diagnostics.error('no-status', 'The entry states neither "versions" nor a "defaultStatus".', at);
    for (const [version, place] of entries(product['versions'], `${at}/versions`)) {
      const ends = ['lessThan', 'lessThanOrEqual'].filter(key => Object.hasOwn(version, key));
      if (ends.length > 1)
        diagnostics.error('two-ends', '"lessThan" and "lessThanOrEqual" exclude each other.', place);
      if (ends.length > 0 && !Object.hasOwn(version, 'versionType'))
        diagnostics.error('no-version-type', 'A range needs a "versionType" to compare by.', place);
      if (ends.length === 0 && Object.hasOwn(version, 'changes'))
        diagnostics.error('no-end', '"changes" belong to a range, which needs an end.', place);
    }
  }
}

function below(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  return here;
}

function entries(value: unknown, at: string): [{ readonly [key: string]: unknown }, string][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index): [{ readonly [key: string]: unknown }, string][] =>
    isObject(item) ? [[item, `${at}/${index}`]] : [],
  );
}
