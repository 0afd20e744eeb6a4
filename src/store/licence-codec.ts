import { invalid, VarintReader, VarintWriter } from './varint.ts';

/** One stated licence of one component; `licence` is an index into the BOM's licences. */
export interface LocalLicenceUse {
  readonly ordinal: number;
  readonly licence: number;
  readonly concluded: boolean;
}

/** Encodes which component states which licence: a count, then (ordinal difference, index and kind). Uses must be in the order of ordinals. */
export function encodeLicenceUses(uses: readonly LocalLicenceUse[]): Uint8Array {
  const writer = new VarintWriter();
  writer.number(uses.length);
  let before = 0;
  for (const use of uses) {
    writer.number(use.ordinal - before);
    writer.number(use.licence * 2 + (use.concluded ? 1 : 0));
    before = use.ordinal;
  }
  return writer.finish();
}

/** Decodes what encodeLicenceUses wrote, for a BOM with `licences` distinct texts. Throws StoreError `invalid-graph` on damage. */
export function decodeLicenceUses(bytes: Uint8Array, licences: number): LocalLicenceUse[] {
  const reader = new VarintReader(bytes);
  const uses: LocalLicenceUse[] = [];
  let ordinal = 0;
  for (let left = reader.count(); left > 0; left--) {
    ordinal += reader.number();
    const packed = reader.number();
    const licence = packed >>> 1;
    if (licence >= licences) invalid(`licence ${licence} is not below ${licences}`);
    uses.push({ ordinal, licence, concluded: (packed & 1) === 1 });
  }
  return uses;
}
