import { Diagnostics } from '../../model/diagnostic.ts';
import type { BomFacts, DocumentLink, Party, ReadResult, Tool } from '../../model/facts.ts';
import { Contents } from './contents.ts';
import { checksum } from './digests.ts';
import { NAMES } from './names.ts';
import { agent, party, tool } from './parties.ts';
import { type ExternalDocument, RelationshipReader } from './relationships.ts';
import {
  type Context,
  type Entry,
  isEntry,
  kindOf,
  list,
  notAn,
  pick,
  quoted,
  text,
  withoutHash,
} from './values.ts';

/** One SPDX 2 document as its encoding gave it: a tree in the shape of SPDX 2.3 JSON, whatever it was written in. */
export interface Parsed {
  readonly root: unknown;
  readonly encoding: ReadResult['encoding'];
  readonly place: Context['place'];
  /** Faults the encoding's own parser met. */
  readonly diagnostics: Diagnostics;
}

/** The facts of one SPDX 2 document (SPDX 2.3, with what 2.0 to 2.2 and real tools write differently). Never throws for odd content. */
export function readDocument(parsed: Parsed): ReadResult {
  const { diagnostics, encoding } = parsed;
  const context: Context = { diagnostics, place: parsed.place };
  const found = unwrap(parsed.root);
  if (found === null) {
    const message = `The document is ${kindOf(parsed.root)}, not an SPDX document.`;
    diagnostics.error('not-spdx', message, null);
    return result(encoding, null, null, diagnostics, 'rejected');
  }
  const { root, pointer } = found;
  if ([NAMES.specVersion, NAMES.id, NAMES.packages].every(names => pick(root, names) === undefined)) {
    diagnostics.error(
      'not-spdx',
      'The document has neither "spdxVersion" nor "SPDXID" nor packages, so it is no SPDX document.',
      null,
    );
    return result(encoding, null, null, diagnostics, 'rejected');
  }
  const version = specVersion(context, root, pointer);
  const bom = bomFacts(context, root, pointer);
  return result(encoding, version, bom, diagnostics, null);
}

function result(
  encoding: ReadResult['encoding'],
  specVersion: string | null,
  bom: BomFacts | null,
  diagnostics: Diagnostics,
  status: ReadResult['status'] | null,
): ReadResult {
  return {
    kind: 'sbom',
    format: 'spdx',
    encoding,
    specVersion,
    status: status ?? (diagnostics.hasErrors ? 'partial' : 'accepted'),
    diagnostics: diagnostics.list(),
    bom,
    facts: null,
  };
}

/** The document itself, out of GitHub's `{"sbom": ...}` and the `{"Document": ...}` of early SPDX 2 JSON. */
function unwrap(value: unknown): { root: Entry; pointer: string } | null {
  if (!isEntry(value)) return null;
  for (const wrapper of ['sbom', 'Document', 'SPDX', 'spdxDocument']) {
    const inner = value[wrapper];
    if (isEntry(inner) && pick(value, NAMES.specVersion) === undefined)
      return { root: inner, pointer: `/${wrapper}` };
  }
  return { root: value, pointer: '' };
}

function specVersion(context: Context, root: Entry, pointer: string): string | null {
  const stated = text(context, root, NAMES.specVersion, pointer);
  if (stated === null) {
    context.diagnostics.warning(
      'missing-field',
      'The document names no SPDX version; it is read as SPDX 2.3.',
      context.place(root, pointer),
    );
    return null;
  }
  const version = stated.startsWith('SPDX-') ? stated.slice(5) : stated;
  if (!KNOWN_VERSIONS.has(version)) {
    const message = `The SPDX version ${quoted(stated)} is not known; it is read as SPDX 2.3.`;
    context.diagnostics.warning('unknown-version', message, context.place(root, `${pointer}/spdxVersion`));
  }
  return version;
}

const KNOWN_VERSIONS = new Set(['2.0', '2.1', '2.2', '2.3']);

function bomFacts(context: Context, root: Entry, pointer: string): BomFacts {
  const documents = new Map<string, ExternalDocument>();
  const links = externalDocuments(context, root, pointer, documents);
  const contents = new Contents(context);
  contents.read(root, pointer);
  const { elements } = contents;
  const reader = new RelationshipReader(context, elements, documents);
  const edges = reader.read(root, pointer, contents.withOwnRelationships);
  const creation = creationInfo(context, root, pointer);
  return {
    serialNumber: null,
    revision: null,
    namespace: namespaceOf(context, root, NAMES.namespace, pointer),
    name: text(context, root, NAMES.documentName, pointer),
    created: creation.created,
    tools: creation.tools,
    authors: creation.authors,
    supplier: null,
    manufacturer: null,
    lifecycles: [],
    licences: dataLicence(context, root, pointer),
    subjects: elements.subjects,
    components: elements.components,
    relations: edges.relations,
    links: [...links, ...edges.links],
    files: elements.files,
    vulnerabilities: [],
    completeness: edges.completeness,
    extractedLicences: extractedLicences(context, root, pointer),
    counts: {
      components: elements.packages,
      dependencies: edges.stated,
      dependencyEntries: edges.stated,
      files: elements.files.length,
      services: 0,
      vulnerabilities: 0,
    },
  };
}

