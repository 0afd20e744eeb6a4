import type { Component, ComponentType, Digest, ExternalReference } from '../../model/facts.ts';
import { digest } from '../spdx/digests.ts';
import { annotated } from '../spdx/packages.ts';
import { locationType } from '../spdx/references.ts';
import { type Context, type Entry, isEntry, stated } from '../spdx/values.ts';
import { agentParty, identifiersOf } from './agents.ts';
import { type Element3, type Graph3, textOf, valuesOf } from './graph.ts';
import type { Licences3 } from './licences.ts';
import { plainValue, typeOf } from './terms.ts';

const NOTHING: readonly never[] = [];

/** The classes whose elements are components. */
export const PACKAGE_TYPES: ReadonlySet<string> = new Set([
  'software_Package',
  'ai_AIPackage',
  'dataset_DatasetPackage',
  'Package',
  'AIPackage',
  'DatasetPackage',
]);
export const FILE_TYPES: ReadonlySet<string> = new Set(['software_File', 'File']);

/** The component one package element states (Software/Package, AI/AIPackage, Dataset/DatasetPackage), or the node of a file. */
export function component3(
  context: Context,
  graph: Graph3,
  licences: Licences3,
  { id, type, entry, pointer }: Pick<Element3, 'id' | 'type' | 'entry' | 'pointer'>,
): Component {
  const isFile = FILE_TYPES.has(type);
  const identities = new Identities(context, graph, entry, pointer);
  const { digests, verificationCodes } = hashes(context, graph, entry, pointer, isFile);
  return {
    ref: id,
    role: isFile ? 'file' : 'listed',
    type: isFile ? 'file' : componentType(type, entry),
    group: null,
    name: textOf(entry, 'name') ?? '',
    version: stated(textOf(entry, 'software_packageVersion') ?? textOf(entry, 'packageVersion')),
    purls: identities.purls,
    cpes: identities.cpes,
    digests,
    swids: identities.swids,
    gitoids: identities.gitoids,
    licences: licences.of(id),
    supplier: supplierOf(graph, entry),
    originators: valuesOf(entry, 'originatedBy').flatMap(value => agentParty(graph, value) ?? []),
    scope: null,
    ownership: null,
    parent: null,
    references: referencesOf(graph, entry, identities.others),
    properties: propertiesOf(entry, verificationCodes, graph.annotationsOf(id)),
    dates: datesOf(entry),
    description: textOf(entry, 'description') ?? textOf(entry, 'summary'),
    locations: NOTHING,
    resolves: NOTHING,
    at: pointer,
  };
}

/** The first where several are given: suppliedBy (Core/Artifact) holds one, which tools also write as a list. */
function supplierOf(graph: Graph3, entry: Entry): Component['supplier'] {
  const [supplier] = valuesOf(entry, 'suppliedBy');
  return supplier === undefined ? null : agentParty(graph, supplier);
}

/**
 * The digests of an element's `verifiedUsing`. Verification codes are no digests of the artefact; there is none of a file, and what Microsoft's sbom-tool calls so there
 * is the file's hash.
 */
export function hashes(
  context: Context,
  graph: Graph3,
  entry: Entry,
  pointer: string,
  isFile = false,
): { digests: readonly Digest[]; verificationCodes: readonly string[] } {
  const values = valuesOf(entry, 'verifiedUsing');
  if (values.length === 0) return { digests: NOTHING, verificationCodes: NOTHING };
  const digests: Digest[] = [];
  const verificationCodes: string[] = [];
  for (const [index, value] of values.entries()) {
    const hash = graph.resolve(value);
    if (hash === null) continue;
    const algorithm = textOf(hash, 'algorithm');
    const hex = textOf(hash, 'hashValue');
    if (algorithm === null || hex === null) continue;
    if (!isFile && typeOf(hash)?.endsWith('PackageVerificationCode')) verificationCodes.push(hex);
    else {
      const found = digest(context, algorithm, hex, null, `${pointer}/verifiedUsing/${index}`);
      if (found !== null) digests.push(found);
    }
  }
  return { digests, verificationCodes };
}

/** Identities out of packageUrl, external identifiers and content identifiers. */
class Identities {
  readonly purls: string[] = [];
  readonly cpes: string[] = [];
  readonly swids: string[] = [];
  readonly gitoids: string[] = [];
  readonly others: ExternalReference[] = [];
  /** The same is often stated as a property and as an external identifier. */
  readonly #known = new Set<string>();

  constructor(context: Context, graph: Graph3, entry: Entry, pointer: string) {
    const purl = stated(textOf(entry, 'software_packageUrl') ?? textOf(entry, 'packageUrl'));
    if (purl !== null) this.#take('purls', purl);
    for (const found of identifiersOf(graph, entry)) this.#add(context, found, pointer);
    for (const value of valuesOf(entry, 'software_contentIdentifier')) {
      const found = graph.resolve(value);
      const content = found === null ? null : textOf(found, 'software_contentIdentifierValue');
      if (content !== null) this.#take('gitoids', content);
    }
  }

