import type { Binary, Section } from '../support/binary.ts';

/** What the Go linker writes into a program (runtime/debug.BuildInfo). */
export interface GoBuildInfo {
  /** `go1.22.3`, or `devel ...`. */
  readonly goVersion: string;
  readonly main: GoModule | null;
  readonly modules: readonly { readonly module: GoModule; readonly replacement: GoModule | null }[];
}

export interface GoModule {
  readonly path: string;
  readonly version: string | null;
  readonly sum: string | null;
}

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const ALIGN = 16;
const HEADER = 32;
/** How far into a data section the header is looked for where none is named for it. */
const SEARCH = 4 * 1024 * 1024;
/** The list of modules of the largest programs has some hundred kilobytes. */
const MAX_TEXT = 4 * 1024 * 1024;
const MAX_MODULES = 50_000;

/** The build information, or null when the program was not built by Go (debug/buildinfo of Go has the layout). */
export async function readBuildInfo(binary: Binary): Promise<GoBuildInfo | null> {
  for (const section of candidates(binary)) {
    const bytes = await binary.read(section.offset, Math.min(section.size, SEARCH));
    const at = findHeader(bytes);
    if (at === null) continue;
    const texts =
      ((bytes[at + 15] ?? 0) & 2) === 2
        ? await inlineTexts(binary, section.offset + at + HEADER)
        : await pointedTexts(binary, bytes.subarray(at, at + HEADER));
    if (texts !== null && texts.version !== '') return parseBuildInfo(texts.version, texts.modules);
  }
  return null;
}

function candidates({ sections }: Binary): Section[] {
  const named = sections.filter(({ name }) => name === '.go.buildinfo' || name === '__go_buildinfo');
  const rest = sections.filter(section => section.writable && !named.includes(section) && section.size > 0);
  return named.length > 0 ? named : rest.slice(0, 8);
}

function findHeader(bytes: Uint8Array): number | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = buffer.indexOf(MAGIC); at >= 0; at = buffer.indexOf(MAGIC, at + 1))
    if (at % ALIGN === 0 && at + HEADER <= bytes.length) return at;
  return null;
}

interface Texts {
  readonly version: string;
  readonly modules: string;
}

/** Since Go 1.18: two texts after the header, each with its length before it. */
async function inlineTexts(binary: Binary, offset: number): Promise<Texts | null> {
  const version = await lengthPrefixed(binary, offset);
  if (version === null) return null;
  const modules = await lengthPrefixed(binary, version.end);
  return { version: latin(version.bytes), modules: withoutSentinels(modules?.bytes ?? new Uint8Array()) };
}

async function lengthPrefixed(
  binary: Binary,
  offset: number,
): Promise<{ readonly bytes: Uint8Array; readonly end: number } | null> {
  const head = await binary.read(offset, 10);
  let length = 0;
  for (let i = 0; i < Math.min(head.length, 5); i++) {
    const byte = head[i] as number;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) {
      if (length > MAX_TEXT) return null;
      const bytes = await binary.read(offset + i + 1, length);
      return bytes.length === length ? { bytes, end: offset + i + 1 + length } : null;
    }
  }
  return null;
}

/** Before Go 1.18: the header has the addresses of two string headers, each of them an address and a length. */
async function pointedTexts(binary: Binary, header: Uint8Array): Promise<Texts | null> {
  const size = header[14];
  if (size !== 4 && size !== 8) return null;
  const little = ((header[15] ?? 0) & 1) === 0;
  const text = async (address: number): Promise<Uint8Array> => {
    const pair = await binary.readAt(address, size * 2);
    if (pair.length < size * 2) return new Uint8Array();
    const length = pointer(pair, size, size, little);
    return length > MAX_TEXT ? new Uint8Array() : binary.readAt(pointer(pair, 0, size, little), length);
  };
  return {
    version: latin(await text(pointer(header, 16, size, little))),
    modules: withoutSentinels(await text(pointer(header, 16 + size, size, little))),
  };
}

function pointer(bytes: Uint8Array, at: number, size: 4 | 8, little: boolean): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return size === 8 ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
}

/** Sixteen bytes before and after mark the text for tools that search a program in memory. */
function withoutSentinels(bytes: Uint8Array): string {
  const isMarked = bytes.length >= 33 && bytes[bytes.length - 17] === 0x0a;
  return Buffer.from(isMarked ? bytes.subarray(16, -16) : new Uint8Array()).toString('utf8');
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** The lines `mod`, `dep` and `=>`, fields separated by tabs. */
export function parseBuildInfo(goVersion: string, text: string): GoBuildInfo {
  let main: GoModule | null = null;
  const modules: { module: GoModule; replacement: GoModule | null }[] = [];
  for (const line of text.split('\n')) {
    const [kind, path = '', version = '', sum = ''] = line.split('\t');
    const module = {
      path,
      version: version === '' || version === '(devel)' ? null : version,
      sum: sum || null,
    };
    if (path === '' || modules.length >= MAX_MODULES) continue;
    else if (kind === 'mod') main = module;
    else if (kind === 'dep') modules.push({ module, replacement: null });
    else if (kind === '=>') {
      const last = modules.pop();
      if (last !== undefined) modules.push({ ...last, replacement: module });
    }
  }
  return { goVersion, main, modules };
}
