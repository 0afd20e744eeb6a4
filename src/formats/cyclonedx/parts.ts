import { lowerHex, normaliseAlgorithm } from '../../model/digest.ts';
import type { Digest, ExternalReference, Licences, Party, Tool } from '../../model/facts.ts';
import { saysNothing } from '../../model/says-nothing.ts';
import { isShape, quoted, type Shape, type Taker } from './shape.ts';

const NO_DIGESTS: readonly Digest[] = [];
const NO_PARTIES: readonly Party[] = [];
const NO_REFERENCES: readonly ExternalReference[] = [];
const NO_TEXTS: readonly string[] = [];
const NO_LICENCES: Licences = { declared: NO_TEXTS, concluded: NO_TEXTS };

/** Names of the specification (1.0-1.7) with the spelling Larder joins by and the length of the value in hex digits; null where it varies. */
const ALGORITHMS = new Map<string, readonly [algorithm: string, length: number | null]>([
  ['MD5', ['md5', 32]],
  ['SHA-1', ['sha1', 40]],
  ['SHA-256', ['sha256', 64]],
  ['SHA-384', ['sha384', 96]],
  ['SHA-512', ['sha512', 128]],
  ['SHA3-256', ['sha3-256', 64]],
  ['SHA3-384', ['sha3-384', 96]],
  ['SHA3-512', ['sha3-512', 128]],
  ['BLAKE2b-256', ['blake2b-256', 64]],
  ['BLAKE2b-384', ['blake2b-384', 96]],
  ['BLAKE2b-512', ['blake2b-512', 128]],
  ['BLAKE3', ['blake3', null]],
  ['Streebog-256', ['streebog-256', 64]],
  ['Streebog-512', ['streebog-512', 128]],
]);

/** The same by Larder's spelling, for writers that have one of their own: SHA512, sha_256. */
const BY_OURS = new Map([...ALGORITHMS.values()].map(known => [known[0], known]));

/** The `hashes` of a component or reference. A value that cannot be a digest of its algorithm is left out: it would join what is not equal. */
export function readDigests(taker: Taker, owner: Shape, at: string): readonly Digest[] {
  const list = taker.list(owner, 'hashes', at);
  if (list.length === 0) return NO_DIGESTS;
  const digests: Digest[] = [];
  for (let i = 0; i < list.length; i++) {
    const digest = readDigest(taker, list[i], at, i);
    if (digest !== null) digests.push(digest);
  }
  return digests;
}

function readDigest(taker: Taker, item: unknown, at: string, index: number): Digest | null {
  const hash = isShape(item) ? item : taker.item(item, 'A hash', `${at}/hashes/${index}`);
  if (hash === null) return null;
  const { alg, content } = hash;
  if (typeof alg !== 'string' || typeof content !== 'string' || content === '') {
    refuseDigest(taker, content, `${at}/hashes/${index}`);
    return null;
  }
  const [algorithm, length] = ALGORITHMS.get(alg) ?? otherSpelling(alg);
  const value = lowerHex(content);
  if (value === null || (length !== null && value.length !== length)) {
    taker.drop(
      'invalid-digest',
      `${quoted(content)} is no ${alg} value; it was left out.`,
      `${at}/hashes/${index}`,
    );
    return null;
  }
  return { algorithm, value };
}

/** Without a value nothing was stated, so nothing is lost. */
function refuseDigest(taker: Taker, content: unknown, at: string): void {
  const message = 'A hash needs "alg" and "content" as texts; it was left out.';
  if (isBlank(content)) taker.diagnostics.warning('invalid-digest', message, at);
  else taker.drop('invalid-digest', message, at);
}

function otherSpelling(alg: string): readonly [algorithm: string, length: number | null] {
  const ours = normaliseAlgorithm(alg);
  return BY_OURS.get(ours) ?? [ours, null];
}

/** The `licenses` of a component: what is stated by id, by name or as an expression, split by acknowledgement; evidence apart. */
export function readLicences(taker: Taker, owner: Shape, observed: readonly string[], at: string): Licences {
  const list = taker.list(owner, 'licenses', at);
  if (list.length === 0) return observed.length === 0 ? NO_LICENCES : { ...NO_LICENCES, observed };
  const declared: string[] = [];
  const concluded: string[] = [];
  for (let i = 0; i < list.length; i++) {
    const licence = readLicence(taker, list[i], at, i);
    if (licence !== null) (licence[1] ? concluded : declared).push(licence[0]);
  }
  return observed.length === 0 ? { declared, concluded } : { declared, concluded, observed };
}

