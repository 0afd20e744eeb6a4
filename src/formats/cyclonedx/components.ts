import type { Component, ComponentType, DocumentLink, Relation } from '../../model/facts.ts';
import { tryPurl } from '../../model/purl.ts';
import { relationCode } from '../../model/relation.ts';
import { COMPONENT_TYPES } from './component-types.ts';
import { readDatasets } from './models.ts';
import {
  readDigests,
  readLicenceNames,
  readLicences,
  readOrganization,
  readOriginators,
  readReferences,
} from './parts.ts';
import { type MeaningfulProperties, readProperties, scopeOf } from './properties.ts';
import { isShape, isTrue, placeOf, quoted, type Shape, Taker } from './shape.ts';

const NONE: readonly never[] = [];

const DERIVED_FROM = relationCode('DERIVED_FROM');
const PEDIGREE = [
  ['ancestors', relationCode('HAS_PEDIGREE_ANCESTOR')],
  ['descendants', relationCode('HAS_PEDIGREE_DESCENDANT')],
  ['variants', relationCode('HAS_PEDIGREE_VARIANT')],
] as const;

/** What is gathered while one document is walked. */
export class Gathering {
  readonly taker = new Taker();
  readonly components: Component[] = [];
  readonly relations: Relation[] = [];
  readonly links: DocumentLink[] = [];
  /** bom-ref -> ordinal; of several with one ref the first. */
  readonly ordinals = new Map<string, number>();
  /** Pedigrees, read last: what the document lists as content comes first and keeps its refs. */
  readonly pedigrees: { readonly shape: Shape; readonly of: number; readonly at: string }[] = [];
  /** Relations to refs that are only known once everything is listed: pedigree and datasets. */
  readonly pending: {
    readonly from: number;
    readonly ref: string;
    readonly type: number;
    readonly at: string;
  }[] = [];
  listed = 0;
  services = 0;

  /** Adds an entry and gives its ordinal. A ref that is taken already stays with the first: which of two is meant cannot be known. */
  add(component: Component): number {
    const ordinal = this.components.length;
    this.components.push(component);
    if (component.ref !== null) this.#claim(component.ref, ordinal, component.at);
    return ordinal;
  }

  /** Records a link to another document when the text is a BOM-Link (`urn:cdx:serial/version#ref`). */
  linkIfBomLink(target: string, from: number | null, relation: number | null, at: string): boolean {
    if (!target.startsWith('urn:cdx:')) return false;
    this.links.push({ from, target, relation, digests: NONE, at });
    return true;
  }

  #claim(ref: string, ordinal: number, at: string): void {
    const first = this.ordinals.get(ref);
    if (first === undefined) this.ordinals.set(ref, ordinal);
    else {
      const other = this.components[first]?.at;
      this.taker.diagnostics.warning(
        'duplicate-ref',
        `The bom-ref ${quoted(ref)} is also that of ${other}; both are kept, references go to the first.`,
        at,
      );
    }
  }
}

/** Reads the `components` of an owner, nested ones included, depth first in the order of the document. */
export function readComponents(
  gathering: Gathering,
  owner: Shape,
  role: 'listed' | 'pedigree',
  parent: number | null,
  at: string,
): void {
  const list = gathering.taker.list(owner, 'components', at);
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    const pointer = `${at}/components/${i}`;
    const shape = isShape(item) ? item : gathering.taker.item(item, 'A component', pointer);
    if (shape !== null) readComponent(gathering, shape, role, parent, pointer);
  }
}

