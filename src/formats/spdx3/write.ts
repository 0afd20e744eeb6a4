import type { ComponentType, Party } from '../../model/facts.ts';
import type { BomDependency, BomDocument, BomEntry } from '../bom-document.ts';
import { LicenceWriter } from '../spdx/licence-writer.ts';
import { contentUuid, creationTime, EntryIds, fullName } from '../spdx/naming.ts';
import { documentName, propertiesOf } from '../spdx/write.ts';

type Written = Record<string, unknown>;

const CONTEXT = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld';
const CREATION = '_:creation';
const NONE = 'https://spdx.org/rdf/3.0.1/terms/Core/NoneElement';

/** Writes SPDX 3.0.1 JSON-LD in the compact names of its context. Equal input gives equal bytes: ids are made from the content. */
export function writeSpdx3(document: BomDocument): string {
  const draft = new Spdx3Writer(document, 'urn:spdx').write();
  const base = `urn:uuid:${contentUuid(JSON.stringify(draft))}`;
  const graph = new Spdx3Writer(document, base).write();
  return `${JSON.stringify({ '@context': CONTEXT, '@graph': graph }, null, 2)}\n`;
}

class Spdx3Writer {
  readonly #document: BomDocument;
  readonly #base: string;
  readonly #ids: EntryIds;
  readonly #licences = new LicenceWriter();
  readonly #agents = new Map<string, Written>();
  readonly #licenceIds = new Map<string, string>();
  readonly #graph: Written[] = [];
  #relations = 0;

  constructor(document: BomDocument, base: string) {
    this.#document = document;
    this.#base = base;
    this.#ids = new EntryIds(document);
  }

  write(): Written[] {
    const { subject, components } = this.#document;
    const packages = [subject, ...components];
    for (const [index, entry] of packages.entries()) this.#graph.push(this.#package(entry, index - 1));
    for (const [index, entry] of packages.entries()) this.#declare(entry, index - 1);
    for (const [ordinal, { parent }] of components.entries())
      if (parent !== null) this.#relate(parent, 'contains', [ordinal]);
    this.#depend();
    const creation = this.#creation();
    const content = [...this.#agents.values(), ...this.#graph];
    return [creation, ...this.#collections(content), ...content];
  }

  #creation(): Written {
    const { tool, created } = this.#document;
    const name = `${tool.name}-${tool.version}`;
    this.#agents.set('tool', this.#element('Tool', 'Tool', { name }));
    const vendor: Party = { kind: 'organization', name: tool.vendor ?? '', email: null, url: null };
    const maker =
      tool.vendor === null || tool.vendor === '' ? this.#softwareAgent(name) : this.#agent(vendor);
    return {
      type: 'CreationInfo',
      '@id': CREATION,
      specVersion: '3.0.1',
      created: creationTime(created),
      createdBy: [maker],
      createdUsing: [this.#iri('Tool')],
    };
  }

  #softwareAgent(name: string): string {
    this.#agents.set('software', this.#element('SoftwareAgent', 'SoftwareAgent', { name }));
    return this.#iri('SoftwareAgent');
  }

  /** The document and the SBOM it holds, which is about the subject. */
  #collections(content: readonly Written[]): Written[] {
    const phase = PHASES.get(this.#document.lifecycle ?? '');
    const elements = content.map(element => element['spdxId']);
    const document = this.#element('SpdxDocument', 'Document', {
      name: documentName(this.#document.subject),
      profileConformance: ['core', 'software', 'simpleLicensing'],
      rootElement: [this.#iri('Sbom')],
      element: [this.#iri('Sbom'), ...elements],
    });
    const sbom = this.#element('software_Sbom', 'Sbom', {
      rootElement: [this.#iri(this.#ids.subject)],
      element: elements,
      ...(phase === undefined ? {} : { software_sbomType: [phase] }),
    });
    return [document, sbom];
  }

  #package(entry: BomEntry, ordinal: number): Written {
    const hashes = entry.digests.flatMap(({ algorithm, value }) => {
      const name = HASHES.get(algorithm);
      return name === undefined ? [] : [{ type: 'Hash', algorithm: name, hashValue: value }];
    });
    const download = entry.references.find(({ type }) => type === 'distribution');
    const homepage = entry.references.find(({ type }) => type === 'website');
    const references = entry.references
      .filter(reference => reference !== download && reference.type !== 'website')
      .map(reference => ({
        type: 'ExternalRef',
        externalRefType: REFERENCES.get(reference.type) ?? 'other',
        locator: [reference.url],
        ...(typeof reference.comment === 'string' ? { comment: reference.comment } : {}),
      }));
    const purpose = PURPOSES.get(entry.type);
    const attributions = propertiesOf(entry, homepage?.url ?? null).map(
      ([name, value]) => `${name}: ${value}`,
    );
    return this.#element('software_Package', this.#ids.of(ordinal) ?? '', {
      name: fullName(entry),
      ...(entry.version === null ? {} : { software_packageVersion: entry.version }),
      ...(entry.purl === null ? {} : { software_packageUrl: entry.purl }),
      ...(entry.description === null ? {} : { description: entry.description }),
      ...(entry.supplier === null ? {} : { suppliedBy: this.#agent(entry.supplier) }),
      ...(hashes.length === 0 ? {} : { verifiedUsing: hashes }),
      ...(download === undefined ? {} : { software_downloadLocation: download.url }),
      ...(homepage === undefined ? {} : { software_homePage: homepage.url }),
      ...(references.length === 0 ? {} : { externalRef: references }),
      ...(purpose === undefined ? {} : { software_primaryPurpose: purpose }),
      ...(attributions.length === 0 ? {} : { comment: attributions.join('\n') }),
    });
  }

