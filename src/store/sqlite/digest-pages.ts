import { type DigestIntake, DIGEST_KEY_BYTES as KEY_BYTES } from '../intake.ts';
import type { Database } from './database.ts';

/**
 * Which BOM has which digest, sorted and in pages of many entries: as rows of their own they were half of all index rows. An entry is the digest's key, the number of the
 * BOM, and kind and ordinal in one word, all big-endian, so that entries are in order when their bytes are. A page's `first` is its first entry; the pages of a segment
 * follow one another without overlap. Entries are handled as views of the bytes of pages.
 */
const BOM_AT = KEY_BYTES;
const PLACE_AT = BOM_AT + 4;
const ENTRY_BYTES = PLACE_AT + 4;
const FILE = 2 ** 31;

/** Two pages of them fill one of the database. */
const PAGE_ENTRIES = 160;

/** One entry without its key. */
export interface DigestEntry {
  readonly bom: number;
  /** 0 component, 1 file. */
  readonly kind: number;
  readonly ordinal: number;
}

interface Page {
  readonly id: number;
  readonly entries: DataView;
}

/** Adds the digests of BOMs to a segment; what it has already is passed over. Within the writer's transaction. */
export function addDigests(
  db: Database,
  segment: number,
  parts: readonly (readonly [bom: number, digests: DigestIntake])[],
): void {
  const entries = sortedEntries(parts);
  for (let at = 0; at < entries.byteLength; ) {
    const page = pageOf(db, segment, entryAt(entries, at));
    const next = nextFirst(db, segment, entryAt(entries, at));
    const end = next === null ? entries.byteLength : lowerBound(entries, next);
    const added = slice(entries, at, end);
    if (page === null) putPages(db, segment, added);
    else replacePage(db, segment, page, merged(page.entries, added));
    at = end;
  }
}

/** The entries of a digest's key in some segments, by BOM, kind and ordinal within each. */
export function findDigest(db: Database, segments: readonly number[], key: Uint8Array): DigestEntry[] {
  const from = boundOf(key, 0);
  const to = boundOf(key, 0xff);
  const found: DigestEntry[] = [];
  for (const segment of segments) {
    let page = pageOf(db, segment, from) ?? pageAfter(db, segment, from);
    while (page !== null) {
      const { entries } = page;
      const end = upperBound(entries, to);
      for (let at = lowerBound(entries, from); at < end; at += ENTRY_BYTES)
        found.push(readEntry(entries, at));
      page = end < entries.byteLength ? null : pageAfter(db, segment, lastOf(entries));
    }
  }
  return found;
}

/**
 * Copies the next entries of the sources, about `limit` of them, to the end of the target. Progress is the last entry that the target has. False when there was
 * nothing left to copy.
 */
export function copyDigests(
  db: Database,
  sources: readonly number[],
  target: number,
  limit: number,
): boolean {
  const reached = lastEntry(db, target);
  const pages = Math.max(1, Math.ceil(limit / sources.length / PAGE_ENTRIES));
  const taken: DataView[] = [];
  let bound: DataView | null = null;
  for (const source of sources) {
    const [entries, isAll] = entriesAfter(db, source, reached, pages);
    if (entries.byteLength === 0) continue;
    taken.push(entries);
    const last = lastOf(entries);
    if (!isAll && (bound === null || compare(last, 0, bound, 0) < 0)) bound = last;
  }
  const until = bound;
  const all = taken
    .map(entries => (until === null ? entries : slice(entries, 0, upperBound(entries, until))))
    .reduce(merged, viewOf(new Uint8Array()));
  putPages(db, target, all);
  return all.byteLength > 0;
}

/** Deletes pages of a segment, about `limit` entries; false when there are none. */
export function dropDigests(db: Database, segment: number, limit: number): boolean {
  const sql =
    'DELETE FROM digest_page WHERE id IN (SELECT id FROM digest_page WHERE segment = ? ORDER BY first LIMIT ?)';
  return db.change(sql, segment, Math.max(1, Math.ceil(limit / PAGE_ENTRIES))) > 0;
}

