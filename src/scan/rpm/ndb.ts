import { ScanError } from '../errors.ts';
import { MAX_BLOB, MAX_PACKAGES } from './limits.ts';

const PAGE = 4096;
const SLOT = 16;
const UNIT = 16;
const MAGIC = { header: 0x506d7052, slot: 0x746f6c53, blob: 0x53626c42 } as const;

/** The headers in a Packages.db of rpm's own ndb format (lib/backend/ndb/rpmpkg.c): pages of slots, each the place of one blob. @throws ScanError `malformed-file` */
export function* ndbHeaders(bytes: Uint8Array, name: string): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => (at + 4 <= bytes.length ? view.getUint32(at, true) : 0);
  if (word(0) !== MAGIC.header)
    throw new ScanError('malformed-file', `${name} is no database of rpm: it does not begin as one.`);
  const end = Math.min(word(12) * PAGE, bytes.length);
  let found = 0;
  // The first two slots are the header.
  for (let at = SLOT * 2; at + SLOT <= end && found < MAX_PACKAGES; at += SLOT) {
    const index = word(at + 4);
    if (word(at) !== MAGIC.slot || index === 0) continue;
    const start = word(at + 8) * UNIT;
    const length = word(start + 12);
    const isWhole =
      word(start) === MAGIC.blob &&
      word(start + 4) === index &&
      length <= MAX_BLOB &&
      start + 16 + length <= bytes.length;
    found++;
    yield isWhole ? bytes.subarray(start + 16, start + 16 + length) : new Uint8Array();
  }
}
