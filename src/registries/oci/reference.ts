/** An image in a registry, as users and tools write it: `HOST[:PORT]/NAME[:TAG][@DIGEST]`. */
export interface ImageReference {
  /** The registry, with its port. */
  readonly host: string;
  readonly name: string;
  readonly tag: string | null;
  /** `sha256:HEX` or `sha512:HEX` */
  readonly digest: string | null;
}

// The grammar of names, tags and digests in the distribution specification.
const HOST = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|\[[0-9a-f:]+\]|[a-z0-9-]+(?=:))(?::\d{1,5})?$/i;
const COMPONENT = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
const LONGEST = 512;

/** Reads a reference; null when it is none, or names no registry: whose image is meant is never guessed. */
export function imageReference(text: string): ImageReference | null {
  if (text.length > LONGEST) return null;
  const [place = '', digest = null, ...more] = text.split('@');
  const slash = place.indexOf('/');
  if (slash < 0 || more.length > 0 || (digest !== null && !DIGEST.test(digest))) return null;
  const host = place.slice(0, slash);
  const [name = '', tag = null, ...parts] = place.slice(slash + 1).split(':');
  if (parts.length > 0 || (tag !== null && !TAG.test(tag))) return null;
  const named = name.split('/').every(part => COMPONENT.test(part));
  return HOST.test(host) && named ? { host, name, tag, digest } : null;
}

/** Whether a registry is on this machine: only there is it spoken to without TLS, as docker does. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}