/** Erases what a BOM has in a segment. */
export function eraseDigests(db: Database, segment: number, bom: number): void {
  for (const [id] of db.rows<readonly [number]>('SELECT id FROM digest_page WHERE segment = ?', segment)) {
    const page = readPage(db, 'id = ?', id);
    if (page === null) continue;
    const kept = without(page.entries, bom);
    if (kept.byteLength < page.entries.byteLength) replacePage(db, segment, page, kept);
  }
}

/** How many entries each BOM has in a segment, and whether all are in order. */
export function countDigests(
  db: Database,
  segment: number,
): { readonly counts: Map<number, number>; readonly inOrder: boolean } {
  const counts = new Map<number, number>();
  let inOrder = true;
  let before: DataView | null = null;
  const pages = db.rows<readonly [number, Uint8Array]>(
    'SELECT id, first FROM digest_page WHERE segment = ? ORDER BY first',
    segment,
  );
  for (const [id, first] of pages) {
    const entries = readPage(db, 'id = ?', id)?.entries ?? viewOf(new Uint8Array());
    inOrder &&=
      entries.byteLength > 0 && entries.byteLength % ENTRY_BYTES === 0 && first.length === ENTRY_BYTES;
    inOrder &&= compare(viewOf(first), 0, entries, 0) === 0;
    for (let at = 0; at + ENTRY_BYTES <= entries.byteLength; at += ENTRY_BYTES) {
      const { bom } = readEntry(entries, at);
      counts.set(bom, (counts.get(bom) ?? 0) + 1);
      inOrder &&= before === null || compare(before, 0, entries, at) < 0;
      before = entryAt(entries, at);
    }
  }
  return { counts, inOrder };
}

/** All entries of some BOMs, sorted, each once. */
function sortedEntries(parts: readonly (readonly [number, DigestIntake])[]): DataView {
  const count = parts.reduce((sum, [, { ordinals }]) => sum + ordinals.length, 0);
  const stated = viewOf(new Uint8Array(count * ENTRY_BYTES));
  let row = 0;
  for (const [bom, digests] of parts) {
    writeEntries(stated, row * ENTRY_BYTES, bom, digests);
    row += digests.ordinals.length;
  }
  const order = orderOf(stated, count);
  const sorted = viewOf(new Uint8Array(count * ENTRY_BYTES));
  let length = 0;
  for (let at = 0; at < count; at++) {
    const from = (order[at] ?? 0) * ENTRY_BYTES;
    if (length > 0 && compare(sorted, length - ENTRY_BYTES, stated, from) === 0) continue;
    copy(sorted, length, stated, from);
    length += ENTRY_BYTES;
  }
  return slice(sorted, 0, length);
}

function writeEntries(
  stated: DataView,
  from: number,
  bom: number,
  { keys, kinds, ordinals }: DigestIntake,
): void {
  const key = viewOf(keys);
  for (let at = 0; at < ordinals.length; at++) {
    const offset = from + at * ENTRY_BYTES;
    for (let word = 0; word < KEY_BYTES; word += 4)
      stated.setUint32(offset + word, key.getUint32(at * KEY_BYTES + word));
    stated.setUint32(offset + BOM_AT, bom);
    stated.setUint32(offset + PLACE_AT, (kinds[at] === 0 ? 0 : FILE) + (ordinals[at] ?? 0));
  }
}

/**
 * Rows in the order of their entries. The first bits of digests are as good as random, so that two passes over buckets sort nearly all: a fifth of the time of comparing.
 * Where a document states thousands that begin alike, these are compared.
 */
