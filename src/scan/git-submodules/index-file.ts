import { createHash } from 'node:crypto';

/** The mode of an entry that is another repository's commit (gitlink). */
const GITLINK = 0o160000;
/** Where fields of an entry are, and the bytes before its object id; gitformat-index(5). */
const MODE_AT = 24;
const ID_AT = 40;

/**
 * The commits of submodules in an index of git (`.git/index`, versions 2 to 4), by path. Git is not run: it would do what the checkout's configuration says.
 * Null when the bytes are no such index, or end within an entry.
 */
export function readGitlinks(bytes: Uint8Array): ReadonlyMap<string, string> | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.length < 32 || buffer.toString('latin1', 0, 4) !== 'DIRC') return null;
  const version = buffer.readUInt32BE(4);
  const count = buffer.readUInt32BE(8);
  const idLength = endsWithDigest(buffer, 'sha256', 32) ? 32 : 20;
  if (version < 2 || version > 4) return null;
  const found = new Map<string, string>();
  let at = 12;
  let path = '';
  for (let entry = 0; entry < count; entry++) {
    const flagsAt = at + ID_AT + idLength;
    if (flagsAt + 2 > buffer.length) return null;
    const isExtended = version >= 3 && (buffer.readUInt16BE(flagsAt) & 0x4000) !== 0;
    let nameAt = flagsAt + (isExtended ? 4 : 2);
    let kept = '';
    if (version === 4) {
      const cut = readOffset(buffer, nameAt);
      if (cut === null || cut.value > path.length) return null;
      kept = path.slice(0, path.length - cut.value);
      nameAt = cut.next;
    }
    const end = buffer.indexOf(0, nameAt);
    if (end < 0) return null;
    // Latin-1 keeps bytes apart, so that version 4 can cut them.
    path = kept + buffer.toString('latin1', nameAt, end);
    if (buffer.readUInt32BE(at + MODE_AT) === GITLINK)
      found.set(
        Buffer.from(path, 'latin1').toString('utf8'),
        buffer.toString('hex', at + ID_AT, at + ID_AT + idLength),
      );
    // Entries of versions 2 and 3 fill up to a multiple of eight, with one to eight NULs.
    at = version === 4 ? end + 1 : at + (Math.floor((end - at) / 8) + 1) * 8;
  }
  return found;
}

function endsWithDigest(buffer: Buffer, algorithm: string, length: number): boolean {
  if (buffer.length < length) return false;
  const own = createHash(algorithm).update(buffer.subarray(0, -length)).digest();
  return own.equals(buffer.subarray(-length));
}

/** The variable-length number of pack files' offsets, at most four bytes: no path is longer. */
function readOffset(buffer: Buffer, start: number): { readonly value: number; readonly next: number } | null {
  let value = 0;
  for (let at = start; at < start + 4 && at < buffer.length; at++) {
    const byte = buffer[at] ?? 0;
    value = (at === start ? 0 : (value + 1) << 7) | (byte & 0x7f);
    if ((byte & 0x80) === 0) return { value, next: at + 1 };
  }
  return null;
}
