import type { TransferListItem } from 'node:worker_threads';
import type { BomIntake, Intake } from '../store/intake.ts';
import type { GivenFile, KnownDocument } from './take-apart.ts';
import { type PackedTexts, TextReceiver, TextSender } from './text-channel.ts';

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
  /** JSON of the intake without `body`, and of its BOM without columns, purls and identifiers. */
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
  readonly purls: FreshTexts;
  readonly identifiers: FreshTexts;
}

type FreshTexts = Omit<PackedTexts, 'numbers'>;

/** Wider elements first, so that each array begins where its elements may. `others` are the identifiers that are no CPE. */
const WIDE = ['purls', 'identifiers', 'others', 'licenceCounts', 'ordinals'] as const;
const HALF = ['purlFlags', 'identifierFlags', 'plainFlags'] as const;
const BYTE = ['graph', 'licenceUses', 'keys', 'kinds'] as const;
const COLUMNS = [...WIDE, ...HALF, ...BYTE] as const;

type Arrays = Readonly<
  Record<(typeof WIDE)[number], Uint32Array> &
    Record<(typeof HALF)[number], Uint16Array> &
    Record<(typeof BYTE)[number], Uint8Array>
>;

/** Packs the intakes of one reader for the pool, whose `IntakeUnpacker` for this reader takes each of them, in order. */
export class IntakePacker {
  readonly #purls = new TextSender();
  readonly #identifiers = new TextSender();

  pack(intake: Intake): { readonly packed: PackedIntake; readonly transfer: TransferListItem[] } {
    const { body, bom, ...rest } = intake;
    if (bom === null)
      return {
        packed: { json: JSON.stringify({ ...rest, bom }), body, columns: null },
        transfer: owned([body]),
      };
    const { columns, texts } = this.#columns(bom);
    return {
      packed: { json: JSON.stringify({ ...rest, bom: texts }), body, columns },
      transfer: [...owned([body]), columns.bytes],
    };
  }

  #columns(bom: BomIntake): { columns: BomColumns; texts: object } {
    const {
      purls: stated,
      identifiers: named,
      graph,
      purlFlags,
      identifierFlags,
      plainFlags,
      licenceUses,
      licenceCounts,
      digests: { keys, ordinals, kinds },
      ...texts
    } = bom;
    const { numbers: purls, ...freshPurls } = this.#purls.pack(stated);
    const { numbers: identifiers, ...freshIdentifiers } = this.#identifiers.pack(named.map(one => one.value));
    const others = Uint32Array.from(named.flatMap(({ kind }, at) => (kind === 'cpe' ? [] : [at])));
    const arrays: Arrays = {
      purls,
      identifiers,
      others,
      licenceCounts,
      ordinals,
      purlFlags,
      identifierFlags,
      plainFlags,
      graph,
      licenceUses,
      keys,
      kinds,
    };
    return { columns: { ...joined(arrays), purls: freshPurls, identifiers: freshIdentifiers }, texts };
  }
}

/** Unpacks what one reader packed. */
export class IntakeUnpacker {
  readonly #purls = new TextReceiver();
  readonly #identifiers = new TextReceiver();

  unpack({ json, body, columns }: PackedIntake): Intake {
    const rest = JSON.parse(json) as Intake;
    if (columns === null) return { ...rest, body };
    const { purls, identifiers, others, keys, ordinals, kinds, ...arrays } = split(columns);
    const list = this.#identifiers
      .unpack({ ...columns.identifiers, numbers: identifiers })
      .map((value): BomIntake['identifiers'][number] => ({ kind: 'cpe', value }));
    for (const at of others) list[at] = { kind: 'other', value: list[at]?.value ?? '' };
    return {
      ...rest,
      body,
      bom: {
        ...(rest.bom as BomIntake),
        ...arrays,
        purls: this.#purls.unpack({ ...columns.purls, numbers: purls }),
        identifiers: list,
        digests: { keys, ordinals, kinds },
      },
    };
  }
}

function joined(arrays: Arrays): Pick<BomColumns, 'bytes' | 'lengths'> {
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
  const kinds = [
    ...WIDE.map(() => Uint32Array),
    ...HALF.map(() => Uint16Array),
    ...BYTE.map(() => Uint8Array),
  ];
  let offset = 0;
  const arrays = COLUMNS.map((name, at) => {
    const length = lengths[at] ?? 0;
    const kind = kinds[at] ?? Uint8Array;
    offset += length;
    return [name, new kind(bytes, offset - length, length / kind.BYTES_PER_ELEMENT)];
  });
  return Object.fromEntries(arrays) as Arrays;
}

/** Buffers that belong to one array alone can be handed over; slices of a shared pool are copied. */
function owned(arrays: readonly ArrayBufferView[]): TransferListItem[] {
  const buffers = arrays
    .filter(array => array.byteLength === array.buffer.byteLength && array.byteLength > 0)
    .map(array => array.buffer as ArrayBuffer);
  return [...new Set(buffers)];
}
