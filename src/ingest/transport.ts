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

/** An intake with everything but its columns as one text: that crosses threads several times as fast as thousands of small objects. */
export interface PackedIntake {
  /** JSON of the intake without `body`, and of its BOM without columns and purls. */
  readonly json: string;
  readonly body: Uint8Array;
  /** Null when there is no BOM. */
  readonly columns: BomColumns | null;
}

type BomColumns = Pick<
  BomIntake,
  'graph' | 'purlFlags' | 'identifierFlags' | 'plainFlags' | 'licenceUses' | 'licenceCounts' | 'digests'
> & {
  /** Joined by line breaks: canonical purls are percent-encoded and hold none. */
  readonly purls: string;
};

export function packIntake(intake: Intake): {
  readonly packed: PackedIntake;
  readonly transfer: TransferListItem[];
} {
  const { body, bom, ...rest } = intake;
  if (bom === null)
    return {
      packed: { json: JSON.stringify({ ...rest, bom }), body, columns: null },
      transfer: owned([body]),
    };
  const {
    purls,
    graph,
    purlFlags,
    identifierFlags,
    plainFlags,
    licenceUses,
    licenceCounts,
    digests,
    ...texts
  } = bom;
  const columns = {
    purls: purls.join('\n'),
    graph,
    purlFlags,
    identifierFlags,
    plainFlags,
    licenceUses,
    licenceCounts,
    digests,
  };
  const arrays = [
    body,
    graph,
    purlFlags,
    identifierFlags,
    plainFlags,
    licenceUses,
    licenceCounts,
    digests.keys,
    digests.ordinals,
    digests.kinds,
  ];
  return {
    packed: { json: JSON.stringify({ ...rest, bom: texts }), body, columns },
    transfer: owned(arrays),
  };
}

export function unpackIntake({ json, body, columns }: PackedIntake): Intake {
  const rest = JSON.parse(json) as Intake;
  if (columns === null) return { ...rest, body };
  const purls = columns.purls === '' ? [] : columns.purls.split('\n');
  return { ...rest, body, bom: { ...(rest.bom as BomIntake), ...columns, purls } };
}

/** Buffers that belong to one array alone can be handed over; slices of a shared pool are copied. */
function owned(arrays: readonly ArrayBufferView[]): TransferListItem[] {
  const buffers = arrays
    .filter(array => array.byteLength === array.buffer.byteLength && array.byteLength > 0)
    .map(array => array.buffer as ArrayBuffer);
  return [...new Set(buffers)];
}