function orderOf(entries: DataView, count: number): Uint32Array {
  const stated = Uint32Array.from({ length: count }, (_, at) => at);
  const order = byBucket(entries, byBucket(entries, stated, 32 - 2 * BUCKET_BITS), 32 - BUCKET_BITS);
  const inOrder = (a: number, b: number): number =>
    compare(entries, a * ENTRY_BYTES, entries, b * ENTRY_BYTES);
  const beginning = (at: number): number =>
    entries.getUint32((order[at] ?? 0) * ENTRY_BYTES) >>> (32 - 2 * BUCKET_BITS);
  for (let start = 0, end = 0; start < count; start = end) {
    let sorted = true;
    for (end = start + 1; end < count && beginning(end) === beginning(start); end++)
      sorted &&= inOrder(order[end - 1] ?? 0, order[end] ?? 0) <= 0;
    if (!sorted) order.subarray(start, end).sort(inOrder);
  }
  return order;
}

const BUCKET_BITS = 11;

/** Rows by eleven bits of the first word, from `shift` on; those of one bucket keep their order. */
function byBucket(entries: DataView, rows: Uint32Array, shift: number): Uint32Array {
  const ends = new Uint32Array(2 ** BUCKET_BITS + 1);
  const mask = 2 ** BUCKET_BITS - 1;
  for (let at = 0; at < rows.length; at++) {
    const bucket = ((entries.getUint32((rows[at] ?? 0) * ENTRY_BYTES) >>> shift) & mask) + 1;
    ends[bucket] = (ends[bucket] ?? 0) + 1;
  }
  for (let at = 1; at < ends.length; at++) ends[at] = (ends[at] ?? 0) + (ends[at - 1] ?? 0);
  const sorted = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    const bucket = (entries.getUint32(row * ENTRY_BYTES) >>> shift) & mask;
    const to = ends[bucket] ?? 0;
    sorted[to] = row;
    ends[bucket] = to + 1;
  }
  return sorted;
}

/** Two sorted lists as one, each entry once. */
function merged(a: DataView, b: DataView): DataView {
  if (a.byteLength === 0 || b.byteLength === 0) return a.byteLength === 0 ? b : a;
  const both = viewOf(new Uint8Array(a.byteLength + b.byteLength));
  let length = 0;
  let [atA, atB] = [0, 0];
  while (atA < a.byteLength || atB < b.byteLength) {
    const order = atA === a.byteLength ? 1 : atB === b.byteLength ? -1 : compare(a, atA, b, atB);
    if (order <= 0) copy(both, length, a, atA);
    else copy(both, length, b, atB);
    length += ENTRY_BYTES;
    if (order <= 0) atA += ENTRY_BYTES;
    if (order >= 0) atB += ENTRY_BYTES;
  }
  return slice(both, 0, length);
}

function without(entries: DataView, bom: number): DataView {
  const kept = viewOf(new Uint8Array(entries.byteLength));
  let length = 0;
  for (let at = 0; at < entries.byteLength; at += ENTRY_BYTES) {
    if (entries.getUint32(at + BOM_AT) === bom) continue;
    copy(kept, length, entries, at);
    length += ENTRY_BYTES;
  }
  return slice(kept, 0, length);
}

function replacePage(db: Database, segment: number, page: Page, entries: DataView): void {
  db.run('DELETE FROM digest_page WHERE id = ?', page.id);
  putPages(db, segment, entries);
}

/** Writes sorted entries as pages of about the same size. */
function putPages(db: Database, segment: number, entries: DataView): void {
  const count = entries.byteLength / ENTRY_BYTES;
  const pages = Math.ceil(count / PAGE_ENTRIES);
  for (let page = 0; page < pages; page++) {
    const from = Math.floor((page * count) / pages) * ENTRY_BYTES;
    const to = Math.floor(((page + 1) * count) / pages) * ENTRY_BYTES;
    db.run(
      'INSERT INTO digest_page(segment, first, entries) VALUES(?, ?, ?)',
      segment,
      bytesOf(entryAt(entries, from)),
      bytesOf(slice(entries, from, to)),
    );
  }
}

/** The page in which an entry would be; null when it is before all pages. */
function pageOf(db: Database, segment: number, entry: DataView): Page | null {
  return readPage(db, 'segment = ? AND first <= ? ORDER BY first DESC LIMIT 1', segment, bytesOf(entry));
}

function pageAfter(db: Database, segment: number, entry: DataView): Page | null {
  return readPage(db, 'segment = ? AND first > ? ORDER BY first LIMIT 1', segment, bytesOf(entry));
}

