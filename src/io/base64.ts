/**
 * Decodes base64 exactly: the standard or the URL alphabet, padding whole or absent (RFC 4648, and proto3 JSON, which allows both), no other
 * character, no stray bits after the last byte. Node's own decoder skips what it does not know, so that two different texts give the same
 * bytes; an attacker must not have that freedom in a signed field. Line ends are allowed, as wrapped output of common tools has them (Go's
 * decoder allows them too). Returns null where the text is not base64.
 */
export function decodeBase64(wrapped: string): Buffer | null {
  const text = wrapped.includes('\n') ? wrapped.replaceAll(/\r?\n/g, '') : wrapped;
  let length = text.length;
  if (length > 0 && text.charCodeAt(length - 1) === PAD) {
    if (length % 4 !== 0) return null;
    length -= text.charCodeAt(length - 2) === PAD ? 2 : 1;
  }
  const rest = length % 4;
  if (rest === 1) return null;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== Math.floor((length * 3) / 4)) return null;
  if (rest !== 0 && (sextet(text.charCodeAt(length - 1)) & (rest === 2 ? 15 : 3)) !== 0) return null;
  return bytes;
}

/** Decodes lower- or upper-case hex exactly; null where the text is not whole bytes of hex. */
export function decodeHex(text: string): Buffer | null {
  if (text.length % 2 !== 0) return null;
  const bytes = Buffer.from(text, 'hex');
  return bytes.length * 2 === text.length ? bytes : null;
}

const PAD = 0x3d;

function sextet(code: number): number {
  if (code >= 0x61) return code - 71;
  if (code === 0x5f) return 63;
  if (code >= 0x41) return code - 65;
  if (code >= 0x30) return code + 4;
  return code === 0x2b || code === 0x2d ? 62 : 63;
}
