/**
 * Sparse members of GNU tar: the archive holds the parts of a file that are not zero, and where they belong. What reads tar for us takes type `S` for a plain file
 * and its map for the next header (GNU tar manual, "The Sparse Formats").
 */
const BLOCK = 512;

/** The reader of tar takes no longer ones. */
const LONGEST_PAX = 1024 * 1024;

/** No mode that a file has; it stands for type `S`, which the reader does not hand on. */
const SPARSE_MODE = 0o7777777;

export function isSparse(header: {
  readonly mode?: number;
  readonly pax?: Readonly<Record<string, string>>;
}): boolean {
  return (
    header.mode === SPARSE_MODE || Object.keys(header.pax ?? {}).some(key => key.startsWith('GNU.sparse.'))
  );
}

/** The tar in pieces, the headers of members of type `S` replaced by ones that `isSparse` knows, without the blocks that go on with their maps. */
export function markSparse(tar: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  let paxSize: number | null = null;
  for (let at = 0; isHeader(tar, at); ) {
    const header = tar.subarray(at, at + BLOCK);
    const type = String.fromCharCode(header[156] ?? 0);
    const isMeta = /[xgLK]/.test(type);
    const size = /[1-6]/.test(type) ? 0 : ((isMeta ? null : paxSize) ?? numberOf(header.subarray(124, 136)));
    let body = at + BLOCK;
    if (type === 'S') {
      body = endOfMap(tar, at);
      pieces.push(tar.subarray(from, at), marked(header));
      from = body;
    }
    const records = tar.subarray(body, body + Math.min(size, LONGEST_PAX));
    // One size for all members: nobody writes that, and where the next header stands is no longer sure.
    if (type === 'g' && paxSizeOf(records) !== null) break;
    if (type === 'x') paxSize = paxSizeOf(records);
    else if (!isMeta) paxSize = null;
    at = body + Math.ceil(size / BLOCK) * BLOCK;
  }
  return [...pieces, tar.subarray(from)];
}

/** Each block of a map says in a byte whether another one follows. */
function endOfMap(tar: Uint8Array, header: number): number {
  let end = header + BLOCK;
  for (let more = tar[header + 482]; more === 1; more = tar[end - BLOCK + 504]) end += BLOCK;
  return end;
}

function marked(header: Uint8Array): Uint8Array {
  const block = Buffer.from(header);
  block.write(`${SPARSE_MODE.toString(8)}\0`, 100, 'latin1');
  block.write('0', 156, 'latin1');
  block.write(`${sumOf(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function isHeader(tar: Uint8Array, at: number): boolean {
  const block = tar.subarray(at, at + BLOCK);
  return block.length === BLOCK && numberOf(block.subarray(148, 156)) === sumOf(block);
}

/** Of all bytes, the checksum itself as spaces. */
function sumOf(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

/** Octal, or, where the first bit is set, binary. */
function numberOf(field: Uint8Array): number {
  const text = Buffer.from(field);
  if (((field[0] ?? 0) & 0x80) !== 0) return text.subarray(-6).readUIntBE(0, 6);
  const octal = text.toString('latin1').split('\0', 1)[0]?.trim() ?? '';
  return /^[0-7]+$/.test(octal) ? Number.parseInt(octal, 8) : 0;
}

/** POSIX.1-2017, pax, "pax Header Block": a size there takes the place of the header's. */
function paxSizeOf(records: Uint8Array): number | null {
  const digits = /(?:^|\n)\d{1,10} size=(\d{1,15})\n/.exec(Buffer.from(records).toString('latin1'))?.[1];
  return digits === undefined ? null : Number(digits);
}
