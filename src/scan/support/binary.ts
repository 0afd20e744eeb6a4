import type { TreeFile } from '../extractor.ts';

/** A part of an executable that has a name and a place in memory. */
export interface Section {
  readonly name: string;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** Whether it is data a program may write: where compilers put what they patch. */
  readonly writable: boolean;
}

/** An executable as its headers describe it. Reads are bounded and end where the file ends. */
export interface Binary {
  readonly littleEndian: boolean;
  readonly wordSize: 4 | 8;
  /** Named sections first, then segments, which have no name. */
  readonly sections: readonly Section[];
  readonly read: (offset: number, length: number) => Promise<Uint8Array>;
  /** What lies at an address in memory; empty where nothing of the file does. */
  readonly readAt: (address: number, length: number) => Promise<Uint8Array>;
}

/** A real executable has under 100 sections; object files of templates some thousand. */
const MAX_SECTIONS = 10_000;
const MAX_HEADERS = 4 * 1024 * 1024;
const MAX_READ = 16 * 1024 * 1024;

/** Whether first bytes are those of ELF, PE or Mach-O, the fat kind included (whose magic Java classes share: there the count is a version above 40). */
export function isExecutable(head: Uint8Array): boolean {
  if (head.length < 8) return false;
  const view = viewOf(head);
  const magic = view.getUint32(0);
  if (magic === 0x7f454c46 || view.getUint16(0) === 0x4d5a || isThinMachO(magic)) return true;
  return magic === 0xcafebabe && view.getUint32(4) > 0 && view.getUint32(4) < 40;
}

function isThinMachO(magic: number): boolean {
  return magic === 0xfeedface || magic === 0xfeedfacf || magic === 0xcefaedfe || magic === 0xcffaedfe;
}

/** Files whose names tell that they are no executables are not opened: an extension of letters that compilers and linkers do not give. */
export function mayBeExecutable(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (dot <= 0) return true;
  const extension = name.slice(dot + 1).toLowerCase();
  return EXTENSIONS.has(extension) || !/^[a-z]{1,12}$/.test(extension);
}

const EXTENSIONS: ReadonlySet<string> = new Set([
  'exe',
  'dll',
  'so',
  'dylib',
  'node',
  'bin',
  'elf',
  'run',
  'out',
  'test',
]);

