import { Diagnostics } from '../../model/diagnostic.ts';
import { messageOf } from '../../model/errors.ts';
import type { ReadResult } from '../../model/facts.ts';
import { FormatError } from '../errors.ts';
import type { DocumentInput, Format } from '../format.ts';
import { headOf } from '../input.ts';
import { detect, encodingOf } from './detect.ts';
import { parseJsonDocument } from './json.ts';
import { parseRdf } from './rdf.ts';
import { type Parsed, readDocument } from './read.ts';
import { parseTagValue } from './tag-value.ts';
import { parseXmlDocument } from './xml.ts';
import { parseYaml } from './yaml.ts';

/** SPDX 2.0 to 2.3 in every encoding the specification has. */
export const format: Format = {
  id: 'spdx',
  title: 'SPDX 2',
  owns: root => typeof root['spdxVersion'] === 'string' && root['spdxVersion'].startsWith('SPDX-2'),
  detect,
  read,
  validate: async input => (await import('./validate.ts')).validate(input),
};

const PARSERS = {
  json: parseJsonDocument,
  yaml: parseYaml,
  xml: parseXmlDocument,
  'rdf-xml': parseRdf,
  'tag-value': parseTagValue,
} as const satisfies Record<string, (input: DocumentInput) => Parsed>;

function read(input: DocumentInput): ReadResult {
  const encoding = encodingOf(headOf(input));
  try {
    return readDocument(PARSERS[encoding](input));
  } catch (thrown) {
    if (thrown instanceof FormatError) return rejected(encoding, thrown);
    throw thrown;
  }
}

function rejected(encoding: ReadResult['encoding'], error: FormatError): ReadResult {
  const diagnostics = new Diagnostics();
  diagnostics.error(error.code, messageOf(error), error.at);
  return {
    kind: 'sbom',
    format: 'spdx',
    encoding,
    specVersion: null,
    status: 'rejected',
    diagnostics: diagnostics.list(),
    bom: null,
    facts: null,
  };
}