/** Reads one component and what is nested in it; gives its ordinal. */
export function readComponent(
  gathering: Gathering,
  shape: Shape,
  role: 'listed' | 'subject' | 'pedigree',
  parent: number | null,
  pointer: string,
): number {
  const { taker } = gathering;
  const at = placeOf(shape, pointer);
  if (role === 'listed') gathering.listed++;
  const properties = readProperties(taker, shape, at);
  const evidence = shape['evidence'] === undefined ? null : taker.shape(shape, 'evidence', at);
  const concluded = evidence === null ? NOTHING_CONCLUDED : concludedOf(taker, evidence, at);
  const references = readReferences(taker, shape, at);
  const ordinal = gathering.add({
    ref: taker.text(shape, 'bom-ref', at),
    role,
    type: typeOf(taker, shape, at),
    group: taker.text(shape, 'group', at),
    name: nameOf(taker, shape, at),
    version: taker.text(shape, 'version', at),
    purls: identities(purlOf(taker, shape, at), concluded.purl),
    cpes: identities(taker.text(shape, 'cpe', at), [...concluded.cpe, ...properties.cpes]),
    digests: readDigests(taker, shape, at),
    swids: swidsOf(taker, shape, concluded, at),
    gitoids: gitoidsOf(taker, shape, concluded, at),
    licences: readLicences(taker, shape, observedOf(taker, evidence, at), at),
    supplier: readOrganization(taker, shape, 'supplier', at),
    originators: readOriginators(taker, shape, at),
    scope: scopeOf(taker.text(shape, 'scope', at), properties),
    ownership: properties.internal === null ? null : properties.internal ? 'own' : 'third-party',
    parent,
    references,
    properties: propertiesOf(taker, shape, properties, at),
    dates: datesOf(taker, shape, properties, at),
    description: taker.text(shape, 'description', at),
    locations: locationsOf(taker, evidence, properties, at),
    resolves: resolvesOf(taker, shape, at),
    at,
  });
  for (const reference of references) linkReference(gathering, reference, ordinal, at);
  if (shape['pedigree'] !== undefined) gathering.pedigrees.push({ shape, of: ordinal, at });
  if (shape['modelCard'] !== undefined) readDatasets(gathering, shape, ordinal, at);
  if (shape['data'] !== undefined) claimData(gathering, shape, ordinal, at);
  if (shape['components'] !== undefined) {
    readComponents(gathering, shape, role === 'pedigree' ? 'pedigree' : 'listed', ordinal, at);
  }
  return ordinal;
}

/** A reference of type `bom`, or to a BOM-Link, is a link to another document. */
export function linkReference(
  gathering: Gathering,
  reference: Component['references'][number],
  from: number | null,
  at: string,
): void {
  if (reference.type !== 'bom' && !reference.url.startsWith('urn:cdx:')) return;
  gathering.links.push({
    from,
    target: reference.url,
    relation: null,
    digests: reference.digests ?? NONE,
    at,
  });
}

function typeOf(taker: Taker, shape: Shape, at: string): ComponentType {
  const type = taker.text(shape, 'type', at);
  if (type !== null && COMPONENT_TYPES.has(type)) return type as ComponentType;
  const reason = type === null ? 'The component has no type' : `${quoted(type)} is no component type`;
  taker.diagnostics.warning('unknown-component-type', `${reason}; it was read as "unknown".`, `${at}/type`);
  return 'unknown';
}

function nameOf(taker: Taker, shape: Shape, at: string): string {
  const name = taker.text(shape, 'name', at);
  if (name === null) taker.diagnostics.warning('missing-name', 'The component has no name.', at);
  return name ?? '';
}

function identities(stated: string | null, further: readonly string[]): readonly string[] {
  if (further.length === 0) return stated === null ? NONE : [stated];
  return [...new Set(stated === null ? further : [stated, ...further])];
}