  #declare(entry: BomEntry, ordinal: number): void {
    const expression = this.#licences.joined(entry.licences);
    if (expression === 'NOASSERTION') return;
    this.#relateTo(ordinal, 'hasDeclaredLicense', [this.#licence(expression)], {});
  }

  /** One element for each expression, with the licences it brings along as texts. */
  #licence(expression: string): string {
    const known = this.#licenceIds.get(expression);
    if (known !== undefined) return known;
    const own = this.#licences.own().filter(({ id }) => expression.includes(id));
    const uris = own.map(({ id, text }) => {
      const iri = this.#iri(id);
      if (!this.#licenceIds.has(id)) {
        this.#licenceIds.set(id, iri);
        this.#graph.push(
          this.#element('simplelicensing_SimpleLicensingText', id, {
            name: id,
            simplelicensing_licenseText: text,
          }),
        );
      }
      return { type: 'DictionaryEntry', key: id, value: iri };
    });
    const name = `Licence-${contentUuid(expression).slice(0, 13)}`;
    this.#licenceIds.set(expression, this.#iri(name));
    this.#graph.push(
      this.#element('simplelicensing_LicenseExpression', name, {
        simplelicensing_licenseExpression: expression,
        ...(uris.length === 0 ? {} : { simplelicensing_customIdToUri: uris }),
      }),
    );
    return this.#iri(name);
  }

  /** One relationship for all that a component needs for one use. */
  #depend(): void {
    const completeness = new Map(
      this.#document.completeness.map(({ component, aggregate }) => [component, aggregate]),
    );
    const groups = new Map<string, BomDependency[]>();
    for (const dependency of this.#document.dependencies) {
      const key = `${dependency.from} ${dependency.usage}`;
      groups.set(key, [...(groups.get(key) ?? []), dependency]);
    }
    for (const group of groups.values()) {
      const { from, usage } = group[0] as BomDependency;
      const { type, scope } = USAGES[usage ?? 'none'];
      const stated = completenessOf(completeness.get(from));
      this.#relate(
        from,
        type,
        group.map(({ to }) => to),
        { ...(scope === null ? {} : { scope }), ...stated },
      );
    }
    const needing = new Set(this.#document.dependencies.map(({ from }) => from));
    for (const [component, aggregate] of completeness) {
      if (aggregate === 'complete' && !needing.has(component)) {
        this.#relateTo(component, 'dependsOn', [NONE], { completeness: 'complete' });
      }
    }
  }

  #relate(from: number, type: string, to: readonly number[], more: Written = {}): void {
    const targets = to.flatMap(ordinal => this.#ids.of(ordinal) ?? []).map(id => this.#iri(id));
    if (targets.length > 0) this.#relateTo(from, type, targets, more);
  }

  #relateTo(from: number, relationshipType: string, to: readonly string[], more: Written): void {
    const id = this.#ids.of(from);
    if (id === undefined) return;
    const type = 'scope' in more ? 'LifecycleScopedRelationship' : 'Relationship';
    this.#graph.push(
      this.#element(type, `Relationship-${++this.#relations}`, {
        from: this.#iri(id),
        relationshipType,
        to,
        ...more,
      }),
    );
  }

  #agent(party: Party): string {
    const key = JSON.stringify(party);
    const known = this.#agents.get(key);
    if (known !== undefined) return String(known['spdxId']);
    const identifiers = [
      ...(party.email === null
        ? []
        : [{ type: 'ExternalIdentifier', externalIdentifierType: 'email', identifier: party.email }]),
      ...(party.url === null
        ? []
        : [{ type: 'ExternalIdentifier', externalIdentifierType: 'urlScheme', identifier: party.url }]),
    ];
    const type =
      party.kind === 'person' ? 'Person' : party.kind === 'organization' ? 'Organization' : 'Agent';
    const made = this.#element(type, `Agent-${contentUuid(key).slice(0, 13)}`, {
      name: party.name,
      ...(identifiers.length === 0 ? {} : { externalIdentifier: identifiers }),
    });
    this.#agents.set(key, made);
    return String(made['spdxId']);
  }

  #element(type: string, id: string, fields: Written): Written {
    return { type, spdxId: this.#iri(id), creationInfo: CREATION, ...fields };
  }

  #iri(id: string): string {
    return `${this.#base}#${id}`;
  }
}