/** The licences of a list where acknowledgement does not matter: of the document, or of evidence. */
export function readLicenceNames(taker: Taker, owner: Shape, at: string): readonly string[] {
  const list = taker.list(owner, 'licenses', at);
  if (list.length === 0) return NO_TEXTS;
  const names: string[] = [];
  for (let i = 0; i < list.length; i++) {
    const licence = readLicence(taker, list[i], at, i);
    if (licence !== null) names.push(licence[0]);
  }
  return names;
}

function readLicence(
  taker: Taker,
  item: unknown,
  at: string,
  index: number,
): readonly [name: string, concluded: boolean] | null {
  if (!isShape(item)) return readBareLicence(taker, item, `${at}/licenses/${index}`);
  const { license } = item;
  const inner = isShape(license) ? license : item;
  const name = licenceOf(item, inner);
  const concluded = (item['acknowledgement'] ?? inner['acknowledgement']) === 'concluded';
  if (name !== null) return [name, concluded];
  if (isStated(license)) {
    warnBareLicence(taker, license, `${at}/licenses/${index}/license`);
    return [license, concluded];
  }
  refuseLicence(taker, [license, item['expression'], inner], `${at}/licenses/${index}`);
  return null;
}

function readBareLicence(
  taker: Taker,
  item: unknown,
  at: string,
): readonly [name: string, concluded: boolean] | null {
  if (isStated(item)) {
    warnBareLicence(taker, item, at);
    return [item, false];
  }
  if (isBlank(item)) refuseLicence(taker, [item], at);
  else taker.item(item, 'A licence', at);
  return null;
}

/** The first that is stated of expression, id, name and URL. A name that says nothing gives way to the URL of a licence text, and so does NONE: there is one. */
function licenceOf(choice: Shape, inner: Shape): string | null {
  const expression = choice['expression'];
  if (isStated(expression)) return expression;
  const { id, name, url } = inner;
  if (isStated(id)) return id;
  if (!isStated(url)) return isStated(name) ? name : null;
  return isStated(name) && !saysNothing(name) && !/^\s*none\s*$/i.test(name) ? name : url;
}

