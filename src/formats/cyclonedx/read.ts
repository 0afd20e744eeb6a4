import type { Diagnostic } from '../../model/diagnostic.ts';
import type { BomFacts, ReadResult } from '../../model/facts.ts';
import { Gathering, linkReference, readComponent, readComponents, readPedigrees } from './components.ts';
import { readCompositions, readDependencies, settlePending } from './dependencies.ts';
import { readLicenceNames, readOrganization, readPeople, readReferences, readTools } from './parts.ts';
import { readProperties } from './properties.ts';
import { readServices } from './services.ts';
import { isShape, kindOf, placeOf, quoted, type Shape, type Taker } from './shape.ts';
import { readVulnerabilities } from './vulnerabilities.ts';

/** The versions of the specification that Larder knows. */
export const SPEC_VERSIONS: readonly string[] = ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '1.7'];

const EMPTY: Shape = {};

/**
 * Reads a document in the shape of CycloneDX JSON. Total: what is odd is named with its place and the rest is kept; only what is no CycloneDX
 * document at all is rejected. `faults` are what a decoder left out before. One walk, in the order: subject, components, services, then what refers to them.
 */
export function readBom(
  value: unknown,
  encoding: ReadResult['encoding'],
  faults: readonly Diagnostic[] = [],
): ReadResult {
  if (!isShape(value))
    return rejected(encoding, `A CycloneDX document is one object; this is ${kindOf(value)}.`);
  const wrapped = wrappedBom(value);
  const [root, at] = wrapped === null ? [value, ''] : [wrapped, '/sbom'];
  const stranger = notCycloneDx(root);
  if (stranger !== null) return rejected(encoding, stranger);
  const gathering = new Gathering();
  const { taker } = gathering;
  for (const { code, message, at } of faults) addFault(taker, code, message, at);
  const specVersion = specVersionOf(taker, root, at);
  const bom = factsOf(gathering, root, at);
  return {
    kind:
      bom.vulnerabilities.length > 0 && bom.counts.components + bom.counts.services === 0 ? 'vex' : 'sbom',
    format: 'cyclonedx',
    encoding,
    specVersion,
    status: taker.dropped ? 'partial' : 'accepted',
    diagnostics: taker.diagnostics.list(),
    bom,
    facts: null,
  };
}

/** The BOM in `{"sbom": ...}`, as a service's answer holds it; null for anything else. */
export function wrappedBom(value: Shape): Shape | null {
  const inner = Object.hasOwn(value, 'bomFormat') ? null : value['sbom'];
  return isShape(inner) && inner['bomFormat'] === 'CycloneDX' ? inner : null;
}

/** What the decoder could not take is gone before the walk; what is only missing is not lost. */
function addFault(taker: Taker, code: string, message: string, at: string | null): void {
  if (code === 'missing-field') taker.diagnostics.warning(code, message, at);
  else taker.drop(code, message, at ?? '');
}

/** A document that is kept but cannot be read as CycloneDX. */
export function rejected(
  encoding: ReadResult['encoding'],
  message: string,
  code = 'not-cyclonedx',
  at: string | null = null,
): ReadResult {
  const diagnostics = [{ severity: 'error' as const, code, message, at }];
  return {
    kind: 'sbom',
    format: 'cyclonedx',
    encoding,
    specVersion: null,
    status: 'rejected',
    diagnostics,
    bom: null,
    facts: null,
  };
}

function factsOf(gathering: Gathering, root: Shape, top: string): BomFacts {
  const { taker, components, relations, links } = gathering;
  const metadata = taker.shape(root, 'metadata', top) ?? EMPTY;
  const at = placeOf(metadata, `${top}/metadata`);
  const subjects = readSubject(gathering, metadata, at);
  readComponents(gathering, root, 'listed', null, top);
  readServices(gathering, root, null, top);
  readPedigrees(gathering);
  settlePending(gathering);
  const dependencies = readDependencies(gathering, root, top);
  const references = readReferences(taker, root, top);
  for (const reference of references) linkReference(gathering, reference, null, `${top}/externalReferences`);
  const vulnerabilities = readVulnerabilities(gathering, root, top);
  return {
    serialNumber: taker.text(root, 'serialNumber', top),
    revision: revisionOf(taker, root, top),
    namespace: null,
    name: null,
    created: taker.text(metadata, 'timestamp', at),
    tools: readTools(taker, metadata, at),
    authors: readPeople(taker, metadata, 'authors', at),
    supplier: readOrganization(taker, metadata, 'supplier', at),
    manufacturer:
      readOrganization(taker, metadata, 'manufacture', at) ??
      readOrganization(taker, metadata, 'manufacturer', at),
    lifecycles: lifecyclesOf(taker, metadata, at),
    licences: readLicenceNames(taker, metadata, at),
    subjects,
    components,
    relations,
    links,
    files: [],
    vulnerabilities,
    completeness: readCompositions(gathering, root, top),
    references,
    properties: [...readProperties(taker, metadata, at).kept, ...readProperties(taker, root, top).kept],
    counts: {
      components: gathering.listed,
      dependencies: dependencies.stated,
      dependencyEntries: dependencies.entries,
      files: 0,
      services: gathering.services,
      vulnerabilities: vulnerabilities.length,
    },
  };
}

