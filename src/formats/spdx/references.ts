import type { ExternalReference } from '../../model/facts.ts';
import { term } from './terms.ts';
import { type Context, type Entry, isEntry, notAn, own, ownList, stated, text } from './values.ts';

/** What the external references of one package amount to: identities apart, the rest as links. */
export interface References {
  readonly purls: readonly string[];
  readonly cpes: readonly string[];
  readonly swids: readonly string[];
  readonly gitoids: readonly string[];
  readonly links: readonly ExternalReference[];
}

const NOTHING: readonly never[] = [];

/** A package's identities and links (SPDX 2.3 clause 7.21 and annex F), its home page and where it was downloaded from. */
export function referencesOf(context: Context, entry: Entry, pointer: string): References {
  const found = new Found();
  const items = ownList(context, entry, entry['externalRefs'], 'externalRefs', pointer);
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    const at = `${pointer}/externalRefs/${index}`;
    if (isEntry(item)) addReference(context, found, item, at);
    else notAn(context, 'an external reference', item, entry, at);
  }
  addLink(found, homepageType, own(context, entry, entry['homepage'], 'homepage', pointer));
  addLink(found, locationType, own(context, entry, entry['downloadLocation'], 'downloadLocation', pointer));
  return found;
}

/** The kind of link a download location is (clause 7.7): a version control address by its prefix, else a distribution. */
export function locationType(location: string): string {
  return VCS_PREFIX.test(location) ? 'vcs' : 'distribution';
}

const VCS_PREFIX = /^(?:git|hg|svn|bzr|cvs)(?:\+[a-z]+)?:/i;

class Found implements References {
  purls: string[] = NOTHING as never[];
  cpes: string[] = NOTHING as never[];
  swids: string[] = NOTHING as never[];
  gitoids: string[] = NOTHING as never[];
  links: ExternalReference[] = NOTHING as never[];
}

/** `PACKAGE-MANAGER` (2.3) and `PACKAGE_MANAGER` (2.2) are one category; types may be written as the IRI that names them. */
function addReference(context: Context, found: Found, item: Entry, pointer: string): void {
  const type = typeName(own(context, item, item['referenceType'], 'referenceType', pointer));
  const locator = own(context, item, item['referenceLocator'], 'referenceLocator', pointer);
  if (type === null || locator === null || locator === '') {
    const message = 'An external reference needs a type and a locator; it is left out.';
    context.diagnostics.error('incomplete-reference', message, context.place(item, pointer));
    return;
  }
  const identity = IDENTITIES.get(type) ?? IDENTITIES.get(type.toLowerCase());
  if (identity !== undefined) {
    if (stated(locator) !== null) found[identity] = append(found[identity], locator);
  } else found.links = append(found.links, link(context, item, type, locator, pointer));
}

const CATEGORY = ['referenceCategory'];
const COMMENT = ['comment'];

const IDENTITIES = new Map<string, 'purls' | 'cpes' | 'swids' | 'gitoids'>([
  ['purl', 'purls'],
  ['cpe22Type', 'cpes'],
  ['cpe23Type', 'cpes'],
  ['cpe22type', 'cpes'],
  ['cpe23type', 'cpes'],
  ['swid', 'swids'],
  ['gitoid', 'gitoids'],
  ['swh', 'gitoids'],
]);

function typeName(type: string | null): string | null {
  if (type === null) return null;
  const prefix = TYPE_IRIS.find(iri => type.startsWith(iri));
  return prefix === undefined ? type : type.slice(prefix.length);
}

const TYPE_IRIS = ['http://spdx.org/rdf/references/', 'https://spdx.org/rdf/references/'];

function link(
  context: Context,
  item: Entry,
  type: string,
  locator: string,
  pointer: string,
): ExternalReference {
  const said = text(context, item, CATEGORY, pointer) ?? 'other';
  const category = (said.startsWith('referenceCategory_') ? term(said) : said)
    .toLowerCase()
    .replaceAll('_', '-');
  const comment = text(context, item, COMMENT, pointer);
  const name = type.includes('://') ? type : `${category}/${type.toLowerCase()}`;
  return comment === null ? { type: name, url: locator } : { type: name, url: locator, comment };
}

function homepageType(): string {
  return 'website';
}

function addLink(found: Found, type: (url: string) => string, location: string | null): void {
  const url = stated(location);
  if (url === null) return;
  found.links = append(found.links, { type: type(url), url });
}

/** Most packages have no entry of most lists: the shared empty list stands for none until the first. */
function append<T>(items: T[], item: T): T[] {
  if (items.length === 0) return [item];
  items.push(item);
  return items;
}
