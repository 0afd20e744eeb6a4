import { createHash } from 'node:crypto';
import type { Digest, Party } from '../../model/facts.ts';
import { type BomDocument, type BomEntry, SUBJECT } from '../bom-document.ts';
import { COMPONENT_TYPES } from './component-types.ts';

type Json = { [key: string]: unknown };

/** Names of the specification for the algorithms Larder knows; a digest of another is left out, since the schema has no word for it. */
const ALGORITHMS = new Map([
  ['md5', 'MD5'],
  ['sha1', 'SHA-1'],
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
  ['sha3-256', 'SHA3-256'],
  ['sha3-384', 'SHA3-384'],
  ['sha3-512', 'SHA3-512'],
  ['blake2b-256', 'BLAKE2b-256'],
  ['blake2b-384', 'BLAKE2b-384'],
  ['blake2b-512', 'BLAKE2b-512'],
  ['blake3', 'BLAKE3'],
]);
const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/;
/** What a property of a component says its uses are, and of an edge; read back by nobody but people and Larder. */
const USAGE = 'larder:usage';
const RANGE = 'larder:range';

/**
 * Writes a bill of materials as CycloneDX 1.6 (or 1.7) JSON. Equal documents give equal bytes: the serial number is derived from the content, the time is
 * the caller's. Valid against the official schema for every document of the type; what CycloneDX has no word for becomes a `larder:` property.
 */
export function writeCycloneDx(document: BomDocument, specVersion: '1.6' | '1.7' = '1.6'): string {
  const refs = refsOf(document);
  const content = without({
    metadata: metadataOf(document, refs(SUBJECT)),
    components: nested(document, refs),
    dependencies: dependenciesOf(document, refs),
    compositions: compositionsOf(document, refs),
  });
  const bom = {
    $schema: `http://cyclonedx.org/schema/bom-${specVersion}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion,
    serialNumber: serialNumber(JSON.stringify(content)),
    version: 1,
    ...content,
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** A UUID of version 8 (RFC 9562: made by the application's own rule) from the SHA-256 of the content. */
function serialNumber(content: string): string {
  const bytes = createHash('sha256').update(content).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The bom-ref of each entry: its purl, else its name and version; numbered where that is not unique. */
function refsOf(document: BomDocument): (ordinal: number) => string {
  const taken = new Set<string>();
  const refs = [document.subject, ...document.components].map(entry => {
    const base =
      entry.purl ??
      [entry.group, entry.name, entry.version].filter(part => part !== null && part !== '').join('/');
    let ref = base === '' ? 'component' : base;
    for (let n = 2; taken.has(ref); n++) ref = `${base}#${n}`;
    taken.add(ref);
    return ref;
  });
  return ordinal => refs[ordinal + 1] as string;
}

function metadataOf(document: BomDocument, subjectRef: string): Json {
  const { created, lifecycle, tool, subject } = document;
  return without({
    timestamp: created,
    lifecycles: lifecycle === null ? null : [{ phase: lifecycle }],
    tools: {
      components: [
        without({
          type: 'application',
          supplier: tool.vendor === null ? null : { name: tool.vendor },
          name: tool.name,
          version: tool.version,
        }),
      ],
    },
    component: entryOf(subject, subjectRef),
  });
}

/** Components in their order, each inside its parent. A parent always comes before what is in it. */
function nested(document: BomDocument, refs: (ordinal: number) => string): Json[] {
  const top: Json[] = [];
  const written: Json[] = [];
  for (const [ordinal, entry] of document.components.entries()) {
    const json = entryOf(entry, refs(ordinal));
    written.push(json);
    const parent = entry.parent === null || entry.parent >= ordinal ? undefined : written[entry.parent];
    if (parent === undefined) top.push(json);
    else parent['components'] = [...((parent['components'] as Json[] | undefined) ?? []), json];
  }
  return top;
}

function entryOf(entry: BomEntry, ref: string): Json {
  return without({
    type: COMPONENT_TYPES.has(entry.type) ? entry.type : 'library',
    'bom-ref': ref,
    supplier: partyOf(entry.supplier),
    group: entry.group,
    name: entry.name,
    version: entry.version,
    description: entry.description,
    scope: entry.scope,
    hashes: hashesOf(entry.digests),
    licenses: licencesOf(entry.licences),
    purl: entry.purl,
    externalReferences: entry.references.map(({ type, url, comment, digests }) =>
      without({
        type: REFERENCE_TYPES.has(type) ? type : 'other',
        url: iri(url),
        comment: comment ?? null,
        hashes: hashesOf(digests ?? []),
      }),
    ),
    properties: propertiesOf(entry),
    evidence: evidenceOf(entry),
  });
}