  #add(context: Context, entry: Entry, pointer: string): void {
    const type = textOf(entry, 'externalIdentifierType');
    const value = textOf(entry, 'identifier');
    if (type === null || value === null || value === '') {
      const message = 'An external identifier needs a type and an identifier; it is left out.';
      context.diagnostics.error('incomplete-identifier', message, pointer);
      return;
    }
    const list = IDENTIFIERS.get(type.toLowerCase());
    if (list === undefined) this.others.push({ type: `identifier/${kebab(type)}`, url: value });
    else if (stated(value) !== null) this.#take(list, value);
  }

  #take(list: IdentityList, value: string): void {
    const key = `${list} ${value}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this[list].push(value);
  }
}

type IdentityList = 'purls' | 'cpes' | 'swids' | 'gitoids';

const IDENTIFIERS = new Map<string, IdentityList>([
  ['packageurl', 'purls'],
  ['purl', 'purls'],
  ['cpe22', 'cpes'],
  ['cpe23', 'cpes'],
  ['swid', 'swids'],
  ['gitoid', 'gitoids'],
  ['swhid', 'gitoids'],
]);

function referencesOf(
  graph: Graph3,
  entry: Entry,
  others: readonly ExternalReference[],
): readonly ExternalReference[] {
  const found = [...others];
  for (const value of valuesOf(entry, 'externalRef')) {
    const reference = graph.resolve(value);
    if (reference === null) continue;
    const type = textOf(reference, 'externalRefType') ?? 'other';
    const comment = textOf(reference, 'comment');
    for (const locator of valuesOf(reference, 'locator')) {
      const url = plainValue(locator);
      if (typeof url !== 'string' || url === '') continue;
      const name = REFERENCES.get(type.toLowerCase()) ?? kebab(type);
      found.push(comment === null ? { type: name, url } : { type: name, url, comment });
    }
  }
  const homepage = stated(textOf(entry, 'software_homePage'));
  if (homepage !== null) found.push({ type: 'website', url: homepage });
  const location = stated(textOf(entry, 'software_downloadLocation'));
  if (location !== null) found.push({ type: locationType(location), url: location });
  return found.length === 0 ? NOTHING : found;
}

/** Reference types that CycloneDX has another word for; the rest keep SPDX's, in kebab case. */
const REFERENCES = new Map([
  ['altdownloadlocation', 'distribution'],
  ['altwebpage', 'website'],
  ['binaryartifact', 'distribution'],
  ['securityadvisory', 'advisories'],
  ['socialmedia', 'social'],
  ['sourceartifact', 'source-distribution'],
]);

function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

const PURPOSES = new Map<string, ComponentType>([
  ['application', 'application'],
  ['archive', 'archive'],
  ['container', 'container'],
  ['data', 'data'],
  ['device', 'device'],
  ['deviceDriver', 'device-driver'],
  ['executable', 'application'],
  ['file', 'file'],
  ['firmware', 'firmware'],
  ['framework', 'framework'],
  ['install', 'install'],
  ['library', 'library'],
  ['model', 'machine-learning-model'],
  ['module', 'library'],
  ['operatingSystem', 'operating-system'],
  ['platform', 'platform'],
  ['source', 'source'],
]);

/** The class says more than the purpose for models and datasets. */
function componentType(type: string, entry: Entry): ComponentType {
  if (type.endsWith('AIPackage')) return 'machine-learning-model';
  if (type.endsWith('DatasetPackage')) return 'data';
  const purpose = textOf(entry, 'software_primaryPurpose') ?? '';
  return PURPOSES.get(purpose) ?? PURPOSES.get(purpose.toLowerCase()) ?? 'unknown';
}

function datesOf(entry: Entry): Component['dates'] {
  const released = textOf(entry, 'releaseTime');
  const built = textOf(entry, 'builtTime');
  const validUntil = textOf(entry, 'validUntilTime');
  if (released === null && built === null && validUntil === null) return null;
  return {
    ...(released === null ? {} : { released }),
    ...(built === null ? {} : { built }),
    ...(validUntil === null ? {} : { validUntil }),
  };
}

/** Source information, verification codes, attribution, annotations, and what the AI and Dataset profiles say of a model or dataset. */
function propertiesOf(
  entry: Entry,
  verificationCodes: readonly string[],
  annotations: readonly string[],
): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (const code of verificationCodes) found.push(['packageVerificationCode', code]);
  for (const name in entry) {
    if (!name.startsWith('ai_') && !name.startsWith('dataset_') && !PROPERTIES.has(name)) continue;
    for (const value of valuesOf(entry, name)) {
      const plain = plainValue(value);
      if (isEntry(plain) || plain === null || plain === undefined || plain === '') continue;
      found.push([name.startsWith('software_') ? name.slice('software_'.length) : name, String(plain)]);
    }
  }
  for (const statement of annotations) found.push(...annotated(statement));
  return found.length === 0 ? NOTHING : found;
}

const PROPERTIES = new Set([
  'software_sourceInfo',
  'software_attributionText',
  'supportLevel',
  'standardName',
]);