/** Reads the headers; null for what is no executable, or one whose headers make no sense. */
export async function openBinary(file: TreeFile): Promise<Binary | null> {
  const read = (offset: number, length: number) =>
    Number.isSafeInteger(offset) && offset >= 0 && offset < file.size && length > 0
      ? file.range(offset, Math.min(length, MAX_READ, file.size - offset))
      : Promise.resolve(new Uint8Array());
  const head = await read(0, 4096);
  if (!isExecutable(head)) return null;
  try {
    const magic = viewOf(head).getUint32(0);
    if (magic === 0x7f454c46) return await openElf(head, read);
    if (viewOf(head).getUint16(0) === 0x4d5a) return await openPe(head, read);
    if (magic !== 0xcafebabe) return await openMachO(0, read);
    // Of a fat file the first architecture: all are built from the same modules. Offset is the third word of its entry.
    return await openMachO(viewOf(head).getUint32(16), read);
  } catch (error) {
    // A DataView refuses what lies beyond the headers: they promise more than there is.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

type Read = (offset: number, length: number) => Promise<Uint8Array>;

/** Field layout of ELF: gABI 4.1, chapters 4 and 5. */
async function openElf(head: Uint8Array, read: Read): Promise<Binary | null> {
  const wide = head[4] === 2;
  const little = head[5] === 1;
  if ((!wide && head[4] !== 1) || (!little && head[5] !== 2)) return null;
  const fields = new Fields(head, little, wide);
  const [phoff, shoff] = wide ? [fields.word(32), fields.word(40)] : [fields.word(28), fields.word(32)];
  const base = wide ? 54 : 42;
  const [phsize, phcount, shsize, shcount, names] = [0, 2, 4, 6, 8].map(step => fields.u16(base + step)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const table = await read(shoff, bounded(shcount, shsize));
  const sections: { at: number; section: Section }[] = [];
  for (let i = 0; i < shcount && (i + 1) * shsize <= table.length && i < MAX_SECTIONS; i++) {
    const row = new Fields(table.subarray(i * shsize, (i + 1) * shsize), little, wide);
    const [flags, address, offset, size] = wide
      ? [row.word(8), row.word(16), row.word(24), row.word(32)]
      : [row.word(8), row.word(12), row.word(16), row.word(20)];
    const isEmpty = row.u32(4) === 8;
    sections.push({
      at: row.u32(0),
      section: { name: '', address, offset, size: isEmpty ? 0 : size, writable: (flags & 1) === 1 },
    });
  }
  const strings = sections[names]?.section;
  const text =
    strings === undefined
      ? new Uint8Array()
      : await read(strings.offset, Math.min(strings.size, MAX_HEADERS));
  const segments = await elfSegments(await read(phoff, bounded(phcount, phsize)), phsize, little, wide);
  return binaryOf(
    little,
    wide,
    [...sections.map(({ at, section }) => ({ ...section, name: cString(text, at) })), ...segments],
    read,
  );
}

async function elfSegments(
  table: Uint8Array,
  size: number,
  little: boolean,
  wide: boolean,
): Promise<Section[]> {
  const found: Section[] = [];
  if (size < (wide ? 56 : 32)) return found;
  for (let at = 0; at + size <= table.length && found.length < MAX_SECTIONS; at += size) {
    const row = new Fields(table.subarray(at, at + size), little, wide);
    if (row.u32(0) !== 1) continue;
    const flags = row.u32(wide ? 4 : 24);
    const [offset, address, length] = wide
      ? [row.word(8), row.word(16), row.word(32)]
      : [row.word(4), row.word(8), row.word(16)];
    found.push({ name: '', address, offset, size: length, writable: (flags & 3) === 2 });
  }
  return found;
}

/** Field layout of PE: Microsoft, "PE Format". */
async function openPe(head: Uint8Array, read: Read): Promise<Binary | null> {
  const start = viewOf(head).getUint32(0x3c, true);
  const header = await read(start, 24 + 240);
  const fields = new Fields(header, true, true);
  if (fields.u32(0) !== 0x00004550) return null;
  const count = fields.u16(6);
  const optional = fields.u16(20);
  const wide = fields.u16(24) === 0x20b;
  const imageBase = wide ? fields.word(24 + 24) : fields.u32(24 + 28);
  const table = await read(start + 24 + optional, bounded(count, 40));
  const sections: Section[] = [];
  for (let at = 0; at + 40 <= table.length && sections.length < MAX_SECTIONS; at += 40) {
    const row = new Fields(table.subarray(at, at + 40), true, wide);
    sections.push({
      name: cString(table.subarray(at, at + 8), 0),
      address: imageBase + row.u32(12),
      offset: row.u32(20),
      size: Math.min(row.u32(8) || row.u32(16), row.u32(16)),
      writable: (row.u32(36) & 0x80000040) >>> 0 === 0x80000040,
    });
  }
  return binaryOf(true, wide, sections, read);
}

/** Field layout of Mach-O: loader.h of its makers; all offsets count from the start of this architecture. */
async function openMachO(start: number, read: Read): Promise<Binary | null> {
  const head = await read(start, 32);
  if (head.length < 32) return null;
  const magic = viewOf(head).getUint32(0);
  const little = magic === 0xcefaedfe || magic === 0xcffaedfe;
  const wide = magic === 0xcffaedfe || magic === 0xfeedfacf;
  if (!isThinMachO(magic)) return null;
  const fields = new Fields(head, little, wide);
  const commands = await read(start + (wide ? 32 : 28), Math.min(fields.u32(20), MAX_HEADERS));
  const sections: Section[] = [];
  let at = 0;
  for (let left = Math.min(fields.u32(16), MAX_SECTIONS); left > 0 && at + 8 <= commands.length; left--) {
    const row = new Fields(commands.subarray(at), little, wide);
    const size = row.u32(4);
    if (size < 8) break;
    if (row.u32(0) === (wide ? 0x19 : 0x01))
      sections.push(...machSections(commands.subarray(at, at + size), start, little, wide));
    at += size;
  }
  return binaryOf(little, wide, sections.slice(0, MAX_SECTIONS), read);
}

function machSections(command: Uint8Array, start: number, little: boolean, wide: boolean): Section[] {
  const header = wide ? 72 : 56;
  const size = wide ? 80 : 68;
  const segment = new Fields(command, little, wide);
  const writable = (segment.u32(wide ? 60 : 44) & 2) === 2;
  const found: Section[] = [];
  for (let at = header; at + size <= command.length && found.length < MAX_SECTIONS; at += size) {
    const row = new Fields(command.subarray(at, at + size), little, wide);
    const [address, length, offset] = wide
      ? [row.word(32), row.word(40), row.u32(48)]
      : [row.u32(32), row.u32(36), row.u32(40)];
    found.push({
      name: cString(command.subarray(at, at + 16), 0),
      address,
      offset: start + offset,
      size: length,
      writable,
    });
  }
  return found;
}

function binaryOf(littleEndian: boolean, wide: boolean, sections: readonly Section[], read: Read): Binary {
  return {
    littleEndian,
    wordSize: wide ? 8 : 4,
    sections,
    read,
    readAt: async (address, length) => {
      const holder = sections.find(
        ({ address: start, size }) => start > 0 && address >= start && address < start + size,
      );
      if (holder === undefined) return new Uint8Array();
      const into = address - holder.address;
      return read(holder.offset + into, Math.min(length, holder.size - into));
    },
  };
}

/** Bytes of a table of headers, whatever its header claims. */
function bounded(count: number, size: number): number {
  return Math.min(Math.min(count, MAX_SECTIONS) * size, MAX_HEADERS);
}

/** The text up to a zero byte, at most 64 characters. */
function cString(bytes: Uint8Array, at: number): string {
  const part = bytes.subarray(at, at + 64);
  const end = part.indexOf(0);
  return Buffer.from(end < 0 ? part : part.subarray(0, end)).toString('latin1');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Numbers of headers in the byte order and word size of their file. @throws RangeError beyond the end */
class Fields {
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #wide: boolean;

  constructor(bytes: Uint8Array, little: boolean, wide: boolean) {
    this.#view = viewOf(bytes);
    this.#little = little;
    this.#wide = wide;
  }

  u16(at: number): number {
    return this.#view.getUint16(at, this.#little);
  }

  u32(at: number): number {
    return this.#view.getUint32(at, this.#little);
  }

  /** An address or offset; those beyond 2^53 lie in no file and lose their last digits. */
  word(at: number): number {
    return this.#wide ? Number(this.#view.getBigUint64(at, this.#little)) : this.u32(at);
  }
}
