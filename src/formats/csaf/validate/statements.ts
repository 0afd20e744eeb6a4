import { messageOf } from '../../../model/errors.ts';
import { parsePurl } from '../../../model/purl.ts';
import { type CsafDocument, find, objects, type Subtags, textAt, texts } from './document.ts';
import { type CsafTest, quote, repeated, type TestFault } from './test.ts';

/** CSAF 2.0, the remaining sections of 6.1: names that must exist, and items that must say what they are about. */
export const STATEMENT_TESTS: readonly CsafTest[] = [
  { section: '6.1.11', title: 'CWE', check: cwe },
  { section: '6.1.12', title: 'Language', check: language },
  { section: '6.1.13', title: 'PURL', check: purl },
  { section: '6.1.15', title: 'Translator', check: translator },
  { section: '6.1.23', title: 'Multiple Use of Same CVE', check: repeatedCve },
  { section: '6.1.24', title: 'Multiple Definition in Involvements', check: repeatedInvolvement },
  { section: '6.1.28', title: 'Translation', check: translation },
  {
    section: '6.1.29',
    title: 'Remediation without Product Reference',
    check: document => aimless(document, 'remediations', 'remediation'),
  },
  {
    section: '6.1.32',
    title: 'Flag without Product Reference',
    check: document => aimless(document, 'flags', 'flag'),
  },
  {
    section: '6.1.33',
    title: 'Multiple Flags with VEX Justification Codes per Product',
    check: repeatedFlag,
  },
];

/** A weakness is named as in some version of the CWE list: names change, documents stay. */
function* cwe(document: CsafDocument): Generator<TestFault> {
  for (const place of objects(document.find('/vulnerabilities/*/cwe'))) {
    const id = textAt(place, '/id');
    const name = textAt(place, '/name');
    if (id === null || name === null) continue;
    const names = document.vocabulary.cwe.get(id);
    if (names === undefined)
      yield { at: `${place.at}/id`, message: `${quote(id)} is no weakness of the CWE list.` };
    else if (!names.includes(name))
      yield { at: `${place.at}/name`, message: `${id} is named ${quote(names[0])}, not ${quote(name)}.` };
  }
}

function* language(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of [
    ...document.texts('/document/lang'),
    ...document.texts('/document/source_lang'),
  ]) {
    const unknown = unknownSubtag(value.toLowerCase(), document.vocabulary.languages);
    if (unknown !== null)
      yield {
        at,
        message: `${quote(value)} is no language: ${quote(unknown)} is not in the IANA registry of subtags.`,
      };
  }
}

/** Ranges that the registry gives to private use. */
const PRIVATE: Readonly<Record<'language' | 'script' | 'region', RegExp>> = {
  language: /^q[a-t][a-z]$/,
  script: /^qa(?:a[a-z]|b[a-x])$/,
  region: /^(?:aa|q[m-z]|x[a-z]|zz)$/,
};

/** The subtags of a tag that are for private use (RFC 5646, section 2.2). */
export function privateSubtags(tag: string): string[] {
  const [first = '', ...others] = tag.toLowerCase().split('-');
  const own = PRIVATE.language.test(first) ? [first] : [];
  const end = others.findIndex(part => part.length === 1);
  const known = end === -1 ? others : others.slice(0, end);
  return [
    ...own,
    ...known.filter(part => PRIVATE.script.test(part) || (part.length === 2 && PRIVATE.region.test(part))),
  ];
}

/** The first subtag that is not registered for its position (RFC 5646, section 2.1); null when all are. */
function unknownSubtag(tag: string, subtags: Subtags): string | null {
  if (subtags.grandfathered.has(tag)) return null;
  const [first = '', ...others] = tag.split('-');
  if (first === 'x') return null;
  if (!subtags.language.has(first) && !PRIVATE.language.test(first)) return first;
  for (const part of others) {
    // Extensions and private use have registries of their own.
    if (part.length === 1) return null;
    if (!isRegistered(part, subtags)) return part;
  }
  return null;
}

