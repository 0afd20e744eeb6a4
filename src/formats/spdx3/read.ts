import { Diagnostics } from '../../model/diagnostic.ts';
import type { BomFacts, DocumentLink, FileFact, ReadResult } from '../../model/facts.ts';
import { Elements } from '../spdx/elements.ts';
import { type Context, type Entry, isEntry, kindOf, quoted } from '../spdx/values.ts';
import { agentParty, creationTool } from './agents.ts';
import { type Element3, Graph3, refOf, textOf, valuesOf } from './graph.ts';
import { Licences3 } from './licences.ts';
import { component3, FILE_TYPES, hashes, PACKAGE_TYPES } from './packages.ts';
import { type Import3, RelationshipReader3 } from './relationships.ts';
import { vulnerabilities3 } from './security.ts';
import { typeOf } from './terms.ts';

/** The facts of one SPDX 3 document, JSON-LD in the context of SPDX. Never throws for odd content. */
export function readDocument3(root: unknown): ReadResult {
  const diagnostics = new Diagnostics();
  const context: Context = { diagnostics, place: (_entry, pointer) => pointer };
  const graph = new Graph3(context);
  if (!isEntry(root) || !graph.read(root)) {
    const what = isEntry(root) ? 'an object without "@graph" and without a type' : kindOf(root);
    diagnostics.error('not-spdx', `The document is ${what}, not an SPDX 3 document.`, null);
    return result(null, null, diagnostics, 'rejected');
  }
  if (!graph.elements.some(element => element.type === 'SpdxDocument' || isKnown(element.type))) {
    diagnostics.error('not-spdx', 'The graph has no element of a class that SPDX 3 defines.', null);
    return result(null, null, diagnostics, 'rejected');
  }
  const reader = new Reader3(context, graph);
  const bom = reader.read();
  return result(bom, reader.specVersion, diagnostics, diagnostics.hasErrors ? 'partial' : 'accepted');
}

function result(
  bom: BomFacts | null,
  specVersion: string | null,
  diagnostics: Diagnostics,
  status: ReadResult['status'],
): ReadResult {
  return {
    kind: 'sbom',
    format: 'spdx3',
    encoding: 'json-ld',
    specVersion,
    status,
    diagnostics: diagnostics.list(),
    bom,
    facts: null,
  };
}

/** Collections whose rootElement says what they are about. */
const COLLECTIONS = new Set(['SpdxDocument', 'Bom', 'software_Sbom', 'Bundle', 'Sbom']);

/** What Microsoft's sbom-tool calls the document in relationships, whatever id it gives it: the name that it has in SPDX 2. */
const DOCUMENT_ALIAS = 'SPDXRef-DOCUMENT';

function isKnown(type: string): boolean {
  return (
    PACKAGE_TYPES.has(type) || FILE_TYPES.has(type) || COLLECTIONS.has(type) || type.endsWith('Relationship')
  );
}

class Reader3 {
  readonly #context: Context;
  readonly #graph: Graph3;
  readonly #licences: Licences3;
  readonly #elements: Elements;
  readonly #document: Element3 | null;
  readonly #creation: Entry | null;