function namespaceOf(
  context: Context,
  entry: Entry,
  names: readonly string[],
  pointer: string,
): string | null {
  return withoutHash(text(context, entry, names, pointer) ?? '') || null;
}

/** One link for each external document the document names, whether or not a relationship uses it (clause 6.6). */
function externalDocuments(
  context: Context,
  root: Entry,
  pointer: string,
  known: Map<string, ExternalDocument>,
): DocumentLink[] {
  const links: DocumentLink[] = [];
  for (const [index, item] of list(context, root, NAMES.externalDocuments, pointer).entries()) {
    const at = `${pointer}/externalDocumentRefs/${index}`;
    if (!isEntry(item)) {
      notAn(context, 'an external document reference', item, null, at);
      continue;
    }
    const namespace = namespaceOf(context, item, ['spdxDocument', 'documentNamespace'], at);
    if (namespace === null) {
      const message = 'An external document reference names no document; it is left out.';
      context.diagnostics.error('incomplete-reference', message, context.place(item, at));
      continue;
    }
    const stated = item['checksum'];
    const found =
      stated === undefined || stated === null ? null : checksum(context, stated, `${at}/checksum`);
    const digests = found === null ? [] : [found];
    const id = text(context, item, ['externalDocumentId'], at);
    if (id !== null && !known.has(id)) known.set(id, { namespace, digests });
    links.push({ from: null, target: namespace, relation: null, digests, at: context.place(item, at) });
  }
  return links;
}

interface Creation {
  readonly created: string | null;
  readonly tools: readonly Tool[];
  readonly authors: readonly Party[];
}

/** Creation information (clause 6.8 to 6.10): `Tool:` is what made the document, persons and organisations are its authors. */
function creationInfo(context: Context, root: Entry, pointer: string): Creation {
  const stated = root['creationInfo'] ?? root['CreationInfo'];
  const info = isEntry(stated) ? stated : root;
  const at = isEntry(stated) ? `${pointer}/creationInfo` : pointer;
  if (stated !== undefined && stated !== null && !isEntry(stated)) {
    notAn(context, 'creation information', stated, null, `${pointer}/creationInfo`);
  }
  const tools: Tool[] = [];
  const authors: Party[] = [];
  for (const [index, item] of list(context, info, NAMES.creators, at).entries()) {
    for (const creator of creatorTexts(context, item, `${at}/creators/${index}`)) {
      const isTool = agent(creator).kind === 'tool';
      const made = isTool ? tool(creator) : null;
      const author = isTool ? null : party(creator);
      if (made !== null) tools.push(made);
      if (author !== null) authors.push(author);
    }
  }
  return { created: text(context, info, NAMES.created, at), tools, authors };
}

/** A creator is a text; some tools write `{"Person": "..."}`. */
function creatorTexts(context: Context, item: unknown, pointer: string): string[] {
  if (typeof item === 'string') return [item];
  if (!isEntry(item)) {
    notAn(context, 'a creator', item, null, pointer);
    return [];
  }
  const message =
    'A creator should be text such as "Tool: name-version" but is an object; it is read by its keys.';
  context.diagnostics.warning('wrong-type', message, context.place(item, pointer));
  const named = Object.entries(item).slice(0, 100);
  return named.flatMap(([kind, name]) => (typeof name === 'string' ? [`${kind}: ${name}`] : []));
}

function dataLicence(context: Context, root: Entry, pointer: string): string[] {
  const stated = text(context, root, NAMES.dataLicence, pointer) || null;
  return stated === null ? [] : [stated];
}

/** Licences the document brings the text of (clause 10), so that a `LicenseRef-` can be shown by name. */
function extractedLicences(
  context: Context,
  root: Entry,
  pointer: string,
): NonNullable<BomFacts['extractedLicences']> {
  const found: { id: string; name: string | null; text: string | null }[] = [];
  for (const [index, item] of list(context, root, NAMES.extractedLicences, pointer).entries()) {
    const at = `${pointer}/hasExtractedLicensingInfos/${index}`;
    if (!isEntry(item)) {
      notAn(context, 'an extracted licence', item, null, at);
      continue;
    }
    const id = text(context, item, ['licenseId'], at);
    if (id === null)
      context.diagnostics.error(
        'missing-field',
        'An extracted licence has no "licenseId"; it is left out.',
        context.place(item, at),
      );
    else
      found.push({
        id,
        name: text(context, item, ['name', 'licenseName'], at),
        text: text(context, item, ['extractedText'], at),
      });
  }
  return found;
}
