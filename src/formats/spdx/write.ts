import type { Digest, ExternalReference, Party } from '../../model/facts.ts';
import type { BomDependency, BomDocument, BomEntry } from '../bom-document.ts';
import { checksumFault, location } from './checks.ts';
import { LicenceWriter } from './licence-writer.ts';
import { contentUuid, creationTime, EntryIds, fullName } from './naming.ts';

type Written = Record<string, unknown>;

/**
 * Writes SPDX 2.3 JSON. Equal input gives equal bytes: ids and the namespace are made from the content. What SPDX 2 has no field for
 * (a version range, usage, locations, further properties) stands in annotations, which Larder's reader takes back as properties.
 */
export function writeSpdx(document: BomDocument): string {
  const writer = new SpdxWriter(document);
  return `${JSON.stringify(writer.write(), null, 2)}\n`;
}

class SpdxWriter {
  readonly #document: BomDocument;
  readonly #ids: EntryIds;
  readonly #licences = new LicenceWriter();
  readonly #created: string;
  readonly #tool: string;

  constructor(document: BomDocument) {
    this.#document = document;
    this.#ids = new EntryIds(document);
    this.#created = creationTime(document.created);
    this.#tool = `Tool: ${document.tool.name}-${document.tool.version}`;
  }

  write(): Written {
    const document = this.#document;
    const packages = [
      this.#package(document.subject, this.#ids.subject),
      ...document.components.map((entry, ordinal) => this.#package(entry, this.#ids.of(ordinal) ?? '')),
    ];
    const relationships = this.#relationships();
    const extracted = this.#licences
      .own()
      .map(({ id, text }) => ({ licenseId: id, extractedText: text, name: id }));
    const content = { packages, relationships, extracted, created: this.#created, tool: document.tool };
    return {
      spdxVersion: 'SPDX-2.3',
      dataLicense: 'CC0-1.0',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: documentName(document.subject),
      documentNamespace: `urn:uuid:${contentUuid(JSON.stringify(content))}`,
      creationInfo: this.#creationInfo(),
      packages,
      ...(extracted.length === 0 ? {} : { hasExtractedLicensingInfos: extracted }),
      relationships,
    };
  }

  #creationInfo(): Written {
    const { tool, lifecycle } = this.#document;
    const vendor = tool.vendor === null || tool.vendor === '' ? [] : [`Organization: ${tool.vendor}`];
    const comment = lifecycle === null ? {} : { comment: `Lifecycle phase: ${lifecycle}.` };
    return { created: this.#created, creators: [...vendor, this.#tool], ...comment };
  }

  #package(entry: BomEntry, id: string): Written {
    const checksums = entry.digests.flatMap(digest => checksum(digest) ?? []);
    const references = splitReferences(entry);
    const annotations = this.#annotations(entry, references.homepage);
    return {
      SPDXID: `SPDXRef-${id}`,
      name: fullName(entry),
      ...(entry.version === null ? {} : { versionInfo: entry.version }),
      ...(entry.supplier === null ? {} : { supplier: agentText(entry.supplier) }),
      downloadLocation: references.download ?? 'NOASSERTION',
      filesAnalyzed: false,
      ...(checksums.length === 0 ? {} : { checksums }),
      ...(references.homepage === null ? {} : { homepage: references.homepage }),
      licenseConcluded: 'NOASSERTION',
      licenseDeclared: this.#licences.joined(entry.licences),
      copyrightText: 'NOASSERTION',
      ...(entry.description === null ? {} : { description: entry.description }),
      ...(references.refs.length === 0 ? {} : { externalRefs: references.refs }),
      ...purpose(entry),
      ...(annotations.length === 0 ? {} : { annotations }),
    };
  }

  #annotations(entry: BomEntry, homepage: string | null): Written[] {
    return propertiesOf(entry, homepage).map(([name, value]) => ({
      annotationDate: this.#created,
      annotationType: 'OTHER',
      annotator: this.#tool,
      comment: JSON.stringify({ name, value }),
    }));
  }

  #relationships(): Written[] {
    const { components, dependencies } = this.#document;
    const found = [relationship('DOCUMENT', 'DESCRIBES', this.#ids.subject)];
    for (const [ordinal, { parent }] of components.entries()) {
      if (parent !== null) this.#relate(found, parent, 'CONTAINS', ordinal);
    }
    for (const dependency of dependencies) this.#depend(found, dependency);
    found.push(...this.#completeness());
    return found;
  }

  /** SPDX says what a dependency is for by a type that is read from the other end. */
  #depend(found: Written[], { from, to, usage }: BomDependency): void {
    if (usage === null) this.#relate(found, from, 'DEPENDS_ON', to);
    else this.#relate(found, to, `${usage.toUpperCase()}_DEPENDENCY_OF`, from);
  }

  #relate(found: Written[], from: number, type: string, to: number): void {
    const [a, b] = [this.#ids.of(from), this.#ids.of(to)];
    if (a !== undefined && b !== undefined) found.push(relationship(a, type, b));
  }

  /** NONE: it is known that there is nothing more to say, because nothing was said; NOASSERTION: there may be more. */
  #completeness(): Written[] {
    const needing = new Set(this.#document.dependencies.map(({ from }) => from));
    return this.#document.completeness.flatMap(({ component, aggregate }) => {
      const id = this.#ids.of(component);
      if (id === undefined || (aggregate === 'complete' && needing.has(component))) return [];
      const target = aggregate === 'complete' ? 'NONE' : 'NOASSERTION';
      return [{ spdxElementId: `SPDXRef-${id}`, relationshipType: 'DEPENDS_ON', relatedSpdxElement: target }];
    });
  }
}

