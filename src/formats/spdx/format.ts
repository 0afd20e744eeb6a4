import { Diagnostics } from '../../model/diagnostic.ts';
import { messageOf } from '../../model/errors.ts';
import type { ReadResult } from '../../model/facts.ts';
import { FormatError } from '../errors.ts';
import type { DocumentInput, Format } from '../format.ts';
import { detect } from './detect.ts';
import { parseJsonDocument } from './json.ts';
import { readDocument } from './read.ts';

/** SPDX 2.0 to 2.3 in every encoding the specification has. */
export const format: Format = {
  id: 'spdx',
  title: 'SPDX 2',
  detect,
  read,
  validate: null,
};

function read(input: DocumentInput): ReadResult {
  try {
    return readDocument(parseJsonDocument(input));
  } catch (thrown) {
    if (thrown instanceof FormatError) return rejected(thrown);
    throw thrown;
  }
}

function rejected(error: FormatError): ReadResult {
  const diagnostics = new Diagnostics();
  diagnostics.error(error.code, messageOf(error), error.at);
  return {
    kind: 'sbom',
    format: 'spdx',
    encoding: 'json',
    specVersion: null,
    status: 'rejected',
    diagnostics: diagnostics.list(),
    bom: null,
    facts: null,
  };
}
