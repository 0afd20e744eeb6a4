import { lowerHex, normaliseAlgorithm } from '../../model/digest.ts';
import type { Digest } from '../../model/facts.ts';
import { type Context, type Entry, isEntry, list, notAn, quoted, text } from './values.ts';

const NO_DIGESTS: readonly Digest[] = [];

/** SPDX's spelling to ours, filled as algorithms are met; bounded because a hostile document may state a million of them. */
const spellings = new Map<string, string>();

/** `SHA256` and `SHA-256` to `sha256`, `SHA3-256` and `sha3_256` to `sha3-256`, `BLAKE2b-512` to `blake2b-512`; others in lower case as stated. */
export function algorithmName(stated: string): string {
  const known = spellings.get(stated);
  if (known !== undefined) return known;
  const name = normaliseAlgorithm(stated);
  if (spellings.size < 200) spellings.set(stated, name);
  return name;
}

/** The hex lengths SPDX 2.3 clause 7.10 implies; algorithms without one of their own are not listed. */
export const HEX_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['sha1', 40],
  ['sha224', 56],
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
  ['sha3-256', 64],
  ['sha3-384', 96],
  ['sha3-512', 128],
  ['blake2b-256', 64],
  ['blake2b-384', 96],
  ['blake2b-512', 128],
  ['md2', 32],
  ['md4', 32],
  ['md5', 32],
  ['adler32', 8],
]);

/**
 * One stated digest, or null with an error when its value is no hex of the algorithm's length: components are joined by
 * equal digests, so a value that cannot be one must not become an identity.
 */
export function digest(
  context: Context,
  stated: string,
  value: string,
  entry: Entry | null,
  pointer: string,
): Digest | null {
  const algorithm = algorithmName(stated);
  const sound = soundDigest(stated, value) ?? soundDigest(stated, withoutAlgorithm(value, algorithm));
  if (sound !== null) return sound;
  const length = HEX_LENGTHS.get(algorithm);
  const wanted = length === undefined ? 'hex digits' : `${length} hex digits`;
  const message = `The ${algorithm} checksum ${quoted(value)} is not ${wanted}; it is left out.`;
  context.diagnostics.error('invalid-checksum', message, context.place(entry, pointer));
  return null;
}

/** Registries and their tools write `sha256:` before a value. */
function withoutAlgorithm(value: string, algorithm: string): string {
  const colon = value.indexOf(':');
  return colon !== -1 && colon < 64 && normaliseAlgorithm(value.slice(0, colon)) === algorithm
    ? value.slice(colon + 1)
    : value;
}

function soundDigest(stated: string, value: string): Digest | null {
  const algorithm = algorithmName(stated);
  const hex = lowerHex(value);
  const length = HEX_LENGTHS.get(algorithm);
  return hex !== null && (length === undefined || hex.length === length) ? { algorithm, value: hex } : null;
}

/** The common case, without a word about places. */
function plain(item: unknown): Digest | null {
  if (!isEntry(item)) return null;
  const algorithm = item['algorithm'];
  const value = item['checksumValue'];
  return typeof algorithm === 'string' && typeof value === 'string' ? soundDigest(algorithm, value) : null;
}

const CHECKSUMS = ['checksums', 'checksum', 'fileChecksums'];
const ALGORITHM = ['algorithm'];
const VALUE = ['checksumValue', 'value'];

/** The checksums of a package or file. `pointer` is only asked for when something is wrong: documents have hundreds of thousands of these. */
export function digestsOf(context: Context, entry: Entry, pointer: () => string): readonly Digest[] {
  const stated = entry['checksums'] ?? entry['checksum'] ?? entry['fileChecksums'] ?? undefined;
  if (stated === undefined) return sha1Of(context, entry, pointer);
  const items = Array.isArray(stated)
    ? stated
    : isEntry(stated)
      ? [stated]
      : list(context, entry, CHECKSUMS, pointer());
  if (items.length === 0) return NO_DIGESTS;
  const kept: Digest[] = [];
  for (let index = 0; index < items.length; index++) {
    const item: unknown = items[index];
    const found = plain(item) ?? checksum(context, item, `${pointer()}/checksums/${index}`);
    if (found !== null) kept.push(found);
  }
  return kept;
}

/** One `{algorithm, checksumValue}` entry. */
export function checksum(context: Context, item: unknown, pointer: string): Digest | null {
  if (!isEntry(item)) {
    notAn(context, 'a checksum', item, null, pointer);
    return null;
  }
  const algorithm = text(context, item, ALGORITHM, pointer);
  const value = text(context, item, VALUE, pointer);
  if (algorithm !== null && value !== null) return digest(context, algorithm, value, item, pointer);
  context.diagnostics.error(
    'incomplete-checksum',
    'A checksum needs an algorithm and a value; it is left out.',
    context.place(item, pointer),
  );
  return null;
}

/** SPDX 2.0 JSON had one field `sha1` per element. */
function sha1Of(context: Context, entry: Entry, pointer: () => string): readonly Digest[] {
  const value = entry['sha1'];
  if (typeof value !== 'string') return NO_DIGESTS;
  const found = digest(context, 'sha1', value, entry, `${pointer()}/sha1`);
  return found === null ? NO_DIGESTS : [found];
}
