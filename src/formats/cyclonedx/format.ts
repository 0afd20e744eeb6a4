import type { ReadResult } from '../../model/facts.ts';
import { FormatError } from '../errors.ts';
import type { DocumentInput, Format } from '../format.ts';
import { headOf } from '../input.ts';
import { parseXml } from '../xml.ts';
import { detectCycloneDx, encodingOf } from './detect.ts';
import { bomFromProto } from './from-proto.ts';
import { bomFromXml, NAMESPACE } from './from-xml.ts';
import { parseProtoText } from './proto-text.ts';
import { decodeWire } from './proto-wire.ts';
import { readBom, rejected, wrappedBom } from './read.ts';
import type { Shape } from './shape.ts';

/** CycloneDX 1.0 to 1.7: JSON, XML and protobuf. */
export const format: Format = {
  id: 'cyclonedx',
  title: 'CycloneDX',
  owns: root => root['bomFormat'] === 'CycloneDX' || wrappedBom(root) !== null,
  detect: detectCycloneDx,
  read,
  validate: async input => (await import('./validate.ts')).validateCycloneDx(input),
};

/** Reads one document, whatever its encoding. Never throws for what the bytes hold. */
function read(input: DocumentInput): ReadResult {
  const encoding = encodingOf(headOf(input));
  try {
    if (encoding === 'json') return readBom(input.json(), 'json');
    if (encoding === 'xml') return readBom(shapeOfXml(input), 'xml');
    const message = encoding === 'textproto' ? parseProtoText(input.text()) : decodeWire(input.bytes, 'Bom');
    const { shape, faults } = bomFromProto(message);
    return readBom(shape, encoding, faults);
  } catch (thrown) {
    if (thrown instanceof FormatError) return rejected(encoding, thrown.message, thrown.code, thrown.at);
    throw thrown;
  }
}

function shapeOfXml(input: DocumentInput): Shape {
  const root = parseXml(input.text());
  if (root.name !== 'bom' || !root.namespace.startsWith(NAMESPACE)) {
    const message = `The root element is <${root.name}> of "${root.namespace}", not <bom> of ${NAMESPACE}1.0 to 1.7.`;
    throw new FormatError('invalid-xml', message, `line ${root.line}, column ${root.column}`);
  }
  return bomFromXml(root);
}
