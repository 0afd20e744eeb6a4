/** What one header of an rpm database says. */
export interface RpmPackage {
  readonly name: string;
  readonly epoch: number | null;
  readonly version: string;
  readonly release: string;
  readonly arch: string | null;
  readonly sourceRpm: string | null;
  readonly licence: string | null;
  readonly vendor: string | null;
  readonly modularity: string | null;
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  /** Paths of its files without the leading slash. */
  readonly files: () => Generator<string>;
}

/** Numbers of tags: rpm's own rpmtag.h. */
const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  licence: 1014,
  arch: 1022,
  oldFileNames: 1027,
  sourceRpm: 1044,
  provideName: 1047,
  requireName: 1049,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  modularity: 5096,
} as const;

const TYPE = { int32: 4, string: 6, stringArray: 8, i18n: 9 } as const;
const ENTRY = 16;
/** rpm itself refuses headers beyond these (lib/header.c: HEADER_TAGS_MAX, HEADER_DATA_MAX). */
const MAX_ENTRIES = 65_535;
const MAX_FILES = 1_000_000;

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/**
 * Parses a header as databases hold it: two counts, entries of tag, type, offset and count, then the data, all big-endian (RPM manual, "Package format").
 * Null when the counts do not fit the bytes or it has no name and version.
 */
export function parseHeader(bytes: Uint8Array): RpmPackage | null {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0);
  const start = 8 + count * ENTRY;
  if (count > MAX_ENTRIES || start > bytes.length || view.getUint32(4) > bytes.length - start) return null;
  const entries = new Map<number, Entry>();
  for (let i = 0; i < count; i++) {
    const at = 8 + i * ENTRY;
    const entry = {
      type: view.getUint32(at + 4),
      offset: start + view.getUint32(at + 8),
      count: view.getUint32(at + 12),
    };
    if (entry.offset < bytes.length) entries.set(view.getUint32(at), entry);
  }
  const reader = new Values(bytes, entries);
  const [name, version, release] = [
    reader.text(TAG.name),
    reader.text(TAG.version),
    reader.text(TAG.release),
  ];
  if (name === null || version === null) return null;
  return {
    name,
    epoch: reader.numbers(TAG.epoch)[0] ?? null,
    version,
    release: release ?? '',
    arch: reader.text(TAG.arch),
    sourceRpm: known(reader.text(TAG.sourceRpm)),
    licence: known(reader.text(TAG.licence)),
    vendor: known(reader.text(TAG.vendor)),
    modularity: known(reader.text(TAG.modularity)),
    requires: reader.texts(TAG.requireName),
    provides: reader.texts(TAG.provideName),
    files: () => filesOf(reader),
  };
}

/** Directories once, base names with the number of theirs; databases of long ago have whole paths. */
function* filesOf(reader: Values): Generator<string> {
  for (const path of reader.texts(TAG.oldFileNames)) yield path.replace(/^\//, '');
  const folders = reader.texts(TAG.dirNames);
  const indexes = reader.numbers(TAG.dirIndexes);
  for (const [i, name] of reader.texts(TAG.baseNames).entries()) {
    const folder = folders[indexes[i] ?? -1];
    if (folder !== undefined) yield `${folder}${name}`.replace(/^\//, '');
  }
}

function known(text: string | null): string | null {
  return text === null || text === '' || text === '(none)' ? null : text;
}

/** The values of entries. Counts are checked against the bytes that are there before anything is made of them. */
class Values {
  readonly #bytes: Buffer;
  readonly #entries: ReadonlyMap<number, Entry>;

  constructor(bytes: Uint8Array, entries: ReadonlyMap<number, Entry>) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#entries = entries;
  }

  text(tag: number): string | null {
    return this.#strings(tag, 1)[0] ?? null;
  }

  texts(tag: number): string[] {
    return this.#strings(tag, MAX_FILES);
  }

  numbers(tag: number): number[] {
    const entry = this.#entries.get(tag);
    if (entry === undefined || entry.type !== TYPE.int32) return [];
    const count = Math.min(entry.count, MAX_FILES, Math.floor((this.#bytes.length - entry.offset) / 4));
    return Array.from({ length: count }, (_, i) => this.#bytes.readUInt32BE(entry.offset + i * 4));
  }

  #strings(tag: number, most: number): string[] {
    const entry = this.#entries.get(tag);
    if (entry === undefined) return [];
    const isText = entry.type === TYPE.string || entry.type === TYPE.stringArray || entry.type === TYPE.i18n;
    const found: string[] = [];
    for (
      let at = entry.offset, left = isText ? Math.min(entry.count, most) : 0;
      left > 0 && at < this.#bytes.length;
      left--
    ) {
      const end = this.#bytes.indexOf(0, at);
      if (end < 0) break;
      found.push(this.#bytes.toString('utf8', at, end));
      at = end + 1;
    }
    return found;
  }
}
