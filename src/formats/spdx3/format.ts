import { Diagnostics } from '../../model/diagnostic.ts';
import { messageOf } from '../../model/errors.ts';
import type { ReadResult } from '../../model/facts.ts';
import { FormatError } from '../errors.ts';
import type { DocumentInput, Format } from '../format.ts';
import { detect } from './detect.ts';
import { readDocument3 } from './read.ts';

/** SPDX 3.0 and 3.0.1 in JSON-LD. */
export const format: Format = {
  id: 'spdx3',
  title: 'SPDX 3',
  detect,
  read,
  validate: async input => (await import('./validate.ts')).validate(input),
};

function read(input: DocumentInput): ReadResult {
  try {
    return readDocument3(input.json());
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
    format: 'spdx3',
    encoding: 'json-ld',
    specVersion: null,
    status: 'rejected',
    diagnostics: diagnostics.list(),
    bom: null,
    facts: null,
  };
}
