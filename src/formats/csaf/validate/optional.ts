import { isObject } from '../../fields.ts';
import { checkShape, pointerStep } from '../../shape-rules.ts';
import { fileNameOf } from '../file-name.ts';
import { CVSS_V2, CVSS_V3 } from './cvss-schema.ts';
import { type CsafDocument, find, objects, type Place, textAt, texts } from './document.ts';
import { byDate, compareInstants, revisionsOf } from './revisions.ts';
import { CSAF } from './schema.ts';
import { computed, cvssOf } from './scores.ts';
import { privateSubtags } from './statements.ts';
import { type CsafTest, quote, type TestFault } from './test.ts';

/** CSAF 2.0, section 6.2: what should not be, though the document is valid. */
export const OPTIONAL_TESTS: readonly CsafTest[] = [
  { section: '6.2.1', title: 'Unused Definition of Product ID', check: unusedProduct },
  { section: '6.2.2', title: 'Missing Remediation', check: missingRemediation },
  { section: '6.2.3', title: 'Missing Score', check: missingScore },
  { section: '6.2.4', title: 'Build Metadata in Revision History', check: buildMetadata },
  { section: '6.2.5', title: 'Older Initial Release Date than Revision History', check: olderInitial },
  { section: '6.2.6', title: 'Older Current Release Date than Revision History', check: olderCurrent },
  { section: '6.2.7', title: 'Missing Date in Involvements', check: missingDate },
  {
    section: '6.2.8',
    title: 'Use of MD5 as the only Hash Algorithm',
    check: document => onlyHash(document, 'md5'),
  },
  {
    section: '6.2.9',
    title: 'Use of SHA-1 as the only Hash Algorithm',
    check: document => onlyHash(document, 'sha1'),
  },
  {
    section: '6.2.10',
    title: 'Missing TLP label',
    check: document => missing(document, '/document/distribution/tlp/label', 'TLP label'),
  },
  { section: '6.2.11', title: 'Missing Canonical URL', check: missingCanonical },
  {
    section: '6.2.12',
    title: 'Missing Document Language',
    check: document => missing(document, '/document/lang', 'language'),
  },
  { section: '6.2.13', title: 'Sorting', check: unsorted },
  { section: '6.2.14', title: 'Use of Private Language', check: privateLanguage },
  { section: '6.2.15', title: 'Use of Default Language', check: defaultLanguage },
  { section: '6.2.16', title: 'Missing Product Identification Helper', check: missingHelper },
  { section: '6.2.17', title: 'CVE in field IDs', check: cveInIds },
  { section: '6.2.18', title: 'Product Version Range without vers', check: rangeWithoutVers },
  { section: '6.2.19', title: 'CVSS for Fixed Products', check: scoreOfFixed },
  { section: '6.2.20', title: 'Additional Properties', check: additional },
];

const AFFECTED = ['first_affected', 'known_affected', 'last_affected'];

/** An informational advisory lists products without saying more of them. */
function* unusedProduct(document: CsafDocument): Generator<TestFault> {
  if (document.category === 'csaf_informational_advisory') return;
  const used = new Set(document.usedIds().map(one => one.id));
  for (const { id, at } of document.definedIds())
    if (!used.has(id)) yield { at, message: `Nothing is said of the product ${quote(id)}.` };
}

function* missingRemediation(document: CsafDocument): Generator<TestFault> {
  for (const vulnerability of document.vulnerabilities) {
    const remedied = document.productsOf(find(vulnerability, '/remediations/*'));
    for (const { value, at } of withStatus(vulnerability, [...AFFECTED, 'under_investigation']))
      if (!remedied.has(value)) yield { at, message: `The product ${quote(value)} has no remediation.` };
  }
}

function* missingScore(document: CsafDocument): Generator<TestFault> {
  for (const vulnerability of document.vulnerabilities) {
    const scored = new Set(texts(find(vulnerability, '/scores/*/products/*')).map(one => one.value));
    for (const { value, at } of withStatus(vulnerability, AFFECTED))
      if (!scored.has(value)) yield { at, message: `The affected product ${quote(value)} has no score.` };
  }
}

function* buildMetadata(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of document.texts('/document/tracking/revision_history/*/number'))
    if (value.includes('+')) yield { at, message: `The version ${quote(value)} has build metadata.` };
}

function* olderInitial(document: CsafDocument): Generator<TestFault> {
  const stated = document.text('/document/tracking/initial_release_date');
  const oldest = byDate(revisionsOf(document))[0]?.date;
  if (stated !== null && oldest !== undefined && compareInstants(stated, oldest) < 0)
    yield {
      at: '/document/tracking/initial_release_date',
      message: `${stated} is before the oldest revision, of ${oldest}.`,
    };
}

function* olderCurrent(document: CsafDocument): Generator<TestFault> {
  const stated = document.text('/document/tracking/current_release_date');
  const newest = byDate(revisionsOf(document)).at(-1)?.date;
  if (stated !== null && newest !== undefined && compareInstants(stated, newest) < 0)
    yield {
      at: '/document/tracking/current_release_date',
      message: `${stated} is before the newest revision, of ${newest}.`,
    };
}

function* missingDate(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of objects(document.find('/vulnerabilities/*/involvements/*')))
    if (!Object.hasOwn(value, 'date')) yield { at, message: 'The involvement has no date.' };
}

