import type { TransferListItem } from 'node:worker_threads';
import { type BomIntake, type Intake, identifierKey } from '../store/intake.ts';
import { type News, Received, Sent } from './repeats.ts';
import type { GivenFile, KnownDocument } from './take-apart.ts';

/** What the pool asks of a reader worker. */
export type ReaderRequest =
  | { readonly type: 'read'; readonly job: number; readonly path: string }
  | { readonly type: 'bytes'; readonly job: number; readonly file: GivenFile }
  | { readonly type: 'received'; readonly job: number };

/** What a reader worker answers. Each document waits for `received` before the next of the same file is made, so that a big archive fills no memory. */
export type ReaderAnswer = (
  | { readonly type: 'document'; readonly intake: PackedIntake }
  | { readonly type: 'known'; readonly document: KnownDocument }
  | { readonly type: 'unreadable'; readonly code: string; readonly message: string }
) & {
  readonly job: number;
  /** Of the file, with the last answer for it; else null. */
  readonly bytes: number | null;
};

/** An intake with everything but its columns as one text: that crosses threads several times as fast as thousands of small objects. */
export interface PackedIntake {
  /** JSON of the intake without `body`, and of its BOM without columns. Its strings are whole when it is parsed: pieces of one text would keep all of it, and compare slowly. */
  readonly json: string;
  readonly body: Uint8Array;
  /** Null when there is no BOM. */
  readonly columns: BomColumns | null;
}

/** The typed arrays of a BOM in one buffer: each array that crosses by itself costs as much as some thousand bytes. */
interface BomColumns {
  readonly bytes: ArrayBuffer;
  /** Bytes of each array, in the order of `COLUMNS`. */
  readonly lengths: readonly number[];
}

// Wider elements first, so that each array begins where its elements may.
const WIDE = ['licenceCounts', 'ordinals', 'purls', 'identifiers'] as const;
const HALF = ['purlFlags', 'identifierFlags', 'plainFlags'] as const;
const BYTE = ['graph', 'licenceUses', 'keys', 'kinds'] as const;
const COLUMNS = [...WIDE, ...HALF, ...BYTE] as const;
const KINDS = [...WIDE.map(() => Uint32Array), ...HALF.map(() => Uint16Array), ...BYTE.map(() => Uint8Array)];

type Arrays = Readonly<
  Record<(typeof WIDE)[number], Uint32Array> &
    Record<(typeof HALF)[number], Uint16Array> &
    Record<(typeof BYTE)[number], Uint8Array>
>;

/** A reader's end: what it sends refers to what it sent before, so that all of it must be unpacked, in order, by one `Unpacker`. */
export class Packer {
  readonly #purls = new Sent<string>(purl => purl);
  readonly #identifiers = new Sent<Identifier>(identifierKey);

  pack(intake: Intake): { readonly packed: PackedIntake; readonly transfer: TransferListItem[] } {
    const { body, bom, ...rest } = intake;
    if (bom === null) {
      const packed = { json: JSON.stringify({ ...rest, bom }), body, columns: null };
      return { packed, transfer: owned(body) };
    }
    const purls = this.#purls.number(bom.purls);
    const identifiers = this.#identifiers.number(bom.identifiers);
    const { arrays, texts } = parts(bom);
    const columns = joined({ ...arrays, purls: purls.numbers, identifiers: identifiers.numbers });
    const news: AllNews = { purls: purls.news, identifiers: identifiers.news };
    const packed = { json: JSON.stringify({ ...rest, bom: { ...texts, ...news } }), body, columns };
    return { packed, transfer: [...owned(body), columns.bytes] };
  }
}

/** The other end of a `Packer`. */
export class Unpacker {
  readonly #purls = new Received<string>();
  readonly #identifiers = new Received<Identifier>();

  unpack({ json, body, columns }: PackedIntake): Intake {
    const rest = JSON.parse(json) as Intake;
    if (columns === null) return { ...rest, body };
    const { keys, ordinals, kinds, ...arrays } = split(columns);
    const texts = rest.bom as unknown as AllNews & BomIntake;
    const purls = this.#purls.items(arrays.purls, texts.purls);
    const identifiers = this.#identifiers.items(arrays.identifiers, texts.identifiers);
    const remembered = {
      purlsRemembered: { memory: this.#purls.memory, numbers: arrays.purls },
      identifiersRemembered: { memory: this.#identifiers.memory, numbers: arrays.identifiers },
    };
    const digests = { keys, ordinals, kinds };
    return { ...rest, body, bom: { ...texts, ...arrays, purls, identifiers, ...remembered, digests } };
  }
}

type Identifier = BomIntake['identifiers'][number];

/** What stands in the text in place of purls and identifiers; their numbers are columns. */
interface AllNews {
  readonly purls: News<string>;
  readonly identifiers: News<Identifier>;
}

/** The columns of a BOM, and what is left. */
function parts(bom: BomIntake): {
  readonly arrays: Omit<Arrays, 'purls' | 'identifiers'>;
  readonly texts: Partial<BomIntake>;
} {
  const {
    graph,
    purlFlags,
    identifierFlags,
    plainFlags,
    licenceUses,
    licenceCounts,
    digests: { keys, ordinals, kinds },
    ...texts
  } = bom;
  const flags = { purlFlags, identifierFlags, plainFlags };
  const arrays = { licenceCounts, ordinals, ...flags, graph, licenceUses, keys, kinds };
  return { arrays, texts };
}

function joined(arrays: Arrays): BomColumns {
  const lengths = COLUMNS.map(name => arrays[name].byteLength);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  for (const name of COLUMNS) {
    const { buffer, byteOffset, byteLength } = arrays[name];
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return { bytes: bytes.buffer, lengths };
}

/** The arrays again, each a view of the one buffer. */
function split({ bytes, lengths }: BomColumns): Arrays {
  let offset = 0;
  const arrays = COLUMNS.map((name, at) => {
    const length = lengths[at] ?? 0;
    const kind = KINDS[at] ?? Uint8Array;
    offset += length;
    return [name, new kind(bytes, offset - length, length / kind.BYTES_PER_ELEMENT)];
  });
  return Object.fromEntries(arrays) as Arrays;
}

/** A buffer that belongs to the array alone can be handed over; a slice of a pool is copied. */
function owned({ buffer, byteLength }: Uint8Array): TransferListItem[] {
  return buffer instanceof ArrayBuffer && byteLength === buffer.byteLength && byteLength > 0 ? [buffer] : [];
}
