import type { ReadResult } from '../../model/facts.ts';
import { FormatError } from '../errors.ts';
import type { DocumentInput, Format } from '../format.ts';
import { detectCycloneDx } from './detect.ts';
import { readBom, rejected } from './read.ts';

/** CycloneDX 1.0 to 1.7: JSON, XML and protobuf. */
export const format: Format = {
  id: 'cyclonedx',
  title: 'CycloneDX',
  detect: detectCycloneDx,
  read: readCycloneDx,
  validate: null,
};

/** Reads one document, whatever its encoding. Never throws for what the bytes hold. */
export function readCycloneDx(input: DocumentInput): ReadResult {
  try {
    return readBom(input.json(), 'json');
  } catch (thrown) {
    if (thrown instanceof FormatError) return rejected('json', thrown.message, thrown.code, thrown.at);
    throw thrown;
  }
}
