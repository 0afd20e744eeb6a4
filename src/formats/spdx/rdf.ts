import { Diagnostics } from '../../model/diagnostic.ts';
import { FormatError } from '../errors.ts';
import type { DocumentInput } from '../format.ts';
import { parseXml } from '../xml.ts';
import { Lines } from './places.ts';
import { RdfGraph, type RdfNode, type RdfValue } from './rdf-graph.ts';
import { RdfLicences } from './rdf-licences.ts';
import type { Parsed } from './read.ts';
import { term } from './terms.ts';
import { quoted, withoutHash } from './values.ts';

type Draft = Record<string, unknown>;

/**
 * Parses the RDF/XML encoding of SPDX 2 (its OWL ontology, http://spdx.org/rdf/terms#) into the shape of the JSON encoding.
 * Throws FormatError of xml.ts, and `not-supported` when no SpdxDocument is in it.
 */
export function parseRdf(input: DocumentInput, withFields = false): Parsed {
  const graph = new RdfGraph(parseXml(input.text()));
  const [document] = graph.ofType('SpdxDocument');
  if (document === undefined)
    throw new FormatError('not-supported', 'The RDF has no SpdxDocument, so it is no SPDX document.');
  const mapper = new RdfMapper(graph, document, new Lines(withFields));
  return {
    root: mapper.root(),
    encoding: 'rdf-xml',
    diagnostics: mapper.diagnostics,
    place: mapper.lines.place,
  };
}

/** How one property becomes one field. */
type Kind = 'text' | 'texts' | 'term' | 'terms' | 'licence' | 'licences' | 'id' | 'ids' | 'flag' | Shape;

/** The fields of one class: property to field and kind. */
interface Shape {
  readonly many: boolean;
  readonly fields: Readonly<Record<string, readonly [string, Kind]>>;
}

const CHECKSUM = { algorithm: ['algorithm', 'term'], checksumValue: ['checksumValue', 'text'] } as const;
const CODE = {
  packageVerificationCodeValue: ['packageVerificationCodeValue', 'text'],
  packageVerificationCodeExcludedFile: ['packageVerificationCodeExcludedFiles', 'texts'],
} as const;
const REFERENCE = {
  referenceCategory: ['referenceCategory', 'term'],
  referenceType: ['referenceType', 'text'],
  referenceLocator: ['referenceLocator', 'text'],
  comment: ['comment', 'text'],
} as const;
const ANNOTATION = {
  annotator: ['annotator', 'text'],
  annotationDate: ['annotationDate', 'text'],
  annotationType: ['annotationType', 'term'],
  comment: ['comment', 'text'],
} as const;
const CREATION = {
  created: ['created', 'text'],
  creator: ['creators', 'texts'],
  licenseListVersion: ['licenseListVersion', 'text'],
  comment: ['comment', 'text'],
} as const;
const EXTRACTED = {
  licenseId: ['licenseId', 'text'],
  extractedText: ['extractedText', 'text'],
  name: ['name', 'text'],
  seeAlso: ['seeAlsos', 'texts'],
  comment: ['comment', 'text'],
} as const;
const POINTER = {
  offset: ['offset', 'text'],
  lineNumber: ['lineNumber', 'text'],
  reference: ['reference', 'id'],
} as const;
const RANGE = {
  startPointer: ['startPointer', one(POINTER)],
  endPointer: ['endPointer', one(POINTER)],
} as const;

