const LENGTHS: Readonly<Record<string, number>> = {
  md5: 32,
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
};

/** `algorithm:hex`, or null when the value is no digest of that algorithm. */
export function hexDigest(algorithm: string, value: string): string | null {
  const name = algorithm.toLowerCase().replace(/^sha-/, 'sha');
  const hex = value.toLowerCase();
  return Object.hasOwn(LENGTHS, name) && hex.length === LENGTHS[name] && /^[0-9a-f]+$/.test(hex)
    ? `${name}:${hex}`
    : null;
}

/** `sha256:hex` as many lockfiles write it, checked; null for anything else. */
export function statedDigest(text: string): string | null {
  const colon = text.indexOf(':');
  return colon < 0 ? null : hexDigest(text.slice(0, colon), text.slice(colon + 1));
}

/** Every digest of a Subresource Integrity text (`sha512-BASE64 sha1-BASE64`). */
export function integrityDigests(text: unknown): string[] {
  if (typeof text !== 'string' || text.length > 10_000) return [];
  const found: string[] = [];
  for (const part of text.split(/\s+/)) {
    const dash = part.indexOf('-');
    if (dash < 0) continue;
    const digest = base64Digest(part.slice(0, dash), part.slice(dash + 1).split('?')[0] ?? '');
    if (digest !== null) found.push(digest);
  }
  return found;
}

export function base64Digest(algorithm: string, value: string): string | null {
  return hexDigest(algorithm, Buffer.from(value, 'base64').toString('hex'));
}