function readPage(db: Database, where: string, ...values: (number | Uint8Array)[]): Page | null {
  const [row] = db.rows<readonly [number, Uint8Array]>(
    `SELECT id, entries FROM digest_page WHERE ${where}`,
    ...values,
  );
  return row === undefined ? null : { id: row[0], entries: viewOf(row[1]) };
}

function nextFirst(db: Database, segment: number, entry: DataView): DataView | null {
  const [row] = db.rows<readonly [Uint8Array]>(
    'SELECT first FROM digest_page WHERE segment = ? AND first > ? ORDER BY first LIMIT 1',
    segment,
    bytesOf(entry),
  );
  return row === undefined ? null : viewOf(row[0]);
}

function lastEntry(db: Database, segment: number): DataView | null {
  const page = readPage(db, 'segment = ? ORDER BY first DESC LIMIT 1', segment);
  return page === null ? null : lastOf(page.entries);
}

/** The entries behind `reached` in so many pages, and whether those are all there are. */
function entriesAfter(
  db: Database,
  segment: number,
  reached: DataView | null,
  pages: number,
): readonly [entries: DataView, isAll: boolean] {
  const begun = reached === null ? null : pageOf(db, segment, reached);
  const rest =
    begun === null || reached === null
      ? []
      : [bytesOf(slice(begun.entries, upperBound(begun.entries, reached), begun.entries.byteLength))];
  const further = db.rows<readonly [Uint8Array]>(
    'SELECT entries FROM digest_page WHERE segment = ? AND first > ? ORDER BY first LIMIT ?',
    segment,
    reached === null ? new Uint8Array() : bytesOf(reached),
    pages,
  );
  const entries = Buffer.concat([...rest, ...further.map(([page]) => page)]);
  return [viewOf(entries), further.length < pages];
}

/** Offset of the first entry that is not before `entry`. */
function lowerBound(entries: DataView, entry: DataView): number {
  return search(entries, at => compare(entries, at, entry, 0) >= 0);
}

/** Offset of the first entry that is behind `entry`. */
function upperBound(entries: DataView, entry: DataView): number {
  return search(entries, at => compare(entries, at, entry, 0) > 0);
}

function search(entries: DataView, isThere: (at: number) => boolean): number {
  let low = 0;
  let high = Math.floor(entries.byteLength / ENTRY_BYTES);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isThere(middle * ENTRY_BYTES)) high = middle;
    else low = middle + 1;
  }
  return low * ENTRY_BYTES;
}

function compare(a: DataView, atA: number, b: DataView, atB: number): number {
  for (let word = 0; word < ENTRY_BYTES; word += 4) {
    const difference = a.getUint32(atA + word) - b.getUint32(atB + word);
    if (difference !== 0) return difference;
  }
  return 0;
}

function copy(to: DataView, atTo: number, from: DataView, atFrom: number): void {
  for (let word = 0; word < ENTRY_BYTES; word += 4) to.setUint32(atTo + word, from.getUint32(atFrom + word));
}

function readEntry(entries: DataView, at: number): DigestEntry {
  const place = entries.getUint32(at + PLACE_AT);
  return { bom: entries.getUint32(at + BOM_AT), kind: place >= FILE ? 1 : 0, ordinal: place % FILE };
}

/** The least or the greatest entry that a key can have. */
function boundOf(key: Uint8Array, rest: number): DataView {
  const entry = new Uint8Array(ENTRY_BYTES).fill(rest, KEY_BYTES);
  entry.set(key.subarray(0, KEY_BYTES));
  return viewOf(entry);
}

function entryAt(entries: DataView, at: number): DataView {
  return slice(entries, at, at + ENTRY_BYTES);
}

function lastOf(entries: DataView): DataView {
  return entryAt(entries, entries.byteLength - ENTRY_BYTES);
}

function slice(entries: DataView, from: number, to: number): DataView {
  return new DataView(entries.buffer, entries.byteOffset + from, to - from);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
