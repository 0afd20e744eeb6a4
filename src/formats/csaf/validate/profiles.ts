import { type CsafDocument, find, objects, textAt, texts } from './document.ts';
import { type CsafTest, quote, type TestFault } from './test.ts';

const INFORMATIONAL = 'csaf_informational_advisory';
const INCIDENT = 'csaf_security_incident_response';
const ADVISORY = 'csaf_security_advisory';
const VEX = 'csaf_vex';
const PROFILES: readonly string[] = [INFORMATIONAL, INCIDENT, ADVISORY, VEX];

/** CSAF 2.0, sections 6.1.26 and 6.1.27: profiles. Each test of 6.1.27 applies to the documents of its profiles only. */
export const PROFILE_TESTS: readonly CsafTest[] = [
  { section: '6.1.26', title: 'Prohibited Document Category Name', check: prohibitedCategory },
  { section: '6.1.27.1', title: 'Document Notes', check: only([INFORMATIONAL, INCIDENT], documentNotes) },
  {
    section: '6.1.27.2',
    title: 'Document References',
    check: only([INFORMATIONAL, INCIDENT], documentReferences),
  },
  { section: '6.1.27.3', title: 'Vulnerabilities', check: only([INFORMATIONAL], noVulnerabilities) },
  {
    section: '6.1.27.4',
    title: 'Product Tree',
    check: only([ADVISORY, VEX], document => needs(document, '/product_tree')),
  },
  {
    section: '6.1.27.5',
    title: 'Vulnerability Notes',
    check: only([ADVISORY, VEX], document => eachNeeds(document, ['notes'])),
  },
  {
    section: '6.1.27.6',
    title: 'Product Status',
    check: only([ADVISORY], document => eachNeeds(document, ['product_status'])),
  },
  { section: '6.1.27.7', title: 'VEX Product Status', check: only([VEX], vexStatus) },
  {
    section: '6.1.27.8',
    title: 'Vulnerability ID',
    check: only([VEX], document => eachNeeds(document, ['cve', 'ids'])),
  },
  { section: '6.1.27.9', title: 'Impact Statement', check: only([VEX], impactStatement) },
  { section: '6.1.27.10', title: 'Action Statement', check: only([VEX], actionStatement) },
  {
    section: '6.1.27.11',
    title: 'Vulnerabilities',
    check: only([ADVISORY, VEX], document => needs(document, '/vulnerabilities')),
  },
];

function only(profiles: readonly string[], check: CsafTest['check']): CsafTest['check'] {
  return document => (profiles.includes(document.category) ? check(document) : []);
}

/** Names of profiles, in any spelling, and the prefix `csaf_` are reserved. */
function* prohibitedCategory(document: CsafDocument): Generator<TestFault> {
  const { category } = document;
  if (category === '' || category === 'csaf_base' || PROFILES.includes(category)) return;
  const bare = category.toLowerCase().replaceAll(/[\s_\p{Pd}]/gu, '');
  const taken = PROFILES.find(profile => {
    const value = profile.replaceAll('_', '');
    return bare === value || bare === value.slice('csaf'.length);
  });
  const at = '/document/category';
  if (taken !== undefined)
    yield { at, message: `The category ${quote(category)} can be taken for the profile ${taken}.` };
  else if (category.toLowerCase().startsWith('csaf_'))
    yield { at, message: `The category ${quote(category)} starts with the reserved prefix "csaf_".` };
}

const TELLING_NOTES: readonly string[] = ['description', 'details', 'general', 'summary'];

function* documentNotes(document: CsafDocument): Generator<TestFault> {
  if (!document.texts('/document/notes/*/category').some(note => TELLING_NOTES.includes(note.value)))
    yield {
      at: '/document/notes',
      message: `The profile ${document.category} needs a note of the category description, details, general or summary.`,
    };
}

/** A reference without category is external. */
function* documentReferences(document: CsafDocument): Generator<TestFault> {
  const references = objects(document.find('/document/references/*'));
  if (!references.some(reference => (textAt(reference, '/category') ?? 'external') === 'external'))
    yield {
      at: '/document/references',
      message: `The profile ${document.category} needs a reference of the category external.`,
    };
}

function* noVulnerabilities(document: CsafDocument): Generator<TestFault> {
  if (document.has('/vulnerabilities'))
    yield { at: '/vulnerabilities', message: 'An informational advisory must not list vulnerabilities.' };
}

function* needs(document: CsafDocument, path: string): Generator<TestFault> {
  if (!document.has(path))
    yield { at: '', message: `The profile ${document.category} needs ${quote(path.slice(1))}.` };
}

function* eachNeeds(document: CsafDocument, keys: readonly string[]): Generator<TestFault> {
  for (const { value, at } of document.vulnerabilities) {
    if (!keys.some(key => Object.hasOwn(value, key)))
      yield {
        at,
        message: `In the profile ${document.category} each vulnerability needs ${keys.map(quote).join(' or ')}.`,
      };
  }
}

const VEX_STATUSES = ['fixed', 'known_affected', 'known_not_affected', 'under_investigation'];

function* vexStatus(document: CsafDocument): Generator<TestFault> {
  for (const vulnerability of document.vulnerabilities) {
    if (!VEX_STATUSES.some(key => find(vulnerability, `/product_status/${key}`).length > 0))
      yield {
        at: `${vulnerability.at}/product_status`,
        message: `In a VEX each vulnerability needs a product status that is one of ${VEX_STATUSES.join(', ')}.`,
      };
  }
}

function* impactStatement(document: CsafDocument): Generator<TestFault> {
  for (const vulnerability of document.vulnerabilities) {
    const impacts = objects(find(vulnerability, '/threats/*')).filter(
      threat => textAt(threat, '/category') === 'impact',
    );
    const told = document.productsOf([...find(vulnerability, '/flags/*'), ...impacts]);
    yield* untold(
      vulnerability,
      'known_not_affected',
      told,
      'neither flag nor threat of the category impact',
    );
  }
}

function* actionStatement(document: CsafDocument): Generator<TestFault> {
  for (const vulnerability of document.vulnerabilities) {
    const told = document.productsOf(find(vulnerability, '/remediations/*'));
    yield* untold(vulnerability, 'known_affected', told, 'no remediation');
  }
}

function* untold(
  vulnerability: { readonly value: unknown; readonly at: string },
  status: string,
  told: ReadonlySet<string>,
  what: string,
): Generator<TestFault> {
  for (const { value, at } of texts(find(vulnerability, `/product_status/${status}/*`))) {
    if (!told.has(value)) yield { at, message: `The product ${quote(value)} is ${status}, but has ${what}.` };
  }
}
