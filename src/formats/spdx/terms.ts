import { localName } from './rdf-graph.ts';

/**
 * A name of the SPDX 2 ontology, or its IRI, as JSON writes it: `relationshipType_dependsOn` to `DEPENDS_ON`, `checksumAlgorithm_sha256` to `SHA256`,
 * `referenceCategory_packageManager` to `PACKAGE-MANAGER`. Tools that turn RDF into JSON leave the ontology's names in it.
 */
export function term(stated: string): string {
  const name = localName(stated);
  const underscore = name.indexOf('_');
  const prefixed = underscore !== -1 && TERM_PREFIXES.has(name.slice(0, underscore));
  const value = prefixed ? name.slice(underscore + 1) : name;
  return SPECIAL_TERMS.get(value) ?? value.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
}

const TERM_PREFIXES = new Set([
  'annotationType',
  'checksumAlgorithm',
  'fileType',
  'purpose',
  'referenceCategory',
  'relationshipType',
]);

/** Names in the ontology that do not follow its own rule. */
const SPECIAL_TERMS = new Map([
  ['amendment', 'AMENDS'],
  ['testcaseOf', 'TEST_CASE_OF'],
  ['packageManager', 'PACKAGE-MANAGER'],
  ['persistentId', 'PERSISTENT-ID'],
  ['operatingSystem', 'OPERATING-SYSTEM'],
  ['blake2b256', 'BLAKE2b-256'],
  ['blake2b384', 'BLAKE2b-384'],
  ['blake2b512', 'BLAKE2b-512'],
  ['sha3_256', 'SHA3-256'],
  ['sha3_384', 'SHA3-384'],
  ['sha3_512', 'SHA3-512'],
]);
