import type { TransferListItem } from 'node:worker_threads';
import type { BomIntake, Intake } from '../store/intake.ts';
import type { GivenFile, KnownDocument } from './take-apart.ts';

/** What the pool asks of a reader worker. */
export type ReaderRequest =
  | { readonly type: 'read'; readonly job: number; readonly path: string }
  | { readonly type: 'bytes'; readonly job: number; readonly file: GivenFile }
  | { readonly type: 'received'; readonly job: number };

/** What a reader worker answers. Each document waits for `received` before the next of the same file is made, so that a big archive fills no memory. */
export type ReaderAnswer =
  | { readonly type: 'document'; readonly job: number; readonly intake: PackedIntake }
  | { readonly type: 'known'; readonly job: number; readonly document: KnownDocument }
  | { readonly type: 'unreadable'; readonly job: number; readonly code: string; readonly message: string }
  | { readonly type: 'done'; readonly job: number; readonly bytes: number };

/** An intake with its lists of texts joined: one string crosses threads ten times as fast as a thousand. */
export type PackedIntake = Omit<Intake, 'bom'> & { readonly bom: PackedBom | null };
type PackedBom = Omit<BomIntake, 'purls'> & { readonly purls: string };

/** Canonical purls are percent-encoded: none holds a line break. */
const SEPARATOR = '\n';

export function packIntake(intake: Intake): {
  readonly packed: PackedIntake;
  readonly transfer: TransferListItem[];
} {
  const { bom } = intake;
  if (bom === null) return { packed: { ...intake, bom: null }, transfer: owned([intake.body]) };
  const packed = { ...intake, bom: { ...bom, purls: bom.purls.join(SEPARATOR) } };
  const arrays = [
    intake.body,
    bom.graph,
    bom.purlFlags,
    bom.identifierFlags,
    bom.plainFlags,
    bom.licenceUses,
    bom.licenceCounts,
    bom.digests.keys,
    bom.digests.ordinals,
    bom.digests.kinds,
  ];
  return { packed, transfer: owned(arrays) };
}

export function unpackIntake(packed: PackedIntake): Intake {
  const { bom } = packed;
  if (bom === null) return { ...packed, bom: null };
  return { ...packed, bom: { ...bom, purls: bom.purls === '' ? [] : bom.purls.split(SEPARATOR) } };
}

/** Buffers that belong to one array alone can be handed over; slices of a shared pool are copied. */
function owned(arrays: readonly ArrayBufferView[]): TransferListItem[] {
  const buffers = arrays
    .filter(array => array.byteLength === array.buffer.byteLength && array.byteLength > 0)
    .map(array => array.buffer as ArrayBuffer);
  return [...new Set(buffers)];
}