function partyOf(party: Party | null): Json | null {
  if (party === null) return null;
  const people = party.contacts ?? (party.email === null ? [] : [{ ...party, name: '' }]);
  const own = people.map(person => ({
    ...(person.name !== '' && { name: person.name }),
    ...without({ email: address(person.email), phone: person.phone ?? null }),
  }));
  return without({
    name: party.name,
    url: party.url === null ? null : [iri(party.url)],
    contact: own.filter(contact => Object.keys(contact).length > 0),
  });
}

/** What the schema takes as an address; what is none stays unwritten. */
function address(email: string | null): string | null {
  return email !== null && /^[^\s@]+@[^\s@]+$/.test(email) ? email : null;
}

/** Escapes what RFC 3987 keeps out of a reference. */
function iri(url: string): string {
  return url.replaceAll(/[\s<>"{}|\\^`]/g, char => encodeURIComponent(char));
}

function hashesOf(digests: readonly Digest[]): Json[] {
  return digests.flatMap(({ algorithm, value }) => {
    const alg = ALGORITHMS.get(algorithm);
    return alg === undefined || !HASH.test(value) ? [] : [{ alg, content: value }];
  });
}

/**
 * One licence that is an expression in form is written as one; several, or a plain name, as names: to join them with AND or OR would say more than was
 * stated, and 1.6 takes no expression beside others. An id is a valid expression too.
 */
function licencesOf(licences: readonly string[]): Json[] {
  const [only] = licences;
  if (licences.length === 1 && only !== undefined && isExpression(only)) return [{ expression: only }];
  return [...new Set(licences)].filter(name => name !== '').map(name => ({ license: { name } }));
}

const EXPRESSION = /^[A-Za-z0-9.+:()-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+:()-]+)*$/;

function isExpression(text: string): boolean {
  return EXPRESSION.test(text);
}

function propertiesOf(entry: BomEntry): Json[] {
  const usage = entry.usage.map(value => ({ name: USAGE, value }));
  const range = entry.range === null ? [] : [{ name: RANGE, value: entry.range }];
  return [...usage, ...range, ...entry.properties.map(([name, value]) => ({ name, value }))];
}

function evidenceOf(entry: BomEntry): Json | null {
  if (entry.locations.length === 0) return null;
  return { occurrences: entry.locations.map(({ file, line }) => without({ location: file, line })) };
}

/** One entry for each thing that needs something, in order, and for those whose needs are known to be all stated. */
function dependenciesOf(document: BomDocument, refs: (ordinal: number) => string): Json[] {
  const targets = new Map<number, Set<number>>();
  for (const { from, to } of document.dependencies) {
    const of = targets.get(from);
    if (of === undefined) targets.set(from, new Set([to]));
    else of.add(to);
  }
  for (const { component, aggregate } of document.completeness) {
    if (aggregate === 'complete' && !targets.has(component)) targets.set(component, new Set());
  }
  const ordinals = [...targets.keys()].sort((a, b) => a - b);
  return ordinals.map(ordinal => {
    const needs = [...(targets.get(ordinal) ?? [])].sort((a, b) => a - b).map(refs);
    return needs.length === 0 ? { ref: refs(ordinal) } : { ref: refs(ordinal), dependsOn: needs };
  });
}

function compositionsOf(document: BomDocument, refs: (ordinal: number) => string): Json[] {
  return (['complete', 'incomplete', 'unknown'] as const).flatMap(aggregate => {
    const named = new Set(
      document.completeness.filter(item => item.aggregate === aggregate).map(item => item.component),
    );
    return named.size === 0 ? [] : [{ aggregate, dependencies: [...named].sort((a, b) => a - b).map(refs) }];
  });
}

/** Leaves out what is null, an empty text (but for a name, which is required) or an empty list. */
function without(json: Json): Json {
  const kept: Json = {};
  for (const [key, value] of Object.entries(json)) {
    if (value === null || value === undefined || (value === '' && key !== 'name')) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    kept[key] = value;
  }
  return kept;
}

/** External reference types of 1.6. */
const REFERENCE_TYPES: ReadonlySet<string> = new Set([
  'vcs',
  'issue-tracker',
  'website',
  'advisories',
  'bom',
  'mailing-list',
  'social',
  'chat',
  'documentation',
  'support',
  'source-distribution',
  'distribution',
  'distribution-intake',
  'license',
  'build-meta',
  'build-system',
  'release-notes',
  'security-contact',
  'model-card',
  'log',
  'configuration',
  'evidence',
  'formulation',
  'attestation',
  'threat-model',
  'adversary-model',
  'risk-assessment',
  'vulnerability-assertion',
  'exploitability-statement',
  'pentest-report',
  'static-analysis-report',
  'dynamic-analysis-report',
  'runtime-analysis-report',
  'component-analysis-report',
  'maturity-report',
  'certification-report',
  'codified-infrastructure',
  'quality-metrics',
  'poam',
  'electronic-signature',
  'digital-signature',
  'rfc-9116',
]);