  constructor(context: Context, graph: Graph3) {
    this.#context = context;
    this.#graph = graph;
    this.#licences = new Licences3(graph);
    this.#elements = new Elements(context, (_context, entry, pointer) => {
      return component3(context, graph, this.#licences, {
        id: refOf(entry),
        type: 'software_File',
        entry,
        pointer,
      });
    });
    const documents = graph.ofType('SpdxDocument');
    this.#document = documents[0] ?? null;
    this.#reportDocuments(documents);
    const stated = this.#document?.entry['creationInfo'];
    this.#creation =
      (stated === undefined ? null : graph.resolve(stated)) ?? graph.ofType('CreationInfo')[0]?.entry ?? null;
  }

  /** As the creation information states it, without which there is none. */
  get specVersion(): string | null {
    return this.#creation === null ? null : textOf(this.#creation, 'specVersion');
  }

  read(): BomFacts {
    const { elements: all } = this.#graph;
    for (const element of all) if (element.type.endsWith('Relationship')) this.#licences.note(element);
    for (const element of all) this.#addElement(element);
    if (this.#document !== null) this.#elements.addDocumentAlias(DOCUMENT_ALIAS);
    const { links, imports } = this.#imports();
    const roots = this.#collectionRoots();
    const reader = new RelationshipReader3(this.#context, this.#elements, imports, (from, to) => {
      if (!this.#isCollection(from)) return false;
      roots.push(to);
      return true;
    });
    for (const element of all) if (element.type.endsWith('Relationship')) reader.read(element);
    for (const id of roots) this.#addSubject(id, 0);
    const edges = reader.finish();
    const vulnerabilities = vulnerabilities3(this.#graph);
    return {
      ...this.#identity(),
      licences: this.#dataLicence(),
      subjects: this.#elements.subjects,
      components: this.#elements.components,
      relations: edges.relations,
      links: [...links, ...edges.links],
      files: this.#elements.files,
      vulnerabilities,
      completeness: edges.completeness,
      counts: {
        components: this.#elements.packages,
        dependencies: edges.stated,
        dependencyEntries: edges.entries,
        files: this.#elements.files.length,
        services: 0,
        vulnerabilities: this.#graph.ofType('security_Vulnerability').length,
      },
    };
  }

  #isCollection(id: string): boolean {
    const type = this.#graph.find(id)?.type;
    return type === undefined ? id === DOCUMENT_ALIAS : COLLECTIONS.has(type);
  }

  #reportDocuments(documents: readonly Element3[]): void {
    if (documents.length === 1) return;
    const message =
      documents.length === 0
        ? 'The graph has no SpdxDocument.'
        : `The graph has ${documents.length} documents; the first is taken.`;
    this.#context.diagnostics.warning('document-count', message, documents[1]?.pointer ?? null);
  }

  #addElement(element: Element3): void {
    const { id, type, entry, pointer } = element;
    if (PACKAGE_TYPES.has(type)) {
      this.#reportName(element);
      this.#elements.addPackage(
        component3(this.#context, this.#graph, this.#licences, element),
        entry,
        pointer,
      );
    } else if (FILE_TYPES.has(type)) {
      this.#reportName(element);
      const { digests } = hashes(this.#context, this.#graph, entry, pointer, true);
      const fact: FileFact = { path: textOf(entry, 'name') ?? '', digests, component: null };
      this.#elements.addFile(id, fact, entry, () => pointer, pointer);
    } else if (element === this.#document) {
      if (id !== null) this.#elements.addDocument(id, pointer);
    } else if (id !== null && !type.endsWith('Relationship')) this.#elements.addOther(id, entry, pointer);
  }

  #reportName({ entry, type, pointer }: Element3): void {
    if (textOf(entry, 'name') === null)
      this.#context.diagnostics.warning('missing-field', `A ${type} has no name.`, pointer);
  }

  /** Who, when, with what, in which phase. */
  #identity(): Pick<
    BomFacts,
    | 'serialNumber'
    | 'revision'
    | 'namespace'
    | 'name'
    | 'created'
    | 'tools'
    | 'authors'
    | 'supplier'
    | 'manufacturer'
    | 'lifecycles'
  > {
    const creation = this.#creation ?? {};
    const sboms = this.#graph.elements.filter(element => COLLECTIONS.has(element.type));
    const phases = sboms.flatMap(({ entry }) => [
      ...valuesOf(entry, 'software_sbomType'),
      ...valuesOf(entry, 'sbomType'),
    ]);
    return {
      serialNumber: null,
      revision: null,
      namespace: this.#document?.id ?? null,
      name: this.#document === null ? null : textOf(this.#document.entry, 'name'),
      created: textOf(creation, 'created'),
      tools: this.#creators(creation).flatMap(value => creationTool(this.#graph, value) ?? []),
      authors: valuesOf(creation, 'createdBy').flatMap(value => agentParty(this.#graph, value) ?? []),
      supplier: null,
      manufacturer: null,
      lifecycles: [...new Set(phases.filter(phase => typeof phase === 'string'))],
    };
  }

  /** Tools, and what made the document by itself: some writers name themselves only as the SoftwareAgent it was created by. */
  #creators(creation: Entry): unknown[] {
    const programs = valuesOf(creation, 'createdBy').filter(value => {
      const agent = this.#graph.resolve(value);
      return agent !== null && typeOf(agent) === 'SoftwareAgent';
    });
    return [...valuesOf(creation, 'createdUsing'), ...programs];
  }

  #dataLicence(): string[] {
    const stated = this.#document?.entry['dataLicense'];
    const expression = stated === undefined ? null : this.#licences.expression(stated);
    return expression === null ? [] : [expression];
  }

  #imports(): { links: DocumentLink[]; imports: Map<string, Import3> } {
    const links: DocumentLink[] = [];
    const imports = new Map<string, Import3>();
    for (const element of this.#graph.elements) {
      if (!COLLECTIONS.has(element.type)) continue;
      for (const [index, value] of valuesOf(element.entry, 'import').entries()) {
        const at = `${element.pointer}/import/${index}`;
        const map = this.#graph.resolve(value);
        const target = map === null ? null : textOf(map, 'externalSpdxId');
        if (map === null || target === null) {
          this.#context.diagnostics.error(
            'incomplete-reference',
            'An import names no element; it is left out.',
            at,
          );
          continue;
        }
        const { digests } = hashes(this.#context, this.#graph, map, at);
        imports.set(target, { digests });
        links.push({ from: null, target, relation: null, digests, at });
      }
    }
    return { links, imports };
  }

  #collectionRoots(): string[] {
    return this.#graph.elements.flatMap(({ entry, type }) =>
      COLLECTIONS.has(type) ? valuesOf(entry, 'rootElement').flatMap(value => refOf(value) ?? []) : [],
    );
  }

  /** A collection's own roots are roots already, so that only packages and files are left to name. */
  #addSubject(id: string, depth: number): void {
    const element = this.#elements.find(id);
    if (element !== undefined) {
      this.#elements.addSubject(element);
      return;
    }
    if (depth > 0 || this.#graph.find(id) !== undefined) return;
    const message = `The root element ${quoted(id)} is not in the document.`;
    this.#context.diagnostics.warning('dangling-reference', message, this.#document?.pointer ?? null);
  }
}
