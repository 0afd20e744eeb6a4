import { TrustError } from './errors.ts';

/**
 * A strict reader of DER (ITU-T X.690): definite lengths in their shortest form, everything inside its parent. A lenient reader would let an
 * attacker give two certificates the same meaning with different bytes, or the other way round. Positions are kept, nothing is copied.
 */
export interface DerNode {
  readonly bytes: Uint8Array;
  /** The identifier octet: class, constructed bit and number (numbers above 30 do not occur in what we read). */
  readonly tag: number;
  /** Where the identifier octet is, where the content starts and where it ends. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** The one value that fills `bytes` to the last byte. */
export function readDer(bytes: Uint8Array): DerNode {
  const node = readAt(bytes, 0, bytes.length);
  if (node.end !== bytes.length) malformed('bytes follow the outermost value');
  return node;
}

/** The values inside a constructed value, in order. */
export function children(node: DerNode): DerNode[] {
  if ((node.tag & 0x20) === 0) malformed('a primitive value stands where a constructed one should');
  return contents(node.bytes, node.start, node.end);
}

/** The values that follow each other in the content of an OCTET STRING or any other wrapper. */
export function inner(node: DerNode): DerNode {
  const value = readAt(node.bytes, node.start, node.end);
  if (value.end !== node.end) malformed('bytes follow an inner value');
  return value;
}

/** The content, without identifier and length. A view, not a copy. */
export function content(node: DerNode): Uint8Array {
  return node.bytes.subarray(node.start, node.end);
}

/** The whole value with identifier and length. A view, not a copy. */
export function whole(node: DerNode): Uint8Array {
  return node.bytes.subarray(node.from, node.end);
}

/** `node` when it has the tag, else an error that names what was expected. */
export function expectTag(node: DerNode | undefined, tag: number, what: string): DerNode {
  if (node === undefined || node.tag !== tag) malformed(`${what} is missing or of another type`);
  return node;
}

/** Dotted form of an OBJECT IDENTIFIER; arcs above 2^53 are refused. */
export function oidOf(node: DerNode): string {
  expectTag(node, DER.oid, 'an object identifier');
  const { bytes, start, end } = node;
  if (start === end || (bytes[end - 1] as number) & 0x80) malformed('an object identifier is cut off');
  const arcs: number[] = [];
  let value = 0;
  for (let at = start; at < end; at++) {
    const octet = bytes[at] as number;
    if (value === 0 && octet === 0x80) malformed('an object identifier is padded');
    if (value > 2 ** 45) malformed('an object identifier has an arc that is too large');
    value = value * 128 + (octet & 0x7f);
    if (octet & 0x80) continue;
    if (arcs.length === 0)
      arcs.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)));
    else arcs.push(value);
    value = 0;
  }
  return arcs.join('.');
}

/** The bytes of a BIT STRING of whole octets. */
export function bitsOf(node: DerNode | undefined, what: string): Uint8Array {
  const found = expectTag(node, DER.bitString, what);
  if (found.end === found.start || found.bytes[found.start] !== 0)
    malformed(`${what} is not made of whole bytes`);
  return found.bytes.subarray(found.start + 1, found.end);
}

/** A small non-negative INTEGER. */
export function smallInteger(node: DerNode | undefined, what: string): number {
  const found = integer(node, what);
  if (found.end - found.start > 4 || (found.bytes[found.start] as number) & 0x80)
    malformed(`${what} is out of range`);
  let value = 0;
  for (let at = found.start; at < found.end; at++) value = value * 256 + (found.bytes[at] as number);
  return value;
}

/** An INTEGER of any size, in its shortest form. */
export function integer(node: DerNode | undefined, what: string): DerNode {
  const found = expectTag(node, DER.integer, what);
  const { bytes, start, end } = found;
  if (start === end) malformed(`${what} is empty`);
  const [first, second] = [bytes[start] as number, bytes[start + 1] ?? 0];
  if (end - start > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    malformed(`${what} is padded`);
  return found;
}

export function booleanOf(node: DerNode): boolean {
  const value = node.bytes[node.start];
  if (node.tag !== DER.boolean || node.end - node.start !== 1 || (value !== 0 && value !== 0xff))
    malformed('a boolean is not 00 or FF');
  return value === 0xff;
}

/** Milliseconds since the epoch of a UTCTime or GeneralizedTime, both in the Z form that RFC 5280 and RFC 3161 ask for (fractions allowed in the latter). */
export function timeOf(node: DerNode | undefined, what: string): number {
  const text = node === undefined ? '' : Buffer.from(content(node)).toString('latin1');
  const utc = node?.tag === DER.utcTime ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) : null;
  const general =
    node?.tag === DER.generalizedTime
      ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(text)
      : null;
  const found = utc ?? general;
  if (found === null) malformed(`${what} is not a time`);
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const full = utc === null ? year : year + (year < 50 ? 2000 : 1900);
  const time = Date.UTC(full, month - 1, day, hour, minute, second);
  const back = new Date(time);
  if (
    back.getUTCMonth() !== month - 1 ||
    back.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    malformed(`${what} is not a time`);
  return time + Math.floor(Number(general?.[7] ?? 0) * 1000);
}

/** Writes one value: identifier, shortest length, content. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  const header = length < 128 ? [tag, length] : [tag, 0x80 | octets.length, ...octets];
  return Buffer.concat([Buffer.from(header), ...parts]);
}

function contents(bytes: Uint8Array, start: number, end: number): DerNode[] {
  const nodes: DerNode[] = [];
  for (let at = start; at < end; ) {
    const node = readAt(bytes, at, end);
    nodes.push(node);
    at = node.end;
  }
  return nodes;
}

function readAt(bytes: Uint8Array, from: number, limit: number): DerNode {
  if (from + 2 > limit) malformed('a value is cut off');
  const tag = bytes[from] as number;
  if ((tag & 0x1f) === 0x1f) malformed('a tag number is too large');
  const first = bytes[from + 1] as number;
  let start = from + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || start + count > limit) malformed('a length is not definite');
    length = 0;
    for (const octet of bytes.subarray(start, start + count)) length = length * 256 + octet;
    if (length < 128 || bytes[start] === 0) malformed('a length is not in its shortest form');
    start += count;
  }
  if (start + length > limit) malformed('a value is cut off');
  return { bytes, tag, from, start, end: start + length };
}

function malformed(what: string): never {
  throw new TrustError('certificate-malformed', `The DER encoding is not sound: ${what}.`);
}
