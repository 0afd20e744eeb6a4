import { ScanError } from '../errors.ts';
import { MAX_BLOB, MAX_PACKAGES } from './limits.ts';

const MAGIC = 0x061561;
const PAGE_HEADER = 26;
const PAGE_TYPE = { unsorted: 2, overflow: 7, hash: 13 } as const;
const OFF_PAGE = 3;

/**
 * The headers in a Packages file of Berkeley DB's hash format (db_page.h): hash pages of key and value in turn, values on chains of overflow pages.
 * @throws ScanError `malformed-file`
 */
export function* bdbHeaders(bytes: Uint8Array, name: string): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes.length >= 512 && view.getUint32(12, true) === MAGIC;
  const pageSize = bytes.length >= 512 ? view.getUint32(20, little) : 0;
  const isHash = bytes.length >= 512 && view.getUint32(12, little) === MAGIC;
  if (!isHash || pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0)
    throw new ScanError('malformed-file', `${name} is no database of rpm: it is no Berkeley DB hash file.`);
  const pages = Math.floor(bytes.length / pageSize);
  const budget = { pages: pages * 2, found: 0 };
  for (let page = 1; page < pages; page++) {
    const start = page * pageSize;
    const type = bytes[start + 25];
    if (type !== PAGE_TYPE.hash && type !== PAGE_TYPE.unsorted) continue;
    const count = Math.min(view.getUint16(start + 20, little), Math.floor((pageSize - PAGE_HEADER) / 2));
    for (let i = 1; i < count; i += 2) {
      const item = view.getUint16(start + PAGE_HEADER + i * 2, little);
      // The database keeps a counter on a page itself; headers never fit there.
      if (item + 12 > pageSize || bytes[start + item] !== OFF_PAGE) continue;
      if (++budget.found > MAX_PACKAGES) return;
      yield chain(view.getUint32(start + item + 4, little), view.getUint32(start + item + 8, little));
    }
  }

  /** The bytes of a chain; empty when it is broken or longer than the file. */
  function chain(first: number, length: number): Uint8Array {
    if (length > MAX_BLOB) return new Uint8Array();
    const parts: Uint8Array[] = [];
    let got = 0;
    for (let page = first; page !== 0 && got < length; ) {
      const start = page * pageSize;
      // Every page is on one chain: a chain that goes round uses up what all of them have together.
      if (page >= pages || bytes[start + 25] !== PAGE_TYPE.overflow || --budget.pages < 0)
        return new Uint8Array();
      const part = bytes.subarray(
        start + PAGE_HEADER,
        start + Math.min(pageSize, PAGE_HEADER + length - got),
      );
      parts.push(part);
      got += part.length;
      page = view.getUint32(start + 16, little);
    }
    return got === length ? Buffer.concat(parts) : new Uint8Array();
  }
}
