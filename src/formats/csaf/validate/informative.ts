import { type CsafDocument, find, objects, texts } from './document.ts';
import { type CsafTest, quote, type TestFault } from './test.ts';

/** CSAF 2.0, section 6.3: hints. 6.3.6 and 6.3.7 ask the network and 6.3.8 a dictionary; neither is judged here. */
export const INFORMATIVE_TESTS: readonly CsafTest[] = [
  { section: '6.3.1', title: 'Use of CVSS v2 as the only Scoring System', check: onlyV2 },
  { section: '6.3.2', title: 'Use of CVSS v3.0', check: version30 },
  { section: '6.3.3', title: 'Missing CVE', check: document => each(document, 'cve', 'CVE') },
  { section: '6.3.4', title: 'Missing CWE', check: document => each(document, 'cwe', 'CWE') },
  { section: '6.3.5', title: 'Use of Short Hash', check: shortHash },
  { section: '6.3.9', title: 'Branch Categories', check: branchCategories },
  { section: '6.3.10', title: 'Usage of Product Version Range', check: versionRange },
  { section: '6.3.11', title: 'Usage of V as Version Indicator', check: vAsIndicator },
];

function* onlyV2(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of objects(document.find('/vulnerabilities/*/scores/*')))
    if (Object.hasOwn(value, 'cvss_v2') && !Object.hasOwn(value, 'cvss_v3'))
      yield { at, message: 'The only score is one of CVSS 2.' };
}

function* version30(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of document.texts('/vulnerabilities/*/scores/*/cvss_v3/version'))
    if (value === '3.0') yield { at, message: 'CVSS 3.1 corrects 3.0, which is used here.' };
}

function* each(document: CsafDocument, key: string, what: string): Generator<TestFault> {
  for (const { value, at } of document.vulnerabilities)
    if (!Object.hasOwn(value, key)) yield { at, message: `The vulnerability has no ${what}.` };
}

function* shortHash(document: CsafDocument): Generator<TestFault> {
  for (const product of document.fullProductNames())
    for (const { value, at } of texts(
      find(product, '/product_identification_helper/hashes/*/file_hashes/*/value'),
    ))
      if (value.length < 64) yield { at, message: `The hash has ${value.length} digits, fewer than 64.` };
}

const ORDER = ['vendor', 'product_name', 'product_version'];

/** The way to each product has a vendor, below it a product name, below it a version. */
function* branchCategories(document: CsafDocument): Generator<TestFault> {
  for (const { value, at, path } of document.branches()) {
    if (!Object.hasOwn(value, 'product')) continue;
    let next = 0;
    for (const branch of path) {
      const { category } = branch;
      const plain = category === 'product_version_range' ? 'product_version' : category;
      if (plain === ORDER[next]) next++;
    }
    if (next < ORDER.length)
      yield {
        at: `${at}/product`,
        message: `The branches to the product do not name ${ORDER.join(', ')} in this order.`,
      };
  }
}

function* versionRange(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of document.branches())
    if (value['category'] === 'product_version_range')
      yield {
        at: `${at}/category`,
        message: 'A range leaves open which versions there are; list them where they are known.',
      };
}

function* vAsIndicator(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of document.branches()) {
    const { category, name } = value;
    if (category === 'product_version' && typeof name === 'string' && /^v\d/i.test(name))
      yield { at: `${at}/name`, message: `The version ${quote(name)} is written with a "v".` };
  }
}