/** What no field of SPDX holds, as `[name, value]`. */
export function propertiesOf(
  entry: BomEntry,
  homepage: string | null,
): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [...entry.properties];
  if (entry.range !== null) found.push(['larder:range', entry.range]);
  if (entry.scope !== null) found.push(['larder:scope', entry.scope]);
  for (const usage of entry.usage) found.push(['larder:usage', usage]);
  for (const { file, line } of entry.locations)
    found.push(['larder:location', line === null ? file : `${file}:${line}`]);
  for (const { algorithm, value } of entry.digests.filter(digest => checksum(digest) === null)) {
    found.push(['larder:digest', `${algorithm}:${value}`]);
  }
  const sites = entry.references.filter(({ type, url }) => type === 'website' && url !== homepage);
  for (const { url } of sites) found.push(['larder:website', url]);
  return found;
}

/** `Organization: Name (email)`; who is neither person nor organisation for sure is written as an organisation. */
export function agentText(party: Party): string {
  const contact = party.email ?? party.url;
  const kind = party.kind === 'person' ? 'Person' : 'Organization';
  return `${kind}: ${party.name.trim() || 'unnamed'}${contact === null ? '' : ` (${contact})`}`;
}

/** The name of a document about `subject`. */
export function documentName(subject: BomEntry): string {
  return subject.version === null ? fullName(subject) : `${fullName(subject)}@${subject.version}`;
}

function relationship(from: string, type: string, to: string): Written {
  return { spdxElementId: `SPDXRef-${from}`, relationshipType: type, relatedSpdxElement: `SPDXRef-${to}` };
}

/** Our spelling of an algorithm to SPDX's; null for a digest SPDX cannot say. */
function checksum({ algorithm, value }: Digest): Written | null {
  const name = ALGORITHMS.get(algorithm);
  if (name === undefined || checksumFault(name, value) !== null) return null;
  return { algorithm: name, checksumValue: value };
}

const ALGORITHMS = new Map(
  [
    'ADLER32',
    'BLAKE2b-256',
    'BLAKE2b-384',
    'BLAKE2b-512',
    'BLAKE3',
    'MD2',
    'MD4',
    'MD5',
    'MD6',
    'SHA1',
    'SHA224',
    'SHA256',
    'SHA384',
    'SHA512',
    'SHA3-256',
    'SHA3-384',
    'SHA3-512',
  ].map(name => [name.toLowerCase(), name]),
);

interface Split {
  readonly download: string | null;
  readonly homepage: string | null;
  readonly refs: Written[];
}

/** The first distribution and website have fields of their own; the rest are external references, whose locators have no spaces. */
function splitReferences(entry: BomEntry): Split {
  const isSound = ({ url }: ExternalReference) => location(url, { version: 2.3 }) === null && !/\s/.test(url);
  const download =
    entry.references.find(reference => reference.type === 'distribution' && isSound(reference)) ?? null;
  const homepage =
    entry.references.find(reference => reference.type === 'website' && isSound(reference)) ?? null;
  const refs: Written[] = [];
  if (entry.purl !== null)
    refs.push({ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: entry.purl });
  for (const reference of entry.references) {
    if (reference === download || reference.type === 'website') continue;
    const comment = typeof reference.comment === 'string' ? { comment: reference.comment } : {};
    const locator = reference.url.trim().replaceAll(/\s/g, '%20');
    if (locator === '') continue;
    refs.push({
      referenceCategory: 'OTHER',
      referenceType: reference.type,
      referenceLocator: locator,
      ...comment,
    });
  }
  return { download: download?.url ?? null, homepage: homepage?.url ?? null, refs };
}

const PURPOSES = new Map<string, string>([
  ['application', 'APPLICATION'],
  ['framework', 'FRAMEWORK'],
  ['library', 'LIBRARY'],
  ['container', 'CONTAINER'],
  ['operating-system', 'OPERATING_SYSTEM'],
  ['device', 'DEVICE'],
  ['firmware', 'FIRMWARE'],
  ['file', 'FILE'],
  ['source', 'SOURCE'],
  ['archive', 'ARCHIVE'],
  ['install', 'INSTALL'],
  ['unknown', ''],
]);

function purpose(entry: BomEntry): Written {
  const name = PURPOSES.get(entry.type) ?? 'OTHER';
  return name === '' ? {} : { primaryPackagePurpose: name };
}