function* onlyHash(document: CsafDocument, algorithm: string): Generator<TestFault> {
  for (const product of document.fullProductNames()) {
    for (const file of find(product, '/product_identification_helper/hashes/*')) {
      const used = texts(find(file, '/file_hashes/*/algorithm')).map(one =>
        one.value.toLowerCase().replace('-', ''),
      );
      if (used.length > 0 && used.every(one => one === algorithm))
        yield {
          at: `${file.at}/file_hashes`,
          message: `The only hash is of ${algorithm}, which no longer withstands forgery.`,
        };
    }
  }
}

function* missing(document: CsafDocument, path: string, what: string): Generator<TestFault> {
  if (!document.has(path)) yield { at: '/document', message: `The document states no ${what}.` };
}

/** The document's own HTTPS address, ending in the file name that its id gives (section 5.1). */
function* missingCanonical(document: CsafDocument): Generator<TestFault> {
  const id = document.text('/document/tracking/id');
  if (id === null) return;
  const file = fileNameOf(id);
  const isCanonical = (reference: Place): boolean => {
    const url = textAt(reference, '/url') ?? '';
    return (
      textAt(reference, '/category') === 'self' && url.startsWith('https://') && url.endsWith(`/${file}`)
    );
  };
  if (!document.find('/document/references/*').some(isCanonical))
    yield {
      at: '/document/references',
      message: `No reference of the category self is an https address that ends in /${file}.`,
    };
}

/** Only the first unsorted object is told: one fault says what to do. */
function* unsorted(document: CsafDocument): Generator<TestFault> {
  const queue: Place[] = [{ value: document.root, at: '' }];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    const { value, at } = place;
    if (isObject(value)) {
      const keys = Object.keys(value);
      const late = keys.findIndex((key, index) => index > 0 && key < (keys[index - 1] ?? ''));
      if (late > 0) {
        yield {
          at: `${at}/${pointerStep(keys[late] ?? '')}`,
          message: 'The fields of the document are not in alphabetical order.',
        };
        return;
      }
    }
    for (const inner of find(place, '/*')) queue.push(inner);
  }
}

function* privateLanguage(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of languages(document)) {
    const own = privateSubtags(value)[0];
    if (own !== undefined) yield { at, message: `${quote(own)} is a subtag for private use.` };
  }
}

function* defaultLanguage(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of languages(document))
    if (value.toLowerCase() === 'i-default') yield { at, message: '"i-default" says no language.' };
}

function* missingHelper(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of document.fullProductNames())
    if (!Object.hasOwn(value, 'product_identification_helper'))
      yield { at, message: `Nothing identifies the product ${quote(value['product_id'])} to a machine.` };
}

function* cveInIds(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of document.texts('/vulnerabilities/*/ids/*/text'))
    if (/^CVE-[0-9]{4}-[0-9]{4,}$/.test(value)) yield { at, message: `${value} belongs in "cve".` };
}

function* rangeWithoutVers(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of document.branches()) {
    const { category, name } = value;
    if (
      category === 'product_version_range' &&
      typeof name === 'string' &&
      !/^vers:[a-z.\-+][a-z0-9.\-+]*\/.+/.test(name)
    )
      yield {
        at: `${at}/name`,
        message: `The range ${quote(name)} is no vers, so that machines can only guess it.`,
      };
  }
}

/** A fixed product's score must be an environmental one of 0: by the score itself, or by modified impacts that are none. */
function* scoreOfFixed(document: CsafDocument): Generator<TestFault> {
  for (const vulnerability of document.vulnerabilities) {
    const scored = new Set<string>();
    for (const score of find(vulnerability, '/scores/*')) {
      const cvss = objects([...find(score, '/cvss_v2'), ...find(score, '/cvss_v3')]);
      if (cvss.every(one => isNeutral(one.value))) continue;
      for (const { value: product } of texts(find(score, '/products/*'))) scored.add(product);
    }
    for (const { value: product, at } of withStatus(vulnerability, ['first_fixed', 'fixed'])) {
      if (scored.has(product))
        yield { at, message: `The fixed product ${quote(product)} has a score as if it were affected.` };
    }
  }
}

function isNeutral(score: { readonly [key: string]: unknown }): boolean {
  const environmental = score['environmentalScore'] ?? computed(score)?.['environmentalScore'];
  if (environmental === 0) return true;
  const impacts = ['modifiedConfidentialityImpact', 'modifiedIntegrityImpact', 'modifiedAvailabilityImpact'];
  return impacts.every(name => score[name] === 'NONE') || score['targetDistribution'] === 'NONE';
}

function additional(document: CsafDocument): TestFault[] {
  const faults: TestFault[] = [];
  const report = (fault: TestFault & { readonly code: string }) => {
    if (fault.code === 'unknown-field') faults.push(fault);
  };
  checkShape(document.root, CSAF, '', report);
  for (const { value, at } of cvssOf(document))
    checkShape(value, at.endsWith('cvss_v2') ? CVSS_V2 : CVSS_V3, at, report);
  return faults;
}

function languages(document: CsafDocument): { readonly value: string; readonly at: string }[] {
  return [...document.texts('/document/lang'), ...document.texts('/document/source_lang')];
}

function withStatus(
  vulnerability: Place,
  keys: readonly string[],
): { readonly value: string; readonly at: string }[] {
  return keys.flatMap(key => texts(find(vulnerability, `/product_status/${key}/*`)));
}