function isStated(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function warnBareLicence(taker: Taker, name: string, at: string): void {
  const message = `The licence ${quoted(name)} is a bare text; it was read as a name.`;
  taker.diagnostics.warning('wrong-type', message, at);
}

/** Empty texts state nothing, so nothing is lost with them; what is of another type is. */
function refuseLicence(taker: Taker, stated: readonly unknown[], at: string): void {
  const message = 'A licence has neither id, name, expression nor URL; it was left out.';
  if (stated.every(isBlankLicence)) taker.diagnostics.warning('unnamed-licence', message, at);
  else taker.drop('unnamed-licence', message, at);
}

function isBlankLicence(value: unknown): boolean {
  if (!isShape(value)) return isBlank(value);
  return ['id', 'name', 'url', 'text', 'content'].every(key => isBlankLicence(value[key]));
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** An organisation: `supplier`, `manufacturer`, `provider`. Null where it has neither name nor contact. */
export function readOrganization(taker: Taker, owner: Shape, key: string, at: string): Party | null {
  const value = owner[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') {
    if (NOBODY.test(value)) return null;
    taker.diagnostics.warning(
      'wrong-type',
      `"${key}" should be an object; the text ${quoted(value)} was read as its name.`,
      `${at}/${key}`,
    );
    return { kind: 'organization', name: value, email: null, url: null };
  }
  const shape = taker.shape(owner, key, at);
  if (shape === null) return null;
  const here = `${at}/${key}`;
  const contacts = readPeople(taker, shape, 'contact', here);
  const first = contacts[0];
  const { url: stated } = shape;
  const url = (typeof stated === 'string' ? stated : taker.texts(shape, 'url', here)[0]) || null;
  const name = partyName(taker, shape, 'name', here) ?? '';
  if (name === '' && url === null && first === undefined) return null;
  const party = {
    kind: 'organization' as const,
    name,
    email: first?.email ?? null,
    url,
    phone: first?.phone ?? null,
  };
  return contacts.length === 0 ? party : { ...party, contacts };
}

/** SPDX's words for a party that is not known or not there, which converters leave in place. */
const NOBODY = /^\s*(?:NOASSERTION|NONE)?\s*$/i;

function partyName(taker: Taker, owner: Shape, key: string, at: string): string | null {
  const name = taker.text(owner, key, at);
  return name === null || NOBODY.test(name) ? null : name;
}

/** A list of people: `authors`, `contact`. Entries that say nothing are left out without a note. */
export function readPeople(taker: Taker, owner: Shape, key: string, at: string): readonly Party[] {
  const list = taker.list(owner, key, at);
  if (list.length === 0) return NO_PARTIES;
  const people: Party[] = [];
  for (let i = 0; i < list.length; i++) {
    const here = `${at}/${key}/${i}`;
    const shape = taker.item(list[i], 'A person', here);
    if (shape === null) continue;
    const name = partyName(taker, shape, 'name', here);
    const email = taker.text(shape, 'email', here);
    const phone = taker.text(shape, 'phone', here);
    if (name !== null || email !== null || phone !== null)
      people.push({ kind: 'person', name: name ?? '', email, url: null, phone });
  }
  return people;
}

/** Who made a component, apart from its supplier: manufacturer, publisher, authors, and the older single author. */
export function readOriginators(taker: Taker, owner: Shape, at: string): readonly Party[] {
  const manufacturer = readOrganization(taker, owner, 'manufacturer', at);
  const publisher = partyName(taker, owner, 'publisher', at);
  const author = partyName(taker, owner, 'author', at);
  const authors = readPeople(taker, owner, 'authors', at);
  if (manufacturer === null && publisher === null && author === null && authors.length === 0)
    return NO_PARTIES;
  const parties: Party[] = [];
  if (manufacturer !== null) parties.push(manufacturer);
  if (publisher !== null) parties.push({ kind: 'unknown', name: publisher, email: null, url: null });
  if (author !== null) parties.push({ kind: 'unknown', name: author, email: null, url: null });
  return [...parties, ...authors];
}

/** `externalReferences`, in order. One without a URL is left out. */
export function readReferences(taker: Taker, owner: Shape, at: string): readonly ExternalReference[] {
  const list = taker.list(owner, 'externalReferences', at);
  if (list.length === 0) return NO_REFERENCES;
  const references: ExternalReference[] = [];
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    const shape = isShape(item)
      ? item
      : taker.item(item, 'An external reference', `${at}/externalReferences/${i}`);
    if (shape === null) continue;
    const { url, type, comment } = shape;
    if (typeof url !== 'string' || url === '') {
      refuseReference(taker, url, `${at}/externalReferences/${i}`);
      continue;
    }
    const digests =
      shape['hashes'] === undefined ? NO_DIGESTS : readDigests(taker, shape, `${at}/externalReferences/${i}`);
    const reference = { type: typeof type === 'string' ? type : 'other', url };
    if (digests.length > 0) references.push({ ...reference, comment: textOrNull(comment), digests });
    else if (typeof comment === 'string') references.push({ ...reference, comment });
    else references.push(reference);
  }
  return references;
}

/** An empty text states nothing, so nothing is lost with it; a URL of another type is. */
function refuseReference(taker: Taker, url: unknown, at: string): void {
  const message = 'An external reference has no URL; it was left out.';
  if (isBlank(url)) taker.diagnostics.warning('reference-without-url', message, at);
  else taker.drop('reference-without-url', message, at);
}

/** `metadata.tools`: a list of tools up to 1.4, an object of components and services since. */
export function readTools(taker: Taker, metadata: Shape, at: string): readonly Tool[] {
  const value = metadata['tools'];
  const tools: Tool[] = [];
  if (isShape(value) && !('name' in value)) {
    for (const key of ['components', 'services']) readToolList(taker, value, key, `${at}/tools`, tools);
  } else readToolList(taker, metadata, 'tools', at, tools);
  return tools;
}

function readToolList(taker: Taker, owner: Shape, key: string, at: string, into: Tool[]): void {
  const list = taker.list(owner, key, at);
  for (let i = 0; i < list.length; i++) {
    const here = `${at}/${key}/${i}`;
    const shape = taker.item(list[i], 'A tool', here);
    if (shape === null) continue;
    const name = taker.text(shape, 'name', here);
    const vendor = taker.text(shape, 'vendor', here) ?? toolVendor(taker, shape, here);
    if (name === null && vendor === null)
      taker.diagnostics.warning('unnamed-tool', 'A tool has no name.', here);
    else into.push({ vendor, name: name ?? '', version: taker.text(shape, 'version', here) });
  }
}

function toolVendor(taker: Taker, shape: Shape, at: string): string | null {
  for (const key of ['manufacturer', 'supplier', 'provider']) {
    const name = readOrganization(taker, shape, key, at)?.name;
    if (name) return name;
  }
  return (
    partyName(taker, shape, 'publisher', at) ??
    partyName(taker, shape, 'author', at) ??
    taker.text(shape, 'group', at)
  );
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
