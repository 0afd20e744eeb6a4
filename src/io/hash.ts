import { hash } from 'node:crypto';

/** The SHA-256 of bytes, lower-case hex: the name of a document. */
export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}