const DOCUMENT: Shape['fields'] = {
  specVersion: ['spdxVersion', 'text'],
  name: ['name', 'text'],
  dataLicense: ['dataLicense', 'licence'],
  comment: ['comment', 'text'],
  creationInfo: ['creationInfo', one(CREATION)],
  annotation: ['annotations', many(ANNOTATION)],
  describesPackage: ['documentDescribes', 'ids'],
};
/** What packages, files and snippets share. */
const ELEMENT: Shape['fields'] = {
  name: ['name', 'text'],
  comment: ['comment', 'text'],
  copyrightText: ['copyrightText', 'text'],
  licenseComments: ['licenseComments', 'text'],
  licenseConcluded: ['licenseConcluded', 'licence'],
  checksum: ['checksums', many(CHECKSUM)],
  annotation: ['annotations', many(ANNOTATION)],
  attributionText: ['attributionTexts', 'texts'],
};
const PACKAGE: Shape['fields'] = {
  ...ELEMENT,
  versionInfo: ['versionInfo', 'text'],
  packageFileName: ['packageFileName', 'text'],
  supplier: ['supplier', 'text'],
  originator: ['originator', 'text'],
  downloadLocation: ['downloadLocation', 'text'],
  filesAnalyzed: ['filesAnalyzed', 'flag'],
  packageVerificationCode: ['packageVerificationCode', one(CODE)],
  homepage: ['homepage', 'text'],
  sourceInfo: ['sourceInfo', 'text'],
  licenseDeclared: ['licenseDeclared', 'licence'],
  licenseInfoFromFiles: ['licenseInfoFromFiles', 'licences'],
  summary: ['summary', 'text'],
  description: ['description', 'text'],
  primaryPackagePurpose: ['primaryPackagePurpose', 'term'],
  releaseDate: ['releaseDate', 'text'],
  builtDate: ['builtDate', 'text'],
  validUntilDate: ['validUntilDate', 'text'],
  externalRef: ['externalRefs', many(REFERENCE)],
  hasFile: ['hasFiles', 'ids'],
};
const FILE: Shape['fields'] = {
  ...ELEMENT,
  fileName: ['fileName', 'text'],
  fileType: ['fileTypes', 'terms'],
  licenseInfoInFile: ['licenseInfoInFiles', 'licences'],
  noticeText: ['noticeText', 'text'],
  fileContributor: ['fileContributors', 'texts'],
};
const SNIPPET: Shape['fields'] = {
  ...ELEMENT,
  snippetFromFile: ['snippetFromFile', 'id'],
  licenseInfoInSnippet: ['licenseInfoInSnippets', 'licences'],
  range: ['ranges', many(RANGE)],
};

function one(fields: Shape['fields']): Shape {
  return { many: false, fields };
}

function many(fields: Shape['fields']): Shape {
  return { many: true, fields };
}

/** Walks the graph by the tables above. */
class RdfMapper {
  readonly diagnostics = new Diagnostics();
  readonly lines: Lines;
  readonly #graph: RdfGraph;
  readonly #document: RdfNode;
  readonly #licences: RdfLicences;
  readonly #namespace: string;
  /** Namespace of an external document to its `DocumentRef-` id. */
  readonly #external = new Map<string, string>();

  constructor(graph: RdfGraph, document: RdfNode, lines: Lines) {
    this.#graph = graph;
    this.#document = document;
    this.#licences = new RdfLicences(graph);
    this.lines = lines;
    this.#namespace = splitIri(document.key).namespace;
  }

  root(): Draft {
    const root = this.#entry(this.#document, DOCUMENT);
    root['SPDXID'] = splitIri(this.#document.key).id;
    if (this.#namespace !== '' && !this.#namespace.startsWith('_:'))
      root['documentNamespace'] = this.#namespace;
    const documents = this.#document.properties.get('externalDocumentRef') ?? [];
    root['externalDocumentRefs'] = documents.flatMap(value => this.#externalDocument(value));
    root['hasExtractedLicensingInfos'] = this.#extractedLicences();
    root['packages'] = this.#elements('Package', PACKAGE);
    root['files'] = this.#elements('File', FILE);
    root['snippets'] = this.#elements('Snippet', SNIPPET);
    root['relationships'] = this.#relationships();
    return root;
  }

  #elements(type: string, fields: Shape['fields']): Draft[] {
    return this.#graph.ofType(type).map(node => {
      const entry = this.#entry(node, fields);
      entry['SPDXID'] = this.#id(node.key);
      return entry;
    });
  }

