import type { DocumentInput, Validation } from '../format.ts';
import { headOf } from '../input.ts';
import { unparsed } from '../strict.ts';
import { encodingOf } from './detect.ts';
import { parseProtoText } from './proto-text.ts';
import { decodeWire } from './proto-wire.ts';
import { validateJson } from './validate-json.ts';
import { validateProto } from './validate-proto.ts';
import { validateXml } from './validate-xml.ts';

/** Judges a document strictly, by the official schema of its version and encoding. A document that cannot be parsed has that one fault. */
export async function validateCycloneDx(input: DocumentInput): Promise<Validation> {
  try {
    return await judge(input);
  } catch (thrown) {
    return unparsed(thrown);
  }
}

async function judge(input: DocumentInput): Promise<Validation> {
  switch (encodingOf(headOf(input))) {
    case 'xml':
      return validateXml(input);
    case 'textproto':
      return validateProto(parseProtoText(input.text()));
    case 'protobuf':
      return validateProto(decodeWire(input.bytes, 'Bom'));
    case 'json':
      return validateJson(input);
  }
}
