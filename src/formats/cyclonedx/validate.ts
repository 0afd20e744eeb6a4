import { FormatError } from '../errors.ts';
import type { DocumentInput, Validation } from '../format.ts';
import { headOf } from '../input.ts';
import { encodingOf } from './detect.ts';
import { validateJson } from './validate-json.ts';
import { validateXml } from './validate-xml.ts';

/** Judges a document strictly, by the official schema of its version and encoding. A document that cannot be parsed has that one fault. */
export async function validateCycloneDx(input: DocumentInput): Promise<Validation> {
  try {
    return encodingOf(headOf(input)) === 'xml' ? validateXml(input) : await validateJson(input);
  } catch (thrown) {
    if (!(thrown instanceof FormatError)) throw thrown;
    const { code, message, at } = thrown;
    return { valid: false, specVersion: null, faults: [{ severity: 'error', code, message, at }] };
  }
}