function isRegistered(part: string, subtags: Subtags): boolean {
  if (part.length === 3 && /^[a-z]/.test(part)) return subtags.extlang.has(part);
  if (part.length === 2 || part.length === 3) return subtags.region.has(part) || PRIVATE.region.test(part);
  if (part.length === 4 && /^[a-z]/.test(part)) return subtags.script.has(part) || PRIVATE.script.test(part);
  return subtags.variant.has(part);
}

function* purl(document: CsafDocument): Generator<TestFault> {
  for (const product of document.fullProductNames()) {
    for (const { value, at } of texts(find(product, '/product_identification_helper/purl'))) {
      try {
        parsePurl(value);
      } catch (error) {
        yield { at, message: messageOf(error) };
      }
    }
  }
}

function* translator(document: CsafDocument): Generator<TestFault> {
  if (
    document.text('/document/publisher/category') === 'translator' &&
    !document.has('/document/source_lang')
  )
    yield {
      at: '/document',
      message: 'A translator must state the language translated from in "source_lang".',
    };
}

function* repeatedCve(document: CsafDocument): Generator<TestFault> {
  for (const { item, key } of repeated(document.texts('/vulnerabilities/*/cve'), cve => cve.value))
    yield { at: item.at, message: `${key} is the id of more than one vulnerability of this document.` };
}

/** One party has one status at one date; without date nothing can be said. */
function* repeatedInvolvement(document: CsafDocument): Generator<TestFault> {
  for (const vulnerability of document.vulnerabilities) {
    const involvements = objects(find(vulnerability, '/involvements/*'));
    const keyOf = (place: (typeof involvements)[number]): string | null => {
      const date = textAt(place, '/date');
      const instant = date === null ? Number.NaN : Date.parse(date);
      return Number.isNaN(instant) ? null : `${instant} ${textAt(place, '/party')}`;
    };
    for (const { item } of repeated(involvements, keyOf))
      yield {
        at: item.at,
        message: `The party ${quote(item.value['party'])} is already involved at ${quote(item.value['date'])}.`,
      };
  }
}

function* translation(document: CsafDocument): Generator<TestFault> {
  const source = document.text('/document/source_lang');
  if (source !== null && source.toLowerCase() === document.text('/document/lang')?.toLowerCase())
    yield {
      at: '/document/source_lang',
      message: `The document is translated from and to the same language, ${quote(source)}.`,
    };
}

function* aimless(document: CsafDocument, list: string, what: string): Generator<TestFault> {
  for (const { value, at } of objects(document.find(`/vulnerabilities/*/${list}/*`))) {
    if (!Object.hasOwn(value, 'product_ids') && !Object.hasOwn(value, 'group_ids'))
      yield { at, message: `The ${what} names no product: it needs "product_ids" or "group_ids".` };
  }
}

/** All labels of CSAF 2.0 are VEX justifications. */
function* repeatedFlag(document: CsafDocument): Generator<TestFault> {
  for (const vulnerability of document.vulnerabilities) {
    const seen = new Set<string>();
    const opened = new Set<string>();
    for (const flag of find(vulnerability, '/flags/*')) {
      const groups = new Set(texts(find(flag, '/group_ids/*')).map(one => one.value));
      const products = new Set(texts(find(flag, '/product_ids/*')).map(one => one.value));
      // Of a group that an earlier flag named, one product shows that all are there.
      for (const group of groups) {
        const members = document.productsOfGroup(group);
        for (const id of opened.has(group) ? members.slice(0, 1) : members) products.add(id);
      }
      const again = [...products].find(id => seen.has(id));
      if (again !== undefined)
        yield { at: flag.at, message: `The product ${quote(again)} has more than one justification.` };
      for (const id of products) seen.add(id);
      for (const group of groups) opened.add(group);
    }
  }
}