function completenessOf(aggregate: 'complete' | 'incomplete' | 'unknown' | undefined): Written {
  if (aggregate === undefined) return {};
  return { completeness: aggregate === 'unknown' ? 'noAssertion' : aggregate };
}

const USAGES = {
  none: { type: 'dependsOn', scope: null },
  runtime: { type: 'dependsOn', scope: 'runtime' },
  dev: { type: 'dependsOn', scope: 'development' },
  build: { type: 'dependsOn', scope: 'build' },
  test: { type: 'dependsOn', scope: 'test' },
  optional: { type: 'hasOptionalDependency', scope: null },
  provided: { type: 'hasProvidedDependency', scope: null },
} as const satisfies Record<string, { type: string; scope: string | null }>;

/** CycloneDX phases to SbomType: what was looked at when. */
const PHASES = new Map([
  ['design', 'design'],
  ['pre-build', 'source'],
  ['build', 'build'],
  ['post-build', 'analyzed'],
  ['operations', 'deployed'],
  ['discovery', 'runtime'],
]);

const HASHES = new Map([
  ['adler32', 'adler32'],
  ['blake2b-256', 'blake2b256'],
  ['blake2b-384', 'blake2b384'],
  ['blake2b-512', 'blake2b512'],
  ['blake3', 'blake3'],
  ['md2', 'md2'],
  ['md4', 'md4'],
  ['md5', 'md5'],
  ['md6', 'md6'],
  ['sha1', 'sha1'],
  ['sha224', 'sha224'],
  ['sha256', 'sha256'],
  ['sha384', 'sha384'],
  ['sha512', 'sha512'],
  ['sha3-256', 'sha3_256'],
  ['sha3-384', 'sha3_384'],
  ['sha3-512', 'sha3_512'],
]);

const REFERENCES = new Map([
  ['advisories', 'securityAdvisory'],
  ['build-meta', 'buildMeta'],
  ['build-system', 'buildSystem'],
  ['chat', 'chat'],
  ['distribution', 'altDownloadLocation'],
  ['documentation', 'documentation'],
  ['issue-tracker', 'issueTracker'],
  ['license', 'license'],
  ['mailing-list', 'mailingList'],
  ['release-notes', 'releaseNotes'],
  ['social', 'socialMedia'],
  ['source-distribution', 'sourceArtifact'],
  ['support', 'support'],
  ['vcs', 'vcs'],
]);

const PURPOSES = new Map<ComponentType, string>([
  ['application', 'application'],
  ['archive', 'archive'],
  ['container', 'container'],
  ['data', 'data'],
  ['device', 'device'],
  ['device-driver', 'deviceDriver'],
  ['file', 'file'],
  ['firmware', 'firmware'],
  ['framework', 'framework'],
  ['install', 'install'],
  ['library', 'library'],
  ['machine-learning-model', 'model'],
  ['operating-system', 'operatingSystem'],
  ['platform', 'platform'],
  ['source', 'source'],
]);