/** `metadata.component` is what the document is about. What is nested in it are components. */
function readSubject(gathering: Gathering, metadata: Shape, at: string): readonly number[] {
  if (metadata['component'] === undefined) return [];
  const component = gathering.taker.shape(metadata, 'component', at);
  return component === null ? [] : [readComponent(gathering, component, 'subject', null, `${at}/component`)];
}

/** Why an object is no CycloneDX document, or null. `bomFormat` decides; without it the rest must be unmistakable. */
function notCycloneDx(root: Shape): string | null {
  const format = root['bomFormat'];
  if (format === 'CycloneDX') return null;
  if (typeof format === 'string') {
    return format.toLowerCase() === 'cyclonedx' ? null : `"bomFormat" is ${quoted(format)}, not "CycloneDX".`;
  }
  const spec = root['specVersion'];
  const parts = [
    'components',
    'dependencies',
    'services',
    'vulnerabilities',
    'metadata',
    'serialNumber',
  ].filter(key => Object.hasOwn(root, key));
  if (typeof spec === 'string' && /^\d+\.\d+$/.test(spec) && parts.length > 0) return null;
  if (typeof root['$schema'] === 'string' && root['$schema'].includes('cyclonedx.org/schema/')) return null;
  if (Array.isArray(root['components']) && parts.length > 1) return null;
  return 'The document has no "bomFormat" and nothing else that makes it CycloneDX.';
}

function specVersionOf(taker: Taker, root: Shape, top: string): string | null {
  const format = root['bomFormat'];
  if (format === undefined)
    taker.diagnostics.warning(
      'missing-format',
      '"bomFormat" is missing; the rest of the document is CycloneDX.',
      `${top}/bomFormat`,
    );
  else if (format !== 'CycloneDX')
    taker.diagnostics.warning('missing-format', '"bomFormat" should read "CycloneDX".', `${top}/bomFormat`);
  const version = taker.text(root, 'specVersion', top);
  if (version === null)
    taker.diagnostics.warning(
      'missing-spec-version',
      'The document does not say which version of CycloneDX it follows.',
      `${top}/specVersion`,
    );
  else if (!SPEC_VERSIONS.includes(version)) {
    taker.diagnostics.warning(
      'unknown-spec-version',
      `Version ${quoted(version)} of CycloneDX is not known here; the document was read as the newest known one.`,
      `${top}/specVersion`,
    );
  }
  return version;
}

function revisionOf(taker: Taker, root: Shape, top: string): number | null {
  const { version } = root;
  if (version === undefined || version === null || version === '') return null;
  const number = typeof version === 'string' ? Number(version) : version;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  taker.drop(
    'wrong-type',
    `"version" should be a whole number from 1 to 2^53, not ${typeof version === 'number' ? version : kindOf(version)}; it was left out.`,
    `${top}/version`,
  );
  return null;
}

function lifecyclesOf(taker: Taker, metadata: Shape, at: string): readonly string[] {
  const lifecycles: string[] = [];
  const list = taker.list(metadata, 'lifecycles', at);
  for (let i = 0; i < list.length; i++) {
    const here = `${at}/lifecycles/${i}`;
    const shape = taker.item(list[i], 'A lifecycle', here);
    const phase =
      shape === null ? null : (taker.text(shape, 'phase', here) ?? taker.text(shape, 'name', here));
    if (phase !== null) lifecycles.push(phase);
  }
  return lifecycles;
}