/** What any package URL begins with: a type and the first character of a name. */
const PURL_START = /^pkg:\/{0,2}[a-z][a-z0-9.-]*\/[^/@?#]/;

/** Kept as it is stated, also where it names no package: NOASSERTION, null, a path. */
function purlOf(taker: Taker, shape: Shape, at: string): string | null {
  const purl = taker.text(shape, 'purl', at);
  if (purl !== null && !PURL_START.test(purl) && tryPurl(purl) === null)
    taker.diagnostics.warning('invalid-purl', `${quoted(purl)} is no package URL.`, `${at}/purl`);
  return purl;
}

/** What an identity of its field begins with; of a SWID tag's id nothing is known. */
const SCHEMES = { purl: 'pkg:', cpe: 'cpe:', swid: '', omniborId: 'gitoid:', swhid: 'swh:' } as const;
type Concluded = Readonly<Record<keyof typeof SCHEMES, readonly string[]>>;
const NOTHING_CONCLUDED: Concluded = { purl: NONE, cpe: NONE, swid: NONE, omniborId: NONE, swhid: NONE };

/**
 * The `concludedValue`s of `evidence.identity` by field; one object in 1.5, a list since 1.6. cdxgen writes there, for the field `purl`, the path of the manifest
 * that it concluded the purl from.
 */
function concludedOf(taker: Taker, evidence: Shape, at: string): Concluded {
  const { identity } = evidence;
  if (identity === undefined || identity === null) return NOTHING_CONCLUDED;
  const concluded: Record<keyof typeof SCHEMES, string[]> = {
    purl: [],
    cpe: [],
    swid: [],
    omniborId: [],
    swhid: [],
  };
  for (const item of Array.isArray(identity) ? identity : [identity]) {
    const shape = taker.item(item, 'An identity', `${at}/evidence/identity`);
    const field = shape?.['field'];
    const value = shape?.['concludedValue'];
    if (!isField(field) || typeof value !== 'string' || value === '') continue;
    if (value.startsWith(SCHEMES[field])) concluded[field].push(value);
    else
      taker.warnOnce(
        'invalid-identity',
        `${quoted(value)} is no ${field}; what it says was left out.`,
        `${at}/evidence/identity`,
      );
  }
  return concluded;
}

function isField(field: unknown): field is keyof typeof SCHEMES {
  return typeof field === 'string' && Object.hasOwn(SCHEMES, field);
}

function swidsOf(taker: Taker, shape: Shape, concluded: Concluded, at: string): readonly string[] {
  const swid = shape['swid'] === undefined ? null : taker.shape(shape, 'swid', at);
  const tag = swid === null ? null : taker.text(swid, 'tagId', `${at}/swid`);
  return identities(tag, concluded.swid);
}

function gitoidsOf(taker: Taker, shape: Shape, concluded: Concluded, at: string): readonly string[] {
  if (shape['omniborId'] === undefined && shape['swhid'] === undefined && concluded === NOTHING_CONCLUDED)
    return NONE;
  const stated = [...taker.texts(shape, 'omniborId', at), ...taker.texts(shape, 'swhid', at)];
  return identities(null, [...stated, ...concluded.omniborId, ...concluded.swhid]);
}

function observedOf(taker: Taker, evidence: Shape | null, at: string): readonly string[] {
  return evidence?.['licenses'] === undefined ? NONE : readLicenceNames(taker, evidence, `${at}/evidence`);
}

function locationsOf(
  taker: Taker,
  evidence: Shape | null,
  properties: MeaningfulProperties,
  at: string,
): Component['locations'] {
  const occurrences =
    evidence?.['occurrences'] === undefined || evidence === null
      ? NONE
      : taker.list(evidence, 'occurrences', `${at}/evidence`);
  if (occurrences.length === 0 && properties.locations.length === 0) return NONE;
  const locations: { file: string; line: number | null }[] = [];
  for (let i = 0; i < occurrences.length; i++) {
    const shape = taker.item(occurrences[i], 'An occurrence', `${at}/evidence/occurrences/${i}`);
    const file = shape?.['location'];
    const line = Number(shape?.['line'] ?? Number.NaN);
    if (typeof file === 'string' && file !== '')
      locations.push({ file, line: Number.isSafeInteger(line) ? line : null });
  }
  for (const file of properties.locations) locations.push({ file, line: null });
  return locations;
}

/** What has no field of its own and changes what the entry is: not part of the product (1.7), modified, a range instead of a version, the kind of cryptographic asset. */
function propertiesOf(
  taker: Taker,
  shape: Shape,
  properties: MeaningfulProperties,
  at: string,
): Component['properties'] {
  const extra: (readonly [string, string])[] = [];
  if (isTrue(shape['isExternal'])) extra.push(['isExternal', 'true']);
  if (isTrue(shape['modified'])) extra.push(['modified', 'true']);
  const range = shape['versionRange'] === undefined ? null : taker.text(shape, 'versionRange', at);
  if (range !== null) extra.push(['versionRange', range]);
  const crypto = shape['cryptoProperties'] === undefined ? null : taker.shape(shape, 'cryptoProperties', at);
  if (crypto !== null) addCrypto(crypto, extra);
  return extra.length === 0 ? properties.kept : [...extra, ...properties.kept];
}

const CRYPTO: readonly (readonly [part: string, keys: readonly string[]])[] = [
  [
    'algorithmProperties',
    ['primitive', 'algorithmFamily', 'parameterSetIdentifier', 'ellipticCurve', 'curve', 'mode', 'padding'],
  ],
  [
    'certificateProperties',
    ['subjectName', 'issuerName', 'notValidBefore', 'notValidAfter', 'certificateFormat', 'serialNumber'],
  ],
  ['relatedCryptoMaterialProperties', ['type', 'id', 'state', 'algorithmRef', 'size']],
  ['protocolProperties', ['type', 'version']],
];

function addCrypto(crypto: Shape, into: (readonly [string, string])[]): void {
  for (const key of ['assetType', 'oid']) addScalar(crypto[key], `cryptoProperties.${key}`, into);
  for (const [part, keys] of CRYPTO) {
    const shape = crypto[part];
    if (!isShape(shape)) continue;
    for (const key of keys) addScalar(shape[key], `cryptoProperties.${part}.${key}`, into);
  }
}

function addScalar(value: unknown, name: string, into: (readonly [string, string])[]): void {
  if (typeof value === 'string' && value !== '') into.push([name, value]);
  else if (typeof value === 'number') into.push([name, String(value)]);
}

function datesOf(
  taker: Taker,
  shape: Shape,
  properties: MeaningfulProperties,
  at: string,
): Component['dates'] {
  const notes = shape['releaseNotes'] === undefined ? null : taker.shape(shape, 'releaseNotes', at);
  const released =
    (notes === null ? null : taker.text(notes, 'timestamp', `${at}/releaseNotes`)) ?? properties.released;
  const validUntil = certificateEnd(shape['cryptoProperties']);
  const { endOfSupport } = properties;
  if (released === null && validUntil === null && endOfSupport === null) return null;
  return {
    ...(released === null ? {} : { released }),
    ...(validUntil === null ? {} : { validUntil }),
    ...(endOfSupport === null ? {} : { endOfSupport }),
  };
}

function certificateEnd(crypto: unknown): string | null {
  const certificate = isShape(crypto) ? crypto['certificateProperties'] : null;
  const end = isShape(certificate) ? certificate['notValidAfter'] : null;
  return typeof end === 'string' && end !== '' ? end : null;
}

function resolvesOf(taker: Taker, shape: Shape, at: string): readonly string[] {
  const pedigree = shape['pedigree'];
  if (!isShape(pedigree) || pedigree['patches'] === undefined) return NONE;
  const ids: string[] = [];
  for (const patch of taker.list(pedigree, 'patches', `${at}/pedigree`)) {
    if (!isShape(patch)) continue;
    for (const issue of taker.list(patch, 'resolves', `${at}/pedigree/patches`)) {
      const id = isShape(issue) ? (issue['id'] ?? issue['name']) : null;
      if (typeof id === 'string' && id !== '') ids.push(id);
    }
  }
  return ids;
}

/**
 * Ancestors, descendants and variants are stated inline. They are no content of the product: entries of their own role, with the relation as said. Many
 * components repeat one ancestor; an inline entry whose ref is already known is that entry.
 */
export function readPedigrees(gathering: Gathering): void {
  for (let i = 0; i < gathering.pedigrees.length; i++) {
    const { shape, of, at } = gathering.pedigrees[i] as Gathering['pedigrees'][number];
    const pedigree = gathering.taker.shape(shape, 'pedigree', at);
    if (pedigree === null) continue;
    for (const [key, type] of PEDIGREE) {
      if (pedigree[key] === undefined) continue;
      const list = gathering.taker.list(pedigree, key, `${at}/pedigree`);
      for (let index = 0; index < list.length; index++) {
        const pointer = `${at}/pedigree/${key}/${index}`;
        const item = gathering.taker.item(list[index], 'A component of a pedigree', pointer);
        if (item === null) continue;
        const to = pedigreeEntry(gathering, item, pointer);
        // "Ancestors are what a component is derived from": a tuned model holds its base model, a fork need not hold what it left behind.
        const model = key === 'ancestors' && gathering.components[of]?.type === 'machine-learning-model';
        gathering.relations.push({ from: of, to, type: model ? DERIVED_FROM : type });
      }
    }
  }
}

function pedigreeEntry(gathering: Gathering, shape: Shape, pointer: string): number {
  const ref = shape['bom-ref'];
  const known = typeof ref === 'string' ? gathering.ordinals.get(ref) : undefined;
  return known ?? readComponent(gathering, shape, 'pedigree', null, pointer);
}

/** The `data` of a data component may carry refs of their own, which datasets of model cards name; they stand for the component. */
function claimData(gathering: Gathering, shape: Shape, ordinal: number, at: string): void {
  for (const item of gathering.taker.list(shape, 'data', at)) {
    const ref = isShape(item) ? item['bom-ref'] : null;
    if (typeof ref === 'string' && ref !== '' && !gathering.ordinals.has(ref))
      gathering.ordinals.set(ref, ordinal);
  }
}
