import {
  DATE_TIME,
  form,
  list,
  type ObjectRule,
  object,
  type Rule,
  text,
  URI,
  words,
} from '../../shape-rules.ts';

/** The shape of a CSAF 2.0 document (section 3). CVSS objects have their own rules, since section 6.1.8 judges them by itself. */

const TEXT = text();
const TIME = text(DATE_TIME);
const LINK = text(URI);
const ANY: Rule = { kind: 'any' };

/** Section 3.1.11: whole numbers, or Semantic Versioning 2.0.0. */
export const VERSION =
  /^(?:0|[1-9]\d*)$|^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-z-][0-9a-z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-z-][0-9a-z-]*))*)?(?:\+[0-9a-z-]+(?:\.[0-9a-z-]+)*)?$/i;
/** Section 3.1.5: a language tag of RFC 5646. */
const LANGUAGE =
  /^(?:(?:[a-z]{2,3}(?:-[a-z]{3}(?:-[a-z]{3}){0,2})?|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+|i-default|i-mingo)$/i;
// A part of a CPE 2.3 formatted string: plain and quoted characters, wildcards only at its ends.
const PART = String.raw`(?:(?:\?*|\*?)(?:[a-zA-Z0-9\-._]|\\[\\*?!"#$%&'()+,/:;<=>@[\]^${'`'}{|}~])+(?:\?*|\*?)|[*\-])`;
// Each alternative is anchored at one end only, as in the schema of the standard.
const CPE = new RegExp(
  String.raw`^cpe:2\.3:[aho*\-](?::${PART}){5}:(?:[a-zA-Z]{2,3}(?:-(?:[a-zA-Z]{2}|[0-9]{3}))?|[*\-])(?::${PART}){4}|[c][pP][eE]:/[AHOaho]?(?::[A-Za-z0-9._\-~%]*){0,6}$`,
);

const version = text(form('a whole number or a semantic version', VERSION));
const language = text(form('a language tag (RFC 5646)', LANGUAGE));
const productId = TEXT;
const products = list(productId, { unique: true });
const groups = list(TEXT, { unique: true });

const acknowledgments = list(
  object({ names: list(TEXT), organization: TEXT, summary: TEXT, urls: list(LINK) }, { min: 1 }),
);
const notes = list(
  object({
    audience: TEXT,
    'category!': words('description', 'details', 'faq', 'general', 'legal_disclaimer', 'other', 'summary'),
    'text!': TEXT,
    title: TEXT,
  }),
);
const references = list(object({ category: words('external', 'self'), 'summary!': TEXT, 'url!': LINK }));

const helper = object(
  {
    cpe: text(form('a CPE 2.3 or 2.2 name', CPE)),
    hashes: list(
      object({
        'file_hashes!': list(
          object({
            'algorithm!': TEXT,
            'value!': text(form('a hash of at least 32 hexadecimal digits', /^[0-9a-f]{32,}$/i)),
          }),
        ),
        'filename!': TEXT,
      }),
    ),
    model_numbers: list(TEXT, { unique: true }),
    purl: text({
      name: 'a package URL',
      test: value => /^pkg:[a-z.\-+][a-z0-9.\-+]*\/.+/i.test(value) && URI.test(value),
    }),
    sbom_urls: list(LINK),
    serial_numbers: list(TEXT, { unique: true }),
    skus: list(TEXT),
    x_generic_uris: list(object({ 'namespace!': LINK, 'uri!': LINK })),
  },
  { min: 1 },
);

const fullProductName = object({
  'name!': TEXT,
  'product_id!': productId,
  product_identification_helper: helper,
});

const branches: Rule = { kind: 'chosen', choose: () => BRANCHES };
const BRANCHES: Rule = list(
  object(
    {
      branches,
      'category!': words(
        'architecture',
        'host_name',
        'language',
        'legacy',
        'patch_level',
        'product_family',
        'product_name',
        'product_version',
        'product_version_range',
        'service_pack',
        'specification',
        'vendor',
      ),
      'name!': TEXT,
      product: fullProductName,
    },
    { min: 3, max: 3 },
  ),
);

const tree = object(
  {
    branches,
    full_product_names: list(fullProductName),
    product_groups: list(
      object({
        'group_id!': TEXT,
        'product_ids!': list(productId, { min: 2, unique: true }),
        summary: TEXT,
      }),
    ),
    relationships: list(
      object({
        'category!': words(
          'default_component_of',
          'external_component_of',
          'installed_on',
          'installed_with',
          'optional_component_of',
        ),
        'full_product_name!': fullProductName,
        'product_reference!': productId,
        'relates_to_product_reference!': productId,
      }),
    ),
  },
  { min: 1 },
);

const tracking = object({
  aliases: list(TEXT, { unique: true }),
  'current_release_date!': TIME,
  generator: object({ date: TIME, 'engine!': object({ 'name!': TEXT, version: TEXT }) }),
  'id!': text(form('a text without space at its ends', /^\S(?:.*\S)?$/)),
  'initial_release_date!': TIME,
  'revision_history!': list(
    object({ 'date!': TIME, legacy_version: TEXT, 'number!': version, 'summary!': TEXT }),
  ),
  'status!': words('draft', 'final', 'interim'),
  'version!': version,
});

const document = object({
  acknowledgments,
  aggregate_severity: object({ namespace: LINK, 'text!': TEXT }),
  'category!': text(
    form(
      'a category that starts and ends with a character other than space, dash, dot and underscore',
      /^[^\s\-_.](?:.*[^\s\-_.])?$/,
    ),
  ),
  'csaf_version!': words('2.0'),
  distribution: object(
    { text: TEXT, tlp: object({ 'label!': words('AMBER', 'GREEN', 'RED', 'WHITE'), url: LINK }) },
    { min: 1 },
  ),
  lang: language,
  notes,
  'publisher!': object({
    'category!': words('coordinator', 'discoverer', 'other', 'translator', 'user', 'vendor'),
    contact_details: TEXT,
    issuing_authority: TEXT,
    'name!': TEXT,
    'namespace!': LINK,
  }),
  references,
  source_lang: language,
  'title!': TEXT,
  'tracking!': tracking,
});

const vulnerability = object(
  {
    acknowledgments,
    cve: text(form('a CVE id', /^CVE-[0-9]{4}-[0-9]{4,}$/)),
    cwe: object({ 'id!': text(form('a CWE id', /^CWE-[1-9]\d{0,5}$/)), 'name!': TEXT }),
    discovery_date: TIME,
    flags: list(
      object({
        date: TIME,
        group_ids: groups,
        'label!': words(
          'component_not_present',
          'inline_mitigations_already_exist',
          'vulnerable_code_cannot_be_controlled_by_adversary',
          'vulnerable_code_not_in_execute_path',
          'vulnerable_code_not_present',
        ),
        product_ids: products,
      }),
      { unique: true },
    ),
    ids: list(object({ 'system_name!': TEXT, 'text!': TEXT }), { unique: true }),
    involvements: list(
      object({
        date: TIME,
        'party!': words('coordinator', 'discoverer', 'other', 'user', 'vendor'),
        'status!': words(
          'completed',
          'contact_attempted',
          'disputed',
          'in_progress',
          'not_contacted',
          'open',
        ),
        summary: TEXT,
      }),
      { unique: true },
    ),
    notes,
    product_status: object(
      {
        first_affected: products,
        first_fixed: products,
        fixed: products,
        known_affected: products,
        known_not_affected: products,
        last_affected: products,
        recommended: products,
        under_investigation: products,
      },
      { min: 1 },
    ),
    references,
    release_date: TIME,
    remediations: list(
      object({
        'category!': words('mitigation', 'no_fix_planned', 'none_available', 'vendor_fix', 'workaround'),
        date: TIME,
        'details!': TEXT,
        entitlements: list(TEXT),
        group_ids: groups,
        product_ids: products,
        restart_required: object({
          'category!': words(
            'connected',
            'dependencies',
            'machine',
            'none',
            'parent',
            'service',
            'system',
            'vulnerable_component',
            'zone',
          ),
          details: TEXT,
        }),
        url: LINK,
      }),
    ),
    scores: list(object({ cvss_v2: ANY, cvss_v3: ANY, 'products!': products }, { min: 2 })),
    threats: list(
      object({
        'category!': words('exploit_status', 'impact', 'target_set'),
        date: TIME,
        'details!': TEXT,
        group_ids: groups,
        product_ids: products,
      }),
    ),
    title: TEXT,
  },
  { min: 1 },
);

export const CSAF: ObjectRule = object({
  $schema: ANY,
  'document!': document,
  product_tree: tree,
  vulnerabilities: list(vulnerability),
});