  #entry(node: RdfNode, fields: Shape['fields']): Draft {
    const entry: Draft = {};
    this.lines.entry(entry, node.line);
    for (const [property, values] of node.properties) {
      const rule = Object.hasOwn(fields, property) ? fields[property] : undefined;
      if (rule === undefined) continue;
      const [field, kind] = rule;
      const read = this.#read(values, kind, node);
      if (read !== undefined) entry[field] = read;
    }
    return entry;
  }

  #read(values: readonly RdfValue[], kind: Kind, node: RdfNode): unknown {
    if (typeof kind === 'object') {
      const entries = values.flatMap(value => this.#nested(value, kind.fields));
      return kind.many ? entries : entries[0];
    }
    const isList = kind.endsWith('s');
    const read = values.map(value => this.#scalar(value, isList ? kind.slice(0, -1) : kind, node));
    const kept = read.filter(value => value !== null);
    return isList ? kept : kept[0];
  }

  #nested(value: RdfValue, fields: Shape['fields']): Draft[] {
    const node = 'node' in value ? this.#graph.nodes.get(value.node) : undefined;
    return node === undefined ? [] : [this.#entry(node, fields)];
  }

  #scalar(value: RdfValue, kind: string, node: RdfNode): unknown {
    const stated = 'literal' in value ? value.literal.trim() : value.node;
    switch (kind) {
      case 'term':
        return term(stated);
      case 'licence':
        return this.#licence(value, node);
      case 'id':
        return 'literal' in value ? stated : this.#id(stated);
      case 'flag':
        return stated === 'true' ? true : stated === 'false' ? false : stated;
      default:
        return 'node' in value && isNothing(stated) ? nothing(stated) : stated;
    }
  }

  #licence(value: RdfValue, node: RdfNode): string | null {
    const expression = this.#licences.expression(value);
    if (expression !== null) return expression;
    const message = `A licence of ${quoted(node.key)} refers to itself or grows beyond bounds; it is left out.`;
    this.diagnostics.error('invalid-licence', message, `line ${node.line}`);
    return null;
  }

  #externalDocument(value: RdfValue): Draft[] {
    const node = 'node' in value ? this.#graph.nodes.get(value.node) : undefined;
    if (node === undefined) return [];
    const entry = this.#entry(node, {
      externalDocumentId: ['externalDocumentId', 'text'],
      spdxDocument: ['spdxDocument', 'text'],
      checksum: ['checksum', one(CHECKSUM)],
    });
    entry['externalDocumentId'] ??= splitIri(node.key).id;
    const { externalDocumentId: id, spdxDocument: iri } = entry;
    if (typeof id === 'string' && typeof iri === 'string') this.#external.set(withoutHash(iri), id);
    return [entry];
  }

  /** Those the document lists, and those that only an expression names; the id may stand in the IRI alone. */
  #extractedLicences(): Draft[] {
    return this.#graph.ofType('ExtractedLicensingInfo').map(node => {
      const entry = this.#entry(node, EXTRACTED);
      entry['licenseId'] ??= splitIri(node.key).id;
      return entry;
    });
  }

  /** Relationships stand in the element that says them, or are nodes of their own that nobody refers to. */
  #relationships(): Draft[] {
    const found: Draft[] = [];
    for (const node of this.#graph.nodes.values()) {
      for (const value of node.properties.get('relationship') ?? []) {
        const said = 'node' in value ? this.#graph.nodes.get(value.node) : undefined;
        if (said === undefined) continue;
        const entry = this.#entry(said, {
          relationshipType: ['relationshipType', 'term'],
          relatedSpdxElement: ['relatedSpdxElement', 'id'],
          comment: ['comment', 'text'],
        });
        entry['spdxElementId'] = this.#id(node.key);
        found.push(entry);
      }
    }
    return found;
  }

  /** An element's SPDXID: the fragment, behind `DocumentRef-...:` where the IRI is of another document. */
  #id(iri: string): string {
    if (isNothing(iri)) return nothing(iri);
    const { namespace, id } = splitIri(iri);
    if (namespace === this.#namespace || namespace === '') return id;
    const document = this.#external.get(namespace);
    return document === undefined ? id : `${document}:${id}`;
  }
}

function splitIri(iri: string): { namespace: string; id: string } {
  const hash = iri.lastIndexOf('#');
  return hash === -1
    ? { namespace: iri, id: iri }
    : { namespace: iri.slice(0, hash), id: iri.slice(hash + 1) };
}

function isNothing(iri: string): boolean {
  return iri.startsWith('http://spdx.org/rdf/terms#no');
}

function nothing(iri: string): string {
  return iri.endsWith('#none') ? 'NONE' : 'NOASSERTION';
}
