import type { BomFacts, Component } from '../model/facts.ts';
import { type DigestIntake, DIGEST_KEY_BYTES as KEY_BYTES } from '../store/intake.ts';
import { isHistory } from './history.ts';

const NONE: readonly string[] = [];

/** The values, each once, of the digests that a component states and of those that are the version of its purl, as an image's is (purl-spec, type oci). */
export function digestsOf({ digests, purls }: Component): readonly string[] {
  const named = purls.some(namesDigest);
  if (digests.length === 0 && !named) return NONE;
  const values: string[] = [];
  for (let at = 0; at < digests.length; at++) values.push(digests[at]?.value ?? '');
  for (const purl of named ? purls : NONE) {
    const digest = IMAGE_DIGEST.exec(purl)?.[1];
    if (digest !== undefined) values.push(digest.toLowerCase());
  }
  return values.length < 2 ? values : [...new Set(values)];
}

function namesDigest(purl: string): boolean {
  return purl.includes('sha256');
}

const IMAGE_DIGEST = /^pkg:(?:oci|docker)\/[^@?#]+@sha256(?::|%3A)([0-9a-f]{64})(?:[?#]|$)/i;

/** The digests of all components and files, as the index keeps them. */
export function digestColumns({ components, files }: BomFacts): DigestIntake {
  const columns = new DigestColumns();
  for (let ordinal = 0; ordinal < components.length; ordinal++) {
    const component = components[ordinal] as Component;
    if (!isHistory(component)) columns.addComponent(digestsOf(component), ordinal);
  }
  for (let index = 0; index < files.length; index++)
    columns.addFile((files[index] as BomFacts['files'][number]).digests, index);
  return columns.finish();
}

/** Columns of digests that grow; texts that are none are left out. */
class DigestColumns {
  #keys = new Uint8Array(64 * KEY_BYTES);
  #ordinals = new Uint32Array(64);
  #kinds = new Uint8Array(64);
  #length = 0;

  addComponent(values: readonly string[], ordinal: number): void {
    for (let at = 0; at < values.length; at++) this.#add(values[at] ?? '', ordinal, 0);
  }

  /** Of one value, by whatever algorithms, once. */
  addFile(digests: BomFacts['files'][number]['digests'], index: number): void {
    for (let at = 0; at < digests.length; at++) {
      const value = digests[at]?.value ?? '';
      let before = 0;
      while (before < at && digests[before]?.value !== value) before++;
      if (before === at) this.#add(value, index, 1);
    }
  }

  finish(): DigestIntake {
    return {
      keys: this.#keys.slice(0, this.#length * KEY_BYTES),
      ordinals: this.#ordinals.slice(0, this.#length),
      kinds: this.#kinds.slice(0, this.#length),
    };
  }

  #add(value: string, ordinal: number, kind: number): void {
    if (this.#length === this.#kinds.length) this.#grow();
    if (!writeKey(this.#keys, this.#length * KEY_BYTES, value)) return;
    this.#ordinals[this.#length] = ordinal;
    this.#kinds[this.#length++] = kind;
  }

  #grow(): void {
    const size = this.#length * 2;
    const [keys, ordinals, kinds] = [this.#keys, this.#ordinals, this.#kinds];
    this.#keys = new Uint8Array(size * KEY_BYTES);
    this.#ordinals = new Uint32Array(size);
    this.#kinds = new Uint8Array(size);
    this.#keys.set(keys);
    this.#ordinals.set(ordinals);
    this.#kinds.set(kinds);
  }
}

/** Value of each hexadecimal digit by character code; 255 for what is none. */
const NIBBLES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return value < 0 ? 255 : value;
});

/** Writes the first 16 bytes of a hexadecimal text; false, with nothing that counts written, for what is no digest. */
function writeKey(keys: Uint8Array, offset: number, text: string): boolean {
  const digits = text.length;
  if (digits < 16 || digits > 128 || digits % 2 === 1) return false;
  const bytes = Math.min(digits / 2, KEY_BYTES);
  for (let at = 0; at < bytes; at++) {
    const high = NIBBLES[text.charCodeAt(at * 2)] ?? 255;
    const low = NIBBLES[text.charCodeAt(at * 2 + 1)] ?? 255;
    if (high + low > 30) return false;
    keys[offset + at] = high * 16 + low;
  }
  keys.fill(0, offset + bytes, offset + KEY_BYTES);
  return true;
}
